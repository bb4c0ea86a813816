"""News: a neutral word that something waits in the space. It keeps quiet hours and counts in no cap."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice, get_account, usable_contacts
from shared.audit import SYSTEM
from shared.base.clock import local_date
from shared.delivery.model import Notice
from shared.delivery.requests import new_link_gate
from shared.delivery.sending import Gate
from shared.delivery.service import NEWS, Plan, as_row, channel_of
from shared.worklist import TO_WRITE, Task, offer, open_task

UNTOLD = offer("news_untold", "Nouvelle à porter autrement : aucun contact qui marche", TO_WRITE)


AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class News:
    """Something to be told once: ``cause_id`` and ``step`` name it, ``template`` says it."""

    account_id: UUID
    cause_id: UUID
    step: int
    template: str


def plan_news(session: Session, news: Iterable[News], *, practice: Practice, at: datetime) -> int:
    """Plan what was never planned, whatever became of it; where no contact works, open a task.

    Returns how many notices were planned.
    """
    wanted = list(news)
    known = _known(session, wanted, practice_id=practice.id)
    return sum(
        _plan_one(session, one, practice=practice, at=at) for one in wanted if one not in known
    )


def _plan_one(session: Session, news: News, *, practice: Practice, at: datetime) -> bool:
    account = get_account(session, practice_id=practice.id, account_id=news.account_id, lock=True)
    if news in _known(session, [news], practice_id=practice.id):
        return False  # another worker planned it while this one waited for the lock
    if account.erased_at is not None:
        return False  # what was planned before is erased too, and nobody is left to be told
    contacts = usable_contacts(session, practice_id=practice.id, account=account)
    if not contacts:
        ask_to_tell(
            session,
            practice=practice,
            account=account,
            cause_id=news.cause_id,
            step=news.step,
            at=at,
        )
        return False
    plan = Plan(
        account_id=account.id,
        purpose=NEWS,
        cause_id=news.cause_id,
        step=news.step,
        template=news.template,
        channel=channel_of(contacts[0].kind),
        language=account.language,
        contact_id=contacts[0].id,
    )
    row = as_row(plan, practice_id=practice.id, not_before=at, at=at)
    session.execute(insert(Notice), [row])
    return True


def _known(session: Session, news: Sequence[News], *, practice_id: int) -> set[News]:
    """Of some news what was planned before, or given to a human to tell."""
    found: set[News] = set()
    for start in range(0, len(news), AT_ONCE):
        some = news[start : start + AT_ONCE]
        notices = session.execute(
            select(Notice.account_id, Notice.cause_id, Notice.step, Notice.template).where(
                Notice.practice_id == practice_id,
                Notice.account_id.in_({one.account_id for one in some}),
                Notice.purpose == NEWS,
                Notice.cause_id.in_({one.cause_id for one in some}),
            )
        )
        found.update(News(*row) for row in notices)
        by_key = {_task_key(one): one for one in some}
        tasks = session.scalars(
            select(Task.key).where(
                Task.practice_id == practice_id,
                Task.kind == UNTOLD.name,
                Task.key.in_(by_key),
            )
        )
        found.update(by_key[key] for key in tasks)
    return found


def _task_key(news: News) -> str:
    return _key(news.cause_id, news.step)


def _key(cause_id: UUID, step: int) -> str:
    return f"{cause_id}:{step}"


def ask_to_tell(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    cause_id: UUID,
    step: int = 0,
    at: datetime,
) -> None:
    """No contact works: a person has to tell it, and is asked once."""
    open_task(
        session,
        UNTOLD,
        practice_id=practice.id,
        account_id=account.id,
        key=_key(cause_id, step),
        due_on=local_date(at, practice.timezone),
        actor=SYSTEM,
        at=at,
    )


def tells_known(
    session: Session, *, practice_id: int, causes: Sequence[tuple[UUID, int]]
) -> set[tuple[UUID, int]]:
    """Of (cause, step) pairs those that were planned before, or given to a person to tell."""
    keys = {_key(*one): one for one in causes}
    planned = session.execute(
        select(Notice.cause_id, Notice.step).where(
            Notice.practice_id == practice_id,
            Notice.cause_id.in_([cause for cause, _ in causes]),
        )
    )
    asked = session.scalars(
        select(Task.key).where(
            Task.practice_id == practice_id, Task.kind == UNTOLD.name, Task.key.in_(keys)
        )
    )
    return {(cause, step) for cause, step in planned} & set(causes) | {keys[key] for key in asked}


def news_gate(checks: Mapping[str, Gate]) -> Gate:
    """A gate for news: the door is open, and what the template's own check reads still holds."""

    def gate(session: Session, notice: Notice, account: Account, at: datetime) -> str | None:
        reason = new_link_gate(session, notice, account, at)
        check = checks.get(notice.template)
        return (
            reason if reason is not None or check is None else check(session, notice, account, at)
        )

    return gate
