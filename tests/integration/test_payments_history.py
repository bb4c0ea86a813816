"""Whatever happens in whatever order: our journal is the processor's ledger, to the cent."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import pytest

from ardoise import jobs
from shared.accounts import Account
from shared.payments import BeingPaidError, Choice, ChoiceError, came_back
from shared.processor import Checkout, CheckoutOrder, Gateway, GatewayUnavailableError
from tests.books import fresh_books
from tests.integration.till import NO_MONEY, REFUSED, WORKS, Json, Till
from tests.servers.sandbox import Sandbox

STEPS = 14
HISTORIES_A_WORLD = 25
Sample = Callable[[int, int], int]


class KilledError(BaseException):
    """The portal dies here."""


@dataclass
class Doomed:
    """A door to the processor at which the portal is killed, before or after the deed."""

    gateway: Gateway
    before: bool

    @property
    def livemode(self) -> bool:
        return self.gateway.livemode

    def _die(self, deed: Callable[[], object]) -> NoReturn:
        if not self.before:
            deed()
        raise KilledError

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        self._die(partial(self.gateway.create_checkout, order))

    def retrieve_checkout(self, session_id: str) -> Checkout:
        self._die(partial(self.gateway.retrieve_checkout, session_id))

    def find_checkout(self, reference: str, **opened: datetime) -> Checkout | None:
        self._die(partial(self.gateway.find_checkout, reference, **opened))

    def expire_checkout(self, session_id: str) -> Checkout:
        self._die(partial(self.gateway.expire_checkout, session_id))


@dataclass
class Silent:
    """A door behind which nobody answers for now."""

    livemode: bool = False

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        raise GatewayUnavailableError(order.reference)

    def retrieve_checkout(self, session_id: str) -> Checkout:
        raise GatewayUnavailableError(session_id)

    expire_checkout = retrieve_checkout

    def find_checkout(self, reference: str, **_opened: datetime) -> Checkout | None:
        raise GatewayUnavailableError(reference)


@dataclass
class History:
    """A few accounts, and what chance does with them."""

    till: Till
    dice: random.Random
    seen: str
    owes: dict[UUID, int] = field(default_factory=dict)
    elsewhere: dict[UUID, int] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    phones: dict[str, Account] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    mail: list[Json] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.till.later(minutes=1)
        for _ in range(self.dice.randint(1, 3)):
            sums = [self.dice.randint(50, 9000) for _ in range(self.dice.randint(1, 3))]
            phone = f"+33639{self.dice.randrange(10**6):06d}"
            account = self.till.world.account(owes=sums, phone=phone)
            self.accounts.append(account)
            self.phones[phone] = account
            self.owes[account.id] = sum(sums)

    def acts(self) -> list[tuple[Callable[[], None], int]]:
        """What may happen, and how often compared with the rest."""
        return [
            (self.begin, 6),
            (self.type_card, 6),
            (self.expire, 1),
            (self.post, 4),
            (self.come_back, 2),
            (self.work, 3),
            (self.wait, 3),
            (self.remind, 1),
            (self.pay_elsewhere, 1),
        ]

    def run(self) -> None:
        names = [act for act, weight in self.acts() for _ in range(weight)]
        for _ in range(STEPS):
            act = self.dice.choice(names)
            self.told.append(act.__name__)
            self.till.world.later(seconds=1)
            act()

    def _account(self) -> Account:
        return self.dice.choice(self.accounts)

    def _choice(self, account: Account) -> Choice:
        kind = self.dice.choice(("all", "some", "other"))
        ids = [i.id for i in self.till.world.invoices(account)]
        some = frozenset(self.dice.sample(ids, self.dice.randint(1, len(ids))))
        return Choice(kind, some, self.dice.randint(400, 12_000))

    def begin(self) -> None:
        account = self._account()
        door = self.till.desk().gateway
        fate = self.dice.random()
        if fate < 0.1:
            door = Doomed(door, before=fate < 0.05)
        elif fate < 0.15:
            door = Silent()
        try:
            self.pages.append(self.till.begin(account, self._choice(account), gateway=door))
        except (ChoiceError, BeingPaidError, GatewayUnavailableError, KilledError) as error:
            self.told.append(type(error).__name__)

    def type_card(self) -> None:
        if self.pages:
            card = self.dice.choice((WORKS, WORKS, REFUSED, NO_MONEY))
            self.till.press(self.dice.choice(self.pages[-4:]), card)

    def expire(self) -> None:
        if self.pages:
            self._expire(self.dice.choice(self.pages))

    def _expire(self, page: str) -> None:
        self.till.processor.control("expire", session=page.rpartition("/")[2])

    def post(self) -> None:
        """The post brings some webhooks, some twice, some later, some never."""
        fresh = self.till.events(after=self.seen)
        if fresh:
            self.seen = fresh[-1]["id"]
        self.mail += [e for e in fresh if self.dice.random() < 0.8]
        self.dice.shuffle(self.mail)
        for event in self.mail[: self.dice.randint(0, 6)]:
            for _ in range(self.dice.choice((1, 1, 2, 3))):
                assert self.till.tell(event).status_code == 200
        self.mail = [e for e in self.mail if self.dice.random() < 0.7]

    def come_back(self) -> None:
        account = self._account()
        attempts = self.till.attempts(account)
        if attempts:
            came_back(
                self.till.world.database,
                practice_id=account.practice_id,
                account_id=account.id,
                attempt_id=self.dice.choice(attempts).id,
                at=self.till.world.clock.now(),
            )

    def work(self) -> None:
        self.till.work()

    def wait(self) -> None:
        self.till.later(minutes=self.dice.choice((1, 5, 20, 40, 70)))

    def remind(self) -> None:
        """Whoever gets a message owes something at that moment."""
        world = self.till.world
        world.night()
        world.sms.sent.clear()
        jobs.send_reminders(world.house, world.office, world.practice_id)
        for message in world.sms.sent:
            if message.to in self.phones:
                assert self.till.owed(self.phones[message.to]) > 0

    def pay_elsewhere(self) -> None:
        account = self._account()
        place = self.dice.randrange(len(self.till.world.invoices(account)))
        cents = min(self.dice.randint(1, 4000), self.till.world.invoices(account)[place].open_cents)
        if cents:
            self.till.paid_elsewhere(account, cents, place)
            self.elsewhere[account.id] = self.elsewhere.get(account.id, 0) + cents

    def end(self) -> None:
        """Every page ends, the worker looks once more, and the books are compared."""
        for page in self.pages:
            self._expire(page)
        self.till.later(hours=2)
        self.till.work()
        self.till.check()
        charged, booked = self.till.charged(), self.till.payments()
        for account in self.accounts:
            payments = [p for p in booked if p.account_id == account.id]
            received = sum(p.amount_cents for p in payments)
            credit = sum(p.credit_cents for p in payments)
            elsewhere = self.elsewhere.get(account.id, 0)
            owed = self.owes[account.id] - elsewhere - (received - credit)
            assert self.till.owed(account) == owed >= 0
            assert elsewhere or not credit, "nobody pays too much of their own accord"
            intents = [a.processor_intent or "" for a in self.till.attempts(account)]
            assert sum(charged.get(intent, 0) for intent in intents) == received


@dataclass(frozen=True, slots=True)
class Worlds:
    """Where histories take place: how many in each world, and what each begins with."""

    template: Path
    folder: Path
    processor: Sandbox
    histories: int


def walk(
    kind: type[History], count: int, dice: random.Random, worlds: Worlds, *, about: str = ""
) -> None:
    """Live through ``count`` histories, several in each world, each from a seed that a failure names."""
    for first in range(0, count, worlds.histories):
        with fresh_books(worlds.template, worlds.folder, str(first)) as url:
            till = Till.open(url, worlds.processor)
            seen = ""
            for _ in range(worlds.histories):
                seed = dice.getrandbits(32)
                history = kind(till, type(dice)(seed), seen)
                try:
                    history.start()
                    history.run()
                    history.end()
                except BaseException as error:
                    error.add_note(f"{about}history {seed}: {' '.join(history.told)}")
                    raise
                seen = history.seen
            till.close()


@pytest.mark.slow
@pytest.mark.parametrize("half", ["first half", "second half"])
def test_any_history_leaves_the_books_as_the_processors(
    half: str,
    sqlite_template: Path,
    tmp_path: Path,
    processor: Sandbox,
    dice: random.Random,
    sample: Sample,
) -> None:
    worlds = Worlds(sqlite_template, tmp_path, processor, HISTORIES_A_WORLD)
    walk(History, sample(20, 1000), dice, worlds, about=f"{half}, ")
