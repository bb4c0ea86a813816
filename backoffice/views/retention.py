"""« Réglages › Conservation »: the periods, what would go, and whether it goes."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.retention import change_periods, read_periods, read_retention, switch_on
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import grave, needs, refuses_first
from shared.base.errors import NotAllowedError
from shared.privacy import PERIODS, switch

desk = Blueprint("retention", __name__)
LONGEST = 12


@desk.get("/settings/retention")
@needs("settings.read")
def show() -> str:
    """What is kept for how long, and what would go."""
    return _page()


def _out_of_bounds() -> Response | None:
    """The page with what to mend, for days that can be no period."""
    given = _given()
    try:
        read_periods(given)
    except FieldError as refused:
        return make_response(_page(given=given, flaw=flaw_of(refused, form="periods")), 422)
    return None


@desk.post("/settings/retention")
@needs("settings.write")
@grave
@refuses_first(_out_of_bounds)
def change() -> Response | tuple[str, int]:
    """Change periods."""
    here, who = office(), staff()
    given = _given()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            changed = change_periods(
                work.session, given, seen=request.form.get("seen", ""), who=who, at=here.now()
            )
        except NotAllowedError as refused:
            work.session.rollback()
            return _page(given=given, flaw=flaw_of(refused, form="periods")), 422
        work.commit()
    flash("Les durées sont enregistrées." if changed else "Rien n’a changé.", "ok")
    return redirect(url_for(".show"), code=303)


@desk.post("/settings/retention/on")
@needs("settings.write")
@grave
def start() -> Response:
    """Have what is due go each night."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            switch_on(work.session, who=who, at=here.now())
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash(
                "C’est en marche : la première fois la nuit prochaine, à partir de deux heures.",
                "ok",
            )
    return redirect(url_for(".show"), code=303)


@desk.post("/settings/retention/off")
@needs("settings.write")
def stop() -> Response:
    """Have nothing go any more."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        switch(work.session, practice_id=who.practice_id, on=False, actor=who.actor, at=here.now())
        work.commit()
    flash("C’est arrêté : plus rien n’est effacé. Ce qui l’est déjà ne revient pas.", "ok")
    return redirect(url_for(".show"), code=303)


def _given() -> dict[str, str]:
    return {name: request.form.get(name, "")[:LONGEST] for name in PERIODS}


def _page(*, given: dict[str, str] | None = None, flaw: Flaw | None = None) -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        shown = read_retention(reading, practice_id=who.practice_id)
    typed = given or {one.period.name: str(one.days) for one in shown.periods}
    return render_template(
        "backoffice/settings_retention.html", shown=shown, typed=typed, flaw=flaw
    )
