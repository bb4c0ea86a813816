"""Ready-made answers of a practice: written, changed, put away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import SYSTEM, Actor, record
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import clock_time, day
from shared.inbox.model import CannedAnswer
from shared.inbox.starting import STARTING

MOST = 60


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What somebody wrote; ``seen`` is when the answer that they changed had been changed last."""

    title: str
    body: str
    answer_id: UUID | None = None
    seen: str = ""


def canned_answers(session: Session, *, practice_id: int) -> list[CannedAnswer]:
    """The practice's ready-made answers by title."""
    query = (
        select(CannedAnswer)
        .where(CannedAnswer.practice_id == practice_id, CannedAnswer.removed_at.is_(None))
        .order_by(CannedAnswer.title, CannedAnswer.id)
    )
    return list(session.scalars(query))


def get_canned(
    session: Session, *, practice_id: int, answer_id: UUID, lock: bool = False
) -> CannedAnswer:
    """One of them. Raises NotFoundError."""
    found = session.get(CannedAnswer, (practice_id, answer_id), with_for_update=lock or None)
    if found is None or found.removed_at is not None:
        raise NotFoundError("Cette réponse toute prête n’existe plus : choisissez-en une autre.")
    return found


def save_canned(
    session: Session,
    saved: SavedAnswer,
    *,
    practice_id: int,
    user_id: UUID,
    actor: Actor,
    at: datetime,
    timezone: str,
    anyway: bool = False,
) -> CannedAnswer:
    """Write an answer, or change one. ``anyway`` where words were kept that the lint frowns at.

    Raises NotFoundError, and NotAllowedError for too many, and when somebody changed it since.
    """
    if saved.answer_id is None:
        if len(canned_answers(session, practice_id=practice_id)) >= MOST:
            raise NotAllowedError(
                f"Il y a déjà {MOST} réponses toutes prêtes : retirez-en une d’abord."
            )
        answer = CannedAnswer(practice_id=practice_id)
        session.add(answer)
    else:
        answer = get_canned(session, practice_id=practice_id, answer_id=saved.answer_id, lock=True)
        if seen_mark(answer) != saved.seen:
            raise NotAllowedError(
                f"{answer.changed_name} l’a changée le {day(local_date(answer.changed_at, timezone))} à "
                f"{clock_time(answer.changed_at, timezone)} : relisez, puis enregistrez de nouveau."
            )
    answer.title, answer.body = saved.title, saved.body
    answer.changed_by, answer.changed_name, answer.changed_at = user_id, actor.name, at
    session.flush()
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="canned_answer.saved",
        actor=actor,
        at=at,
        id=str(answer.id),
        title=answer.title,
        anyway=anyway,
    )
    return answer


def remove_canned(
    session: Session,
    *,
    practice_id: int,
    answer_id: UUID,
    user_id: UUID,
    actor: Actor,
    at: datetime,
) -> CannedAnswer:
    """Put an answer away: nobody is offered it any more. Raises NotFoundError when it is gone already."""
    answer = get_canned(session, practice_id=practice_id, answer_id=answer_id, lock=True)
    answer.changed_by, answer.changed_name = user_id, actor.name
    answer.changed_at = answer.removed_at = at
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="canned_answer.removed",
        actor=actor,
        at=at,
        id=str(answer.id),
        title=answer.title,
    )
    return answer


def install_canned(
    session: Session,
    *,
    practice_id: int,
    at: datetime,
    user_id: UUID | None = None,
    actor: Actor = SYSTEM,
) -> int:
    """Give a practice that has none the answers to start with. Returns how many."""
    if canned_answers(session, practice_id=practice_id):
        return 0
    for title, body in STARTING:
        session.add(
            CannedAnswer(
                practice_id=practice_id,
                title=title,
                body=body,
                changed_by=user_id,
                changed_name=actor.name,
                changed_at=at,
            )
        )
    session.flush()
    return len(STARTING)


def seen_mark(answer: CannedAnswer) -> str:
    """An answer's last change as a form carries it."""
    return answer.changed_at.isoformat()
