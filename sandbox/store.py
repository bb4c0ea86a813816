"""The processor's books, in memory: accounts that never mix, and their objects."""

import copy
import secrets
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.banks import BankAccount
from sandbox.cards import Card
from sandbox.clock import CLOCK, stamp
from sandbox.idempotency import Requests
from sandbox.mischief import Mischief
from sandbox.profile import Profile
from sandbox.schedule import Schedule
from sandbox.webhooks import Courier

Json = dict[str, Any]

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"

_REFUSALS_KEPT = 500


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh opaque identifier."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass
class Account:
    """One processor account: whatever was made with one key.

    ``objects`` is by kind (the objects' own ``object`` field), then by id, in order of making.
    Beside them stands what an object knows but does not show.
    """

    key: str
    id: str = field(default_factory=lambda: new_id("acct_", 16))
    objects: defaultdict[str, dict[str, Json]] = field(default_factory=lambda: defaultdict(dict))
    line_items: dict[str, list[Json]] = field(default_factory=dict)
    intent_data: dict[str, Json] = field(default_factory=dict)
    session_of_intent: dict[str, str] = field(default_factory=dict)
    once_attached: set[str] = field(default_factory=set)
    card_of_method: dict[str, Card] = field(default_factory=dict)
    bank_of_method: dict[str, BankAccount] = field(default_factory=dict)
    webhook_secrets: dict[str, str] = field(default_factory=dict)
    requests: Requests = field(default_factory=Requests)
    bank: str = field(default_factory=lambda: new_id("ba_"))
    schedule: Schedule = field(default_factory=lambda: Schedule(looked_on=stamp().date()))
    payout_of: dict[str, str] = field(default_factory=dict)  # by balance transaction
    profile: Profile = field(default_factory=Profile)

    def add(self, thing: Json) -> Json:
        """Keep a fresh object."""
        self.objects[thing["object"]][thing["id"]] = thing
        return thing

    def newest_first(self, kind: str) -> list[Json]:
        """All objects of a kind, by their time of creation, then by order of making."""
        made = list(enumerate(self.objects[kind].values()))
        made.sort(key=lambda pair: (pair[1]["created"], pair[0]), reverse=True)
        return [thing for _, thing in made]


@dataclass
class Books:
    """All accounts, behind one lock: whoever reads or writes holds ``lock``.

    ``restricted`` keys may do some things only, with the account of the key that they name.
    ``refusals`` are the latest requests that were wrong in themselves, the oldest first.
    """

    base_url: str
    courier: Courier
    lock: threading.RLock = field(default_factory=threading.RLock)
    accounts: dict[str, Account] = field(default_factory=dict)
    delay_seconds: float = 0.0
    refunds_end: str = (
        "succeeded"  # or pending, or balance_insufficient: those asked for by the API
    )
    mischief: Mischief = field(default_factory=Mischief)
    restricted: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    refusals: deque[Json] = field(default_factory=lambda: deque(maxlen=_REFUSALS_KEPT))

    @staticmethod
    def now() -> int:
        """The present, in Unix seconds, as the processor counts."""
        return int(CLOCK.now())

    def account(self, key: str) -> Account:
        """The account of a key, opened at first sight."""
        with self.lock:
            return self.accounts.setdefault(key, Account(key))

    def holder(self, key: str) -> tuple[Account, frozenset[str] | None]:
        """The account of a key, and what the key may do; None for everything."""
        with self.lock:
            whole, rights = self.restricted.get(key, (key, None))
            return self.account(whole), rights

    def restrict(self, key: str, rights: frozenset[str]) -> str:
        """A fresh key of the same account that may do only so much."""
        with self.lock:
            made = new_id("rk_test_")
            self.restricted[made] = (key, rights)
            return made

    def find_session(self, session_id: str) -> tuple[Account, Json] | None:
        """The account and session behind a payment page's address."""
        for account in self.accounts.values():
            session = account.objects["checkout.session"].get(session_id)
            if session is not None:
                return account, session
        return None

    def sessions(self) -> Iterator[tuple[Account, Json]]:
        """Every session of every account."""
        for account in self.accounts.values():
            for session in account.objects["checkout.session"].values():
                yield account, session


def snapshot(thing: Json, now: int) -> Json:
    """A copy to hand out; what depends on the time is worked out now."""
    shown = copy.deepcopy(thing)
    if shown["object"] == "balance_transaction":
        shown["status"] = "available" if shown["available_on"] <= now else "pending"
    return shown
