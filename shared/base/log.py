"""Logs as JSON lines that hold no token, no key and nothing of a person."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from shared.base.errors import ArdoiseError

_TOKEN = re.compile(r"(/l/)[A-Za-z0-9_.\-]{8,}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:\+|00)?\d(?:[ .]?\d){8,13}(?![\w-])")
_SECRET = re.compile(r"\b(?:sk|rk|whsec|pk)_[A-Za-z0-9_]{6,}")
_SEALED_NAMES = re.compile(
    r"name|birth|phone|email|address|token|secret|password|cookie|key$|body", re.I
)


def redact(text: str) -> str:
    """The text without link tokens, addresses, telephone numbers and processor keys."""
    text = _TOKEN.sub(r"\1[link]", text)
    text = _SECRET.sub("[key]", text)
    text = _EMAIL.sub("[email]", text)
    return _PHONE.sub("[number]", text)


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {k: _redacted(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(v) for v in value]
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    return value


def redact_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Structlog processor: redact every value, drop those whose name says they are personal."""
    for name, value in event.items():
        if name not in {"event", "timestamp", "level"} and _SEALED_NAMES.search(name):
            event[name] = "[redacted]"
        else:
            event[name] = _redacted(value)
    return event


def configure_logging(process: str) -> None:
    """JSON lines on standard error, for our own events and for every library's."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact_event,
                structlog.processors.JSONRenderer(ensure_ascii=False),
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
