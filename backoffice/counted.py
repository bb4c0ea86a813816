"""The figures of the frame and the boards: what the worker keeps, read once a request.

Whoever just did something is not shown what was counted before it: the cookie bears the instant.
"""

from datetime import datetime

from flask import Flask, Response, g, request, session
from sqlalchemy.orm import Session

from backoffice.auth import is_signed_in, staff
from backoffice.office import office
from shared.totals import Moment, Totals, totals_of
from shared.web.csrf import MAY_WRITE

_ACTED = "acted"


def install_counted(app: Flask) -> None:
    """Keep beside the session when its member of staff last did something."""

    @app.after_request
    def note_act(response: Response) -> Response:
        if request.method in MAY_WRITE and is_signed_in():
            session[_ACTED] = office().now().isoformat()
        return response


def totals(reading: Session | None = None, *, anew: bool = False) -> Totals:
    """The practice's figures; in the ``reading`` at hand if there is one. ``anew`` after an act within
    this request."""
    if anew or "totals" not in g:
        here, who = office(), staff()
        acted = session.get(_ACTED)
        moment = Moment(who.practice_id, here.now(), who.timezone)
        acted_at = moment.at if anew else datetime.fromisoformat(acted) if acted else None
        if reading is not None:
            g.totals = totals_of(reading, moment, acted_at=acted_at)
        else:
            with here.database.reading(who.practice_id) as own:
                g.totals = totals_of(own, moment, acted_at=acted_at)
    found: Totals = g.totals
    return found
