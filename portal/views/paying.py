"""Back from the processor's page: what became of the payment."""

import time
from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect
from sqlalchemy.orm import Session

from portal.context import end_reading, inside, page, portal, visit
from portal.pages.declines import LEFT_OPEN, sentence_of
from shared.payments import LOOKED_AT, ONLY_A_CARD, came_back, get_attempt, payment_of_attempt

views = Blueprint("paying", __name__)
WAIT_SECONDS = 5.0
LOOK_SECONDS = 0.2
CARD_TOLD = {"saved": "kept", "failed": "not_kept", "expired": "not_kept"}


@views.get("/payment/<uuid:attempt_id>")
@inside
def back(attempt_id: UUID) -> Response:
    """Back from the processor: wait a moment for the worker, then say what is known."""
    here, parts = visit(), portal()
    end_reading()
    came_back(
        parts.database,
        practice_id=here.practice.id,
        account_id=here.account.id,
        attempt_id=attempt_id,
        at=parts.clock.now(),
    )
    return wait_for(lambda: _look(attempt_id)) or _unknown(attempt_id)


def wait_for(look: Callable[[], Response | None]) -> Response | None:
    """What ``look`` finds while the worker may still be at it; it looks once when too many wait."""
    chairs = portal().chairs
    if not chairs.acquire(blocking=False):  # the page asks again by itself
        return look()
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while (answer := look()) is None and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        return answer
    finally:
        chairs.release()


def _look(attempt_id: UUID) -> Response | None:
    with portal().database.reading(visit().practice.id) as session:
        return _known(session, attempt_id)


def _known(session: Session, attempt_id: UUID) -> Response | None:
    here = visit()
    attempt = get_attempt(
        session,
        practice_id=here.practice.id,
        attempt_id=attempt_id,
        account_id=here.account.id,
    )
    if attempt.status == "succeeded":
        payment = payment_of_attempt(session, practice_id=here.practice.id, attempt_id=attempt_id)
        if payment is not None:
            return make_response(redirect(f"/receipt/{payment.id}?fresh=1", code=303))
    if attempt.failure == LOOKED_AT:
        return make_response(redirect("/statement", code=303))
    if attempt.choice == ONLY_A_CARD and attempt.status in CARD_TOLD:
        return make_response(redirect(f"/plan?card={CARD_TOLD[attempt.status]}", code=303))
    state = {"processing": "processing", "failed": "failed", "expired": "failed"}.get(
        attempt.status
    )
    if state is None:
        return None
    return page(
        "portal/paying.html",
        state=state,
        amount_cents=attempt.amount_cents,
        why=sentence_of(LEFT_OPEN if attempt.status == "expired" else attempt.failure),
        pay_url="/pay",
        statement_url="/statement",
    )


def _unknown(attempt_id: UUID) -> Response:
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        attempt = get_attempt(
            session,
            practice_id=here.practice.id,
            attempt_id=attempt_id,
            account_id=here.account.id,
        )
    response = page(
        "portal/paying.html",
        state="unknown",
        amount_cents=attempt.amount_cents,
        pay_url="/pay",
        statement_url="/statement",
    )
    response.headers["Refresh"] = "5"
    return response
