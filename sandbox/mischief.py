"""Mischief on purpose: what happens to webhooks, and to calls of the API, until it is called off.

On webhooks it lasts until it is called off; of calls it meets as many as were asked for. Each is meant
for one account (by its key) or for all.
"""

import threading
from dataclasses import dataclass, replace

# What is done to webhooks: more of each, later, lost, badly signed, or with others among them.
DUPLICATE, DELAY, DROP = "duplicate", "delay", "drop"
SPOILED = ("forged", "stale", "future")
ADDED = ("unknown", "livemode")
OF_WEBHOOKS = (DUPLICATE, DELAY, DROP, *SPOILED, *ADDED)

# What is done to calls. Those of DONE happen after the deed; KEPT are kept under the key.
NOT_DONE = ("timeout", "429", "reset", "500")
DONE = ("timeout_after", "reset_after", "500_after")
OF_CALLS = (*NOT_DONE, *DONE)
KEPT = ("500", "500_after")
SILENCE_SECONDS = 12.0  # longer than callers wait


@dataclass(frozen=True, slots=True)
class Prank:
    """Something done to webhooks: ``times`` is how many copies, or of each delivery's tries how many;
    ``seconds`` is how long the first try waits."""

    kind: str
    key: str = ""
    times: int = 1
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something done to the next ``times`` calls of an endpoint, ``*`` for any; a time-out keeps the
    caller waiting for ``seconds``, then hangs up."""

    kind: str
    endpoint: str
    key: str = ""
    times: int = 1
    seconds: float = SILENCE_SECONDS


class Mischief:
    """All that is under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pranks: list[Prank] = []
        self._faults: list[Fault] = []

    def play(self, prank: Prank) -> None:
        """Begin with something, or go on with it another way."""
        with self._lock:
            self._pranks = [
                known
                for known in self._pranks
                if (known.kind, known.key) != (prank.kind, prank.key)
            ]
            self._pranks.append(prank)

    def break_for(self, fault: Fault) -> None:
        """The next calls meet this, after what they are to meet already."""
        with self._lock:
            self._faults.append(fault)

    def calm(self, key: str = "") -> None:
        """Webhooks are left alone; without a ``key`` those of all accounts."""
        with self._lock:
            self._pranks = [prank for prank in self._pranks if key not in {"", prank.key}]

    def mend(self, key: str = "") -> None:
        """Calls are left alone; without a ``key`` those of all accounts."""
        with self._lock:
            self._faults = [fault for fault in self._faults if key not in {"", fault.key}]

    def pranks(self, key: str) -> list[Prank]:
        """What is done to the webhooks of an account now."""
        with self._lock:
            return [prank for prank in self._pranks if prank.key in {"", key}]

    def fault(self, key: str, endpoint: str) -> Fault | None:
        """What this very call meets; it is then used up."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.key in {"", key} and fault.endpoint in {"*", endpoint}:
                    left = fault.times - 1
                    self._faults[place : place + 1] = [replace(fault, times=left)] if left else []
                    return fault
        return None

    def told(self) -> tuple[list[Prank], list[Fault]]:
        """Everything that is under way, for whoever wants to see it."""
        with self._lock:
            return list(self._pranks), list(self._faults)
