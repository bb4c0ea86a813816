"""Logs as JSON lines that hold no token, no key and nothing of a person."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from shared.base.errors import ArdoiseError

_TOKEN = re.compile(r"(/[lp]/)[A-Za-z0-9_.\-]{8,}")
_BARE_TOKEN = re.compile(r"(?<![\w.\-])[\w\-]{32}\.[\w\-]{14}(?![\w\-])")
_CREDENTIALS = re.compile(r"(://)[^\s/@]{1,200}@")
_EMAIL = re.compile(r"""[^\s@<>()\[\],;:"=/\\]{1,64}(?:@|%40)[\w\-]+(?:\.[\w\-]+)*""")
_PHONE = re.compile(  # any run of nine digits or more, and French numbers as people write them
    r"(?<![\w\-])(?:\+|00)?\d(?:[\s.]?\d){8,30}(?![\w\-])"
    r"|(?<![\w\-])(?:(?:\+|00)\d{1,3}|0)[\s.\-/]?(?:\(0\)[\s.\-/]?)?\d(?:[\s.\-/]?\d\d){4}(?![\w\-])"
)
_SECRET = re.compile(r"\b(?:sk|rk|whsec|pk)_[A-Za-z0-9_]{6,}")
_KEY = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{43}=")  # 32 bytes as settings write them
_SEALED_NAMES = re.compile(
    r"name|birth|phone|email|address|token|secret|password|cookie|key$|body", re.I
)
_OPEN_NAMES = frozenset({"event", "timestamp", "level"})
_REDACTED = "[redacted]"


def redact(text: str) -> str:
    """The text without link tokens, passwords in addresses, e-mail addresses, numbers and keys."""
    text = _BARE_TOKEN.sub("[link]", text)  # first: a part of a link may look like a key
    text = _KEY.sub("[key]", _SECRET.sub("[key]", text))
    text = _TOKEN.sub(r"\1[link]", text)  # a key may look like this inside
    text = _EMAIL.sub("[email]", _CREDENTIALS.sub(r"\1[key]@", text))
    return _PHONE.sub("[number]", text)


def _redacted(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {
            redact(str(k)): _REDACTED if _SEALED_NAMES.search(str(k)) else _redacted(v)
            for k, v in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(v) for v in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if isinstance(value, BaseException):
        return _redacted(describe_failure(value))
    return redact(str(value))


def redact_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Structlog processor: redact every value, drop those whose name says they are personal."""
    for name, value in event.items():
        sealed = name not in _OPEN_NAMES and _SEALED_NAMES.search(name)
        event[name] = _REDACTED if sealed else _redacted(value)
    return event


def tell_failure(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Structlog processor: an exception's kind and places stand for its words, which may quote anything."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = describe_failure(error)
    return event


def configure_logging(process: str) -> None:
    """JSON lines on standard error, for our own events and for every library's."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_failure,
        redact_event,
    ]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    # Our own events are written straight out: the library's way would cost each request twice as much.
    structlog.configure(
        processors=[*shared, as_json],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact_event,
                as_json,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for talkative in ("stripe", "urllib3", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one module."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def describe_failure(error: BaseException) -> dict[str, object]:
    """Kind, place and causes of an exception, without its values."""
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in chain:
        chain.append(step)
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return {
        "error": type(error).__qualname__,
        "said": str(error) if isinstance(error, ArdoiseError) else "",
        "caused_by": [type(cause).__qualname__ for cause in chain[1:]],
        "went_through": [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for cause in reversed(chain)
            for frame in traceback.extract_tb(cause.__traceback__)
        ],
    }
