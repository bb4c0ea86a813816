"""The policy's editor: a draft, a trial on today's accounts, a new version; versions side by side."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.desks.ladder_policy import (
    ACT_WORDS,
    ANCHOR_WORDS,
    Field,
    fields_of,
    read_editor,
    said_of,
    typed_fields,
    typed_policy,
)
from backoffice.desks.ladder_trial import read_trial
from backoffice.flaws import Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import needs
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError
from shared.base.page_keys import read_row
from shared.ladder import (
    ORDINARY,
    SEGMENT_TITLES,
    STEP_TITLES,
    compare,
    drop_draft,
    publish_draft,
    save_draft,
    settings_of,
    versions_of,
    whole_policy,
)

desk = Blueprint("ladder_policy", __name__)
LONGEST_WHY = 200


@desk.get("/ladder/policy")
@needs("ladder.policy")
def edit() -> str:
    """The draft, or the policy in force, of one segment as a form."""
    return _editor()


@desk.post("/ladder/policy")
@needs("ladder.policy")
def save() -> Response | tuple[str, int]:
    """Keep what was typed as the draft."""
    here, who, segment = office(), staff(), _segment()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            base = read_editor(work.session, who.practice_id).policy
            save_draft(
                work.session,
                practice_id=who.practice_id,
                policy=typed_policy(request.form, base, segment),
                seen=_revision(),
                actor=who.actor,
                user_id=who.user_id,
                name=who.name,
                at=here.now(),
            )
        except NotAllowedError as refused:
            work.session.rollback()
            return _editor(typed_fields(request.form), flaw_of(refused, form="policy")), 422
        wake_worker(work.session)
        work.commit()
    flash("Le brouillon est gardé. Rien ne change avant que vous le publiiez.", "ok")
    return redirect(url_for("ladder_policy.edit", segment=segment), code=303)


@desk.post("/ladder/policy/drop")
@needs("ladder.policy")
def drop() -> Response:
    """Throw the draft away."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            drop_draft(
                work.session,
                practice_id=who.practice_id,
                seen=_revision(),
                actor=who.actor,
                name=who.name,
                at=here.now(),
            )
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash("Le brouillon est jeté. La règle en vigueur n’a pas changé.", "ok")
    return redirect(url_for("ladder_policy.edit"), code=303)


@desk.get("/ladder/policy/trial")
@needs("ladder.policy")
def trial() -> str | Response:
    """The draft, tried on today's accounts."""
    return _trial()


@desk.post("/ladder/policy/publish")
@needs("ladder.policy")
def publish() -> Response | tuple[str | Response, int]:
    """Put the draft in force."""
    here, who = office(), staff()
    why = " ".join(request.form.get("why", "").split())
    if not 0 < len(why) <= LONGEST_WHY:
        flaw = Flaw(
            f"Dites en une phrase pourquoi la règle change ({LONGEST_WHY} caractères au plus).",
            "why",
            "Pourquoi",
        )
        return _trial(flaw), 422
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            version = publish_draft(
                work.session,
                practice_id=who.practice_id,
                seen=_revision(),
                why=why,
                actor=who.actor,
                user_id=who.user_id,
                name=who.name,
                at=here.now(),
            )
        except NotAllowedError as refused:
            work.session.rollback()
            flash(str(refused), "err")
            return redirect(url_for("ladder_policy.edit"), code=303)
        wake_worker(work.session)
        work.commit()
    flash(f"La version {version} est en vigueur dès la prochaine nuit.", "ok")
    return redirect(url_for("ladder_policy.list_versions"), code=303)


@desk.get("/ladder/policy/versions")
@needs("ladder.policy")
def list_versions() -> str:
    """Every version, and two of them side by side."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        versions = versions_of(reading, who.practice_id)
        known = [number for number, _ in versions]
        one, other = _number("old", known, -1), _number("new", known, 0)
        old = whole_policy(reading, who.practice_id, one)
        new = whole_policy(reading, who.practice_id, other)
        settings = [settings_of(reading, who.practice_id, number) for number in (one, other)]
    return render_template(
        "backoffice/ladder_versions.html",
        versions=versions,
        old=one,
        new=other,
        changes=compare(old, new),
        settings=settings,
        said=said_of,
        segments=SEGMENT_TITLES,
        step_titles=STEP_TITLES,
    )


def _editor(typed: tuple[Field, ...] | None = None, flaw: Flaw | None = None) -> str:
    here, who, segment = office(), staff(), _segment()
    with here.database.reading(who.practice_id) as reading:
        edited = read_editor(reading, who.practice_id)
    own = any(step.segment == segment for step in edited.policy.steps)
    return render_template(
        "backoffice/ladder_policy.html",
        edited=edited,
        segment=segment,
        segments=SEGMENT_TITLES,
        own=request.form.get("own") == "1" if typed else own,
        fields=typed or fields_of(edited.policy, segment),
        letter_days=request.form.get("letter_days", edited.policy.letter_days),
        warn_days=request.form.get("warn_days", edited.policy.warn_days),
        revision=request.form.get("revision", edited.revision) if typed else edited.revision,
        acts=ACT_WORDS,
        anchors=ANCHOR_WORDS,
        flaw=flaw,
    )


def _trial(flaw: Flaw | None = None) -> str | Response:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        tried = read_trial(
            reading,
            practice_id=who.practice_id,
            timezone=who.timezone,
            after=read_row(request.args.get("after", "")),
            keys=names_keys(),
            at=here.now(),
        )
    if tried is None:
        flash("Il n’y a pas de brouillon à essayer : modifiez d’abord la règle.", "err")
        return redirect(url_for("ladder_policy.edit"), code=303)
    return render_template(
        "backoffice/ladder_trial.html",
        trial=tried,
        revision=tried.revision,
        said=said_of,
        segments=SEGMENT_TITLES,
        step_titles=STEP_TITLES,
        first=not request.args.get("after"),
        typed=request.form,
        flaw=flaw,
    )


def _segment() -> str:
    segment = request.values.get("segment", ORDINARY)
    return segment if segment in SEGMENT_TITLES else ORDINARY


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _number(name: str, known: list[int], place: int) -> int:
    """The version that the address names; else one of the last two."""
    text = request.args.get(name, "")
    if text.isascii() and text.isdigit() and len(text) < 9 and int(text) in known:
        return int(text)
    return known[0 if place == 0 else min(1, len(known) - 1)] if known else 0
