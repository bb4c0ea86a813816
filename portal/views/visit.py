"""Staying longer and leaving."""

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
)

from portal.context import inside, page, portal, show_last_practice, take_visit, visit, visit_secret
from portal.late import LEFT, MINE, forget
from shared.links import extend, leave, practice_of, visit_id
from shared.web.filters import clock, t
from shared.web.language import own_path

views = Blueprint("visit", __name__)


@views.post("/extend")
@inside
def stay() -> Response:
    """A quarter of an hour more, and back to the page; its script is told when the visit ends now."""
    here, now = visit(), portal().clock.now()
    with portal().database.unit_of_work(here.practice.id) as work:
        longer = extend(work.session, practice_id=here.practice.id, visit_id=here.row.id, at=now)
        work.commit()
    if request.accept_mimetypes.best != "application/json":
        return make_response(redirect(own_path(request.form.get("back", "/statement")), code=303))
    sentence = t("Votre visite se ferme à {time}, pour vous protéger.", time=clock(longer.ends_at))
    seconds = int((longer.ends_at - now).total_seconds())
    return jsonify(sentence=sentence, seconds=seconds, more=longer.extensible)


@views.get("/stayed")
@inside
def stayed() -> Response:
    """In another tab: the visit goes on, and how to go back to what is being written."""
    return page("portal/stayed.html")


@views.post("/leave")
def go() -> Response:
    """End the visit here and in the database, and forget this browser's choices."""
    secret = visit_secret()
    practice_id = practice_of(secret)
    if practice_id > 0:
        with portal().database.unit_of_work(practice_id) as work:
            # Anyone can write a practice's number into a cookie; only a real visit tells whose it was.
            if leave(work.session, practice_id=practice_id, visit_id=visit_id(secret)):
                session[LEFT] = practice_id
            work.commit()
    forget(portal().database)
    session.pop(MINE, None)
    return take_visit(make_response(redirect("/left", code=303)))


@views.get("/left")
def left() -> Response:
    """The visit is over."""
    show_last_practice()
    return make_response(render_template("portal/closed.html", left=True))
