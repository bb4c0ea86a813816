"""« Réglages »: the practice, spreading and help, messages, and which keys there are."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.settings import history, iban_changed, read_values, save
from backoffice.desks.settings_fields import MESSAGES, PLANS, PRACTICE, ZONES, Field, typed_now
from backoffice.desks.settings_keys import keys_shown
from backoffice.desks.settings_samples import SAMPLE_CENTS, first_words, message_samples, spreads
from backoffice.flaws import Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.settings_forms import typed
from shared.accounts import get_practice, mark_of
from shared.base.errors import NotAllowedError

desk = Blueprint("settings", __name__)
WRITTEN = "Les réglages sont enregistrés."
PAGES: dict[str, tuple[Field, ...]] = {
    "practice": PRACTICE,
    "plans": PLANS,
    "messages": MESSAGES,
}


@desk.get("/settings")
@needs("settings.read")
def show_practice() -> str:
    """What the practice says of itself."""
    return _page("practice")


@desk.post("/settings")
@needs("settings.write")
def change_practice() -> Response | tuple[str, int]:
    """Change it."""
    return _change("practice")


@desk.get("/settings/plans")
@needs("settings.read")
def show_plans() -> str:
    """How one may spread, how soon the practice answers, how long pauses are."""
    return _page("plans")


@desk.post("/settings/plans")
@needs("settings.write")
def change_plans() -> Response | str | tuple[str, int]:
    """Change it, or only show what it would allow."""
    if "look" in request.form:
        return _look()
    return _change("plans")


@desk.get("/settings/messages")
@needs("settings.read")
def show_messages() -> str:
    """How long links live, when a list is too old, what is asked at the door."""
    return _page("messages")


@desk.post("/settings/messages")
@needs("settings.write")
def change_messages() -> Response | tuple[str, int]:
    """Change it."""
    return _change("messages")


@desk.get("/settings/keys")
@needs("settings.read")
def show_keys() -> str:
    """Which keys are set, never their values."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        keys = keys_shown(reading, here.settings, practice_id=who.practice_id)
    return render_template("backoffice/settings_keys.html", keys=keys)


def _change(name: str) -> Response | tuple[str, int]:
    return write_down(
        PAGES[name],
        again=lambda given, flaw: _page(name, given=given, flaw=flaw),
        to=url_for(f".show_{name}"),
    )


def write_down(
    fields: tuple[Field, ...], *, again: Callable[[dict[str, str], Flaw], str], to: str
) -> Response | tuple[str, int]:
    """Write what was typed and say so, or show it ``again`` with what is to be mended."""
    here, who = office(), staff()
    given = typed(fields, request.form)
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            changed = save(
                work.session,
                fields,
                given,
                who=who,
                seen=request.form.get("seen", ""),
                site=here.settings.site,
                at=here.now(),
            )
        except NotAllowedError as refused:
            work.session.rollback()
            return again(given, flaw_of(refused, form="settings")), 422
        work.commit()
    flash(WRITTEN if changed else "Rien n’a changé.", "ok")
    return redirect(to, code=303)


def _look() -> str | tuple[str, int]:
    """What the rules that were typed would allow; nothing is written."""
    here, who = office(), staff()
    given = typed(PLANS, request.form)
    with here.database.reading(who.practice_id) as reading:
        practice = get_practice(reading, who.practice_id)
        try:
            values = read_values(PLANS, given, practice, site=here.settings.site)
        except NotAllowedError as refused:
            return _page("plans", given=given, flaw=flaw_of(refused, form="settings")), 422
    return _page("plans", given=given, values=values)


def _page(
    name: str,
    *,
    given: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
    flaw: Flaw | None = None,
) -> str:
    here, who, fields = office(), staff(), PAGES[name]
    columns = [field.column for field in fields]
    with here.database.reading(who.practice_id) as reading:
        practice = get_practice(reading, who.practice_id)
        changes = history(reading, practice_id=who.practice_id, columns=columns)
        iban = iban_changed(reading, practice_id=who.practice_id, at=here.now())
        words = first_words(reading, who.practice_id) if name == "practice" else None
    now = typed_now(fields, practice)
    rules = {column: getattr(practice, column) for column in columns} | (values or {})
    return render_template(
        f"backoffice/settings_{name}.html",
        fields=fields,
        typed=now if given is None else given,
        in_place=now if flaw is not None else None,
        seen=mark_of(practice, columns),
        changes=changes,
        iban=iban,
        zones=ZONES,
        samples=message_samples(practice, words, site=here.settings.site) if words else None,
        spreads=spreads(rules, today=here.today(who.timezone)) if name == "plans" else None,
        sample_cents=SAMPLE_CENTS,
        only_looked=values is not None,
        flaw=flaw,
    )
