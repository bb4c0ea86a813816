"""Refunds that staff asked for on an account, and what may be done with each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from backoffice.desks.decision_words import FORGIVE_OUTCOMES, FORGIVE_REASONS
from backoffice.desks.order_words import (
    DEBT_END_REASONS,
    END_REASONS,
    HANDED,
    OUTCOMES,
    REFUND_REASONS,
)
from backoffice.desks.words import BACK_TO, title
from shared.accounts import open_text
from shared.base.money import Cents
from shared.base.vault import Vault
from shared.orders import ASKS, FORGIVE, MONEY_ORDER, OPEN, REFUND, MoneyOrder
from shared.staff import SignedIn

ENDED_SHOWN = 5
_OVER = MONEY_ORDER.statuses - OPEN


@dataclass(frozen=True, slots=True)
class OrderShown:
    """One refund: ``state`` says how it stands, with its ``tone``; ``leaves_at`` when it may go where it
    waits for its hour; ``state_waits`` while a second person has to decide, ``to_hand`` while the team has
    to hand it over. ``agreed_by`` and ``handed_by`` are empty where nobody did; ``why`` is the reason of
    whoever ended it."""

    id: UUID
    cents: Cents
    reason: str
    how: str
    asked_by: str
    asked_at: datetime
    note: str
    state: str
    tone: str
    leaves_at: datetime | None
    mine: bool
    state_waits: bool
    to_hand: bool
    agreed_by: str
    agreed_at: datetime | None
    handed_by: str
    handed_at: datetime | None
    why: str
    may_agree: bool
    may_hand: bool
    may_stop: bool
    may_withdraw: bool
    is_over: bool

    @property
    def is_open(self) -> bool:
        """Whether somebody's word may still change what becomes of it."""
        return self.state_waits or self.to_hand or self.leaves_at is not None


@dataclass(frozen=True, slots=True)
class OrdersShown:
    """What waits or is under way, and what ended lately; with what is asked of each payment."""

    live: tuple[OrderShown, ...] = ()
    ended: tuple[OrderShown, ...] = ()
    asked: Mapping[UUID, Cents] = field(default_factory=dict)


def refunds_shown(
    orders: Sequence[MoneyOrder],
    *,
    paid_by: Mapping[UUID, str],
    who: SignedIn,
    vault: Vault,
    at: datetime,
) -> OrdersShown:
    """The refunds among an account's orders, for roles that may ask for one; ``paid_by`` is how each of
    its payments came."""
    found = [order for order in orders if order.kind == REFUND]
    asked: dict[UUID, Cents] = defaultdict(int)
    for order in found:
        if order.status not in _OVER and order.payment_id is not None:
            asked[order.payment_id] += order.amount_cents

    def shown(some: Sequence[MoneyOrder]) -> tuple[OrderShown, ...]:
        return tuple(
            order_shown(
                one, who=who, vault=vault, at=at, paid_by=paid_by.get(one.payment_id or one.id, "")
            )
            for one in some
        )

    return OrdersShown(
        live=shown([o for o in found if o.status not in _OVER]),
        ended=shown([o for o in found if o.status in _OVER][:ENDED_SHOWN]),
        asked=asked,
    )


def may_see(who: SignedIn, kind: str) -> bool:
    """Whether somebody reads orders of a kind: those that they may ask for, or agree to."""
    return who.may(ASKS[kind]) or (kind == FORGIVE and who.may("refunds.approve"))


def order_shown(
    order: MoneyOrder, *, who: SignedIn, vault: Vault | None, at: datetime, paid_by: str = ""
) -> OrderShown:
    """A refund, or a debt given up, as this person sees it; one of nobody's money has no note, and needs
    no vault. Where staff do not hand it over, it goes the way it came (``paid_by``)."""
    mine = order.asked_by == who.user_id
    state, tone = _state(order)
    note = ""
    if order.note is not None and vault is not None:
        note = open_text(vault, order.note, table="money_order", row=order.id, column="note")
    to_hand = order.status == "agreed"
    waits = order.status in ("agreed", "approved") and order.not_before > at
    stoppable = to_hand or (waits and order.alone)
    agreed = order.decided_by is not None and (
        order.dropped_by is not None or order.status not in ("waiting", "declined", "withdrawn")
    )
    may_ask = who.may(ASKS[order.kind])
    gives_up = order.kind == FORGIVE
    return OrderShown(
        id=order.id,
        cents=order.amount_cents,
        reason=title(FORGIVE_REASONS if gives_up else REFUND_REASONS, order.reason),
        how=_how(order, paid_by),
        asked_by=order.asked_name,
        asked_at=order.asked_at,
        note=note,
        state=state,
        tone=tone,
        leaves_at=order.not_before if waits else None,
        mine=mine,
        state_waits=order.status == "waiting",
        to_hand=to_hand,
        agreed_by=order.decided_name or "" if agreed else "",
        agreed_at=order.decided_at if agreed else None,
        handed_by=order.handed_name or "",
        handed_at=order.handed_at if order.handed_name else None,
        why=(DEBT_END_REASONS if gives_up else END_REASONS).get(order.why or "", ""),
        may_agree=order.status == "waiting" and not mine and who.may("refunds.approve"),
        may_hand=to_hand and not waits and may_ask,
        may_stop=stoppable and not mine and may_ask,
        may_withdraw=mine and (order.status == "waiting" or waits or to_hand),
        is_over=order.status in _OVER,
    )


def _how(order: MoneyOrder, paid_by: str) -> str:
    if order.kind == FORGIVE:
        return "à ne plus demander" if order.ended_at is None else "qui ne sont plus demandés"
    return title(HANDED, order.method) if order.method else BACK_TO.get(paid_by, "à qui l’a payé")


def _state(order: MoneyOrder) -> tuple[str, str]:
    by = order.dropped_name or order.decided_name or order.asked_name
    stopped = order.alone or order.dropped_by is not None
    gives_up = order.kind == FORGIVE
    outcomes = FORGIVE_OUTCOMES if gives_up else OUTCOMES
    why = outcomes.get(order.outcome or "", "voyez l’historique")
    booked = gives_up or order.method is not None
    return {
        "waiting": ("à valider par un responsable", "warn"),
        "agreed": ("à remettre", "warn"),
        "approved": ("va être inscrit" if booked else "va partir", "go"),
        "sent": ("en route, le prestataire n’a pas encore répondu", "go"),
        "done": ("fait" if booked else "envoyé", "ok"),
        "declined": (f"{'arrêté' if stopped else 'refusé'} par {by}", "warn"),
        "withdrawn": (f"retiré par {by}", ""),
        "refused": (f"impossible : {why}", "err"),
    }[order.status]
