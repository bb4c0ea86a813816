"""« Réglages › Textes »: every message that goes to patients, and the practice's own words for it."""

from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.letter_paper import specimen
from backoffice.desks.text_preview import preview_of
from backoffice.desks.text_words import FIXED_PARTS, LANGUAGES, WAYS, WHEN, WHY_FIXED
from backoffice.desks.texts import (
    check,
    longest_of,
    mark_of,
    named,
    read_texts,
    said,
    values_of,
    versions_shown,
    warned,
)
from backoffice.desks.words import NOTICE_TITLES, title
from backoffice.flaws import Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import needs
from shared.accounts import get_practice
from shared.base.config_demands import is_loopback
from shared.base.errors import ChangedMeanwhileError, NotAllowedError, NotFoundError
from shared.delivery import LONGEST_SUBJECT, NoticeRenderer, OwnWords, places_of
from shared.ladder import policy_in_force
from shared.texts import (
    CHANGEABLE,
    Author,
    TextName,
    ardoise_words,
    save_text,
    text_version,
    text_versions,
    words_of,
)

desk = Blueprint("texts", __name__)
LOOKED = "look"
SAME = "Rien n’a changé."


@dataclass(frozen=True, slots=True)
class TextForm:
    """What was typed; ``seen`` is the version that it was made from."""

    words: OwnWords
    seen: int
    anyway: str = ""


@desk.get("/settings/texts")
@needs("settings.read")
def list_texts() -> str:
    """Every message by its moment, and whose words it goes in."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        practice = get_practice(reading, who.practice_id)
        values = values_of(practice, site=here.settings.site)
        moments = read_texts(reading, practice, values, _renderer())
    return render_template("backoffice/settings_texts.html", moments=moments, why_fixed=WHY_FIXED)


@desk.get("/settings/texts/letter")
@needs("settings.read")
def print_letter() -> Response:
    """The formal notice about nobody, to be looked at: its words are fixed."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        practice = get_practice(reading, who.practice_id)
        _, policy = policy_in_force(reading, who.practice_id)
    today = here.today(who.timezone)
    pdf = specimen(practice, days=policy.letter_days, at=here.now(), today=today)
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="lettre-exemple.pdf"'
    return response


@desk.get("/settings/texts/<string:text_key>")
@needs("settings.read")
def show(text_key: str) -> str:
    """One text: as it goes, as a form, and its versions. Raises NotFoundError."""
    return _page(named(text_key))


@desk.post("/settings/texts/<string:text_key>")
@needs("settings.write")
def save(text_key: str) -> Response | str | tuple[str, int]:
    """Keep what was typed as a new version, or only show it on a phone. Raises NotFoundError."""
    here, who, name = office(), staff(), named(text_key)
    typed = _typed(name)
    try:
        _check(name, typed.words)
        if LOOKED in request.form:
            return _page(name, typed)
        warnings = warned(name, typed.words)
        if warnings and typed.anyway != mark_of(typed.words):
            return _page(name, typed, warnings=warnings), 422
        with here.database.unit_of_work(who.practice_id) as work:
            kept = save_text(
                work.session,
                practice_id=who.practice_id,
                name=name,
                words=typed.words,
                seen=typed.seen,
                by=_author(),
                anyway=warnings,
            )
            work.commit()
    except ChangedMeanwhileError as refused:
        return _page(name, typed, flaw_of(refused, form="words"), afresh=True), 422
    except NotAllowedError as refused:
        return _page(name, typed, flaw_of(refused, form="words")), 422
    flash(f"Version {kept.version} : elle part dès le prochain message." if kept else SAME, "ok")
    return redirect(url_for(".show", text_key=text_key), code=303)


@desk.post("/settings/texts/<string:text_key>/back")
@needs("settings.write")
def go_back(text_key: str) -> Response:
    """Put an earlier version in force again, as a new one; version 0 is Ardoise's words.

    Raises NotFoundError."""
    here, who, name = office(), staff(), named(text_key)
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            words = _earlier(work.session, name)
            if words is not None:
                _check(name, words)
            kept = save_text(
                work.session,
                practice_id=who.practice_id,
                name=name,
                words=words,
                seen=_number("seen"),
                by=_author(),
                anyway=warned(name, words) if words else (),
            )
            work.commit()
    except NotAllowedError as refused:
        flash(str(refused), "err")
    else:
        again = "Les mots d’Ardoise partent de nouveau." if words is None else "C’est remis."
        flash(again if kept else SAME, "ok")
    return redirect(url_for(".show", text_key=text_key), code=303)


def _check(name: TextName, words: OwnWords) -> None:
    """Raises FieldError with what to mend, NotFoundError for a message that nobody may word."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        practice = get_practice(reading, who.practice_id)
    check(_renderer(), name, words, values_of(practice, site=here.settings.site))


def _earlier(session: Session, name: TextName) -> OwnWords | None:
    version = _number("version")
    if version == 0 and name.template in CHANGEABLE:
        return None
    found = text_version(session, practice_id=staff().practice_id, name=name, version=version)
    words = words_of(found)
    if words is None:
        raise NotFoundError("Cette version n’existe pas.")
    return words


def _page(
    name: TextName,
    typed: TextForm | None = None,
    flaw: Flaw | None = None,
    *,
    warnings: tuple[str, ...] = (),
    afresh: bool = False,
) -> str:
    """``afresh`` where a colleague was faster: what is typed is then compared with theirs."""
    here, who, renderer = office(), staff(), _renderer()
    with here.database.reading(who.practice_id) as reading:
        practice = get_practice(reading, who.practice_id)
        versions = text_versions(reading, practice_id=who.practice_id, name=name)
    latest = versions[0] if versions else None
    in_force, values = words_of(latest), values_of(practice, site=here.settings.site)
    changeable = name.template in CHANGEABLE
    start = ardoise_words(renderer, name) if changeable else None
    words = typed.words if typed else in_force or start
    latest_seen = latest.version if latest else 0
    return render_template(
        "backoffice/settings_text.html",
        name=name,
        title=title(NOTICE_TITLES, name.template),
        when=WHEN[name.template],
        way=WAYS[name.channel],
        language=LANGUAGES[name.language],
        ways=WAYS,
        languages=LANGUAGES,
        changeable=changeable,
        why_fixed=WHY_FIXED,
        fixed_parts=FIXED_PARTS[name.channel],
        words=words,
        in_force=in_force,
        ours=start,
        seen=typed.seen if typed and not afresh else latest_seen,
        afresh=afresh,
        mark=mark_of(words) if words else "",
        warnings=said(warnings),
        preview=preview_of(renderer, practice, name, typed.words if typed else in_force, values),
        looked=typed is not None,
        versions=versions_shown(versions, renderer, values),
        places=places_of(name.channel),
        longest_subject=LONGEST_SUBJECT,
        longest_body=longest_of(name),
        flaw=flaw,
    )


def _typed(name: TextName) -> TextForm:
    """As it came, with the ends of lines that we keep; cut only far beyond what may be kept."""
    body = request.form.get("body", "").replace("\r\n", "\n").replace("\t", " ").strip()
    if name.channel == "sms":
        body = " ".join(body.split())
    subject = " ".join(request.form.get("subject", "").split()) if name.channel == "email" else ""
    words = OwnWords(subject[: 4 * LONGEST_SUBJECT], body[: 4 * longest_of(name)])
    return TextForm(words, _number("seen"), request.form.get("anyway", ""))


def _number(field: str) -> int:
    text = request.form.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _author() -> Author:
    here, who = office(), staff()
    return Author(who.user_id, who.actor, here.now(), who.timezone)


def _renderer() -> NoticeRenderer:
    return NoticeRenderer(loopback=is_loopback(office().settings.site))
