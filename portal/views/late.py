"""What was typed in a visit that had ended: shown again, to be sent or let go."""

from flask import Blueprint, Response, make_response, redirect

from portal import late
from portal.context import inside, page, portal, reading, visit

views = Blueprint("late", __name__)


@views.get("/late")
@inside
def show() -> Response:
    """The form as it came, with the sentences that were typed."""
    here, parts = visit(), portal()
    kept = late.found(
        reading(),
        practice_id=here.practice.id,
        mark=late.mark_of(here.account.id, parts.settings.portal_secret.get_secret_value()),
        at=parts.clock.now(),
    )
    if kept is None:
        return make_response(redirect("/statement", code=303))
    typed = [value for _, value in kept.fields if " " in value.strip()]
    return page("portal/late.html", path=kept.path, fields=kept.fields, typed=typed)


@views.post("/late/forget")
@inside
def forget() -> Response:
    """It is not to be sent after all."""
    late.forget(portal().database)
    return make_response(redirect("/statement", code=303))
