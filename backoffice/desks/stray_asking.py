"""Asking that a payment of nobody known be given to an account, or back; what would come of it first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.account_refunds import approvers_of, colleague, second_of
from backoffice.desks.order_words import STRAY_REASONS
from backoffice.desks.people import names_of
from backoffice.desks.stray_fate import accounts_of_strays, fate_of
from backoffice.desks.words import title
from shared.accounts import Account, Practice, find_account, get_account, get_practice
from shared.base.clock import local_date
from shared.base.database import take_turns
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import clock_time, day
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.orders import (
    ASSIGN,
    REFUND,
    MoneyOrder,
    Wish,
    ask_order,
    ask_stray_refund,
    left_of_stray,
    open_order_of_stray,
    order_of_form,
    weigh,
)
from shared.payments import StrayPayment
from shared.reconciliation import get_stray
from shared.reversals import is_contested
from shared.staff import SignedIn

_STALE = "Cette page n’est plus valable : rechargez-la, puis recommencez."


@dataclass(frozen=True, slots=True)
class Assigning:
    """What would come of giving a payment to an account: so much settles what is owed there, the rest is
    its credit."""

    stray: StrayPayment
    cents: Cents
    number: str
    name: str
    owed_cents: Cents

    @property
    def settles_cents(self) -> Cents:
        """What it settles at most."""
        return min(self.cents, self.owed_cents)

    @property
    def credit_cents(self) -> Cents:
        """What is too much for what is owed."""
        return self.cents - self.settles_cents

    @property
    def owed_after_cents(self) -> Cents:
        """What is still owed then."""
        return self.owed_cents - self.settles_cents


@dataclass(frozen=True, slots=True)
class GivingBack:
    """What would come of giving one back: who may agree when somebody must, and from when it leaves when
    nobody else can."""

    stray: StrayPayment
    practice: Practice
    cents: Cents
    reason: str
    agree: tuple[str, ...]
    alone_from: datetime | None


def foresee_assign(
    session: Session, *, who: SignedIn, stray_id: UUID, number: str, keys: KeyRing | None
) -> Assigning:
    """What would come of it now. Raises NotFoundError, NotAllowedError as asking for it does."""
    stray = get_stray(session, practice_id=who.practice_id, stray_id=stray_id)
    account = _account(session, who, number)
    _refuse_what_is_over(session, stray, who=who)
    names = names_of(session, [account], practice_id=who.practice_id, keys=keys) if keys else {}
    return Assigning(
        stray=stray,
        cents=left_of_stray(stray),
        number=account.number,
        name=names[account.id].full if account.id in names else "",
        owed_cents=max(account.balance_cents, 0),
    )


def ask_assign(
    session: Session, *, who: SignedIn, stray_id: UUID, number: str, once: str, at: datetime
) -> str:
    """Ask the worker to give a payment to an account; what is then told. The same form asks once.

    Raises NotFoundError, NotAllowedError with the sentence for whoever asked: of two at once the second
    is told what the first did.
    """
    if not once:
        raise NotAllowedError(_STALE)
    get_stray(
        session, practice_id=who.practice_id, stray_id=stray_id
    )  # none of ours: 404, first of all
    named = _account(session, who, number)
    account = get_account(session, practice_id=who.practice_id, account_id=named.id, lock=True)
    stray = _in_turn(session, who, stray_id, once)
    ask_order(
        session,
        Wish(
            kind=ASSIGN,
            once=once,
            reason="assign",
            amount_cents=stray.amount_cents,
            stray_id=stray.id,
        ),
        practice=get_practice(session, who.practice_id),
        account=account,
        by=colleague(who),
        others=(),
        at=at,
    )
    return f"Le paiement est attribué au compte {account.number} dans un instant."


def foresee_give_back(
    session: Session, *, who: SignedIn, stray_id: UUID, reason: str, at: datetime
) -> GivingBack:
    """What would come of it now. Raises NotFoundError, NotAllowedError as asking for it does."""
    practice = get_practice(session, who.practice_id)
    stray = get_stray(session, practice_id=who.practice_id, stray_id=stray_id)
    _refuse_what_is_over(session, stray, who=who)
    if reason not in STRAY_REASONS:
        raise NotAllowedError("Choisissez la raison du remboursement.")
    wish = Wish(REFUND, "", reason, left_of_stray(stray), stray_id=stray.id)
    weighed = weigh(session, wish, practice, asker=who.user_id, at=at)
    second = second_of(weighed, approvers_of(session, practice), who=who, at=at)
    return GivingBack(
        stray=stray,
        practice=practice,
        cents=wish.amount_cents,
        reason=title(STRAY_REASONS, reason),
        agree=second.agree,
        alone_from=second.alone_from,
    )


def ask_give_back(
    session: Session, *, who: SignedIn, stray_id: UUID, reason: str, once: str, at: datetime
) -> MoneyOrder:
    """Ask the worker to give back what is left of a payment. The same form asks once.

    Raises NotFoundError, NotAllowedError with the sentence for whoever asked: of two at once the second
    is told what the first did.
    """
    if not once:
        raise NotAllowedError(_STALE)
    practice = get_practice(session, who.practice_id)
    stray = _in_turn(session, who, stray_id, once)
    return ask_stray_refund(
        session,
        stray=stray,
        reason=reason,
        once=once,
        practice=practice,
        by=colleague(who),
        approvers=approvers_of(session, practice),
        at=at,
    )


def _account(session: Session, who: SignedIn, number: str) -> Account:
    try:
        return find_account(session, practice_id=who.practice_id, number=number)
    except NotFoundError:
        raise NotAllowedError("Ce compte n’existe pas : vérifiez son numéro.") from None


def _in_turn(session: Session, who: SignedIn, stray_id: UUID, once: str) -> StrayPayment:
    """The payment that something is asked of, unless it is too late and this form has not asked before.

    The front door may not lock money's rows, so that who asks about one waits for who asked before.
    """
    take_turns(session, f"stray:{who.practice_id}:{stray_id}")
    stray = get_stray(session, practice_id=who.practice_id, stray_id=stray_id)
    if order_of_form(session, practice_id=who.practice_id, once=once) is None:
        _refuse_what_is_over(session, stray, who=who)
    return stray


def _refuse_what_is_over(session: Session, stray: StrayPayment, *, who: SignedIn) -> None:
    """Nothing more can be asked of what went, or of what somebody asked something of: it is said who did
    what. Raises NotAllowedError."""
    if stray.status == "returned" and is_contested(session, stray):
        raise NotAllowedError(
            "La banque a repris ce paiement, que la personne conteste : il ne peut être ni attribué ni "
            "rendu tant qu’elle n’a pas décidé."
        )
    if stray.status != "found":
        raise NotAllowedError(
            f"Ce paiement n’est plus à attribuer. {_became(session, stray)} Rien d’autre n’est fait."
        )
    order = open_order_of_stray(session, practice_id=stray.practice_id, stray_id=stray.id)
    if order is None:
        return
    on = local_date(order.asked_at, who.timezone)
    by = f"{order.asked_name}, le {day(on)} à {clock_time(order.asked_at, who.timezone)}"
    if order.kind == REFUND:
        raise NotAllowedError(
            f"Le remboursement de ce paiement est déjà demandé par {by}. Rien n’est fait deux fois : pour "
            "l’attribuer à un compte, retirez-le d’abord."
        )
    number = session.get_one(Account, (stray.practice_id, order.account_id)).number
    raise NotAllowedError(
        f"Ce paiement est déjà en cours d’attribution au compte {number} : demandé par {by}. "
        "Rien n’est fait deux fois."
    )


def _became(session: Session, stray: StrayPayment) -> str:
    numbers = accounts_of_strays(session, [stray], practice_id=stray.practice_id)
    return fate_of(session, stray, numbers.get(stray.id, ""))
