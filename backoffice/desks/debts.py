"""What giving up a debt would do, said before it is asked for and to whoever agrees to it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_orders import OrderShown, order_shown
from backoffice.desks.account_refunds import approvers_of, second_of
from backoffice.desks.decision_words import FORGIVE_REASONS
from backoffice.desks.words import title
from shared.accounts import Account, Practice
from shared.base.money import Cents, total_of
from shared.base.vault import Vault
from shared.billing import Invoice
from shared.forgiving import NATURES, WAIVED, DebtLeft, Forgiveness, cents_left, forgiven_of
from shared.orders import (
    FORGIVE,
    MoneyOrder,
    Wish,
    can_be_forgiven,
    check_forgiveness,
    debts_to_ask,
    shares_asked,
    weigh,
)
from shared.staff import SignedIn

ENDED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DebtForeseen:
    """What would come of it: shares (invoice number, cents), what stays owed, as what it is booked; who
    may agree when somebody must, and from when it is done when nobody else can."""

    cents: Cents
    reason: str
    shares: tuple[tuple[str, Cents], ...]
    stays_cents: Cents
    waived: bool
    agree: tuple[str, ...]
    alone_from: datetime | None


@dataclass(frozen=True, slots=True)
class DebtAgreement:
    """An order to give up a debt, for whoever agrees: ``obstacle`` is what stands in its way now, ``name``
    is for whoever may read names."""

    order: OrderShown
    account: str
    shares: tuple[tuple[str, Cents], ...]
    waived: bool
    obstacle: str
    name: str = ""

    @property
    def mark(self) -> str:
        """The same for the same effects, so that one agrees to what one was shown."""
        told = repr((self.order.cents, self.shares, self.obstacle))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def debts_left(session: Session, account: Account) -> tuple[DebtLeft, ...]:
    """What may be given up of an account's invoices, the oldest due first."""
    return debts_to_ask(session, practice_id=account.practice_id, account_id=account.id)


def foresee_debt(
    session: Session,
    wish: Wish,
    shares: Mapping[UUID, Cents],
    *,
    left: Sequence[DebtLeft],
    practice: Practice,
    account: Account,
    who: SignedIn,
    at: datetime,
) -> DebtForeseen:
    """What it would do where so much is ``left``, as it was just read. Raises NotAllowedError with what to
    mend."""
    approvers = approvers_of(session, practice)
    weighed = weigh(session, wish, practice, asker=who.user_id, at=at)
    check_forgiveness(wish, shares, left=cents_left(left), weighed=weighed, approvers=approvers)
    second = second_of(weighed, approvers, who=who, at=at)
    numbers = {one.id: one.number for one in left}
    return DebtForeseen(
        cents=wish.amount_cents,
        reason=title(FORGIVE_REASONS, wish.reason),
        shares=tuple((numbers[i], cents) for i, cents in shares.items()),
        stays_cents=account.balance_cents - total_of(shares),
        waived=NATURES[wish.reason] == WAIVED,
        agree=second.agree,
        alone_from=second.alone_from,
    )


def read_debt_agreement(
    session: Session,
    order: MoneyOrder,
    account: Account,
    *,
    who: SignedIn,
    vault: Vault | None,
    at: datetime,
) -> DebtAgreement:
    """The page where one agrees, also when it is over."""
    shares = shares_asked(session, order)
    numbers = numbers_of(session, order.practice_id, shares)
    obstacle = ""
    if not can_be_forgiven(session, order):
        obstacle = (
            "Une partie a été payée, ou est en cours de paiement, entre-temps : cette demande ne peut plus "
            "être accordée. Refusez-la, puis qu’on en demande une autre s’il le faut."
        )
    return DebtAgreement(
        order=order_shown(order, who=who, vault=vault, at=at),
        account=account.number,
        shares=tuple((numbers[i], cents) for i, cents in shares.items()),
        waived=NATURES.get(order.reason) == WAIVED,
        obstacle=obstacle,
    )


def debts_shown(
    orders: Sequence[MoneyOrder], *, who: SignedIn, vault: Vault, at: datetime
) -> tuple[OrderShown, ...]:
    """Debts that staff asked to be given up, among an account's orders: those that wait, and the latest
    that are over."""
    found = [order for order in orders if order.kind == FORGIVE]
    live = [order for order in found if order.ended_at is None]
    over = [order for order in found if order.ended_at is not None][:ENDED_SHOWN]
    return tuple(order_shown(one, who=who, vault=vault, at=at) for one in [*live, *over])


def given_up_of(
    session: Session, account: Account, orders: Sequence[MoneyOrder]
) -> Sequence[Forgiveness]:
    """What is no longer asked for on an account, the latest first; no statement where there is nothing."""
    if all(order.kind != FORGIVE or order.status != "done" for order in orders):
        return ()
    return forgiven_of(session, practice_id=account.practice_id, account_id=account.id)


def sums_given_up(forgiven: Iterable[Forgiveness]) -> Counter[UUID]:
    """How much of it is each invoice's, in cents."""
    sums: Counter[UUID] = Counter()
    for one in forgiven:
        sums[one.invoice_id] += one.amount_cents
    return sums


def numbers_of(
    session: Session, practice_id: int, invoices: Mapping[UUID, Cents]
) -> dict[UUID, str]:
    """Numbers of invoices; one statement."""
    rows = session.execute(
        select(Invoice.id, Invoice.number).where(
            Invoice.practice_id == practice_id, Invoice.id.in_(invoices)
        )
    )
    return {row.id: row.number for row in rows}
