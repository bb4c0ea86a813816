"""« Import »: the practice's lists, from the file that is sent to what they did, and back."""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from backoffice.auth import staff
from backoffice.desks.import_columns import (
    choices,
    chosen_columns,
    show_columns,
    titles_of,
    typed_columns,
)
from backoffice.desks.import_list import read_history, sources_of
from backoffice.desks.import_page import ImportPage, read_import
from backoffice.desks.import_refused import refused_csv
from backoffice.desks.import_words import UNDO_REASONS
from backoffice.flaws import Flaw, flaw_of
from backoffice.list_form import ListForm, sent_list
from backoffice.list_upload import largest_list
from backoffice.office import office
from backoffice.permissions import asked_by_pages, needs
from backoffice.views.import_acts import act_on, whoever
from shared import imports
from shared.accounts import get_practice, practice_vault
from shared.base.errors import NotAllowedError
from shared.billing import missing_fields
from shared.imports import By, ImportJob

desk = Blueprint("imports", __name__)
_ONE = "/imports/<uuid:import_id>"


@desk.get("/imports")
@needs("imports.write")
def list_imports() -> str:
    """What came in, and the form to send a list."""
    return _desk()


@desk.post("/imports")
@needs("imports.write")
def take() -> AnyResponse | tuple[str, int]:
    """Take a list; the worker reads it."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        vault = practice_vault(here.keys, get_practice(work.session, who.practice_id))
        try:
            sent = sent_list(
                request.form,
                request.files.get("file"),
                sources=sources_of(work.session, who.practice_id),
                may_add=who.may("imports.manage"),
                largest_bytes=largest_list(here.settings),
                today=here.today(who.timezone),
                now=here.now(),
                timezone=who.timezone,
            )
            job_id = imports.take_list(
                work.session,
                sent,
                practice_id=who.practice_id,
                by=whoever(),
                vault=vault,
                at=here.now(),
            )
        except imports.BusySourceError as busy:
            work.session.rollback()
            flash(str(busy), "err")
            return redirect(url_for(".show", import_id=busy.job_id), code=303)
        except NotAllowedError as refused:
            work.session.rollback()
            return _desk(flaw_of(refused, form="send")), 422
        work.commit()
    return redirect(url_for(".show", import_id=job_id), code=303)


def _desk(flaw: Flaw | None = None) -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        history = read_history(
            reading, practice_id=who.practice_id, after=request.args.get("after", "")
        )
        sources = sources_of(reading, who.practice_id)
    today = here.today(who.timezone)
    return render_template(
        "backoffice/imports.html",
        history=history,
        sources=sources,
        first=not request.args.get("after"),
        form=ListForm.typed(request.form) if flaw else ListForm.fresh(sources, today),
        largest=here.settings.import_megabytes,
        flaw=flaw,
    )


@desk.get(_ONE)
@needs("imports.write")
def show(import_id: UUID) -> str:
    """One import: what is to be done now, and what it does."""
    return _render(_read(import_id))


@desk.get(f"{_ONE}/progress")
@needs("imports.write")
@asked_by_pages
def progress(import_id: UUID) -> AnyResponse:
    """Where the worker is: asked again and again by the page while it works."""
    page = _read(import_id)
    answer = make_response(render_template("backoffice/import_progress.html", page=page))
    if not page.at_work:
        answer.headers["HX-Redirect"] = url_for(".show", import_id=import_id)
    return answer


@desk.post(f"{_ONE}/columns")
@needs("imports.write")
def choose(import_id: UUID) -> AnyResponse | str | tuple[str, int]:
    """Say what the columns mean: look at the first rows so, or have it tried."""
    here, who = office(), staff()
    page = _read(import_id)
    if page.columns is None:
        flash("Cet import a avancé entre-temps. Voyez où il en est ci-dessous.", "err")
        return redirect(url_for(".show", import_id=import_id), code=303)
    try:
        chosen = chosen_columns(request.form, page.head)
        missing = missing_fields(chosen)
        if missing and request.form.get("act") != "look":
            raise NotAllowedError(
                f"Il manque : {', '.join(missing)}. Dites quelle colonne c’est, ou ajoutez-la à l’export."
            )
    except NotAllowedError as refused:
        flaw = flaw_of(refused, form="columns")
        return _render(page, typed=True, flaw=flaw), 422
    if request.form.get("act") == "look":
        today = here.today(who.timezone)
        return _render(page, columns=show_columns(page.head, chosen, today=today))

    def act(session: Session, job: ImportJob, by: By) -> str:
        vault = practice_vault(here.keys, get_practice(session, who.practice_id))
        imports.ask_trial(
            session, job, mapping=chosen, leave_out=False, by=by, vault=vault, at=here.now()
        )
        imports.save_mapping(
            session,
            practice_id=who.practice_id,
            source_name=job.source_name,
            headings=imports.headings_mark(here.index, who.practice_id, titles_of(page.head)),
            mapping=chosen,
            vault=vault,
            by=by.name,
            at=here.now(),
        )
        return ""

    return act_on(import_id, act)


@desk.get(f"{_ONE}/refused.csv")
@needs("imports.write")
def refused(import_id: UUID) -> Response:
    """The refused rows, as a file."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        content = refused_csv(
            reading, practice_id=who.practice_id, job_id=import_id, keys=here.keys
        )
    response = make_response(content)
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="lignes-refusees.csv"'
    return response


def _read(import_id: UUID) -> ImportPage:
    here, who = office(), staff()
    after = request.args.get("after", "")
    with here.database.reading(who.practice_id) as reading:
        return read_import(
            reading,
            practice_id=who.practice_id,
            job_id=import_id,
            kind=request.args.get("kind", ""),
            after=int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0,
            keys=here.keys,
            today=here.today(who.timezone),
        )


def _render(
    page: ImportPage,
    *,
    columns: object = None,
    typed: bool = False,
    flaw: Flaw | None = None,
) -> str:
    shown = columns or page.columns
    if typed and page.columns is not None:
        shown = typed_columns(request.form, page.columns)
    return render_template(
        "backoffice/import.html",
        page=page,
        job=page.job,
        columns=shown,
        choices=choices(),
        undo_reasons=UNDO_REASONS,
        flaw=flaw,
    )
