"""The patient's phone: SMS come in by HTTP; one page shows them beside the e-mails."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from markupsafe import Markup, escape

from sandbox.messages import LINK, Inbox, Message, address
from sandbox.people import Person, people_by_address
from sandbox.settings import Settings

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"[A-Za-z0-9 ]{1,11}|\+?\d{3,15}")
_UNKNOWN_NUMBERS = "0000"
_FIELDS = ("to", "sender", "text", "reference")
_LONGEST_TEXT, _LONGEST_REFERENCE = 1600, 100
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A line of the list: who, how many, and the newest message."""

    to: str
    name: str
    count: int
    newest: Message

    def words(self, typed: str) -> str:
        """What to look for in this person's messages: nothing where the name was looked for."""
        return typed if self.newest.mentions(typed) else ""


def blueprint(settings: Settings, inbox: Inbox) -> Blueprint:
    """``POST /sms`` and everything below ``/telephone``."""
    phone = Blueprint("phone", __name__)
    phone.add_app_template_filter(clickable)
    phone.add_app_template_filter(paris_time)

    @phone.post("/sms")
    def receive() -> tuple[Response, int]:
        given = request.authorization
        token = (given.token or "") if given and given.type == "bearer" else ""
        if not hmac.compare_digest(token.encode(), settings.sms_token.encode()):
            return _no("unauthorized", "Send the token as Authorization: Bearer <token>.", 401)
        fields: Any = request.get_json(silent=True)
        fault = _fault(fields)
        if fault is not None:
            return _no(*fault, 422)
        message = Message(
            "sms", fields["to"], fields["sender"], fields["text"], reference=fields["reference"]
        )
        return jsonify(id=inbox.add(message).id), 200

    @phone.get("/telephone")
    def recipients() -> str:
        words = request.args.get("q", "").strip()
        people = people_by_address(settings.people)
        found = [
            message
            for message in inbox.newest_first()
            if message.mentions(words) or _is_for(people.get(message.to), words)
        ]
        return render_template("telephone.html", recipients=_recipients(found, people), q=words)

    @phone.get("/telephone.json")
    def messages_json() -> Response:
        return _json(inbox.newest_first(to=address(request.args.get("to", ""))))

    @phone.get("/telephone/<recipient>.json")
    def recipient_json(recipient: str) -> Response:
        return _json(inbox.newest_first(to=address(recipient)))

    @phone.get("/telephone/<recipient>")
    def one(recipient: str) -> str:
        words = request.args.get("q", "").strip()
        to = address(recipient)
        return render_template(
            "recipient.html",
            to=to,
            person=people_by_address(settings.people).get(to),
            messages=inbox.newest_first(to=to, words=words),
            q=words,
        )

    @phone.get("/telephone/courriel/<message_id>")
    def html(message_id: str) -> Response:
        message = inbox.find(message_id)
        if message is None or not message.html:
            abort(404)
        response = make_response(message.html)
        # The sender's own HTML: it may bring its style, and nothing else; links work.
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            "sandbox allow-top-navigation-by-user-activation"
        )
        return response

    return phone


def clickable(text: str) -> Markup:
    """The text, escaped, with its web addresses as links."""
    pieces: list[Markup] = []
    end = 0
    for match in LINK.finditer(text):
        pieces.append(escape(text[end : match.start()]))
        pieces.append(Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(match[0]))
        end = match.end()
    pieces.append(escape(text[end:]))
    return Markup("").join(pieces)


def paris_time(instant: datetime) -> str:
    """« 24 novembre à 14:05 »."""
    return str(format_datetime(instant.astimezone(_PARIS), "d MMMM 'à' HH:mm", locale="fr"))


def _is_for(person: Person | None, words: str) -> bool:
    return person is not None and person.is_called(words)


def _recipients(newest_first: list[Message], people: dict[str, Person]) -> list[Recipient]:
    counts: dict[str, int] = {}
    newest: dict[str, Message] = {}
    for message in newest_first:
        counts[message.to] = counts.get(message.to, 0) + 1
        newest.setdefault(message.to, message)
    return [
        Recipient(to, people[to].name if to in people else "", counts[to], message)
        for to, message in newest.items()
    ]


def _fault(fields: Any) -> tuple[str, str] | None:
    """Error code and sentence, or None when the SMS can be taken."""
    if not isinstance(fields, dict) or set(fields) != set(_FIELDS):
        return "invalid_request", f"Send a JSON object with exactly {', '.join(_FIELDS)}."
    if not all(isinstance(fields[name], str) for name in _FIELDS):
        return "invalid_request", "Every field must be a string."
    checks: list[tuple[str, Callable[[str], object], str]] = [
        ("to", _NUMBER.fullmatch, "must be an international number such as +33612345678"),
        ("sender", _SENDER.fullmatch, "must be 1 to 11 letters, digits or spaces, or a number"),
        (
            "text",
            lambda v: 0 < len(v) <= _LONGEST_TEXT,
            f"must hold 1 to {_LONGEST_TEXT} characters",
        ),
        (
            "reference",
            lambda v: 0 < len(v) <= _LONGEST_REFERENCE,
            f"must hold 1 to {_LONGEST_REFERENCE} characters",
        ),
    ]
    for name, fits, rule in checks:
        if not fits(fields[name]):
            return f"invalid_{name}", f"{name} {rule}."
    if fields["to"].endswith(_UNKNOWN_NUMBERS):
        return "unknown_number", "No phone has this number."
    return None


def _no(error: str, detail: str, status: int) -> tuple[Response, int]:
    return jsonify(error=error, detail=detail), status


def _json(messages: list[Message]) -> Response:
    return jsonify([message.as_json() for message in messages])
