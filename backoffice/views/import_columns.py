"""The columns that were chosen for a list and serve again: named, forgotten."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from backoffice.auth import staff
from backoffice.flaws import Flaw
from backoffice.office import office
from backoffice.permissions import needs
from shared import imports
from shared.base.errors import NotAllowedError

desk = Blueprint("import_columns", __name__)
_COLUMNS = "/imports/columns/<uuid:mapping_id>"


@desk.get("/imports/columns")
@needs("imports.write")
def list_columns() -> str:
    """The columns that were chosen before."""
    return _columns()


@desk.post(_COLUMNS)
@needs("imports.write")
def rename(mapping_id: UUID) -> AnyResponse | tuple[str, int]:
    """Give saved columns another name. Raises NotFoundError."""
    who = staff()
    with office().database.unit_of_work(who.practice_id) as work:
        try:
            imports.rename_mapping(
                work.session,
                practice_id=who.practice_id,
                mapping_id=mapping_id,
                name=request.form.get("name", ""),
            )
        except NotAllowedError as refused_name:
            work.session.rollback()
            return _columns(Flaw(str(refused_name), f"name-{mapping_id}", "Nom")), 422
        work.commit()
    flash("C’est noté.", "ok")
    return redirect(url_for(".list_columns"), code=303)


@desk.post(f"{_COLUMNS}/forget")
@needs("imports.write")
def forget(mapping_id: UUID) -> AnyResponse:
    """Forget saved columns."""
    who = staff()
    with office().database.unit_of_work(who.practice_id) as work:
        if imports.forget_mapping(work.session, practice_id=who.practice_id, mapping_id=mapping_id):
            flash(
                "C’est noté : ces colonnes seront reconnues de nouveau à la prochaine liste.", "ok"
            )
        work.commit()
    return redirect(url_for(".list_columns"), code=303)


def _columns(flaw: Flaw | None = None) -> str:
    who = staff()
    with office().database.reading(who.practice_id) as reading:
        saved = imports.mappings_of(reading, who.practice_id)
    return render_template("backoffice/import_columns.html", saved=saved, flaw=flaw)
