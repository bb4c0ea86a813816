"""Payments of nobody known: the list, looking for the account, giving one to it or giving it back."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.desks.order_words import STRAY_REASONS, told_of
from backoffice.desks.search import search
from backoffice.desks.stray_after import read_done, read_gone
from backoffice.desks.stray_asking import (
    ask_assign,
    ask_give_back,
    foresee_assign,
    foresee_give_back,
)
from backoffice.desks.strays import read_strays
from backoffice.forms import search_term
from backoffice.kept_choice import ONCE, shows_choice
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.base.errors import NotAllowedError
from shared.ladder import policy_of

desk = Blueprint("strays", __name__)
LONGEST_MARK = 64


@desk.get("/payments/unassigned")
@needs("payments.desk")
def list_strays() -> str:
    """What came and is nobody's."""
    return _page()


@desk.post("/payments/unassigned")
@needs("payments.desk")
def look_for() -> str:
    """Accounts that one may be meant for. A POST though it only reads: a name must not stand in an
    address."""
    return _page(request.form.get("stray", ""), search_term(request.form))


@desk.route("/payments/unassigned/<uuid:stray_id>/check", methods=["GET", "POST"])
@needs("payments.desk")
@shows_choice("strays.list_strays")
def check_assign(stray_id: UUID) -> str | Response:
    """What would come of giving one to an account, before anything is asked. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        try:
            will = foresee_assign(
                reading,
                who=who,
                stray_id=stray_id,
                number=request.form.get("number", "").strip(),
                keys=names_keys(),
            )
            totals(reading)
        except NotAllowedError as refused:
            return _refused(refused)
    return render_template("backoffice/stray_assign.html", will=will, once=request.form[ONCE])


@desk.post("/payments/unassigned/<uuid:stray_id>")
@needs("payments.desk")
def assign(stray_id: UUID) -> Response:
    """Say whose a payment is; the worker books it. Raises NotFoundError."""
    return _told(
        lambda session: ask_assign(
            session,
            who=staff(),
            stray_id=stray_id,
            number=request.form.get("number", "").strip(),
            once=request.form.get("once", "")[:LONGEST_MARK],
            at=office().now(),
        )
    )


@desk.route("/payments/unassigned/<uuid:stray_id>/refund/check", methods=["GET", "POST"])
@needs("refunds.write")
@shows_choice("strays.list_strays")
def check_refund(stray_id: UUID) -> str | Response:
    """What would come of giving one back, before anything is asked. Raises NotFoundError."""
    here, who, reason = office(), staff(), request.form.get("reason", "")
    with here.database.reading(who.practice_id) as reading:
        try:
            will = foresee_give_back(
                reading, who=who, stray_id=stray_id, reason=reason, at=here.now()
            )
            totals(reading)
        except NotAllowedError as refused:
            return _refused(refused)
    return render_template(
        "backoffice/stray_refund.html", will=will, reason=reason, once=request.form[ONCE]
    )


@desk.post("/payments/unassigned/<uuid:stray_id>/refund")
@needs("refunds.write")
@grave
def give_back(stray_id: UUID) -> Response:
    """Ask for what is left of a payment to go back; the worker does it. Raises NotFoundError."""

    def ask(session: Session) -> str:
        order = ask_give_back(
            session,
            who=staff(),
            stray_id=stray_id,
            reason=request.form.get("reason", ""),
            once=request.form.get("once", "")[:LONGEST_MARK],
            at=office().now(),
        )
        return told_of(order, staff().timezone)

    return _told(ask)


def _told(act: Callable[[Session], str]) -> Response:
    """Do it and say so, or say why not; the list comes back."""
    with office().database.unit_of_work(staff().practice_id) as work:
        try:
            told = act(work.session)
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash(told, "ok")
    return redirect(url_for(".list_strays"), code=303)


def _refused(refused: NotAllowedError) -> Response:
    flash(str(refused), "err")
    return redirect(url_for(".list_strays"), code=303)


def _page(looking: str = "", term: str = "") -> str:
    here, who, after = office(), staff(), request.args.get("after", "")
    with here.database.reading(who.practice_id) as reading:
        strays, next_key = read_strays(reading, who=who, after=after, at=here.now())
        gone, done = [], []
        if not after:
            gone = read_gone(reading, who=who, at=here.now())
            done = read_done(reading, practice_id=who.practice_id, at=here.now())
        rows = (
            search(
                reading,
                practice_id=who.practice_id,
                term=term,
                steps=policy_of(reading, who.practice_id),
                keys=names_keys(),
                index=here.index,
            )
            if term
            else ()
        )
        totals(reading)
    return render_template(
        "backoffice/strays.html",
        strays=strays,
        after=after,
        next_key=next_key,
        gone=gone,
        done=done,
        looking=looking,
        found=rows,
        looked_for=term,
        reasons=STRAY_REASONS,
    )
