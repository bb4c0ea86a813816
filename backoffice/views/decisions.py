"""« Accords et aides »: the queue, and one agreement with what may be done about it."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.desks.decision_list import Filters, read_decisions
from backoffice.desks.decision_words import FILTERS, STOP_REASONS
from backoffice.desks.plan_page import PlanPage
from backoffice.flaws import FieldError
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.plan_views import act_on_plan, plan_page, until_day
from backoffice.words_form import WordsDraft, read_words
from shared import plans
from shared.accounts import account_vault
from shared.messages import PLAN, tell_about

desk = Blueprint("decisions", __name__)
_PLAN = "/plans/<uuid:plan_id>"

TOLD = {
    "accept": "Accord accepté. Un message neutre prévient la personne, aux heures permises.",
    "pause": "Accord mis en pause : rien n’est pris ni demandé. La personne le lit dans son espace.",
    "resume": "Accord repris : les dates passées pendant la pause sont reportées.",
    "keep": "Les dates restent comme elles sont. Écrivez à la personne pour lui dire pourquoi.",
    "take_back": "Notre proposition est retirée. Rien d’autre ne change.",
    "decline": "Proposition déclinée. Un message neutre prévient la personne : elle lit vos mots dans "
    "son espace.",
    "stop": "Accord arrêté : l’échelle reprend où elle en était. Un message neutre prévient la personne, "
    "qui lit vos mots dans son espace.",
}


@desk.get("/plans")
@needs("plans.write", "aid.decide")
def list_decisions() -> str:
    """What waits, the oldest promise first."""
    here, who = office(), staff()
    filters = Filters(what=request.args.get("what", ""), late=request.args.get("late", ""))
    with here.database.reading(who.practice_id) as reading:
        page = read_decisions(
            reading,
            practice_id=who.practice_id,
            filters=filters,
            after=request.args.get("after", ""),
            today=here.today(who.timezone),
            keys=names_keys(),
        )
    return render_template(
        "backoffice/decisions.html",
        page=page,
        filters=filters,
        titles=FILTERS,
        first=not request.args.get("after"),
    )


@desk.get(_PLAN)
@needs("plans.write")
def show(plan_id: UUID) -> str:
    """One agreement; ``start`` fills in a text to begin with."""
    act, _, start = request.args.get("start", "").partition("-")
    return plan_page(plan_id, draft=WordsDraft.started(act, start))


@desk.post(f"{_PLAN}/decide")
@needs("plans.write")
def decide(plan_id: UUID) -> Response | tuple[str, int]:
    """Accept, pause until a day, go on, keep the dates, or take our offer back."""
    decision = request.form.get("decision", "")

    def act(session: Session, page: PlanPage, at: datetime) -> str:
        plan, actor, practice = page.view.plan, staff().actor, page.practice
        if decision == "accept":
            plans.accept(session, plan, practice=practice, account=page.account, actor=actor, at=at)
        elif decision == "pause":
            today = office().today(practice.timezone)
            plans.pause(session, plan, actor=actor, at=at, until=until_day(today), today=today)
        elif decision == "resume":
            plans.resume(session, plan, practice=practice, account=page.account, actor=actor, at=at)
        elif decision == "keep":
            plans.keep_dates(session, plan, actor=actor, at=at)
        else:
            plans.take_back(session, plan, actor=actor, at=at)
        return TOLD[decision]

    known = ("accept", "pause", "resume", "keep", "take_back")
    return act_on_plan(plan_id, decision if decision in known else "", act)


@desk.post(f"{_PLAN}/write")
@needs("plans.write")
def write(plan_id: UUID) -> Response | tuple[str, int]:
    """Decline a proposal, or stop an agreement, with words that the person reads."""
    decision = request.form.get("decision", "")

    def act(session: Session, page: PlanPage, at: datetime) -> str:
        plan, actor = page.view.plan, staff().actor
        words = read_words(request.form, field=f"body-{decision}")
        if decision == "stop":
            reason = request.form.get("reason", "")
            if reason not in STOP_REASONS:
                raise FieldError("reason", "Raison", "Choisissez pourquoi l’accord s’arrête.")
            plans.stop(session, plan, actor=actor, at=at, why=reason)
        else:
            plans.decline(session, plan, actor=actor, at=at)
        if words is not None:
            tell_about(
                session,
                practice=page.practice,
                account_id=page.account.id,
                subject=PLAN,
                vault=account_vault(office().keys, page.account),
                words=words,
                actor=actor,
                at=at,
            )
        return TOLD[decision]

    return act_on_plan(plan_id, decision if decision in ("decline", "stop") else "", act)
