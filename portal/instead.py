"""Pages in place of some bare errors, for those who are, or were, within a visit."""

from flask import Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from portal.context import closed, is_inside, open_visit, page
from portal.uploads import LARGEST_UPLOAD, may_take_documents
from shared.web.csrf import REPLACED

FORMS_OF_A_VISIT = frozenset({"pay.begin", "visit.stay", "visit.go"})


def instead_of_error(error: HTTPException) -> Response | None:
    """The page that says what to do now, or None where the common one does.

    A visit's form that comes when the visit is over gets the closed visit's page. Its token is then
    unknown too; going back and reloading, as is advised for an old form, would only lead to this page.
    A form of a former visit while another account's is open gets a page that says so and names nobody.
    Documents that are too heavy together are told the limit, and the way back to the words. No cookie is
    taken: other sites' pages may send such forms.
    """
    if isinstance(error, RequestEntityTooLarge):
        return _too_heavy()
    if not isinstance(error, CSRFError):
        return None
    if error.description in REPLACED and is_inside():
        return make_response(render_template("portal/other_space.html", language_back="/"), 400)
    if request.endpoint not in FORMS_OF_A_VISIT:
        return None
    return closed() if open_visit() is None else None


def _too_heavy() -> Response | None:
    if not may_take_documents() or not is_inside():
        return None
    megabytes = LARGEST_UPLOAD // (1024 * 1024)
    response = page("portal/too_heavy.html", megabytes=megabytes, back_url=request.path)
    response.status_code = 413
    return response
