"""Webhooks, signed and really sent over HTTP by background threads, again and again until a 2xx."""

import hashlib
import heapq
import hmac
import http.client
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from shared.base.log import get_logger

_log = get_logger(__name__)

# The processor waits for hours; here somebody is watching.
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 5.0
GIVE_UP_SECONDS = 3 * 86400
_TIMEOUT_SECONDS = 10
_WORKERS = 3
_AN_HOUR = 3600
ORDERS = ("as_posted", "reversed", "shuffled")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint; ``on_delivered`` is called once, after a 2xx.

    ``spoiled`` says what is done to its first tries: dropped, or signed badly (see ``mischief``). What
    is sent ``once`` is not tried again.
    """

    event: str
    url: str
    secret: str
    body: bytes
    posted_at: float
    on_delivered: Callable[[], None]
    spoiled: tuple[str, ...] = ()
    once: bool = False


def sign(body: bytes, secret: str, timestamp: int) -> str:
    """The ``Stripe-Signature`` header: HMAC-SHA-256 over ``timestamp.body``."""
    signed = str(timestamp).encode() + b"." + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class Courier:
    """Deliveries waiting for their time, and the threads that carry them."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._due: list[tuple[float, int, int, Delivery]] = []
        self._order = count()
        self._held = False
        self._stopped = False

    def start(self) -> None:
        """Start the threads."""
        for number in range(_WORKERS):
            threading.Thread(target=self._work, name=f"webhooks-{number}", daemon=True).start()

    def stop(self) -> None:
        """Carry nothing more; what is under way is abandoned with the process."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    def post(self, delivery: Delivery, *, delay: float = 0.0) -> None:
        """Send as soon as possible, or after so many seconds."""
        self._queue(delivery, attempt=0, delay=delay)

    def hold(self) -> None:
        """Start no further delivery until ``release``."""
        with self._wake:
            self._held = True

    def release(self, order: str = "as_posted") -> None:
        """Deliver again, beginning now with everything that waits, in one of ORDERS."""
        with self._wake:
            self._held = False
            waiting = sorted(self._due, key=lambda one: one[1], reverse=order == "reversed")
            if order == "shuffled":
                random.shuffle(waiting)
            self._due = [(0.0, place, one[2], one[3]) for place, one in enumerate(waiting)]
            heapq.heapify(self._due)
            self._wake.notify_all()

    @property
    def waiting(self) -> int:
        """How many deliveries wait for their first or next try."""
        with self._wake:
            return len(self._due)

    def _queue(self, delivery: Delivery, attempt: int, delay: float) -> None:
        with self._wake:
            heapq.heappush(
                self._due, (time.monotonic() + delay, next(self._order), attempt, delivery)
            )
            self._wake.notify()

    def _next(self) -> tuple[int, Delivery] | None:
        with self._wake:
            while not self._stopped:
                now = time.monotonic()
                if self._held or not self._due:
                    self._wake.wait()
                elif self._due[0][0] > now:
                    self._wake.wait(self._due[0][0] - now)
                else:
                    _, _, attempt, delivery = heapq.heappop(self._due)
                    return attempt, delivery
        return None

    def _work(self) -> None:
        while (job := self._next()) is not None:
            attempt, delivery = job
            failure = _try(delivery, attempt)
            if failure is None:
                delivery.on_delivered()
            elif delivery.once:
                _log.info("webhook refused", event_id=delivery.event, cause=failure)
            elif time.monotonic() - delivery.posted_at > GIVE_UP_SECONDS:
                _log.warning("webhook given up", event_id=delivery.event, cause=failure)
            else:
                _log.info("webhook not delivered", event_id=delivery.event, cause=failure)
                delay = min(FIRST_DELAY_SECONDS * 2**attempt, LONGEST_DELAY_SECONDS)
                self._queue(delivery, attempt + 1, delay)


def _try(delivery: Delivery, attempt: int) -> str | None:
    """One try, spoiled or not; what went wrong, or None."""
    how = delivery.spoiled[attempt] if attempt < len(delivery.spoiled) else ""
    if how == "drop":
        return "dropped on purpose"
    away = {"stale": -_AN_HOUR, "future": _AN_HOUR}.get(how, 0)
    secret = delivery.secret[::-1] if how == "forged" else delivery.secret
    return _send(delivery, sign(delivery.body, secret, int(time.time()) + away))


def _send(delivery: Delivery, signature: str) -> str | None:
    """Post once; what went wrong, or None. Redirects are failures, as at the processor."""
    address = urlsplit(delivery.url)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Ardoise-Sandbox/1 (webhooks)",
        "Stripe-Signature": signature,
    }
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port or 80, timeout=_TIMEOUT_SECONDS
    )
    try:
        connection.request("POST", path, delivery.body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return None if 200 <= status < 300 else f"status {status}"
