"""The help of the back-office: the keys, and where things are said at length."""

from flask import Blueprint, render_template

from backoffice.permissions import needs

desk = Blueprint("help_page", __name__)


@desk.get("/help")
@needs("sessions.own")
def show_help() -> str:
    """The same list of keys that the dialog shows, for whoever has no script."""
    return render_template("backoffice/help.html")
