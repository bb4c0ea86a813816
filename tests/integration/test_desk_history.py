"""Whatever happens at the desk, on cards and in imports, in whatever order: it adds up to the cent."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.accounts import Account, get_account, get_practice
from shared.base.ids import new_id
from shared.desk import HELD_BY
from shared.ledger import PATIENTS, PROCESSOR
from shared.payments import PaymentAttempt, get_attempt, payables_of, settle
from shared.payments.model import AttemptShare
from shared.processor import Checkout, Refunded
from shared.reversals import take_refunds
from tests.books import fresh_books
from tests.counts import sample
from tests.integration.desk_world import Secretary
from tests.world import World

SUMS = st.integers(1, 6000)
METHODS = st.sampled_from(sorted(HELD_BY))
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("receives"), SUMS, METHODS),
        st.tuples(st.just("cancels"), st.integers(0, 9)),
        st.tuples(st.just("uses")),
        st.tuples(st.just("pays_by_card"), SUMS, st.integers(0, 2)),
        st.tuples(st.just("gives_back"), st.integers(0, 9), SUMS),
        st.tuples(st.just("money_returns"), st.integers(0, 9)),
        st.tuples(st.just("bills"), SUMS, st.integers(-20, 20)),
        st.tuples(st.just("list_says"), st.integers(0, 4), SUMS),
        st.tuples(st.just("works")),
    ),
    min_size=1,
    max_size=12,
)


@dataclass
class Books:
    """One account, and what we know of the money that really moved."""

    claire: Secretary
    account: Account
    at_desk: dict[str, int] = field(default_factory=dict)
    on_cards: int = 0
    attempts: list[PaymentAttempt] = field(default_factory=list)
    refunds: list[tuple[PaymentAttempt, Refunded]] = field(default_factory=list)

    @property
    def world(self) -> World:
        """The practice's world."""
        return self.claire.world

    def receives(self, cents: int, method: str) -> None:
        self.claire.notes(self.account, cents, method)

    def cancels(self, place: int) -> None:
        paid = self.claire.payments(self.account)
        if paid:
            self.claire.cancels(self.account, paid[place % len(paid)].payment)

    def uses(self) -> None:
        self.claire.uses_credit(self.account)

    def works(self) -> None:
        self.claire.work()

    def bills(self, cents: int, due_days: int) -> None:
        self.world.bill_more(self.account, cents, due_days=due_days)

    def list_says(self, place: int, left: int) -> None:
        invoices = self.world.invoices(self.account)
        place %= len(invoices)
        self.world.list_says(self.account, min(left, invoices[place].patient_cents), place)

    def pays_by_card(self, cents: int, place: int) -> None:
        """A page for one invoice is paid, whatever became of the invoice meanwhile."""
        number, at = self.account.practice_id, self.world.clock.now()
        invoices = self.world.invoices(self.account)
        with self.world.database.unit_of_work(number) as work:
            account = get_account(
                work.session, practice_id=number, account_id=self.account.id, lock=True
            )
            attempt_id = new_id()
            attempt = PaymentAttempt(
                practice_id=number,
                id=attempt_id,
                account_id=account.id,
                status="created",
                amount_cents=cents,
                choice="some",
                language="fr",
                idempotency_key=attempt_id.hex,
                created_at=at,
                checks=0,
            )
            work.session.add(attempt)
            work.session.flush()
            work.session.add(
                AttemptShare(
                    practice_id=number,
                    attempt_id=attempt_id,
                    invoice_id=invoices[place % len(invoices)].id,
                    amount_cents=cents,
                )
            )
            work.session.flush()
            settle(
                work.session,
                practice=get_practice(work.session, number),
                account=account,
                attempt=attempt,
                state=paid(attempt),
                livemode=False,
                at=at,
            )
            work.commit()
        self.attempts.append(attempt)
        self.on_cards += cents

    def gives_back(self, place: int, cents: int) -> None:
        """A refund at the processor, never more than it took."""
        if not self.attempts:
            return
        attempt = self.attempts[place % len(self.attempts)]
        given = sum(
            told.amount_cents
            for of, told in self.refunds
            if of is attempt and told.status == "succeeded"
        )
        left = attempt.amount_cents - given
        if left:
            told = self._refund(attempt, min(cents, left), f"re_{uuid4().hex}", "succeeded")
            self.refunds.append((attempt, told))
            self.on_cards -= told.amount_cents
            self._tell(attempt)

    def money_returns(self, place: int) -> None:
        """A bank sends a refund back."""
        done = [i for i, (_, told) in enumerate(self.refunds) if told.status == "succeeded"]
        if done:
            i = done[place % len(done)]
            attempt, told = self.refunds[i]
            self.refunds[i] = (
                attempt,
                self._refund(attempt, told.amount_cents, told.refund_id, "failed"),
            )
            self.on_cards += told.amount_cents
            self._tell(attempt)

    def _refund(self, attempt: PaymentAttempt, cents: int, name: str, status: str) -> Refunded:
        return Refunded(
            refund_id=name,
            intent_id=f"pi_{attempt.id.hex}",
            status=status,
            amount_cents=cents,
            currency="eur",
            at=self.world.clock.now(),
        )

    def _tell(self, attempt: PaymentAttempt) -> None:
        number = self.account.practice_id
        with self.world.database.unit_of_work(number) as work:
            account = get_account(
                work.session, practice_id=number, account_id=self.account.id, lock=True
            )
            take_refunds(
                work.session,
                practice=get_practice(work.session, number),
                account=account,
                attempt=get_attempt(work.session, practice_id=number, attempt_id=attempt.id),
                told=[told for of, told in self.refunds if of is attempt],
                at=self.world.clock.now(),
            )
            work.commit()

    def assert_it_adds_up(self) -> None:
        """The journal is the till, the processor and what is owed; credit is never below zero."""
        self.world.check()
        kept = self.claire.payments(self.account)
        for method, ledger_account in HELD_BY.items():
            here = sum(one.kept_cents for one in kept if one.payment.method == method)
            assert self.claire.booked(ledger_account) == here
        assert self.claire.booked(PROCESSOR) == self.on_cards
        credit = self.claire.credit(self.account)
        assert credit >= 0
        invoices = self.world.invoices(self.account)
        owed = sum(invoice.open_cents for invoice in invoices)
        assert self.claire.booked(PATIENTS) == owed == self.world.reload(self.account).balance_cents
        if credit:
            assert "overpaid" in self.claire.tasks(self.account)
        with self.world.database.reading(self.account.practice_id) as session:
            payable = payables_of(
                session, practice_id=self.account.practice_id, account_id=self.account.id
            )
        assert sum(one.cents for one in payable) <= owed


def paid(attempt: PaymentAttempt) -> Checkout:
    """A page on which the whole sum was paid."""
    return Checkout(
        session_id=f"cs_{attempt.id.hex}",
        url=None,
        status="complete",
        paid=True,
        amount_cents=attempt.amount_cents,
        currency="eur",
        reference=attempt.id.hex,
        livemode=False,
        intent_id=f"pi_{attempt.id.hex}",
        failed=None,
        received_at=attempt.created_at,
    )


@settings(max_examples=sample(20, 1_500), deadline=None)
@given(acts=ACTS)
def test_any_history_adds_up_to_the_cent(
    sqlite_template: Path, acts: list[tuple[object, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, fresh_books(sqlite_template, folder) as url:
        world = World(url)
        live(world, acts)
        world.database.dispose()


def live(world: World, acts: list[tuple[object, ...]]) -> None:
    """Do all that, look after each, and once more in the end."""
    claire = Secretary.of(world)
    books = Books(claire, world.account(owes=(3000, 1200)))
    asked = 0
    for name, *given_values in acts:
        getattr(books, str(name))(*given_values)
        world.later(seconds=1)
        asked += name in ("receives", "cancels", "uses")
        if asked % 2 == 0:
            claire.work()
        books.assert_it_adds_up()
    claire.work()
    books.assert_it_adds_up()
    assert all(order.status in ("done", "refused") for order in claire.orders(books.account))
