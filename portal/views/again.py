"""A form that is to be corrected, as it was when it was sent."""

from flask import Blueprint, Response, make_response, redirect
from markupsafe import Markup

from portal.context import inside, page, portal, reading, visit_secret
from shared.links import find_page

views = Blueprint("again", __name__)


@views.get("/again/<mark>")
@inside
def show(mark: str) -> Response:
    """The form with what is wrong; the visit's start for what is not kept any more."""
    kept = find_page(reading(), secret=visit_secret(), mark=mark, at=portal().clock.now())
    if kept is None:
        return make_response(redirect("/statement", code=303))
    response = page(
        "portal/again.html",
        kept_title=Markup(kept.title),  # noqa: S704 - our own page, sealed as it was rendered
        kept_main=Markup(kept.main),  # noqa: S704 - the same
    )
    response.status_code = kept.status
    return response
