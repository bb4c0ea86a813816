"""« Échelle »: where every account stands, who fits a filter, and what the coming night would do."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.desks.ladder_board import TABS, read_board, read_night
from backoffice.desks.ladder_list import as_address, read_fit, read_page
from backoffice.desks.words import LANGUAGES, REASON_GROUPS, WISHES
from backoffice.flaws import FieldError, flaw_of
from backoffice.office import office
from backoffice.permissions import needs
from shared.accounts import get_practice
from shared.base.errors import NotAllowedError
from shared.base.formats import day as in_words
from shared.base.page_keys import read_row
from shared.ladder import (
    SEGMENT_TITLES,
    STEP_TITLES,
    WITHHELD_TITLES,
    Fit,
    coming_night,
    hold_night,
    undo_quiet,
)

desk = Blueprint("ladder", __name__)


@desk.get("/ladder")
@needs("accounts.read")
def show_board() -> str:
    """The columns, and the first of the coming night."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        board = read_board(
            reading,
            practice_id=who.practice_id,
            timezone=who.timezone,
            keys=names_keys(),
            at=here.now(),
        )
        totals(reading)  # for the rail, while the practice is named
    return render_template("backoffice/ladder.html", board=board, night=board.night, tabs=TABS)


@desk.get("/ladder/accounts")
@needs("accounts.read")
def list_standing() -> str | tuple[str, int]:
    """The accounts that fit a filter."""
    here, who = office(), staff()
    flaw, status = None, 200
    try:
        fit = read_fit(request.args)
    except FieldError as refused:
        flaw, fit, status = flaw_of(refused, form="main"), Fit(), 422
    with here.database.reading(who.practice_id) as reading:
        page = read_page(
            reading,
            practice_id=who.practice_id,
            fit=fit,
            after=request.args.get("after", ""),
            keys=names_keys(),
            today=here.today(who.timezone),
            clock=here.clock,
        )
    shown = render_template(
        "backoffice/ladder_accounts.html",
        page=page,
        fit=fit,
        typed=request.args,
        address=as_address(fit),
        first=not request.args.get("after"),
        flaw=flaw,
        step_titles=STEP_TITLES,
        held_titles=WITHHELD_TITLES,
        held_groups=REASON_GROUPS,
        languages=LANGUAGES,
        wishes=WISHES,
        segments=SEGMENT_TITLES,
    )
    return shown if status == 200 else (shown, status)


@desk.get("/ladder/night")
@needs("accounts.read")
def preview() -> str:
    """What the coming night would decide, and why."""
    here, who = office(), staff()
    tab, reason = request.args.get("show", ""), request.args.get("reason", "")
    tab = tab if tab in TABS else ""
    reason = reason if reason in WITHHELD_TITLES else ""
    with here.database.reading(who.practice_id) as reading:
        night, at = read_night(
            reading,
            practice_id=who.practice_id,
            timezone=who.timezone,
            keys=names_keys(),
            tab="held" if reason else tab,
            reason=reason,
            after=read_row(request.args.get("after", "")),
            at=here.now(),
        )
        totals(reading)  # for the rail, while the practice is named
    return render_template(
        "backoffice/ladder_night.html",
        night=night,
        counted_at=at,
        tabs=TABS,
        tab="held" if reason else tab,
        reason=reason,
        held_titles=WITHHELD_TITLES,
        first=not request.args.get("after"),
    )


@desk.post("/ladder/night/hold")
@needs("ladder.bulk")
def hold_tonight() -> Response:
    """Have the coming night decide nothing."""
    return _quiet(held=True)


@desk.post("/ladder/night/undo")
@needs("ladder.bulk")
def undo_tonight() -> Response:
    """Let it decide after all."""
    return _quiet(held=False)


def _quiet(*, held: bool) -> Response:
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        practice = get_practice(work.session, who.practice_id)
        try:
            night = _night_of_form() or coming_night(work.session, practice=practice, at=here.now())
            act = hold_night if held else undo_quiet
            act(
                work.session,
                practice=practice,
                day=night,
                actor=who.actor,
                name=who.name,
                at=here.now(),
            )
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            said = in_words(night)
            flash(
                f"La nuit du {said} : rien ne part. Vous pouvez le défaire jusqu’à ce qu’elle passe."
                if held
                else f"La nuit du {said} se fera comme d’habitude.",
                "ok",
            )
    return redirect(url_for("ladder.show_board"), code=303)


def _night_of_form() -> date | None:
    """The night that the page showed, so that a form of yesterday does not hold another one."""
    try:
        return date.fromisoformat(request.form.get("night", ""))
    except ValueError:
        return None
