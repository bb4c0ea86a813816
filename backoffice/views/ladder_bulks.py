"""Acts on many accounts: looked at first, done once, and taken back within a quarter of an hour."""

import secrets
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice import forms
from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.desks.ladder_bulks import letters_left, read_summary
from backoffice.desks.ladder_list import as_address, read_fit
from backoffice.desks.words import RELEASE_REASONS
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.forms import USUAL_PAUSE
from backoffice.kept_choice import ONCE, shows_choice
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError
from shared.ladder import (
    ACT_TITLES,
    APPROVE,
    HOLD,
    RELEASE,
    UNDO_FOR,
    Ask,
    Staff,
    ask_bulk,
    ask_undo,
    get_bulk,
    latest_bulks,
    may_undo,
    step_bulk,
)

desk = Blueprint("ladder_bulks", __name__)
LONGEST_ONCE = LONGEST_MARK = 32
MOST_TICKED = 50


@desk.get("/ladder/acts")
@needs("ladder.bulk")
def list_bulks() -> str:
    """The acts on many accounts, the latest first."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        bulks = latest_bulks(reading, practice_id=who.practice_id)
    return render_template("backoffice/ladder_acts.html", bulks=bulks, titles=ACT_TITLES)


@desk.get("/ladder/acts/<uuid:bulk_id>")
@needs("ladder.bulk")
def show(bulk_id: UUID) -> str:
    """What became of one, and the button that takes it back."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        bulk = get_bulk(reading, practice_id=who.practice_id, bulk_id=bulk_id)
        left = letters_left(reading, bulk)
    return render_template(
        "backoffice/ladder_act.html",
        bulk=bulk,
        left=left,
        titles=ACT_TITLES,
        reasons=RELEASE_REASONS,
        undoable=may_undo(bulk.status, bulk.ended_at, now=here.now())
        and (bulk.act != APPROVE or who.may("ladder.approve")),
        until=bulk.ended_at + UNDO_FOR if bulk.ended_at else None,
    )


@desk.route("/ladder/acts/check", methods=["GET", "POST"])
@needs("ladder.bulk")
@shows_choice("ladder.list_standing")
def check() -> Response | tuple[str, int] | str:
    """What an act would do. Only shows."""
    act = request.form.get("act", "")
    if act not in {HOLD, RELEASE}:
        flash("Choisissez d’abord quoi faire : mettre en pause ou lever les pauses.", "err")
        return redirect(url_for("ladder.list_standing"), code=303)
    return _check(act)


@desk.route("/ladder/acts/check-letters", methods=["GET", "POST"])
@needs("ladder.approve")
@shows_choice("ladder_letters.list_letters")
def check_letters() -> Response | tuple[str, int] | str:
    """What approving the chosen letters would do. Only shows."""
    return _check(APPROVE)


@desk.post("/ladder/acts")
@needs("ladder.bulk")
def carry_out() -> Response | tuple[str, int] | str:
    """Pause, or end pauses, of all that were looked at."""
    act = request.form.get("act", "")
    return _do(act) if act in {HOLD, RELEASE} else check()


@desk.post("/ladder/acts/letters")
@needs("ladder.approve")
@grave
def approve_letters() -> Response | tuple[str, int] | str:
    """Approve the letters that were looked at."""
    return _do(APPROVE)


@desk.post("/ladder/acts/<uuid:bulk_id>/undo")
@needs("ladder.bulk")
def undo(bulk_id: UUID) -> Response:
    """Take one back, as far as nothing has happened since."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        bulk = get_bulk(work.session, practice_id=who.practice_id, bulk_id=bulk_id, lock=True)
        try:
            if bulk.act == APPROVE and not who.may("ladder.approve"):
                raise NotAllowedError("Une personne responsable reprend ces approbations.")
            ask_undo(work.session, bulk, by=_by(), at=here.now())
        except NotAllowedError as refused:
            flash(str(refused), "err")
            return redirect(url_for("ladder_bulks.show", bulk_id=bulk_id), code=303)
        _step(work.session, bulk_id)
        work.commit()
    return redirect(url_for("ladder_bulks.show", bulk_id=bulk_id), code=303)


def _check(act: str, flaw: Flaw | None = None) -> tuple[str, int] | str | Response:
    here, who = office(), staff()
    today = here.today(who.timezone)
    try:
        fit = read_fit(request.form)
        chosen = _chosen()
    except NotAllowedError as refused:
        flash(str(refused), "err")
        target = "ladder_letters.list_letters" if act == APPROVE else "ladder.list_standing"
        return redirect(url_for(target), code=303)
    with here.database.reading(who.practice_id) as reading:
        summary = read_summary(
            reading,
            act,
            practice_id=who.practice_id,
            fit=fit,
            chosen=chosen,
            keys=here.keys,
            names=names_keys(),
            today=today,
        )
        totals(reading)
    page = render_template(
        "backoffice/ladder_check.html",
        act=act,
        title=ACT_TITLES[act],
        summary=summary,
        fields=as_address(fit),
        chosen=chosen,
        once=request.form.get(ONCE) or secrets.token_hex(16),
        review_on=request.form.get("review_on") or (today + USUAL_PAUSE).isoformat(),
        first_review=today + forms.FIRST_REVIEW,
        last_review=today + forms.LONGEST_PAUSE,
        reasons=RELEASE_REASONS,
        reason=request.form.get("reason", ""),
        flaw=flaw,
    )
    return (page, 422) if flaw else page


def _do(act: str) -> Response | tuple[str, int] | str:
    here, who = office(), staff()
    once = request.form.get("once", "")
    try:
        if not 0 < len(once) <= LONGEST_ONCE:
            raise NotAllowedError("Cette page est incomplète : rouvrez-la depuis la liste.")
        ask = Ask(
            act,
            once,
            read_fit(request.form),
            _chosen(),
            shown=_shown() if act == APPROVE else {},
            review_on=forms.review_day(request.form, today=here.today(who.timezone))
            if act == HOLD
            else None,
            reason=_reason() if act == RELEASE else None,
        )
        with here.database.unit_of_work(who.practice_id) as work:
            bulk = ask_bulk(work.session, ask, practice_id=who.practice_id, by=_by(), at=here.now())
            if bulk.status == "asked" and bulk.reached is None:
                _step(work.session, bulk.id)
            work.commit()
            return redirect(url_for("ladder_bulks.show", bulk_id=bulk.id), code=303)
    except FieldError as missing:
        return _check(act, flaw_of(missing, form="main"))
    except NotAllowedError as refused:
        flash(str(refused), "err")
        return redirect(url_for("ladder.list_standing"), code=303)


def _step(session: Session, bulk_id: UUID) -> None:
    """The first step in the request, so that few accounts are done at once; the worker does the rest."""
    here, who = office(), staff()
    more = step_bulk(
        session, practice_id=who.practice_id, bulk_id=bulk_id, keys=here.keys, at=here.now()
    )
    if more:
        wake_worker(session)


def _chosen() -> tuple[UUID, ...] | None:
    """The ticked accounts; None for all that fit. Raises NotAllowedError when none is ticked."""
    if request.form.get("all") == "1":
        return None
    try:
        ticked = {UUID(text) for text in request.form.getlist("account")}
    except ValueError:
        raise NotAllowedError("Cette page est incomplète : rouvrez-la depuis la liste.") from None
    if not 0 < len(ticked) <= MOST_TICKED:
        raise NotAllowedError("Cochez d’abord les comptes, 50 au plus, ou prenez tout le filtre.")
    return tuple(sorted(ticked))


def _shown() -> dict[UUID, str]:
    """By account the mark of the letter that was shown; a letter without one is not approved. Raises
    NotAllowedError for a page that carries none."""
    pairs = (text.partition(":") for text in request.form.getlist("shown"))
    try:
        shown = {UUID(account): mark[:LONGEST_MARK] for account, _, mark in pairs}
    except ValueError:
        shown = {}
    if not 0 < len(shown) <= MOST_TICKED:
        raise NotAllowedError("Cette page est incomplète : rouvrez-la depuis la liste.")
    return shown


def _reason() -> str:
    reason = request.form.get("reason", "")
    if reason not in RELEASE_REASONS:
        raise FieldError(
            "reason", "Raison", "Choisissez la raison pour laquelle les pauses se terminent."
        )
    return reason


def _by() -> Staff:
    who = staff()
    return Staff(who.actor, who.user_id, who.name)
