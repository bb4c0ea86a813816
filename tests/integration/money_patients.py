"""What patients do with money: they pay in one tab or two, at once or later, or someone does for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from shared.accounts import Account
from shared.base.errors import ArdoiseError
from shared.payments import Choice, PaymentAttempt, came_back, choice_of, start_payment
from tests.integration.card_world import ASKS_ONCE, FAILS_LATER, NO_MONEY_LATER, ONLY
from tests.integration.money_house import MoneyHouse
from tests.integration.payer_world import pay_link
from tests.integration.till import NO_MONEY, REFUSED, WORKS, Json
from tests.world import World

DISPUTED_AT_ONCE = "4000000000000259"
CARDS = (WORKS, WORKS, WORKS, REFUSED, NO_MONEY, ASKS_ONCE, DISPUTED_AT_ONCE)
TO_BE_KEPT = (WORKS, WORKS, ASKS_ONCE, FAILS_LATER, NO_MONEY_LATER)
IBANS = (
    "FR3020041010050500013M02609",
    "FR1420041010050500013M02606",
    "FR7920041010050500013M02600",
    "FR8420041010050500013M02607",
)


def one_of(things: Any, place: int) -> Any:
    """The thing at this place, counted round and round."""
    return things[place % len(things)]


@dataclass
class Patients:
    """A few accounts, whose people pay or do not; what can't be done is left undone."""

    house: MoneyHouse
    accounts: list[Account] = field(default_factory=list)
    billed: dict[UUID, int] = field(default_factory=dict)
    elsewhere: dict[UUID, int] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    mail: list[Json] = field(default_factory=list)
    seen: str = ""
    orders: list[UUID] = field(default_factory=list)
    waited: int = 0

    @property
    def world(self) -> World:
        """The practice's."""
        return self.house.till.world

    def go_on(self) -> None:
        """A second passes, on all clocks."""
        self.house.till.later(seconds=1)

    # Patients

    def begin(self, who: int, kind: str, place: int, cents: int) -> None:
        """« Continuer »: with another choice the page before is closed."""
        account = one_of(self.accounts, who)
        choice = self._choice(account, kind, place, cents)
        self._open(lambda: self.house.till.begin(account, choice))

    def pay(self, who: int, kind: str, place: int, cents: int) -> None:
        """The same, and paid at once; the worker hears of it or does not."""
        known = len(self.pages)
        self.begin(who, kind, place, cents)
        if len(self.pages) > known:
            self._type(self.pages[-1], WORKS)

    def share(self, who: int, kind: str, place: int, cents: int) -> None:
        """Someone else gets a link and opens the page to pay."""
        account = one_of(self.accounts, who)
        choice = self._choice(account, kind, place, cents)

        def opened() -> str:
            link, _ = pay_link(self.world, account, choice)
            return start_payment(
                self.house.till.desk(),
                account_id=account.id,
                choice=choice_of(link),
                language="fr",
                pay_link=link.id,
            )

        self._open(opened)

    def spread(self, who: int) -> None:
        """The patient agrees to dates, and goes to give a card for them."""
        account = one_of(self.accounts, who)

        def opened() -> str:
            self.house.cards.world.plan(account)
            return self.house.cards.page(account, ONLY)

        self._open(opened)

    def give_card(self, card: int) -> None:
        """A card is typed on the last page, which may keep it; whoever reads on looks at once."""
        if self.pages:
            self._type(self.pages[-1], one_of(TO_BE_KEPT, card))
            self.work()

    def type_card(self, page: int, card: int) -> None:
        """On any page that was ever opened, in whichever tab."""
        if self.pages:
            self._type(one_of(self.pages[-4:], page), one_of(CARDS, card))

    def _type(self, page: str, card: str) -> None:
        self.house.cards.type_card(page, card)

    def debit(self, page: int, iban: int) -> None:
        """The patient lets the sum be taken from a bank account."""
        if self.pages:
            path = urlsplit(one_of(self.pages[-3:], page)).path
            self._call(f"{path}/debit", form={"iban": one_of(IBANS, iban)})

    def bank_answers(self, which: int, *, yes: bool) -> None:
        """Before its three days are over."""
        waiting = [s["payment_intent"] for s in self.house.till.sessions() if s["payment_intent"]]
        if waiting:
            answer = "succeeds" if yes else "fails"
            asked = {"payment_intent": one_of(waiting, which), "answer": answer}
            self._call("/control/debit/answer", json_body=asked)

    def expire(self, page: int) -> None:
        """The patient left it open for too long."""
        if self.pages:
            self._expire(one_of(self.pages, page))

    def come_back(self, who: int, which: int) -> None:
        """The browser is sent back, or the patient goes back by hand."""
        account = one_of(self.accounts, who)
        attempts = self.house.till.attempts(account)
        if attempts:
            attempt: PaymentAttempt = one_of(attempts, which)
            came_back(
                self.world.database,
                practice_id=account.practice_id,
                account_id=account.id,
                attempt_id=attempt.id,
                at=self.world.clock.now(),
            )

    def _choice(self, account: Account, kind: str, place: int, cents: int) -> Choice:
        ids = [invoice.id for invoice in self.world.invoices(account)]
        return Choice(kind, frozenset({one_of(ids, place)}), cents)

    def _open(self, opening: Callable[[], str]) -> None:
        page = self._tried(opening)
        if page is not None:
            self.pages.append(page)

    def _tried(self, act: Callable[[], Any]) -> Any:
        """What came of it, or None when it could not be done and whoever tried was told."""
        try:
            return act()
        except ArdoiseError:
            return None

    def _expire(self, page: str) -> None:
        self.house.processor.control("expire", session=page.rpartition("/")[2])

    def _call(self, path: str, **more: Any) -> Json | None:
        answer = self.house.processor.call("POST", path, **more)
        told: Json | None = answer.json() if answer.status == 200 else None
        return told
