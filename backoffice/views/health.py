"""Whether the process answers; nothing more is told."""

from flask import Blueprint, Response, make_response

from backoffice.permissions import open_to_all

desk = Blueprint("health", __name__)


@desk.get("/health")
@open_to_all
def answer() -> Response:
    """For whoever starts and watches processes."""
    response = make_response("ok\n")
    response.mimetype = "text/plain"
    return response
