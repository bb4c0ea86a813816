"""Spreading: choose dates, see them at once, agree to them in words."""

from collections.abc import Mapping

from flask import Blueprint, Response, g, make_response, redirect, request

from portal.context import inside, page, portal, reading, sentences, visit
from portal.forms import Sentence, fresh_once
from portal.pages.plans import Deal, paragraphs_of, rows_of, write_words
from portal.spread_form import WishForm, about, read_wish
from portal.till import takes_cards
from portal.views.card import to_card_page
from shared.accounts import get_account
from shared.audit import PATIENT
from shared.base.formats import marked, money
from shared.messages import once_of
from shared.plans import (
    LEAST_PART,
    Draft,
    PlanError,
    Words,
    covers_of,
    draft,
    durations,
    live_plan,
    made_once,
    plans_of,
    propose_plan,
    rules_of,
)
from shared.web.filters import today

views = Blueprint("spread", __name__)
TICK = marked("Cochez la case si les dates vous conviennent.")
CHANGED = marked(
    "La somme a changé entre-temps. Voici les nouvelles dates : vous conviennent-elles ?"
)


@views.get("/spread")
@inside
def choose() -> Response:
    """The form, and under it what it comes to; looking changes nothing."""
    return _page(read_wish(request.args))


@views.post("/spread/agree")
@inside
def agree() -> Response:
    """Write down what was agreed to, if it is still what was shown. The same form counts once."""
    form, once = read_wish(request.form), once_of(request.form.get("once", ""))
    if form.wish is None or once is None:
        return _page(form, {} if form.errors else {"form": Sentence(CHANGED, {})})
    here, parts = visit(), portal()
    practice_id = here.practice.id
    with parts.database.unit_of_work(practice_id) as work:
        session = work.session
        account = get_account(
            session, practice_id=practice_id, account_id=here.account.id, lock=True
        )
        if made_once(session, account=account, once=once) is not None:
            return _to_plan()
        now = parts.clock.now()
        try:
            drafted = draft(
                session,
                practice=here.practice,
                account_id=account.id,
                wish=form.wish,
                today=today(),
            )
            words = _words(drafted)
            if words.digest != request.form.get("words"):
                return _page(form, {"form": Sentence(CHANGED, {})})
            if request.form.get("ok") != "1":
                return _page(form, {"ok": Sentence(TICK, {})})
            made = propose_plan(
                session,
                practice=here.practice,
                account=account,
                drafted=drafted,
                words=words,
                way=_way(),
                once=once,
                vault=here.vault,
                actor=PATIENT,
                at=now,
            )
        except PlanError as error:
            return _to_plan() if error.reason == "there_is_one" else _page(form)
        work.commit()
        runs_by_card = made.status == "active" and made.way == "card"
    return to_card_page() if runs_by_card else _to_plan(fresh=True)


def _to_plan(*, fresh: bool = False) -> Response:
    return make_response(redirect("/plan?fresh=1" if fresh else "/plan", code=303))


def _way() -> str:
    practice = visit().practice
    return "card" if practice.card_plans and takes_cards(practice.id) else "link"


def _words(drafted: Draft) -> Words:
    due = all(cover.due_on <= today() for cover in drafted.covers)
    return write_words(Deal(drafted.parts, _way(), due, drafted.instant, today()))


def _page(form: WishForm, more: Mapping[str, Sentence] | None = None) -> Response:
    here, session = visit(), reading()
    whose = (here.practice.id, here.account.id)
    if live_plan(plans_of(session, practice_id=whose[0], account_id=whose[1])) is not None:
        return _to_plan()
    covers = covers_of(session, practice_id=whose[0], account_id=whose[1])
    total = sum(cover.cents for cover in covers)
    if total < LEAST_PART:
        return make_response(redirect("/statement", code=303))
    errors = {**form.errors, **(more or {})}
    preview = None
    if form.wish is not None:
        try:
            preview = _preview(
                draft(
                    session,
                    practice=here.practice,
                    account_id=here.account.id,
                    wish=form.wish,
                    today=today(),
                )
            )
        except PlanError as error:
            errors |= about(error, lambda cents: money(cents, g.language))
    response = page(
        "portal/spread.html",
        total_cents=total,
        durations=durations(total, rules_of(here.practice)),
        values=form.values,
        errors=sentences(errors),
        preview=preview,
        back_url="/statement",
    )
    if errors:
        response.status_code = 422
    return response


def _preview(drafted: Draft) -> dict[str, object]:
    words = _words(drafted)
    return {
        "rows": rows_of(drafted.parts),
        "instant": drafted.instant,
        "paragraphs": paragraphs_of(words.text),
        "language": words.language,
        "digest": words.digest,
        "way": _way(),
        "once": fresh_once(),
        "at": portal().clock.now(),
    }
