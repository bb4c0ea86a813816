"""The policy that staff are preparing: one a practice, saved, tried on today's accounts, published."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.audit import Actor, record
from shared.base.errors import NotAllowedError
from shared.ladder.model import LadderDraft, LadderPolicy, LadderStep
from shared.ladder.policy_rules import NewPolicy, check_policy
from shared.ladder.rules import Step
from shared.ladder.service import STEP_COLUMNS, install_policy, latest_version


def draft_of(session: Session, practice_id: int, *, lock: bool = False) -> LadderDraft | None:
    """The practice's draft, also when nothing is in it."""
    query = select(LadderDraft).where(LadderDraft.practice_id == practice_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def draft_steps(session: Session, practice_id: int) -> list[Step]:
    """The steps of the draft, if something is in it."""
    draft = draft_of(session, practice_id)
    return read_draft(draft.content).steps if draft and draft.content else []


def read_draft(content: dict[str, Any]) -> NewPolicy:
    """A draft as it was kept."""
    return NewPolicy(
        [Step(**step) for step in content["steps"]], content["letter_days"], content["warn_days"]
    )


def policy_in_force(session: Session, practice_id: int) -> tuple[int, NewPolicy]:
    """The version in force (0 for none), with its steps and its settings of letters; one statement."""
    rows = session.execute(
        select(*STEP_COLUMNS, LadderStep.version, LadderPolicy.letter_days, LadderPolicy.warn_days)
        .outerjoin(
            LadderPolicy,
            and_(
                LadderPolicy.practice_id == LadderStep.practice_id,
                LadderPolicy.version == LadderStep.version,
            ),
        )
        .where(
            LadderStep.practice_id == practice_id,
            LadderStep.version == latest_version(practice_id),
        )
        .order_by(LadderStep.segment, LadderStep.position)
    ).all()
    if not rows:
        return 0, NewPolicy([])
    steps = [Step(*list(row)[: len(STEP_COLUMNS)]) for row in rows]
    if rows[0].letter_days is None:
        return rows[0].version, NewPolicy(steps)
    return rows[0].version, NewPolicy(steps, rows[0].letter_days, rows[0].warn_days)


def settings_of(session: Session, practice_id: int, version: int) -> tuple[int, int]:
    """(deadline of a formal notice, warning before two years), in days, of a version."""
    found = session.execute(
        select(LadderPolicy.letter_days, LadderPolicy.warn_days).where(
            LadderPolicy.practice_id == practice_id, LadderPolicy.version == version
        )
    ).one_or_none()
    return (found[0], found[1]) if found else (NewPolicy([]).letter_days, NewPolicy([]).warn_days)


def save_draft(
    session: Session,
    *,
    practice_id: int,
    policy: NewPolicy,
    seen: int,
    actor: Actor,
    user_id: UUID,
    name: str,
    at: datetime,
) -> LadderDraft:
    """Keep a draft; ``seen`` is the revision that it was made from, 0 for none.

    Raises NotAllowedError when it breaks a bound, or when a colleague has saved meanwhile.
    """
    check_policy(policy)
    content = {
        "steps": [asdict(step) for step in policy.steps],
        "letter_days": policy.letter_days,
        "warn_days": policy.warn_days,
    }
    draft = _taken(session, practice_id, seen, at)
    if draft.content == content:
        return draft
    draft.content = content
    draft.revision += 1
    draft.saved_at, draft.saved_by, draft.saved_name = at, user_id, name
    _tell(session, practice_id, "ladder_policy.drafted", actor, at, revision=draft.revision)
    return draft


def drop_draft(
    session: Session, *, practice_id: int, seen: int, actor: Actor, name: str, at: datetime
) -> None:
    """Throw the draft away. Raises NotAllowedError when a colleague has saved meanwhile."""
    draft = _taken(session, practice_id, seen, at)
    if draft.content is not None:
        draft.content, draft.revision = None, draft.revision + 1
        draft.saved_at, draft.saved_name = at, name
        _tell(session, practice_id, "ladder_policy.dropped", actor, at, revision=draft.revision)


def publish_draft(
    session: Session,
    *,
    practice_id: int,
    seen: int,
    why: str,
    actor: Actor,
    user_id: UUID,
    name: str,
    at: datetime,
) -> int:
    """Make the draft the policy in force; returns its version. Versions before stay as they are.

    Raises NotAllowedError when a colleague has saved or published meanwhile.
    """
    draft = _taken(session, practice_id, seen, at)
    if draft.content is None:
        raise NotAllowedError(
            f"Il n’y a plus de brouillon : {draft.saved_name} l’a publié ou jeté."
        )
    policy = read_draft(draft.content)
    check_policy(policy)
    version, _ = policy_in_force(session, practice_id)
    version += 1
    install_policy(session, practice_id=practice_id, steps=tuple(policy.steps), version=version)
    session.flush()  # steps before the word that closes their version
    session.add(
        LadderPolicy(
            practice_id=practice_id,
            version=version,
            published_at=at,
            published_by=user_id,
            published_name=name,
            why=why,
            letter_days=policy.letter_days,
            warn_days=policy.warn_days,
        )
    )
    draft.content, draft.revision = None, draft.revision + 1
    draft.saved_at, draft.saved_by, draft.saved_name = at, user_id, name
    session.flush()
    _tell(session, practice_id, "ladder_policy.published", actor, at, version=version)
    return version


def versions_of(session: Session, practice_id: int) -> Sequence[tuple[int, LadderPolicy | None]]:
    """Every version, the newest first, with who published it where that was kept."""
    versions = session.scalars(
        select(LadderStep.version)
        .where(LadderStep.practice_id == practice_id)
        .distinct()
        .order_by(LadderStep.version.desc())
    ).all()
    rows = session.scalars(select(LadderPolicy).where(LadderPolicy.practice_id == practice_id))
    published = {row.version: row for row in rows}
    return [(version, published.get(version)) for version in versions]


def _taken(session: Session, practice_id: int, seen: int, at: datetime) -> LadderDraft:
    """The draft, locked, as whoever writes has seen it."""
    draft = draft_of(session, practice_id, lock=True)
    if draft is None:
        draft = LadderDraft(
            practice_id=practice_id, revision=0, content=None, saved_at=at, saved_name=""
        )
        try:
            with session.begin_nested():
                session.add(draft)
        except IntegrityError:
            draft = draft_of(session, practice_id, lock=True)
    if draft is None or draft.revision != seen:
        who = draft.saved_name if draft is not None else "Un collègue"
        raise NotAllowedError(
            f"{who} a changé le brouillon entre-temps : voici ce qu’il en est maintenant."
        )
    return draft


def _tell(
    session: Session, practice_id: int, kind: str, actor: Actor, at: datetime, **facts: int
) -> None:
    record(
        session, practice_id=practice_id, account_id=None, kind=kind, actor=actor, at=at, **facts
    )
