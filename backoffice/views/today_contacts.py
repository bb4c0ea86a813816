"""Contacts and doors, dealt with in their row of « Aujourd’hui »."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.account_changes import look_at_contact
from backoffice.desks.bounced import look_at_bounced
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.views.account_acts import let_in
from backoffice.views.account_changes import decide_change
from backoffice.views.today import opened
from backoffice.views.today_acts import account_of, act_on_task, task_of
from shared.accounts import Account, account_vault
from shared.delivery import confirm_contact
from shared.worklist import Task

desk = Blueprint("today_contacts", __name__)


@desk.post("/today/<uuid:task_id>/change")
@needs("contacts.write")
def decide(task_id: UUID) -> Response:
    """Take over what a person proposes, or leave everything as it is."""

    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        account = account_of(task, account, "change.html")
        return decide_change(session, account, UUID(task.key), request.form, at)

    return act_on_task(task_id, act)


@desk.post("/today/<uuid:task_id>/contact")
@needs("contacts.write")
def show_contact(task_id: UUID) -> Response:
    """The row with the proposed contact in full; that is noted."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        task, account = task_of(work.session, task_id)
        account = account_of(task, account, "change.html")
        looked = look_at_contact(
            work.session,
            account=account,
            proposal_id=UUID(task.key),
            vault=account_vault(here.keys, account),
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    return opened(task_id, looked=looked)


@desk.post("/today/<uuid:task_id>/bounced/show")
@needs("accounts.names")
def show_bounced(task_id: UUID) -> Response:
    """The row with the contact that refused in full; that is noted."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        task, account = task_of(work.session, task_id)
        account = account_of(task, account, "bounced.html")
        in_full = look_at_bounced(
            work.session,
            account,
            UUID(task.key),
            vault=account_vault(here.keys, account),
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    return opened(task_id, in_full=in_full)


@desk.post("/today/<uuid:task_id>/bounced")
@needs("contacts.write")
def confirm_bounced(task_id: UUID) -> Response:
    """Say that a contact which refused a message works after all."""

    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        account = account_of(task, account, "bounced.html")
        confirm_contact(session, account, UUID(task.key), actor=staff().actor, at=at)
        return "C’est noté : ce qui est à envoyer partira de nouveau à ce contact."

    return act_on_task(task_id, act)


@desk.post("/today/<uuid:task_id>/door")
@needs("links.send")
def open_door(task_id: UUID) -> Response:
    """Let the account's links work again after ten wrong answers."""

    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        return let_in(session, account_of(task, account, "door.html"), at)

    return act_on_task(task_id, act)
