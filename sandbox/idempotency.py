"""Idempotency keys: one key, one request, one stored answer."""

import threading
import time
from dataclasses import dataclass, field

from sandbox.errors import ProcessorError

KEPT_SECONDS = 24 * 3600
_LONGEST_KEY = 255


@dataclass(slots=True)
class Answer:
    """What was answered, byte for byte."""

    request_id: str
    status: int
    body: str


@dataclass(slots=True)
class _Entry:
    path: str
    parameters: str
    answer: Answer | None = None
    since: float = field(default_factory=time.monotonic)


class Requests:
    """The keys of one account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def begin(self, key: str, path: str, parameters: str) -> Answer | None:
        """Claim a key, or get the stored answer.

        Raises ProcessorError when the key stands for another request (400) or when its first
        request is still under way (409).
        """
        if len(key) > _LONGEST_KEY:
            raise ProcessorError(
                f"Idempotency keys can be at most {_LONGEST_KEY} characters; this one has "
                f"{len(key)}.",
                kind="idempotency_error",
            )
        with self._lock:
            self._forget_old()
            entry = self._entries.get(key)
            if entry is None:
                self._entries[key] = _Entry(path, parameters)
                return None
            if entry.path != path:
                raise _mismatch(key, f"for the same endpoint ('{path}' vs '{entry.path}')")
            if entry.parameters != parameters:
                raise _mismatch(key, "with the same parameters they were first used with")
            if entry.answer is None:
                raise ProcessorError(
                    f"There is currently another in-progress request using this Idempotent Key "
                    f"({key}). Please try again later.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            return entry.answer

    def finish(self, key: str, answer: Answer) -> None:
        """Keep the answer for every later try."""
        with self._lock:
            self._entries[key].answer = answer

    def abandon(self, key: str) -> None:
        """Free the key: nothing was carried out."""
        with self._lock:
            del self._entries[key]

    def _forget_old(self) -> None:
        oldest = time.monotonic() - KEPT_SECONDS
        for key, entry in list(self._entries.items()):
            if entry.since >= oldest:
                break
            if entry.answer is not None:
                del self._entries[key]


def _mismatch(key: str, rule: str) -> ProcessorError:
    return ProcessorError(
        f"Keys for idempotent requests can only be used {rule}. Try using a key other than "
        f"'{key}' if you meant to execute a different request.",
        kind="idempotency_error",
    )
