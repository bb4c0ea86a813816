"""What a till needs for money that no attempt of ours asked for, and for looking at all the money."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from ardoise import hearing, ordering, refunding, verifying
from ardoise.patience import Patience
from shared.accounts import Account, get_account, get_practice
from shared.base.ids import new_id
from shared.ledger import PROCESSOR, UNASSIGNED, JournalEntry, JournalLine
from shared.orders import ASSIGN, Colleague, MoneyOrder, Wish, ask_order
from shared.payments import StrayPayment
from shared.reversals import Dispute
from shared.staff import StaffUser
from tests.integration.till import WORKS, Till
from tests.servers.sandbox import session_params


def by_hand(till: Till, cents: int = 5000, *, key: str = "", **params: Any) -> str:
    """Money taken in the processor's own pages: the intent's name."""
    client = till.processor.client(key or till.key)
    given = session_params(cents) | {
        "client_reference_id": "by-hand",
        "metadata": {},
        "payment_intent_data": {},
    }
    page = client.v1.checkout.sessions.create(given | params)  # type: ignore[arg-type]
    made = till.processor.control("pay", session=page.id, card=WORKS)
    return str(made["payment_intent"])


def give_back(till: Till, intent: str, cents: int, status: str = "succeeded") -> str:
    """Money given back in the processor's own pages: the refund's name."""
    made = till.processor.control("refund", payment_intent=intent, amount=cents, status=status)
    return str(made["refund"])


def sweep(till: Till, practice_id: int | None = None) -> None:
    """All that the worker asks the processor for now and then."""
    house, number = till.world.house, practice_id or till.world.practice_id
    hearing.ask_missed(house, number, Patience())
    refunding.sweep_refunds(house, number, Patience())
    verifying.sweep_payments(house, number, Patience())
    till.work_for(number)


def strays(till: Till, practice_id: int | None = None) -> list[StrayPayment]:
    """Payments of nobody known, the oldest first."""
    with till.world.database.reading(practice_id or till.world.practice_id) as session:
        query = select(StrayPayment).order_by(StrayPayment.received_at, StrayPayment.id)
        found = session.scalars(query).all()
    return [s for s in found if s.practice_id == (practice_id or till.world.practice_id)]


def held(till: Till, ledger_account: str, practice_id: int | None = None) -> int:
    """What the journal says an account of its own holds, in cents."""
    number = practice_id or till.world.practice_id
    with till.world.database.reading(number) as session:
        query = select(func.coalesce(func.sum(JournalLine.amount_cents), 0)).where(
            JournalLine.practice_id == number, JournalLine.ledger_account == ledger_account
        )
        return int(session.scalar(query) or 0)


def entries(till: Till, begin: str) -> list[str]:
    """The causes of journal entries that begin so."""
    with till.world.database.reading(till.world.practice_id) as session:
        query = select(JournalEntry.cause).where(JournalEntry.cause.startswith(begin))
        return list(session.scalars(query.order_by(JournalEntry.cause)))


def stray_disputes(till: Till) -> list[Dispute]:
    """Disputes of payments that were nobody's when they were disputed, the oldest first."""
    with till.world.database.reading(till.world.practice_id) as session:
        query = select(Dispute).where(Dispute.stray_id.is_not(None))
        return list(session.scalars(query.order_by(Dispute.opened_at, Dispute.id)))


def taken_of(till: Till, stray: StrayPayment) -> int:
    """What banks have of a payment of nobody known, in cents."""
    return sum(one.taken_cents for one in stray_disputes(till) if one.stray_id == stray.id)


def check_to_the_cent(till: Till, practice_id: int | None = None, key: str = "") -> None:
    """All invariants, and the journal's processor account is what the processor really has."""
    till.world.check()
    really = sum(till.charged(key).values())
    assert held(till, PROCESSOR, practice_id) == really
    nobodys = sum(
        s.amount_cents - s.returned_cents
        for s in strays(till, practice_id)
        if s.status != "assigned"
    )
    assert held(till, UNASSIGNED, practice_id) == -nobodys


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody at the desk who assigns payments."""

    till: Till
    by: Colleague

    @classmethod
    def of(cls, till: Till) -> "Clerk":
        """Claire, at the till's practice."""
        user = StaffUser(
            id=new_id(),
            email=f"{uuid4().hex}@r12.example",
            name="Claire",
            password_hash="-",
            key_id="k1",
            totp_secret=b"-",
            created_at=till.world.clock.now(),
        )
        with till.world.database.unit_of_work() as work:
            work.session.add(user)
            work.commit()
            return cls(till, Colleague(user.id, user.name))

    def ask(self, stray: StrayPayment, account: Account, once: str = "") -> MoneyOrder:
        """Say whose a payment is."""
        number = stray.practice_id
        with self.till.world.database.unit_of_work(number) as work:
            order = ask_order(
                work.session,
                Wish(
                    kind=ASSIGN,
                    once=once or uuid4().hex,
                    reason="assign",
                    amount_cents=stray.amount_cents,
                    stray_id=stray.id,
                ),
                practice=get_practice(work.session, number),
                account=get_account(
                    work.session, practice_id=number, account_id=account.id, lock=True
                ),
                by=self.by,
                others=(),
                at=self.till.world.clock.now(),
            )
            work.commit()
        return order

    def assign(self, stray: StrayPayment, account: Account) -> MoneyOrder:
        """The same, and the worker does it."""
        order = self.ask(stray, account)
        ordering.carry_out_orders(self.till.world.house, stray.practice_id)
        with self.till.world.database.reading(stray.practice_id) as session:
            return session.get_one(MoneyOrder, (stray.practice_id, order.id))
