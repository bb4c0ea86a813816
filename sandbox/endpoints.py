"""The API's endpoints: what each shows, and the plain reads that most of them are."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox import (
    accounts,
    customers,
    disputes,
    listing,
    objects,
    off_session,
    payouts,
    refunds,
    sessions,
)
from sandbox.call import Call
from sandbox.errors import ProcessorError, missing
from sandbox.events import API_VERSION
from sandbox.store import Json
from shared.base.config_demands import is_loopback

Handler = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A handler, the kind of object it answers with, and whether it answers with a list."""

    handler: Handler
    kind: str
    listed: bool = False


def _retrieve(kind: str, param: str = "id") -> Handler:
    def retrieve(call: Call) -> Json:
        thing = call.account.objects[kind].get(call.id)
        if thing is None:
            raise missing(kind, call.id, param)
        return thing

    return retrieve


def _index(kind: str, *filters: str) -> Handler:
    def index(call: Call) -> Json:
        rows = listing.created_within(call.account.newest_first(kind), call.params)
        return listing.page(listing.equal(rows, call.params, *filters), call.params, call.path)

    return index


def list_events(call: Call) -> Json:
    """``GET /v1/events``: by type (``*`` at the end stands for a group) and by delivery."""
    params = call.params
    if "type" in params and "types" in params:
        raise ProcessorError(
            "You may only specify one of these parameters: type, types.",
            code="parameters_exclusive",
            param="types",
        )
    rows = listing.created_within(call.account.newest_first("event"), params)
    wanted = params.get("types", [params["type"]] if "type" in params else None)
    if wanted is not None:
        rows = [row for row in rows if any(_is_a(row["type"], name) for name in wanted)]
    delivered = params.get("delivery_success")
    if delivered is not None:
        rows = [row for row in rows if (row["pending_webhooks"] == 0) == delivered]
    return listing.page(rows, params, call.path)


def _is_a(name: str, wanted: str) -> bool:
    return name == wanted or (wanted.endswith("*") and name.startswith(wanted[:-1]))


def create_webhook_endpoint(call: Call) -> Json:
    """``POST /v1/webhook_endpoints``: the only answer that shows the secret."""
    url = call.params["url"]
    if urlsplit(url).scheme != "http" or not is_loopback(url):
        raise ProcessorError(
            "Invalid URL: the sandbox delivers webhooks to http:// addresses of this machine only.",
            code="url_invalid",
            param="url",
        )
    if not call.params["enabled_events"]:
        raise ProcessorError(
            "Missing required param: enabled_events.",
            code="parameter_missing",
            param="enabled_events",
        )
    endpoint = call.account.add(
        objects.webhook_endpoint(call.account, call.params, API_VERSION, call.books.now())
    )
    return endpoint | {"secret": call.account.webhook_secrets[endpoint["id"]]}


def delete_webhook_endpoint(call: Call) -> Json:
    """``DELETE /v1/webhook_endpoints/{id}``: later events go there no more."""
    endpoint = _retrieve("webhook_endpoint")(call)
    del call.account.objects["webhook_endpoint"][endpoint["id"]]
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


ENDPOINTS: dict[str, Endpoint] = {
    "GET /v1/account": Endpoint(accounts.current, "account"),
    "POST /v1/checkout/sessions": Endpoint(sessions.create, "checkout.session"),
    "GET /v1/checkout/sessions": Endpoint(sessions.index, "checkout.session", listed=True),
    "GET /v1/checkout/sessions/{id}": Endpoint(sessions.retrieve, "checkout.session"),
    "POST /v1/checkout/sessions/{id}/expire": Endpoint(sessions.expire, "checkout.session"),
    "GET /v1/checkout/sessions/{id}/line_items": Endpoint(sessions.line_items, "item", listed=True),
    "POST /v1/customers": Endpoint(customers.create, "customer"),
    "GET /v1/customers": Endpoint(_index("customer", "email"), "customer", listed=True),
    "GET /v1/customers/{id}": Endpoint(_retrieve("customer"), "customer"),
    "GET /v1/payment_methods": Endpoint(customers.methods, "payment_method", listed=True),
    "GET /v1/payment_methods/{id}": Endpoint(
        _retrieve("payment_method", "payment_method"), "payment_method"
    ),
    "POST /v1/payment_methods/{id}/detach": Endpoint(customers.detach, "payment_method"),
    "GET /v1/mandates/{id}": Endpoint(_retrieve("mandate"), "mandate"),
    "GET /v1/setup_intents/{id}": Endpoint(_retrieve("setup_intent", "intent"), "setup_intent"),
    "POST /v1/payment_intents": Endpoint(off_session.create, "payment_intent"),
    "GET /v1/payment_intents": Endpoint(
        _index("payment_intent", "customer"), "payment_intent", listed=True
    ),
    "GET /v1/payment_intents/{id}": Endpoint(
        _retrieve("payment_intent", "intent"), "payment_intent"
    ),
    "GET /v1/charges": Endpoint(
        _index("charge", "customer", "payment_intent"), "charge", listed=True
    ),
    "GET /v1/charges/{id}": Endpoint(_retrieve("charge"), "charge"),
    "POST /v1/refunds": Endpoint(refunds.create, "refund"),
    "GET /v1/refunds": Endpoint(refunds.index, "refund", listed=True),
    "GET /v1/refunds/{id}": Endpoint(_retrieve("refund"), "refund"),
    "GET /v1/disputes": Endpoint(disputes.index, "dispute", listed=True),
    "GET /v1/disputes/{id}": Endpoint(_retrieve("dispute"), "dispute"),
    "POST /v1/disputes/{id}": Endpoint(disputes.update, "dispute"),
    "POST /v1/disputes/{id}/close": Endpoint(disputes.close, "dispute"),
    "GET /v1/balance": Endpoint(payouts.balance, "balance"),
    "GET /v1/balance_transactions": Endpoint(
        payouts.transactions, "balance_transaction", listed=True
    ),
    "GET /v1/balance_transactions/{id}": Endpoint(
        _retrieve("balance_transaction"), "balance_transaction"
    ),
    "GET /v1/payouts": Endpoint(payouts.index, "payout", listed=True),
    "GET /v1/payouts/{id}": Endpoint(_retrieve("payout"), "payout"),
    "GET /v1/events": Endpoint(list_events, "event", listed=True),
    "GET /v1/events/{id}": Endpoint(_retrieve("event"), "event"),
    "POST /v1/webhook_endpoints": Endpoint(create_webhook_endpoint, "webhook_endpoint"),
    "GET /v1/webhook_endpoints": Endpoint(
        _index("webhook_endpoint"), "webhook_endpoint", listed=True
    ),
    "GET /v1/webhook_endpoints/{id}": Endpoint(_retrieve("webhook_endpoint"), "webhook_endpoint"),
    "DELETE /v1/webhook_endpoints/{id}": Endpoint(delete_webhook_endpoint, "webhook_endpoint"),
}
