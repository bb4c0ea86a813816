"""Offers of other dates: what they come to is shown before they are sent."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.plan_page import PlanPage
from backoffice.flaws import Flaw, flaw_of
from backoffice.kept_choice import shows_choice
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.plan_offer_form import OfferForm, mark_of
from backoffice.plan_views import (
    check_possible,
    covers_shown,
    locked_page,
    parts_of,
    plan_error,
    plan_page,
    read_page,
    shown_page,
)
from backoffice.words_form import WarnedError, WordsDraft, read_words
from shared import plans
from shared.accounts import account_vault
from shared.base.errors import NotAllowedError
from shared.messages import PLAN, tell_about
from shared.plans import PlanError

desk = Blueprint("plan_offers", __name__)
PLAN_AT = "/plans/<uuid:plan_id>"
CHANGED = "Ce qui est dû a changé depuis l’aperçu : relisez les dates, puis envoyez."


@desk.route(f"{PLAN_AT}/offer/check", methods=["GET", "POST"])
@needs("plans.write")
@shows_choice("decisions.show")
def check_offer(plan_id: UUID) -> str | tuple[str, int]:
    """The dates that an offer comes to, before it is sent."""
    typed = OfferForm.typed(request.form)
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        page = read_page(reading, plan_id)
    try:
        parts = parts_of(typed, page)
    except NotAllowedError as refused:
        return shown_page(page, typed=typed, flaw=flaw_of(refused, form="offer")), 422
    return shown_page(page, typed=typed, parts=parts)


@desk.post(f"{PLAN_AT}/offer")
@needs("plans.write")
def offer(plan_id: UUID) -> Response | tuple[str, int]:
    """Send an offer of other dates, as it was shown."""
    typed = OfferForm.typed(request.form)
    here, who = office(), staff()
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            page = locked_page(work.session, plan_id)
            made = plans.made_once(work.session, account=page.account, once=typed.once)
            if made is None:
                made = _send(work.session, page, typed, here.now())
            if made is None:
                changed = Flaw(CHANGED, "offer")
                parts = parts_of(typed, page)
                return plan_page(plan_id, typed=typed, parts=parts, flaw=changed), 422
            work.commit()
    except WarnedError as again:
        draft = WordsDraft("offer", typed.body, warned=again.warned)
        return plan_page(plan_id, typed=typed, draft=draft, parts=parts_of(typed, page)), 422
    except NotAllowedError as refused:
        return plan_page(plan_id, typed=typed, flaw=flaw_of(refused, form="offer")), 422
    flash(
        "Proposition envoyée. Un message neutre prévient la personne : elle accepte ou refuse dans son "
        "espace.",
        "ok",
    )
    return redirect(url_for("decisions.show", plan_id=made.id), code=303)


def _send(session: Session, page: PlanPage, typed: OfferForm, at: datetime) -> plans.Plan | None:
    """Offer what was shown; None where it is not what it would be now."""
    check_possible(session, page, "offer")
    parts = parts_of(typed, page)
    if mark_of(parts, covers_shown(page)) != typed.seen:
        return None
    words = read_words(request.form, field="body-offer", needed=False)
    try:
        made = plans.offer_dates(
            session,
            practice=page.practice,
            account=page.account,
            parts=parts,
            way=typed.way,
            once=typed.once,
            actor=staff().actor,
            at=at,
        )
    except PlanError as error:
        raise plan_error(error) from None
    if words is not None:
        tell_about(
            session,
            practice=page.practice,
            account_id=page.account.id,
            subject=PLAN,
            vault=account_vault(office().keys, page.account),
            words=words,
            actor=staff().actor,
            at=at,
        )
    return made
