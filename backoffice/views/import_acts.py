"""What staff do with a list that was read: try, confirm, give up, take back; the worker carries it out."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from backoffice.auth import staff
from backoffice.office import office
from backoffice.permissions import needs
from shared import imports
from shared.accounts import get_practice, practice_vault
from shared.base.errors import NotAllowedError
from shared.imports import By, ImportJob

desk = Blueprint("import_acts", __name__)
_ONE = "/imports/<uuid:import_id>"
Act = Callable[[Session, ImportJob, By], str]


@desk.post(f"{_ONE}/trial")
@needs("imports.write")
def try_without(import_id: UUID) -> AnyResponse:
    """Have it tried once more, without the rows that are refused or with all of them."""
    here = office()

    def act(session: Session, job: ImportJob, by: By) -> str:
        vault = practice_vault(here.keys, get_practice(session, job.practice_id))
        imports.ask_trial(
            session,
            job,
            mapping=None,
            leave_out=request.form.get("leave_out") == "yes",
            by=by,
            vault=vault,
            at=here.now(),
        )
        return ""

    return act_on(import_id, act)


@desk.post(f"{_ONE}/change")
@needs("imports.write")
def change(import_id: UUID) -> AnyResponse:
    """Choose the columns anew."""

    def act(session: Session, job: ImportJob, by: By) -> str:
        if job.status != "preview":
            imports.change_columns(session, job, by=by, at=office().now())
        return ""

    return act_on(import_id, act)


@desk.post(f"{_ONE}/confirm")
@needs("imports.write")
def confirm(import_id: UUID) -> AnyResponse:
    """Have booked what was shown; the worker does it."""

    def act(session: Session, job: ImportJob, by: By) -> str:
        seen = request.form.get("seen", "")
        imports.confirm(session, job, seen=seen, by=by, at=office().now())
        return ""

    return act_on(import_id, act)


@desk.post(f"{_ONE}/withdraw")
@needs("imports.write")
def withdraw(import_id: UUID) -> AnyResponse:
    """Give it up before anything is booked."""

    def act(session: Session, job: ImportJob, by: By) -> str:
        done = imports.withdraw(session, job, by=by, at=office().now())
        return "C’est noté : import abandonné, rien n’a été importé." if done else ""

    return act_on(import_id, act)


@desk.post(f"{_ONE}/undo")
@needs("imports.manage")
def undo(import_id: UUID) -> AnyResponse:
    """Have a whole import taken back, where nothing stands against it."""

    def act(session: Session, job: ImportJob, by: By) -> str:
        imports.ask_undo(session, job, why=request.form.get("why", ""), by=by, at=office().now())
        return ""

    return act_on(import_id, act)


def act_on(import_id: UUID, act: Act) -> AnyResponse:
    """Do it under the import's lock and come back to its page, or say why not. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        job = imports.get_job(
            work.session, practice_id=who.practice_id, job_id=import_id, lock=True
        )
        try:
            told = act(work.session, job, whoever())
        except NotAllowedError as why:
            work.session.rollback()
            flash(str(why), "err")
        else:
            work.commit()
            if told:
                flash(told, "ok")
    return redirect(url_for("imports.show", import_id=import_id), code=303)


def whoever() -> By:
    """Who sits at the desk, as imports name them."""
    return By(staff().user_id, staff().name)
