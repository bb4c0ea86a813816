"""What opens under a row of « Aujourd’hui »: by kind, a template and what it is filled with.

A desk that owns a form plugs it in with ``offer_panel``; kinds without a panel lead to where they are done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_changes import changes_shown
from backoffice.desks.account_messages import ThreadShown, read_threads
from backoffice.desks.account_parts import notice_shown
from backoffice.desks.account_plans import read_plan
from backoffice.desks.account_tasks import BY_LETTER
from backoffice.desks.bounced import bounced_shown
from backoffice.desks.ladder_letters import debtor_of
from backoffice.desks.words import DECLINE_REASONS as CHANGE_REASONS
from shared.accounts import Account, account_vault, contacts_of
from shared.aid import DECIDE
from shared.base.errors import NotFoundError
from shared.base.vault import KeyRing
from shared.delivery import CODE, Notice
from shared.ladder import DECLINE_REASONS, LEFT_OUT, OBSTACLES, letter_case
from shared.preferences import get_proposal
from shared.worklist import Task


@dataclass(frozen=True, slots=True)
class Opened:
    """A task that is being looked at, with its account."""

    task: Task
    account: Account
    keys: KeyRing
    today: date


Filled = Mapping[str, Any]
Read = Callable[[Session, Opened], Filled]


@dataclass(frozen=True, slots=True)
class Panel:
    """The part that opens: its template under templates/backoffice/today/, and what is read for it."""

    template: str
    read: Read


PANELS: dict[str, Panel] = {}


def offer_panel(kinds: tuple[str, ...], template: str, read: Read) -> None:
    """Open these kinds in place."""
    for kind in kinds:
        PANELS[kind] = Panel(template, read)


def panel_of(kind: str) -> Panel | None:
    """What opens for a kind, if anything does."""
    return PANELS.get(kind)


def thread_of(session: Session, task: Task, account: Account, keys: KeyRing) -> ThreadShown:
    """The conversation that a task is about. Raises NotFoundError."""
    threads = read_threads(session, account, account_vault(keys, account))
    if task.kind == DECIDE.name:
        found = next((one for one in threads if one.aid and one.aid.is_open), None)
    else:
        found = next((one for one in threads if str(one.id) == task.key), None)
    if found is None:
        raise NotFoundError("Cette conversation n’existe pas.")
    return found


def _talk(session: Session, opened: Opened) -> Filled:
    thread = thread_of(session, opened.task, opened.account, opened.keys)
    return {"thread": thread, "asked": thread.aid is not None and thread.aid.is_open}


def _plan(session: Session, opened: Opened) -> Filled:
    return {"plan": read_plan(session, opened.account)}


def _notice(session: Session, opened: Opened) -> Filled:
    task = opened.task
    notice = session.get(Notice, (task.practice_id, UUID(task.key)))
    return {"notice": notice_shown(notice) if notice else None}


def _bounced(session: Session, opened: Opened) -> Filled:
    account = opened.account
    vault = account_vault(opened.keys, account)
    return {"bounced": bounced_shown(session, account, UUID(opened.task.key), vault)}


def _letter(session: Session, opened: Opened) -> Filled:
    case = letter_case(session, opened.account, keys=opened.keys, today=opened.today)
    return {
        "case": case,
        "obstacles": [OBSTACLES[name] for name in case.judged.obstacles],
        "left_out": LEFT_OUT,
        "letter_reasons": DECLINE_REASONS,
    }


def _call(_session: Session, _opened: Opened) -> Filled:
    return {}


def _postal(session: Session, opened: Opened) -> Filled:
    account = opened.account
    return {"debtor": debtor_of(session, account, account_vault(opened.keys, account))}


def _change(session: Session, opened: Opened) -> Filled:
    account, task = opened.account, opened.task
    practice_id, account_id = account.practice_id, account.id
    proposal = get_proposal(
        session, practice_id=practice_id, account_id=account_id, proposal_id=UUID(task.key)
    )
    codes = select(Notice).where(
        Notice.practice_id == practice_id,
        Notice.account_id == account_id,
        Notice.purpose == CODE,
        Notice.status == "sent",
        Notice.cause_id == proposal.id,
    )
    shown = changes_shown(
        [proposal],
        session.scalars(codes).all(),
        contacts_of(session, practice_id=practice_id, account_id=account_id),
        account_vault(opened.keys, account),
    )
    waiting = next(iter(shown.waiting), None)
    return {"change": waiting, "decline_reasons": CHANGE_REASONS}


def _door(_session: Session, opened: Opened) -> Filled:
    return {"closed_at": opened.account.door_closed_at}


offer_panel(("message_waiting", "pause_to_end", "aid_decide"), "answer.html", _talk)
offer_panel(("plan_to_decide", "plan_pause_asked", "plan_dates_asked"), "plan.html", _plan)
offer_panel(("notice_in_doubt",), "doubt.html", _notice)
offer_panel(("ladder_call", "ladder_letter_call"), "call.html", _call)
offer_panel(BY_LETTER, "postal.html", _postal)
offer_panel(("change_decide",), "change.html", _change)
offer_panel(("contact_bounced",), "bounced.html", _bounced)
offer_panel(("ladder_formal_notice", "ladder_letter_send"), "letter.html", _letter)
offer_panel(("door_closed",), "door.html", _door)
