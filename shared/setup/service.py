"""Trials are asked for by staff, found and ended by the worker."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import Actor, advance, record
from shared.base.database import take_turns, wake_worker
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.setup.model import SetupTrial
from shared.setup.rules import HOUR, KINDS, LOST_AFTER, MOST_AN_HOUR, TRIAL
from shared.staff import SignedIn

TABLE, COLUMN = "setup_trial", "target"


def ask_trial(
    session: Session,
    kind: str,
    target: str,
    *,
    practice: Practice,
    vault: Vault,
    by: SignedIn,
    at: datetime,
) -> SetupTrial:
    """Ask for a trial; one that waits already is the answer to a second click.

    Raises NotAllowedError beyond five of a kind in an hour.
    """
    if kind not in KINDS:
        raise NotAllowedError("Cet essai n’existe pas : rechargez la page.")
    take_turns(session, f"trials of {practice.id}")
    of_kind = (SetupTrial.practice_id == practice.id, SetupTrial.kind == kind)
    waiting = session.scalar(select(SetupTrial).where(*of_kind, SetupTrial.status == "asked"))
    if waiting is not None:
        return waiting
    count = select(func.count()).where(*of_kind, SetupTrial.asked_at > at - HOUR)
    if (session.scalar(count) or 0) >= MOST_AN_HOUR:
        raise NotAllowedError(
            f"{MOST_AN_HOUR} essais de cette sorte ont été faits depuis une heure : réessayez plus tard."
        )
    trial_id = new_id()
    trial = SetupTrial(
        practice_id=practice.id,
        id=trial_id,
        kind=kind,
        status="asked",
        target=vault.seal(target, table=TABLE, row=trial_id, column=COLUMN) if target else None,
        asked_by=by.user_id,
        asked_name=by.name,
        asked_at=at,
        findings={},
    )
    session.add(trial)
    record(
        session,
        practice_id=practice.id,
        account_id=None,
        kind="setup_trial.asked",
        actor=by.actor,
        at=at,
        id=str(trial_id),
        what=kind,
    )
    session.flush()
    wake_worker(session)
    return trial


def target_of(trial: SetupTrial, vault: Vault) -> str:
    """Where it goes, or the selector; nothing where none was given."""
    if trial.target is None:
        return ""
    return str(vault.open(trial.target, table=TABLE, row=trial.id, column=COLUMN))


def trial_waits(session: Session, *, practice_id: int) -> bool:
    """Whether one waits to be done."""
    query = select(SetupTrial.id).where(
        SetupTrial.practice_id == practice_id, SetupTrial.status == "asked"
    )
    return session.scalar(query.limit(1)) is not None


def begin_next(
    session: Session, *, practice_id: int, actor: Actor, at: datetime
) -> SetupTrial | None:
    """Take the oldest trial that waits: once it is begun nobody does it again."""
    query = (
        select(SetupTrial)
        .where(SetupTrial.practice_id == practice_id, SetupTrial.status == "asked")
        .order_by(SetupTrial.asked_at, SetupTrial.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    trial = session.scalar(query)
    if trial is not None:
        advance(session, trial, TRIAL, "begin", account_id=None, actor=actor, at=at)
        trial.begun_at = at
    return trial


def end_trial(
    session: Session,
    *,
    practice_id: int,
    trial_id: UUID,
    passed: bool,
    findings: dict[str, object],
    actor: Actor,
    at: datetime,
) -> None:
    """Note what came of one that was begun."""
    trial = session.get_one(SetupTrial, (practice_id, trial_id))
    advance(
        session, trial, TRIAL, "pass" if passed else "fail", account_id=None, actor=actor, at=at
    )
    trial.ended_at, trial.findings = at, findings


def last_trials(session: Session, *, practice_id: int) -> dict[str, SetupTrial]:
    """The latest trial of each kind."""
    newest = (
        select(SetupTrial.kind, func.max(SetupTrial.asked_at).label("at"))
        .where(SetupTrial.practice_id == practice_id)
        .group_by(SetupTrial.kind)
        .subquery()
    )
    query = select(SetupTrial).join(
        newest, (SetupTrial.kind == newest.c.kind) & (SetupTrial.asked_at == newest.c.at)
    )
    return {
        trial.kind: trial
        for trial in session.scalars(query.where(SetupTrial.practice_id == practice_id))
    }


def is_lost(trial: SetupTrial, *, at: datetime) -> bool:
    """Whether it was begun and its worker ended before it could say what came of it."""
    return (
        trial.status == "begun" and trial.begun_at is not None and at - trial.begun_at > LOST_AFTER
    )
