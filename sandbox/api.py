"""The processor's HTTP API: key, version, idempotency, parameters, answer."""

import json
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from flask import Blueprint, Response, request

from sandbox import expansion, parameters, rights
from sandbox.call import Call
from sandbox.endpoints import ENDPOINTS, Endpoint
from sandbox.errors import ProcessorError
from sandbox.events import API_VERSION
from sandbox.idempotency import Answer
from sandbox.mischief import DONE, KEPT, Fault
from sandbox.store import Books, new_id
from shared.base.log import get_logger

_log = get_logger(__name__)
_TEST_KEY = re.compile(r"[sr]k_test_[A-Za-z0-9_]{4,200}")
_LIVE_KEY = re.compile(r"[a-z]+_live_.*")


def blueprint(books: Books) -> Blueprint:
    """Everything below ``/v1``."""
    api = Blueprint("api", __name__)
    for name, endpoint in ENDPOINTS.items():
        method, path = name.split()
        rule = path.replace("{id}", "<string:object_id>")
        api.add_url_rule(
            rule, name.replace(".", "_"), _view(books, name, endpoint), methods=[method]
        )

    @api.route("/v1/<path:_rest>", methods=["GET", "POST", "DELETE"])
    def unknown(_rest: str) -> Response:
        error = ProcessorError(
            f"Unrecognized request URL ({request.method}: {request.path}).", status=404
        )
        return _respond(_refusal(error, new_id("req_", 14)))

    return api


def _view(books: Books, name: str, endpoint: Endpoint) -> Callable[..., Response]:
    def view(object_id: str = "") -> Response:
        request_id = new_id("req_", 14)
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        try:
            account, held = books.holder(_key())
            fault = books.mischief.fault(account.key, name)
            if fault is not None and fault.kind not in {*DONE, *KEPT}:
                return _broken(fault, request_id)
            _check_version()
            tree = parameters.decode(_pairs())
            stored = None
            if key:
                stored = account.requests.begin(key, request.path, json.dumps(tree, sort_keys=True))
        except ProcessorError as error:
            answer = _refusal(error, request_id)
            _note(books, name, answer, error, malformed=error.status == 400)
            return _respond(answer)
        lost = fault if fault is not None and fault.kind not in KEPT else None
        if stored is not None:
            return _broken(lost, request_id) if lost else _respond(stored, key, replayed=True)
        call = Call(books, account, held, request.path, object_id, tree, request_id, key)
        if fault is not None and fault.kind == "500":
            answer, kept = _failure(request_id), True
        else:
            answer, kept = _carry_out(name, endpoint, call)
        if fault is not None and fault.kind == "500_after":
            answer, kept = _failure(request_id), True
        # An answer on its way: the deed is done, the key is still in use.
        time.sleep(books.delay_seconds)
        if key and kept:
            account.requests.finish(key, answer)
        elif key:
            account.requests.abandon(key)
        return _broken(lost, request_id) if lost else _respond(answer, key)

    return view


def _carry_out(name: str, endpoint: Endpoint, call: Call) -> tuple[Answer, bool]:
    """The answer, and whether an idempotency key keeps it."""
    checked = False
    try:
        params = parameters.check(name, call.params)
        paths = params.pop("expand", [])
        expansion.check(paths, endpoint.kind, listed=endpoint.listed)
        method = name.split()[0]
        wanted = rights.needed(method, endpoint.kind, paths, listed=endpoint.listed)
        rights.check(call.account, call.rights, wanted)
        checked = True
        with call.books.lock:
            thing = endpoint.handler(replace(call, params=params))
            shown = expansion.show(call.account, thing, paths, call.books.now())
    except ProcessorError as error:
        refused = _refusal(error, call.request_id)
        _note(call.books, name, refused, error, malformed=error.malformed or not checked)
        return refused, error.remembered
    except Exception:
        _log.exception("the sandbox failed", request_id=call.request_id)
        return _failure(call.request_id, "The sandbox failed; its log says why."), True
    return Answer(call.request_id, 200, json.dumps(shown, ensure_ascii=False, indent=2)), True


def _note(
    books: Books, name: str, answer: Answer, error: ProcessorError, *, malformed: bool
) -> None:
    """Keep for tests what was wrong in itself: whoever sent it would be refused for real, too."""
    if malformed:
        told = {"request": answer.request_id, "endpoint": name}
        with books.lock:
            books.refusals.append(told | {"code": error.code, "message": error.message})


def _failure(request_id: str, message: str = "An unknown error occurred") -> Answer:
    error = ProcessorError(message, status=500, kind="api_error")
    return _refusal(error, request_id)


def _broken(fault: Fault, request_id: str) -> Response:
    """What a caller meets who was to meet something: no answer, or a refusal to hurry."""
    # werkzeug waits for the end of a body that nobody read, and only then closes the connection
    request.get_data()
    if fault.kind == "429":
        error = ProcessorError("Request rate limit exceeded.", status=429, code="rate_limit")
        return _respond(_refusal(error, request_id))
    if fault.kind.startswith("timeout"):
        time.sleep(fault.seconds)
    connection: socket.socket = request.environ["werkzeug.socket"]
    # closing then resets the connection
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return Response(_hung_up(), mimetype="application/json")


def _hung_up() -> Iterator[str]:
    """A body that never begins: the server closes the connection without a word."""
    raise ConnectionResetError
    yield ""


def _key() -> str:
    given = request.authorization
    key = (given.token or given.username or "") if given else ""
    if not key:
        raise ProcessorError(
            "You did not provide an API key. Send it as a bearer token in the Authorization "
            "header: 'Authorization: Bearer YOUR_SECRET_KEY'.",
            status=401,
        )
    shown = f"{key[:8]}{'*' * 8}{key[-4:]}"
    if _LIVE_KEY.fullmatch(key):
        raise ProcessorError(
            f"A live key was sent to the sandbox ({shown}) and was not used. Use a key that "
            "begins with sk_test_ or rk_test_, and roll the live key if you did not mean this.",
            status=401,
        )
    if not _TEST_KEY.fullmatch(key):
        raise ProcessorError(f"Invalid API Key provided: {shown}", status=401)
    return key


def _check_version() -> None:
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise ProcessorError(
            f"Invalid Stripe API version: {version}. The sandbox speaks {API_VERSION} only."
        )


def _pairs() -> list[tuple[str, str]]:
    if request.content_length and request.mimetype != "application/x-www-form-urlencoded":
        raise ProcessorError(
            "Invalid request: send parameters as application/x-www-form-urlencoded."
        )
    return [*request.args.items(multi=True), *request.form.items(multi=True)]


def _refusal(error: ProcessorError, request_id: str) -> Answer:
    return Answer(request_id, error.status, json.dumps(error.envelope(), ensure_ascii=False))


def _respond(answer: Answer, key: str | None = None, *, replayed: bool = False) -> Response:
    response = Response(answer.body, answer.status, mimetype="application/json")
    response.headers["Request-Id"] = answer.request_id
    response.headers["Stripe-Version"] = API_VERSION
    if key:
        response.headers["Idempotency-Key"] = key
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = answer.request_id
    return response
