"""The whole story of an account on one page; a dozen statements, whatever its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backoffice.desks.account_changes import ChangesShown, changes_shown
from backoffice.desks.account_desk import DeskShown, read_desk
from backoffice.desks.account_disputes import DisputeShown, disputes_shown
from backoffice.desks.account_head import Found, Identity, identity_of, read_account
from backoffice.desks.account_messages import ThreadShown, threads_shown
from backoffice.desks.account_orders import OrderShown, OrdersShown, refunds_shown
from backoffice.desks.account_parts import (
    EventShown,
    HoldShown,
    InvoiceShown,
    NoticeShown,
    PaymentShown,
    StepShown,
    event_shown,
    hold_shown,
    invoice_shown,
    notice_shown,
    payment_shown,
)
from backoffice.desks.account_plans import PlanShown, read_plan
from backoffice.desks.account_reading import read_parts
from backoffice.desks.account_tasks import TaskShown, task_shown
from backoffice.desks.debts import debts_shown, given_up_of, sums_given_up
from backoffice.desks.timeline_desk import DESK_BY_THE_WAY, is_by_the_way
from backoffice.desks.timeline_privacy import BY_THE_WAY as ERASURE_BY_THE_WAY
from backoffice.desks.words import title
from shared.accounts import Account, Hold, account_vault
from shared.audit import timeline_of
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.billing import Invoice
from shared.delivery import link_obstacle
from shared.ladder import (
    MESSAGE,
    STEP_TITLES,
    WITHHELD_TITLES,
    Hindrances,
    Standing,
    standing,
    why_not,
)
from shared.payments import payments_of
from shared.staff import SignedIn

# Kept in the timeline, left out of the story: what follows at once, or what the signal led to, says it.
BY_THE_WAY = frozenset(
    {"notice.claim", "webhook_event.handle", "webhook_event.ignore"}
    | DESK_BY_THE_WAY
    | ERASURE_BY_THE_WAY
)


@dataclass(frozen=True, slots=True)
class LadderShown:
    """Where the account stands, and why the next step does not take place.

    ``stopped`` is so while a pause of the whole account runs, the last night withheld the step, or the
    next message can't go; ``withheld`` is why, unless a pause says it already;
    ``on_its_way`` whether its message is planned already.
    """

    steps: tuple[StepShown, ...]
    stopped: bool
    withheld: str
    withheld_since: datetime | None
    on_its_way: bool

    @property
    def coming(self) -> StepShown | None:
        """The step whose turn is next, or that waits for a human."""
        return next((step for step in self.steps if step.state in ("asked", "next")), None)

    @property
    def below(self) -> StepShown | None:
        """The first of the steps that do not come because too little is owed."""
        return next((step for step in self.steps if step.state == "below"), None)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Everything on the page; ``identity`` is None for roles that see no names."""

    found: Found
    identity: Identity | None
    link_obstacle: str | None
    ladder: LadderShown
    holds: tuple[HoldShown, ...]
    past_holds: tuple[HoldShown, ...]
    invoices: tuple[InvoiceShown, ...]
    notices: tuple[NoticeShown, ...]
    tasks: tuple[TaskShown, ...]
    payments: tuple[PaymentShown, ...]
    disputes: tuple[DisputeShown, ...]
    story: tuple[EventShown, ...]
    threads: tuple[ThreadShown, ...]
    changes: ChangesShown
    plan: PlanShown | None
    orders: OrdersShown
    debts: tuple[OrderShown, ...]
    desk: DeskShown


def read_page(
    session: Session, *, who: SignedIn, number: str, keys: KeyRing, at: datetime
) -> AccountPage:
    """The account's page as this role may see it. Raises NotFoundError."""
    practice_id = who.practice_id
    found = read_account(session, practice_id=practice_id, number=number, at=at)
    account_id = found.account.id
    vault = account_vault(keys, found.account)
    identity = None
    parts = read_parts(session, practice_id=practice_id, account_id=account_id)
    if who.may("accounts.names"):
        identity = identity_of(found, parts.contacts, vault)
    story: tuple[EventShown, ...] = ()
    if who.may("timeline.read"):
        events = timeline_of(session, practice_id=practice_id, account_id=account_id)
        shown_events = (
            event_shown(event)
            for event in events
            if event.kind not in BY_THE_WAY and not is_by_the_way(event.kind, event.facts)
        )
        story = tuple(dict.fromkeys(shown_events))  # several links that end at once are one line
    invoices, holds = parts.invoices, parts.holds
    payments = payments_of(session, practice_id=practice_id, account_id=account_id)
    orders = OrdersShown()
    if who.may("refunds.write"):
        orders = refunds_shown(
            parts.orders,
            paid_by={one.payment.id: one.payment.method for one in payments},
            who=who,
            vault=vault,
            at=at,
        )
    given_up = sums_given_up(given_up_of(session, found.account, parts.orders))
    absent = {hold.invoice_id for hold in holds if hold.status == "active"} - {None}
    readable = vault if who.may("holds.write") else None
    shown = [(hold.status, hold_shown(hold, invoices, readable)) for hold in holds]
    return AccountPage(
        found=found,
        identity=identity,
        link_obstacle=link_obstacle(found.account, parts.contacts),
        ladder=_ladder(
            session,
            found,
            asked=[i for i in invoices if i.status == "issued" and i.id not in absent],
            in_hand=sum(one.free_credit_cents for one in payments),
            paused=any(hold.status == "active" and hold.invoice_id is None for hold in holds),
            at=at,
        ),
        holds=tuple(hold for status, hold in shown if status == "active"),
        past_holds=tuple(hold for status, hold in shown if status != "active"),
        invoices=tuple(
            invoice_shown(i, absent=i.id in absent, forgiven=given_up.get(i.id, 0))
            for i in invoices
        ),
        notices=tuple(notice_shown(notice) for notice in parts.notices),
        tasks=tuple(task_shown(task, payments) for task in parts.tasks),
        payments=tuple(
            payment_shown(
                one,
                asked=orders.asked.get(one.payment.id, 0),
                with_names=who.may("accounts.names"),
            )
            for one in payments
        ),
        orders=orders,
        debts=debts_shown(parts.orders, who=who, vault=vault, at=at)
        if who.may("debts.forgive")
        else (),
        desk=read_desk(session, found, payments, parts.orders, holds, who=who, at=at),
        disputes=disputes_shown(parts.disputes, found, payments),
        story=story,
        threads=threads_shown(parts.threads, parts.messages, parts.documents, parts.requests, vault)
        if who.may("messages.write")
        else (),
        plan=read_plan(session, found.account) if _has_plan(holds) else None,
        changes=changes_shown(parts.changes, parts.codes_sent, parts.contacts, vault)
        if who.may("contacts.write")
        else ChangesShown(),
    )


def _has_plan(holds: Sequence[Hold]) -> bool:
    """A plan that runs or waits keeps the ladder still, so that most pages need not look for one."""
    return any(hold.status == "active" and hold.kind == "plan" for hold in holds)


def _ladder(
    session: Session,
    found: Found,
    *,
    asked: Sequence[Invoice],
    in_hand: Cents,
    paused: bool,
    at: datetime,
) -> LadderShown:
    stands = standing(
        session,
        practice=found.practice,
        account_id=found.account.id,
        first_issued_on=min((i.issued_on for i in asked), default=None),
        oldest_due_on=min((i.due_on for i in asked), default=None),
        askable_cents=max(sum(i.open_cents for i in asked) - in_hand, 0),
        today=local_date(at, found.practice.timezone),
    )
    steps = tuple(
        StepShown(STEP_TITLES[s.name], s.state, s.day, s.minimum_cents) for s in stands.steps
    )
    reason, since = _why_not(stands, found.account, paused=paused), None
    if reason and reason == stands.withheld:
        since = stands.withheld_since
    elif reason == "door_closed":
        since = found.account.door_closed_at
    said_by_pause = paused and reason.startswith("hold_")
    return LadderShown(
        steps=steps,
        stopped=paused or bool(reason),
        withheld=title(WITHHELD_TITLES, reason) if reason and not said_by_pause else "",
        withheld_since=since,
        on_its_way=stands.on_its_way,
    )


def _why_not(stands: Standing, account: Account, *, paused: bool) -> str:
    """What the last night said, else what the next one will say; a conversation begins with a message."""
    coming = next((step for step in stands.steps if step.state in ("asked", "next")), None)
    begins = not stands.steps and account.balance_cents > 0
    against = Hindrances(
        withheld=stands.withheld,
        paused=paused,
        door_closed=account.door_closed_at is not None,
        checkable=account.checkable,
        unreachable=stands.unreachable,
    )
    if coming is None:
        return why_not("next" if begins else None, MESSAGE, against)
    return why_not(coming.state, coming.act, against)
