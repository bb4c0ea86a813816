"""One line for each request, with the rule of its URL; never the path, where a link's secret stands."""

import logging
import secrets
import time

import structlog
from flask import Flask, Response, g, request

from shared.base.log import describe_failure, get_logger

_log = get_logger(__name__)

# These write whole paths.
PATH_LOGGERS = ("werkzeug", "gunicorn.access")


def install_request_log(app: Flask) -> None:
    """Log each request of ``app``; install it before anything else, so that it times all of it."""
    for name in PATH_LOGGERS:
        logging.getLogger(name).disabled = True

    @app.before_request
    def begin() -> None:
        g.request_started = time.perf_counter()
        # A letter first: digits alone would be taken for a telephone number and struck out of the log.
        g.request_id = f"r{secrets.token_hex(6)}"
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        started = g.pop("request_started", None)
        _log.info(
            "request",
            app=app.name,
            rule=request.url_rule.rule if request.url_rule else "(none)",
            method=request.method if request.method in KNOWN_METHODS else "(other)",
            status=response.status_code,
            milliseconds=None if started is None else elapsed(started),
        )
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request_id")


KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def elapsed(started: float) -> float:
    """Milliseconds since ``started``, to a tenth."""
    return round((time.perf_counter() - started) * 1000, 1)


def log_failure(error: BaseException) -> None:
    """Log an unexpected exception: its kind and where it went through.

    The exception's own words are left out, because they may quote what a person typed or what was
    unsealed; only errors raised on purpose are free of that, and keep theirs.
    """
    _log.error("request failed", **describe_failure(error))
