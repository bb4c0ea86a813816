"""The card processor's calls: verified, stored once, answered at once. Only the worker acts on them."""

from flask import Blueprint, Response, make_response, request

from portal.context import portal
from shared.base.log import get_logger
from shared.payments import store_signal
from shared.processor import BadWebhookError

webhooks = Blueprint("webhooks", __name__)
log = get_logger(__name__)


@webhooks.post("/webhooks/<int(max=2147483647):practice_id>")
def receive(practice_id: int) -> Response:
    """Keep a signal of the practice's processor; a forged one is refused and leaves no row."""
    parts = portal()
    gateway = parts.gateways.of(practice_id)
    if gateway is None:
        return _answer(404)
    now = parts.clock.now()
    try:
        signal = gateway.read_webhook(
            request.get_data(), request.headers.get("Stripe-Signature", ""), now
        )
    except BadWebhookError as error:
        log.warning("webhook.refused", reason=str(error))
        return _answer(400)
    with parts.database.unit_of_work(practice_id) as work:
        store_signal(work.session, signal, practice_id=practice_id, at=now)
        work.commit()
    return _answer(200)


def _answer(status: int) -> Response:
    response = make_response("", status)
    response.mimetype = "text/plain"
    return response
