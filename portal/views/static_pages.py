"""Pages that anyone may read."""

from flask import Blueprint, Response, make_response, render_template

views = Blueprint("static_pages", __name__)


@views.get("/accessibility")
def accessibility() -> Response:
    """How accessible the portal is, honestly."""
    return make_response(render_template("portal/static_page.html", page="accessibility"))


@views.get("/privacy")
def privacy() -> Response:
    """What is kept, why, and whom to ask."""
    return make_response(render_template("portal/static_page.html", page="privacy"))


@views.get("/health")
def health() -> Response:
    """The process answers; nothing more is told."""
    response = make_response("ok\n")
    response.mimetype = "text/plain"
    return response
