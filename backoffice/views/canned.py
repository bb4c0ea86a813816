"""Ready-made answers: the list, writing one, putting one away. What all send is read by the lint first."""

from dataclasses import dataclass, replace
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.drafts import Draft as Text
from backoffice.desks.drafts import Warned, is_confirmed, warnings_about
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import needs
from shared.base.errors import NotAllowedError, NotFoundError
from shared.inbox import (
    LONGEST_TITLE,
    PLACEHOLDERS,
    SavedAnswer,
    canned_answers,
    get_canned,
    install_canned,
    remove_canned,
    save_canned,
    seen_mark,
    unknown_placeholders,
    without_placeholders,
)
from shared.messages import LONGEST_TEXT

desk = Blueprint("canned", __name__)

TITLE, BODY = ("title", "Nom"), ("body", "Texte")


@dataclass(frozen=True, slots=True)
class CannedForm:
    """The form of an answer as it is shown."""

    title: str = ""
    body: str = ""
    answer_id: UUID | None = None
    seen: str = ""
    warned: tuple[Warned, ...] = ()

    @property
    def mark(self) -> str:
        """Of these very words."""
        return Text(body=f"{self.title}\n{self.body}").mark


@desk.get("/inbox/ready-made")
@needs("messages.canned")
def list_canned() -> str:
    """All of them, and the form of a new one."""
    return _page(CannedForm())


@desk.get("/inbox/ready-made/<uuid:canned_id>")
@needs("messages.canned")
def edit(canned_id: UUID) -> str:
    """One of them in the form. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        answer = get_canned(reading, practice_id=who.practice_id, answer_id=canned_id)
    return _page(CannedForm(answer.title, answer.body, answer.id, seen_mark(answer)))


@desk.post("/inbox/ready-made")
@needs("messages.canned")
def add() -> Response:
    """Keep a new one."""
    return _save(None)


@desk.post("/inbox/ready-made/<uuid:canned_id>")
@needs("messages.canned")
def change(canned_id: UUID) -> Response:
    """Change one, unless a colleague did so meanwhile."""
    return _save(canned_id)


@desk.post("/inbox/ready-made/<uuid:canned_id>/remove")
@needs("messages.canned")
def remove(canned_id: UUID) -> Response:
    """Put one away. Of two who do so at once, the second reads that it is gone."""
    here, who = office(), staff()
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            remove_canned(
                work.session,
                practice_id=who.practice_id,
                answer_id=canned_id,
                user_id=who.user_id,
                actor=who.actor,
                at=here.now(),
            )
            work.commit()
    except NotFoundError as gone:
        flash(str(gone), "err")
    else:
        flash("C’est retiré : cette réponse n’est plus proposée.", "ok")
    return redirect(url_for(".list_canned"), code=303)


@desk.post("/inbox/ready-made/start")
@needs("messages.canned")
def start() -> Response:
    """Give a practice that has none the answers to start with."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        count = install_canned(
            work.session,
            practice_id=who.practice_id,
            at=here.now(),
            user_id=who.user_id,
            actor=who.actor,
        )
        work.commit()
    flash(
        f"{count} réponses ajoutées."
        if count
        else "Il y a déjà des réponses : rien n’a été ajouté.",
        "ok",
    )
    return redirect(url_for(".list_canned"), code=303)


def _save(answer_id: UUID | None) -> Response:
    here, who, form = office(), staff(), request.form
    typed = CannedForm(
        " ".join(form.get("title", "").split())[: 2 * LONGEST_TITLE],
        form.get("body", "").replace("\r\n", "\n").strip()[: 2 * LONGEST_TEXT],
        answer_id,
        form.get("seen", ""),
    )
    try:
        _check(typed)
        warned = _warned(typed)
        if warned and not is_confirmed(form.get("anyway", ""), f"{typed.title}\n{typed.body}"):
            return make_response(_page(replace(typed, warned=warned)), 422)
        with here.database.unit_of_work(who.practice_id) as work:
            save_canned(
                work.session,
                SavedAnswer(typed.title, typed.body, answer_id, typed.seen),
                practice_id=who.practice_id,
                user_id=who.user_id,
                actor=who.actor,
                at=here.now(),
                timezone=who.timezone,
                anyway=bool(warned),
            )
            work.commit()
    except NotAllowedError as refused:
        return make_response(_page(typed, flaw_of(refused, form="canned")), 422)
    flash("C’est enregistré.", "ok")
    return make_response(redirect(url_for(".list_canned"), code=303))


def _check(typed: CannedForm) -> None:
    if not typed.title:
        raise FieldError(*TITLE, "Donnez un nom court, que l’équipe reconnaît.")
    if len(typed.title) > LONGEST_TITLE:
        raise FieldError(
            *TITLE, f"Le nom compte au plus {LONGEST_TITLE} signes : raccourcissez-le."
        )
    if not typed.body:
        raise FieldError(*BODY, "Écrivez le texte de la réponse.")
    if len(typed.body) > LONGEST_TEXT:
        raise FieldError(
            *BODY, f"Le texte compte au plus {LONGEST_TEXT} signes : raccourcissez-le."
        )
    unknown = unknown_placeholders(typed.body)
    if unknown:
        known = ", ".join("{" + name + "}" for name in PLACEHOLDERS)
        raise FieldError(
            *BODY, f"« {unknown[0]} » ne peut pas être rempli. Ce qui peut l’être : {known}."
        )


def _warned(typed: CannedForm) -> tuple[Warned, ...]:
    return warnings_about(without_placeholders(f"{typed.title}.\n{typed.body}"))


def _page(form: CannedForm, flaw: Flaw | None = None) -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        answers = canned_answers(reading, practice_id=who.practice_id)
    return render_template(
        "backoffice/canned.html",
        answers=answers,
        form=form,
        flaw=flaw,
        placeholders=PLACEHOLDERS,
        longest_title=LONGEST_TITLE,
        longest_text=LONGEST_TEXT,
    )
