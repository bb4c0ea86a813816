"""A thread by its own name, with its account; and what stands at its side: money, ladder, other threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from backoffice.desks.inbox_rows import named_first
from backoffice.desks.inbox_words import StateShown, state_of
from backoffice.desks.message_words import SUBJECTS
from backoffice.desks.words import WISHES, title
from shared.accounts import HOLD_TITLES, Account, Hold, Party, Practice, account_vault, open_name
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.billing import Invoice
from shared.inbox import ThreadSeen
from shared.ladder import STEP_TITLES, WITHHELD_TITLES, LadderCycle, LadderStep
from shared.messages import Thread, mark_of, order_of
from shared.staff import SignedIn

MOST_INVOICES = 6
MOST_THREADS = 8


@dataclass(frozen=True, slots=True)
class FoundThread:
    """A thread, whose it is, and where that account stands on the ladder; ``name`` is empty for roles that
    see none. ``seen_id`` is the latest message that whoever looks had before their eyes; ``opened``
    whether they have opened it at all."""

    thread: Thread
    account: Account
    name: str
    step: str
    stepped_on: date | None
    withheld: str
    holds: tuple[str, ...]
    granted_days: int
    opened: bool
    seen_id: UUID | None


@dataclass(frozen=True, slots=True)
class InvoiceShown:
    """An invoice in short."""

    number: str
    issued_on: date
    open_cents: Cents
    settled: bool


@dataclass(frozen=True, slots=True)
class OtherThread:
    """Another thread of the account; ``mergeable`` where the two can become one."""

    id: UUID
    subject: str
    state: StateShown
    moved_at: datetime
    mark: str
    mergeable: bool


@dataclass(frozen=True, slots=True)
class Context:
    """What stands at the side of a thread."""

    number: str
    name: str
    balance_cents: Cents
    wish: str
    step: str
    stepped_on: date | None
    why: tuple[str, ...]
    invoices: tuple[InvoiceShown, ...]
    more_invoices: int
    others: tuple[OtherThread, ...]
    paused: bool


def find(session: Session, *, who: SignedIn, thread_id: UUID, keys: KeyRing) -> FoundThread:
    """A thread of the practice, one statement; a merged one as it is. Raises NotFoundError."""
    step = (
        select(LadderStep.name)
        .where(
            LadderStep.practice_id == LadderCycle.practice_id,
            LadderStep.position == LadderCycle.position,
        )
        .order_by(LadderStep.version.desc())
        .limit(1)
        .correlate(LadderCycle)
        .scalar_subquery()
    )
    granted = (
        select(Practice.granted_pause_days).where(Practice.id == who.practice_id).scalar_subquery()
    )
    rows = session.execute(
        select(Thread, Account, Party, LadderCycle, step, ThreadSeen, Hold, granted)
        .join(
            Account,
            and_(Account.practice_id == Thread.practice_id, Account.id == Thread.account_id),
        )
        .outerjoin(
            Party, and_(Party.practice_id == Thread.practice_id, Party.account_id == Account.id)
        )
        .outerjoin(
            LadderCycle,
            and_(
                LadderCycle.practice_id == Thread.practice_id,
                LadderCycle.account_id == Account.id,
                LadderCycle.status == "open",
            ),
        )
        .outerjoin(
            ThreadSeen,
            and_(
                ThreadSeen.practice_id == Thread.practice_id,
                ThreadSeen.thread_id == Thread.id,
                ThreadSeen.user_id == who.user_id,
            ),
        )
        .outerjoin(
            Hold,
            and_(
                Hold.practice_id == Thread.practice_id,
                Hold.account_id == Account.id,
                Hold.status == "active",
                Hold.invoice_id.is_(None),
            ),
        )
        .where(Thread.practice_id == who.practice_id, Thread.id == thread_id)
    ).all()
    if not rows:
        raise NotFoundError("Cette conversation n’existe pas : elle a peut-être été effacée.")
    thread, account, _, cycle, step_name, seen, _, granted_days = rows[0]
    holds = sorted({row[6] for row in rows} - {None}, key=lambda one: (one.placed_at, one.id))
    parties = sorted((row[2] for row in rows if row[2] is not None), key=named_first)
    name = ""
    if parties and who.may("accounts.names"):
        name = open_name(account_vault(keys, account), parties[0]).full
    return FoundThread(
        thread=thread,
        account=account,
        name=name,
        step=STEP_TITLES.get(step_name or "", ""),
        stepped_on=cycle.stepped_on if cycle is not None else None,
        withheld=(cycle.withheld or "") if cycle is not None else "",
        holds=tuple(one.kind for one in holds),
        granted_days=int(granted_days),
        opened=seen is not None,
        seen_id=seen.message_id if seen is not None else None,
    )


def context_of(
    found: FoundThread,
    of_account: Sequence[Invoice],
    others: Sequence[Thread],
    *,
    who: SignedIn,
    at: datetime,
) -> Context:
    """What stands at the side, of the account's invoices and threads."""
    account, today = found.account, local_date(at, who.timezone)
    invoices = sorted(of_account, key=lambda one: (one.open_cents == 0, one.issued_on))
    why = [title(HOLD_TITLES, kind) for kind in found.holds]
    if found.withheld and not why:
        why = [title(WITHHELD_TITLES, found.withheld)]
    return Context(
        number=account.number,
        name=found.name,
        balance_cents=account.balance_cents,
        wish=WISHES.get(account.channel, ""),
        step=found.step,
        stepped_on=found.stepped_on,
        why=tuple(why),
        invoices=tuple(
            InvoiceShown(one.number, one.issued_on, one.open_cents, one.status == "settled")
            for one in invoices[:MOST_INVOICES]
        ),
        more_invoices=max(len(invoices) - MOST_INVOICES, 0),
        others=tuple(
            OtherThread(
                id=one.id,
                subject=title(SUBJECTS, one.subject),
                state=state_of(one, today),
                moved_at=one.moved_at,
                mark=mark_of(one.status, one.moved_at),
                mergeable=_mergeable(found.thread, one),
            )
            for one in others
            if one.id != found.thread.id
        ),
        paused=bool(found.holds),
    )


def _mergeable(one: Thread, other: Thread) -> bool:
    try:
        order_of(one, other)
    except NotAllowedError:
        return False
    return True
