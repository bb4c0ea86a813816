"""Formal notices, decided and noted in their row of « Aujourd’hui »."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice import letter_acts
from backoffice.auth import staff
from backoffice.desks.ladder_letters import read_case
from backoffice.letter_acts import LetterAct
from backoffice.office import office
from backoffice.permissions import grave, needs
from backoffice.views.today import Link
from backoffice.views.today_acts import account_of, act_on_task
from shared.accounts import Account
from shared.worklist import Task

desk = Blueprint("today_letters", __name__)


@desk.post("/today/<uuid:task_id>/letter/approve")
@needs("ladder.approve")
@grave
def approve(task_id: UUID) -> Response:
    """Say that the letter goes, as the row showed it."""
    told: dict[str, str] = {}

    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        account = account_of(task, account, "letter.html")
        here, today = office(), office().today(staff().timezone)
        case, debtor = read_case(session, account, keys=here.keys, today=today)
        letter_acts.approve(session, account, case, request.form, at)
        told["href"] = url_for("ladder_letters.print_letter", number=account.number)
        named = staff().may("accounts.names")
        return letter_acts.approved_for(debtor.name.full if named else account.number)

    return act_on_task(task_id, act, link=lambda: Link("Imprimer la lettre (PDF)", told["href"]))


@desk.post("/today/<uuid:task_id>/letter/decline")
@needs("ladder.approve")
def decline(task_id: UUID) -> Response:
    """Say that none goes, and why."""
    return _act(task_id, letter_acts.decline)


@desk.post("/today/<uuid:task_id>/letter/sent")
@needs("ladder.letters")
def sent(task_id: UUID) -> Response:
    """Note that the letter was sent, on which day and under which number."""
    return _act(task_id, letter_acts.sent)


def _act(task_id: UUID, letter_act: LetterAct) -> Response:
    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        account = account_of(task, account, "letter.html")
        here, today = office(), office().today(staff().timezone)
        case, _ = read_case(session, account, keys=here.keys, today=today)
        return letter_act(session, account, case, request.form, at)

    return act_on_task(task_id, act)
