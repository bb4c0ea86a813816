"""Deciding on a plan: accept or decline what a patient proposes, pause, go on, keep the dates."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.account_plans import acts_of
from backoffice.permissions import needs
from backoffice.views.account_acts import act_on
from shared import plans
from shared.accounts import Account, get_practice
from shared.base.errors import NotAllowedError, NotFoundError

desk = Blueprint("account_plans", __name__)

DONE = {
    "accept": "Accord accepté. Un message neutre prévient la personne, aux heures permises.",
    "decline": "Proposition déclinée. Un message neutre prévient la personne, aux heures permises.",
    "pause": "Accord mis en pause : rien n’est pris ni demandé. La personne le lit dans son espace.",
    "resume": "Accord repris : les dates passées pendant la pause sont reportées.",
    "keep": "Les dates restent comme elles sont. Écrivez à la personne pour lui dire pourquoi.",
}


@desk.post("/accounts/<number>/plans/<uuid:plan_id>")
@needs("plans.write")
def decide(number: str, plan_id: UUID) -> Response:
    """Do one of the things that the plan allows now."""

    def act(session: Session, account: Account, at: datetime) -> str:
        return decide_plan(session, account, plan_id, request.form.get("decision", ""), at)

    return act_on(number, act)


def decide_plan(
    session: Session, account: Account, plan_id: UUID, decision: str, at: datetime
) -> str:
    """Do what was decided, under the account's lock. Raises NotFoundError, NotAllowedError."""
    view = plans.get_plan(session, practice_id=account.practice_id, plan_id=plan_id)
    if view.plan.account_id != account.id:
        raise NotFoundError("this account has no such plan")
    if decision not in acts_of(view):
        raise NotAllowedError("L’accord a changé entre-temps : lisez-le de nouveau.")
    _do(session, decision, view.plan, account, at)
    return DONE[decision]


def _do(session: Session, decision: str, plan: plans.Plan, account: Account, at: datetime) -> None:
    actor = staff().actor
    practice = get_practice(session, account.practice_id)
    if decision == "accept":
        plans.accept(session, plan, practice=practice, account=account, actor=actor, at=at)
    elif decision == "decline":
        plans.decline(session, plan, actor=actor, at=at)
    elif decision == "pause":
        plans.pause(session, plan, actor=actor, at=at)
    elif decision == "resume":
        plans.resume(session, plan, practice=practice, account=account, actor=actor, at=at)
    else:
        plans.keep_dates(session, plan, actor=actor, at=at)
