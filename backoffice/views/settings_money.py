"""« Réglages › Argent »: old and new are looked at first, then written by who shows to be there."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.settings import foreseen, history, iban_changed, read_values
from backoffice.desks.settings_fields import AT_DESK, MONEY, typed_now
from backoffice.flaws import Flaw, flaw_of
from backoffice.kept_choice import shows_choice
from backoffice.office import office
from backoffice.permissions import grave, needs
from backoffice.settings_forms import typed
from backoffice.views.settings import write_down
from shared.accounts import RAISED_AFTER, four_eyes_of, get_practice, mark_of
from shared.base.errors import NotAllowedError
from shared.delivery import Profile, lint_text

desk = Blueprint("settings_money", __name__)
COLUMNS = tuple(field.column for field in MONEY)


@desk.get("/settings/money")
@needs("settings.read")
def show_money() -> str:
    """How the practice takes money and gives it back."""
    return _page()


@desk.route("/settings/money/check", methods=["GET", "POST"])
@needs("settings.write")
@shows_choice("settings_money.show_money")
def check() -> str | Response | tuple[str, int]:
    """What would change, from what to what; nothing is written yet."""
    here, who = office(), staff()
    given = typed(MONEY, request.form)
    with here.database.reading(who.practice_id) as reading:
        practice = get_practice(reading, who.practice_id)
        try:
            values = read_values(MONEY, given, practice, site=here.settings.site)
        except NotAllowedError as refused:
            return _page(given=given, flaw=flaw_of(refused, form="settings")), 422
    lines = foreseen(values, practice)
    if not lines:
        flash("Rien n’a changé.", "ok")
        return redirect(url_for(".show_money"), code=303)
    names = [values[column] for column in ("account_holder", "cheque_order") if values[column]]
    return render_template(
        "backoffice/settings_money_check.html",
        lines=lines,
        given=[(name, value) for name, value in given.items() if name in COLUMNS],
        desk=given["desk_takes"].split(","),
        seen=request.form.get("seen", "")[:64],
        raised=values["four_eyes_cents"] > practice.four_eyes_cents,
        telling=[
            name
            for name in names
            if any(found.rule == "R4" for found in lint_text(name, profile=Profile.SHORT))
        ],
        new_iban=values["iban"] != practice.iban and bool(values["iban"]),
    )


@desk.post("/settings/money")
@needs("settings.write")
@grave
def change() -> Response | tuple[str, int]:
    """Write it."""
    return write_down(
        MONEY,
        again=lambda given, flaw: _page(given=given, flaw=flaw),
        to=url_for(".show_money"),
    )


def _page(*, given: dict[str, str] | None = None, flaw: Flaw | None = None) -> str:
    here, who, at = office(), staff(), office().now()
    with here.database.reading(who.practice_id) as reading:
        practice = get_practice(reading, who.practice_id)
        changes = history(reading, practice_id=who.practice_id, columns=COLUMNS)
        iban = iban_changed(reading, practice_id=who.practice_id, at=at)
        limit = four_eyes_of(reading, practice, at=at)
    raised = [one.at for one in changes if one.label == _LIMIT and one.at > at - RAISED_AFTER]
    now = typed_now(MONEY, practice)
    return render_template(
        "backoffice/settings_money.html",
        fields=MONEY,
        typed=now if given is None else given,
        in_place=now if flaw is not None else None,
        seen=mark_of(practice, COLUMNS),
        changes=changes,
        iban=iban,
        ways=AT_DESK,
        limit=limit if limit != practice.four_eyes_cents else None,
        limit_from=max(raised) + RAISED_AFTER if raised else None,
        flaw=flaw,
    )


_LIMIT = next(field.label for field in MONEY if field.column == "four_eyes_cents")
