"""Checkout Sessions as the API makes, shows and closes them."""

from urllib.parse import urlsplit

from sandbox import listing, objects, payments
from sandbox.call import Call
from sandbox.errors import ProcessorError, missing, not_played
from sandbox.store import Json

_SOONEST_SECONDS = 30 * 60
_LATEST_SECONDS = 24 * 3600
_LONGEST_REFERENCE = 200
_SMALLEST = {"chf": "CHF 0.50", "eur": "€0.50", "gbp": "£0.50", "usd": "$0.50"}
_SMALLEST_CENTS = 50
_LARGEST_CENTS = 99_999_999
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
    currency = _check_items(params.get("line_items", []))
    items = [objects.line_item(raw) for raw in params["line_items"]]
    total = sum(item["amount_total"] for item in items)
    _check_total(total, currency)
    session = objects.session(
        params, total=total, currency=currency, created=created, base_url=books.base_url
    )
    call.account.line_items[session["id"]] = items
    call.account.intent_data[session["id"]] = params.get("payment_intent_data", {})
    return call.account.add(session)


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
    """This stand-in plays one-time card payments on the hosted page."""
    if "mode" not in params:
        raise ProcessorError(
            "Missing required param: mode.", code="parameter_missing", param="mode"
        )
    for name, played in (("mode", "payment"), ("ui_mode", "hosted_page")):
        if params.get(name, played) != played:
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
    if currency not in _SMALLEST:
        raise ProcessorError(
            f"Invalid currency: {currency}. The sandbox plays these currencies: "
            f"{', '.join(_SMALLEST)}",
            param="line_items[0][price_data][currency]",
        )
    return str(currency)


def _check_total(total: int, currency: str) -> None:
    if total < _SMALLEST_CENTS:
        raise ProcessorError(
            "The Checkout Session's total amount due must add up to at least "
            f"{_SMALLEST[currency]} {currency}",
            code="amount_too_small",
        )
    if total > _LARGEST_CENTS:
        raise ProcessorError(
            f"The Checkout Session's total amount due must be no more than {_LARGEST_CENTS} "
            "in the smallest unit of the currency",
            code="amount_too_large",
        )


def _at_least(value: int, least: int, param: str) -> None:
    if value < least:
        raise ProcessorError(
            "Invalid non-negative integer"
            if least == 0
            else f"This value must be greater than or equal to {least}.",
            code="parameter_invalid_integer",
            param=param,
        )
