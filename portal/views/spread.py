"""Spreading: choose dates, see them at once, agree to them in words."""

from collections.abc import Mapping

from flask import Blueprint, Response, g, make_response, redirect, request

from portal.context import form_page, inside, page, portal, reading, visit
from portal.forms import Sentence, fresh_once
from portal.pages.invoices import read_invoices
from portal.pages.plan_notes import rest_joined, why_not
from portal.pages.plans import Deal, paragraphs_of, rows_of, write_words
from portal.spread_form import BY_LINK, WishForm, about, read_wish
from portal.till import takes_cards
from portal.views.card import to_card_page
from shared.accounts import active_holds, get_account
from shared.audit import PATIENT
from shared.base.formats import marked, money
from shared.base.money import Cents
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
            words = _words(drafted, form)
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
                way=_way(form),
                once=once,
                vault=here.vault,
                actor=PATIENT,
                at=now,
            )
        except PlanError as error:
            if error.reason == "there_is_one":
                return _to_plan()
            return _page(form, about(error, lambda cents: money(cents, g.language)))
        work.commit()
        runs_by_card = made.status == "active" and made.way == "card"
    return to_card_page() if runs_by_card else _to_plan(fresh=True)


def _to_plan(*, fresh: bool = False) -> Response:
    return make_response(redirect("/plan?fresh=1" if fresh else "/plan", code=303))


def _keeps_cards() -> bool:
    practice = visit().practice
    return practice.card_plans and takes_cards(practice.id)


def _way(form: WishForm) -> str:
    return form.values["way"] if _keeps_cards() else BY_LINK


def _words(drafted: Draft, form: WishForm) -> Words:
    due = all(cover.due_on <= today() for cover in drafted.covers)
    return write_words(Deal(drafted.parts, _way(form), due, drafted.instant, today()))


def _page(form: WishForm, more: Mapping[str, Sentence] | None = None) -> Response:
    here, session = visit(), reading()
    whose = (here.practice.id, here.account.id)
    if live_plan(plans_of(session, practice_id=whose[0], account_id=whose[1])) is not None:
        return _to_plan()
    covers = covers_of(session, practice_id=whose[0], account_id=whose[1])
    total = sum(cover.cents for cover in covers)
    if total < LEAST_PART:
        return _why_not(total)
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
                ),
                form,
            )
        except PlanError as error:
            errors |= about(error, lambda cents: money(cents, g.language))
    return form_page(
        "portal/spread.html",
        errors,
        total_cents=total,
        durations=durations(total, rules_of(here.practice)),
        values=form.values,
        ways=_keeps_cards(),
        preview=preview,
        back_url="/statement",
    )


def _why_not(spread: Cents) -> Response:
    here, session = visit(), reading()
    number, account_id = here.practice.id, here.account.id
    placed = active_holds(session, practice_id=number, account_id=account_id)
    holds = [hold.kind for hold in placed if hold.invoice_id is None]
    invoices = read_invoices(session, practice_id=number, account_id=account_id)
    why = why_not(invoices, holds, spread)
    return page("portal/no_spread.html", why=why, back_url="/statement")


def _preview(drafted: Draft, form: WishForm) -> dict[str, object]:
    words = _words(drafted, form)
    return {
        "rows": rows_of(drafted.parts),
        "instant": drafted.instant,
        "single": len(drafted.parts) == 1,
        "rest": rest_joined(drafted, form.wish),
        "starts_today": drafted.parts[0].due_on == today(),
        "paragraphs": paragraphs_of(words.text),
        "language": words.language,
        "digest": words.digest,
        "way": _way(form),
        "once": fresh_once(),
        "at": portal().clock.now(),
    }
