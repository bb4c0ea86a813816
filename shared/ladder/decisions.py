"""Writing the night's decisions down: notices planned, tasks opened, reasons kept."""

from datetime import date, datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import SYSTEM, Happening, record_many
from shared.delivery import LADDER, Notice, Plan, as_row, channel_of
from shared.ladder.due import DueStep
from shared.ladder.model import LadderCycle
from shared.ladder.rules import CALL, Step
from shared.ladder.service import (
    APPROVAL_TASK,
    CALL_TASK,
)
from shared.worklist import offer, open_task

IDENTITY_TASK = offer("ladder_no_identity", "Identité à compléter")


CONTACT_TASK = offer("ladder_no_contact", "Contact à compléter")


_TASK_OF_REASON = {
    "no_identity": IDENTITY_TASK,
    "no_contact": CONTACT_TASK,
    "letter_only": CONTACT_TASK,
}


def plan_messages(
    session: Session,
    due: list[DueStep],
    *,
    practice: Practice,
    steps: dict[int, Step],
    at: datetime,
) -> None:
    rows = [
        as_row(
            Plan(
                account_id=d.account_id,
                purpose=LADDER,
                cause_id=d.cycle_id,
                step=d.position,
                template=steps[d.position].name,
                channel=channel_of(d.contact_kind),
                language=d.language,
                contact_id=d.contact_id,
            ),
            practice_id=practice.id,
            not_before=at,
            at=at,
        )
        for d in due
        if d.contact_id is not None and d.contact_kind is not None
    ]
    if not rows:
        return
    session.execute(insert(Notice), rows)
    released = [d for d in due if d.told is not None]
    if released:
        session.execute(
            update(LadderCycle),
            [
                {
                    "practice_id": practice.id,
                    "id": d.cycle_id,
                    "withheld": None,
                    "withheld_since": None,
                }
                for d in released
            ],
        )


def ask_humans(
    session: Session, due: list[DueStep], *, practice: Practice, today: date, at: datetime
) -> None:
    for d in due:
        open_task(
            session,
            CALL_TASK if d.facts.act == CALL else APPROVAL_TASK,
            practice_id=practice.id,
            account_id=d.account_id,
            key=f"{d.cycle_id}:{d.position}",
            due_on=today,
            actor=SYSTEM,
            at=at,
        )
    if due:
        session.execute(
            update(LadderCycle),
            [
                {
                    "practice_id": practice.id,
                    "id": d.cycle_id,
                    "asked_position": d.position,
                    "asked_at": at,
                    "withheld": None,
                    "withheld_since": None,
                }
                for d in due
            ],
        )


def keep_reasons(
    session: Session,
    changed: list[tuple[DueStep, str]],
    *,
    practice: Practice,
    today: date,
    at: datetime,
) -> None:
    if not changed:
        return
    session.execute(
        update(LadderCycle),
        [
            {
                "practice_id": practice.id,
                "id": d.cycle_id,
                "withheld": reason,
                "withheld_since": at,
            }
            for d, reason in changed
        ],
    )
    record_many(
        session,
        [
            Happening(
                practice.id, d.account_id, "ladder.withheld", {"reason": reason, "step": d.position}
            )
            for d, reason in changed
        ],
        actor=SYSTEM,
        at=at,
    )
    for d, reason in changed:
        task = _TASK_OF_REASON.get(reason)
        if task is not None:
            open_task(
                session,
                task,
                practice_id=practice.id,
                account_id=d.account_id,
                key=str(d.account_id),
                due_on=today,
                actor=SYSTEM,
                at=at,
            )
