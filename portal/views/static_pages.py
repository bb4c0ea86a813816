"""Pages that anyone may read."""

from flask import Blueprint, Response, make_response, render_template

from portal.context import is_inside, page, visit

views = Blueprint("static_pages", __name__)
TEMPLATE = "portal/static_page.html"


@views.get("/accessibility")
def accessibility() -> Response:
    """How accessible the portal is, honestly."""
    if is_inside():
        return page(TEMPLATE, page="accessibility")
    return make_response(render_template(TEMPLATE, page="accessibility"))


@views.get("/privacy")
def privacy() -> Response:
    """What is kept, why, who receives what, and whom to ask; before the identity check in neutral words."""
    if is_inside():
        return page(TEMPLATE, page="privacy", link_days=visit().practice.link_days)
    return make_response(render_template(TEMPLATE, page="privacy"))


@views.get("/health")
def health() -> Response:
    """The process answers; nothing more is told."""
    response = make_response("ok\n")
    response.mimetype = "text/plain"
    return response
