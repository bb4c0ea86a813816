"""Checkout Sessions as the API makes, shows and closes them."""

from urllib.parse import urlsplit

from sandbox import listing, objects, payments
from sandbox.amounts import check_sum, known_currency
from sandbox.call import Call
from sandbox.errors import ProcessorError, missing, not_played
from sandbox.store import Json

_SOONEST_SECONDS = 30 * 60
_LATEST_SECONDS = 24 * 3600
_LONGEST_REFERENCE = 200
_NOUN = "checkout.session"


def create(call: Call) -> Json:
    """``POST /v1/checkout/sessions``."""
    params, books = call.params, call.books
    _refuse_other_ways(params)
    _check_addresses(params)
    reference = params.get("client_reference_id", "")
    if len(reference) > _LONGEST_REFERENCE:
        raise ProcessorError(
            f"Invalid string: {reference[:20]}...; must be at most {_LONGEST_REFERENCE} characters",
            param="client_reference_id",
        )
    created = books.now()
    _check_expiry(params, created)
    _check_customer(call)
    if params["mode"] == "setup":
        return _to_save_a_card(call, created)
    currency = _check_items(params.get("line_items", []))
    _refuse_mixture(params, "setup_intent_data")
    items = [objects.line_item(raw) for raw in params["line_items"]]
    total = sum(item["amount_total"] for item in items)
    check_sum(total, currency, "The Checkout Session's total amount due")
    session = objects.session(
        params, total=total, currency=currency, created=created, base_url=books.base_url
    )
    call.account.line_items[session["id"]] = items
    call.account.intent_data[session["id"]] = params.get("payment_intent_data", {})
    return call.account.add(session)


def _to_save_a_card(call: Call, created: int) -> Json:
    """A session in setup mode: nothing is sold, its setup intent is there from the first."""
    params = call.params
    _refuse_mixture(params, "line_items", "payment_intent_data", "submit_type")
    if "customer" not in params:
        raise not_played("mode=setup without customer")
    if "currency" not in params:
        raise ProcessorError(
            "Missing required param: currency.", code="parameter_missing", param="currency"
        )
    session = objects.session(
        params,
        total=None,
        currency=known_currency(params["currency"], "currency"),
        created=created,
        base_url=call.books.base_url,
    )
    intent = objects.setup_intent(session, params.get("setup_intent_data", {}), created)
    call.account.add(intent)
    session["setup_intent"] = intent["id"]
    call.account.line_items[session["id"]] = []
    return call.account.add(session)


def _refuse_mixture(params: Json, *names: str) -> None:
    for name in names:
        if name in params:
            raise ProcessorError(
                f"You can not pass `{name}` in `{params['mode']}` mode.", param=name
            )


def _check_customer(call: Call) -> None:
    params = call.params
    customer = params.get("customer")
    if customer is not None and "customer_creation" in params:
        raise ProcessorError(
            "You may only specify one of these parameters: customer, customer_creation.",
            code="parameters_exclusive",
            param="customer",
        )
    if customer is not None and customer not in call.account.objects["customer"]:
        raise missing("customer", customer, "customer", status=400)
    if customer is None and "setup_future_usage" in params.get("payment_intent_data", {}):
        raise not_played("setup_future_usage without customer")


def retrieve(call: Call) -> Json:
    """``GET /v1/checkout/sessions/{id}``."""
    session = call.account.objects["checkout.session"].get(call.id)
    if session is None:
        raise missing(_NOUN, call.id)
    return session


def expire(call: Call) -> Json:
    """``POST /v1/checkout/sessions/{id}/expire``."""
    session = retrieve(call)
    if session["status"] != "open":
        raise ProcessorError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`.",
            remembered=True,
        )
    payments.expire(call.books, call.account, session, call.origin)
    return session


def index(call: Call) -> Json:
    """``GET /v1/checkout/sessions``."""
    rows = listing.created_within(call.account.newest_first("checkout.session"), call.params)
    rows = listing.equal(rows, call.params, "payment_intent", "status")
    return listing.page(rows, call.params, call.path)


def line_items(call: Call) -> Json:
    """``GET /v1/checkout/sessions/{id}/line_items``."""
    return listing.page(call.account.line_items[retrieve(call)["id"]], call.params, call.path)


def _refuse_other_ways(params: Json) -> None:
    """This stand-in plays card payments, and saving a card, on the hosted page."""
    if "mode" not in params:
        raise ProcessorError(
            "Missing required param: mode.", code="parameter_missing", param="mode"
        )
    for name, played in (("mode", ("payment", "setup")), ("ui_mode", ("hosted_page",))):
        if params.get(name, played[0]) not in played:
            raise not_played(name, params[name])
    if params.get("customer_creation") == "always":
        raise not_played("customer_creation", "always")
    allowed = params.get("allowed_payment_method_types")
    if allowed is not None and "card" not in allowed:
        raise not_played("allowed_payment_method_types", ", ".join(allowed) or "(none)")
    if allowed is not None and "excluded_payment_method_types" in params:
        raise ProcessorError(
            "You may only specify one of these parameters: allowed_payment_method_types, "
            "excluded_payment_method_types.",
            code="parameters_exclusive",
            param="allowed_payment_method_types",
        )
    if "card" in params.get("excluded_payment_method_types", []):
        raise not_played("excluded_payment_method_types", "card")


def _check_addresses(params: Json) -> None:
    if "success_url" not in params:
        raise ProcessorError(
            "Missing required param: success_url.", code="parameter_missing", param="success_url"
        )
    for name in ("success_url", "cancel_url"):
        if name not in params:
            continue
        address = urlsplit(params[name])
        if address.scheme not in {"http", "https"}:
            raise ProcessorError(
                "Invalid URL: An explicit scheme (such as https) must be provided.",
                code="url_invalid",
                param=name,
            )
        if not address.hostname:
            raise ProcessorError("Not a valid URL", code="url_invalid", param=name)


def _check_expiry(params: Json, created: int) -> None:
    left = params.get("expires_at", created + _LATEST_SECONDS) - created
    if left < _SOONEST_SECONDS:
        rule = "at least 30 minutes"
    elif left > _LATEST_SECONDS:
        rule = "less than 24 hours"
    else:
        return
    raise ProcessorError(
        f"The `expires_at` timestamp must be {rule} from Checkout Session creation.",
        param="expires_at",
    )


def _check_items(items: list[Json]) -> str:
    """The items' one currency."""
    if not items:
        raise ProcessorError(
            "Missing required param: line_items.", code="parameter_missing", param="line_items"
        )
    for position, item in enumerate(items):
        where = f"line_items[{position}]"
        if "price_data" not in item:
            raise ProcessorError(
                "You must provide one of `price` or `price_data` for each line item.",
                code="parameter_missing",
                param=where,
            )
        for name in ("unit_amount", "product_data"):
            if name not in item["price_data"]:
                param = f"{where}[price_data][{name}]"
                raise ProcessorError(
                    f"Missing required param: {param}.", code="parameter_missing", param=param
                )
        _at_least(item["price_data"]["unit_amount"], 0, f"{where}[price_data][unit_amount]")
        if "quantity" not in item:
            param = f"{where}[quantity]"
            raise ProcessorError(
                f"Missing required param: {param}.", code="parameter_missing", param=param
            )
        _at_least(item["quantity"], 1, f"{where}[quantity]")
    currencies = {item["price_data"]["currency"] for item in items}
    if len(currencies) > 1:
        raise ProcessorError("All line items must have the same currency.", param="line_items")
    [currency] = currencies
    return known_currency(str(currency), "line_items[0][price_data][currency]")


def _at_least(value: int, least: int, param: str) -> None:
    if value < least:
        raise ProcessorError(
            "Invalid non-negative integer"
            if least == 0
            else f"This value must be greater than or equal to {least}.",
            code="parameter_invalid_integer",
            param=param,
        )
