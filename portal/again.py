"""A form that is to be corrected is shown at an address of its own, so that « back » leads to it.

The address holds a mark made by chance; what was typed is kept sealed, on the server alone. What is too
large to be kept is shown where it was sent to.
"""

import secrets
from datetime import datetime

from flask import Response, make_response, redirect
from markupsafe import escape

from shared.base.database import Database
from shared.links import KeptPage, Visit, can_be_kept, keep_page

REFUSED = frozenset({422, 502, 503})
"""Answers that show a form again, with what is wrong."""
MAIN = '<main id="main" tabindex="-1">'


def moved(
    answer: Response, database: Database, *, secret: bytes, visit: Visit, at: datetime
) -> Response:
    """See-other to where the page of ``answer`` is kept for this visit, whose secret is given;
    ``answer`` itself when it is too large."""
    html = answer.get_data(as_text=True)
    title = _between(html, "<title>", "</title>").removesuffix(
        f" – {escape(visit.practice.sender)}"
    )
    page = KeptPage(title, _between(html, MAIN, "</main>"), answer.status_code)
    if not can_be_kept(page):
        return answer
    mark = secrets.token_hex(16)
    with database.unit_of_work(visit.practice.id) as work:
        keep_page(work.session, page, secret=secret, account_id=visit.account.id, mark=mark, at=at)
        work.commit()
    return make_response(redirect(f"/again/{mark}", code=303))


def _between(html: str, start: str, end: str) -> str:
    return html.partition(start)[2].partition(end)[0]
