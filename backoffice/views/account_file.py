"""An account's file as a PDF to be printed or handed on."""

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.account_file import make_file
from backoffice.office import office
from backoffice.permissions import needs
from shared.base.pdf import typeset

desk = Blueprint("account_file", __name__)


@desk.post("/accounts/<number>/file")
@needs("timeline.read")
def make(number: str) -> Response:
    """The file as a download. A POST, since it leaves a trace."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        made = make_file(work.session, who=who, number=number, keys=here.keys, at=here.now())
        work.commit()
    answer = make_response(typeset("account", made.data, at=made.at))
    answer.content_type = "application/pdf"
    answer.headers["Content-Disposition"] = f"attachment; filename=dossier-{number.upper()}.pdf"
    return answer
