"""Money that somebody else has to agree to, and that is then handed over: what agreeing would do now."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.account_disputes import DisputeShown
from backoffice.desks.account_orders import OrderShown, may_see, order_shown
from backoffice.desks.account_refunds import colleague, payment_to_refund
from backoffice.desks.agreement_effects import (
    Effects,
    effects_of,
    effects_on,
    effects_on_stray,
    payment_of,
)
from backoffice.desks.debts import DebtAgreement, read_debt_agreement
from backoffice.desks.people import get_named
from backoffice.desks.refund_doubts import doubt_about
from backoffice.flaws import FieldError
from shared.accounts import Account, account_vault, get_account, get_practice
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.orders import (
    ASKS,
    FORGIVE,
    MONEY_ORDER,
    REFUND,
    MoneyOrder,
    decide_order,
    get_order,
    hand_over,
    needs_why,
)
from shared.reconciliation import get_stray
from shared.staff import SignedIn


class ChangedError(Exception):
    """What an order would do is not what was shown to whoever agrees."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that one must know to agree: the order, the payment that money goes back of (of nobody's the
    processor's name of it), what comes of it, the ``doubt`` whether the reason is the account's, the dispute
    in which its bank still decides. ``receipt``, ``account`` and ``name`` are empty for a payment of nobody
    known, ``name`` for whoever reads none, ``card`` where none is known."""

    order: OrderShown
    account: str
    name: str
    receipt: str
    processor_ref: str
    paid_cents: Cents
    paid_at: datetime
    method: str
    card: str
    by_hand: bool
    contest: DisputeShown | None
    effects: Effects
    doubt: str

    @property
    def taken(self) -> bool:
        """Whether the bank has the money already."""
        return self.contest is not None and self.contest.taken


def read_agreement(
    session: Session,
    order: MoneyOrder,
    *,
    who: SignedIn,
    keys: KeyRing,
    names: KeyRing | None,
    at: datetime,
) -> Agreement:
    """An order to give money back, also when it is over; ``names`` are the keys again, for whoever may read
    names. Raises NotFoundError."""
    if order.stray_id is not None:
        stray = get_stray(session, practice_id=who.practice_id, stray_id=order.stray_id)
        return Agreement(
            order=order_shown(order, who=who, vault=None, at=at),
            account="",
            name="",
            receipt="",
            processor_ref=stray.processor_ref,
            paid_cents=stray.amount_cents,
            paid_at=stray.received_at,
            method="carte",
            card="",
            by_hand=False,
            contest=None,
            effects=effects_on_stray(session, stray, order),
            doubt="",
        )
    account, name = _named(session, order, names)
    of = payment_to_refund(session, account, payment_of(session, order), at=at)
    effects = effects_on(of.room, order, of.dispute)
    return Agreement(
        order=order_shown(
            order,
            who=who,
            vault=account_vault(keys, account),
            at=at,
            paid_by=of.payment.method,
        ),
        account=account.number,
        name=name,
        receipt=of.payment.number,
        processor_ref="",
        paid_cents=of.payment.amount_cents,
        paid_at=of.payment.received_at,
        method=of.method,
        card=of.card,
        by_hand=of.by_hand,
        contest=of.contest,
        effects=effects,
        doubt=doubt_about(
            order.reason,
            payments=of.payments,
            from_credit=effects.credit_cents,
            owed_again=sum(cents for _, cents in effects.owed_again),
        ),
    )


def decide(
    session: Session,
    *,
    who: SignedIn,
    order_id: UUID,
    event: str,
    seen: str,
    why: str | None,
    at: datetime,
) -> MoneyOrder:
    """Agree, decline, stop or withdraw, or say that the money was handed over, under the lock of what the
    order is about.

    Raises NotFoundError, NotAllowedError, FieldError where a reason is to be chosen, and ChangedError when
    one agrees and what would come of it is not what ``seen`` stands for.
    """
    order = leaving_order(session, who, order_id)
    if order.account_id is not None:
        _account(session, order, lock=True)
        order = leaving_order(session, who, order_id)
    else:
        order = leaving_order(session, who, order_id, lock=True)
    if event == "approve" and order.status == "waiting" and order.asked_by != who.user_id:
        effects = _effects(session, order, who=who, at=at)
        if effects.obstacle or effects.mark != seen:
            raise ChangedError
    if event == "hand_over":
        practice = get_practice(session, who.practice_id)
        hand_over(session, order, practice=practice, by=colleague(who), at=at)
        return order
    if event == "stop" and not who.may(ASKS[order.kind]):
        raise NotAllowedError("Arrêter cette demande revient à qui peut demander la même chose.")
    if MONEY_ORDER.allows(order.status, event) and needs_why(order.status, event) and not why:
        raise FieldError("why", "Raison", "Choisissez la raison : qui l’a demandé la lira.")
    decide_order(session, order, event, by=colleague(who), at=at, why=why)
    return order


def place_of(session: Session, *, who: SignedIn, order_id: UUID) -> str:
    """The number of the account that an order is about; empty where it has none. Raises NotFoundError."""
    order = leaving_order(session, who, order_id)
    return _account(session, order).number if order.account_id is not None else ""


def leaving_order(
    session: Session, who: SignedIn, order_id: UUID, *, lock: bool = False
) -> MoneyOrder:
    """An order that money leaves by, or is given up, and that this person may read. Raises NotFoundError."""
    order = get_order(session, practice_id=who.practice_id, order_id=order_id, lock=lock)
    if order.kind not in (REFUND, FORGIVE) or not may_see(who, order.kind):
        raise NotFoundError("Cette demande n’existe pas.")
    return order


def read_debt(
    session: Session,
    *,
    who: SignedIn,
    order: MoneyOrder,
    keys: KeyRing,
    names: KeyRing | None,
    at: datetime,
) -> DebtAgreement:
    """The page of an order to give up a debt; ``names`` as above. Raises NotFoundError."""
    account, name = _named(session, order, names)
    vault = account_vault(keys, account)
    read = read_debt_agreement(session, order, account, who=who, vault=vault, at=at)
    return replace(read, name=name)


def _effects(
    session: Session, order: MoneyOrder, *, who: SignedIn, at: datetime
) -> Effects | DebtAgreement:
    if order.kind != FORGIVE:
        return effects_of(session, order)
    account = _account(session, order)
    return read_debt_agreement(session, order, account, who=who, vault=None, at=at)


def _account(session: Session, order: MoneyOrder, *, lock: bool = False) -> Account:
    return get_account(
        session, practice_id=order.practice_id, account_id=_account_id(order), lock=lock
    )


def _named(session: Session, order: MoneyOrder, keys: KeyRing | None) -> tuple[Account, str]:
    return get_named(
        session, practice_id=order.practice_id, account_id=_account_id(order), keys=keys
    )


def _account_id(order: MoneyOrder) -> UUID:
    if order.account_id is None:
        raise NotFoundError("Ce compte n’existe pas.")
    return order.account_id
