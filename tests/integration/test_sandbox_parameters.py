"""The sandbox takes what API version 2026-10-28.endive takes, and nothing else."""

import time
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints
from uuid import uuid4

import pytest
import stripe
from stripe import params as sdk
from stripe._request_options import RequestOptions
from stripe.params import checkout
from typing_extensions import is_typeddict

from sandbox.events import API_VERSION
from sandbox.parameters import TABLE
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params

OF_THE_SDK = {
    "GET /v1/account": sdk.AccountRetrieveCurrentParams,
    "POST /v1/checkout/sessions": checkout.SessionCreateParams,
    "GET /v1/checkout/sessions": checkout.SessionListParams,
    "GET /v1/checkout/sessions/{id}": checkout.SessionRetrieveParams,
    "POST /v1/checkout/sessions/{id}/expire": checkout.SessionExpireParams,
    "GET /v1/checkout/sessions/{id}/line_items": checkout.SessionListLineItemsParams,
    "POST /v1/customers": sdk.CustomerCreateParams,
    "GET /v1/customers": sdk.CustomerListParams,
    "GET /v1/customers/{id}": sdk.CustomerRetrieveParams,
    "GET /v1/payment_methods": sdk.PaymentMethodListParams,
    "GET /v1/payment_methods/{id}": sdk.PaymentMethodRetrieveParams,
    "POST /v1/payment_methods/{id}/detach": sdk.PaymentMethodDetachParams,
    "GET /v1/mandates/{id}": sdk.MandateRetrieveParams,
    "GET /v1/setup_intents/{id}": sdk.SetupIntentRetrieveParams,
    "POST /v1/payment_intents": sdk.PaymentIntentCreateParams,
    "GET /v1/payment_intents": sdk.PaymentIntentListParams,
    "GET /v1/payment_intents/{id}": sdk.PaymentIntentRetrieveParams,
    "POST /v1/refunds": sdk.RefundCreateParams,
    "GET /v1/refunds": sdk.RefundListParams,
    "GET /v1/refunds/{id}": sdk.RefundRetrieveParams,
    "GET /v1/disputes": sdk.DisputeListParams,
    "GET /v1/disputes/{id}": sdk.DisputeRetrieveParams,
    "POST /v1/disputes/{id}": sdk.DisputeUpdateParams,
    "POST /v1/disputes/{id}/close": sdk.DisputeCloseParams,
    "GET /v1/charges": sdk.ChargeListParams,
    "GET /v1/charges/{id}": sdk.ChargeRetrieveParams,
    "GET /v1/balance": sdk.BalanceRetrieveParams,
    "GET /v1/balance_transactions": sdk.BalanceTransactionListParams,
    "GET /v1/balance_transactions/{id}": sdk.BalanceTransactionRetrieveParams,
    "GET /v1/payouts": sdk.PayoutListParams,
    "GET /v1/payouts/{id}": sdk.PayoutRetrieveParams,
    "GET /v1/events": sdk.EventListParams,
    "GET /v1/events/{id}": sdk.EventRetrieveParams,
    "POST /v1/webhook_endpoints": sdk.WebhookEndpointCreateParams,
    "GET /v1/webhook_endpoints": sdk.WebhookEndpointListParams,
    "GET /v1/webhook_endpoints/{id}": sdk.WebhookEndpointRetrieveParams,
    "DELETE /v1/webhook_endpoints/{id}": sdk.WebhookEndpointDeleteParams,
}
PLAIN = {str: "string", int: "integer", bool: "boolean"}
# The endpoint could be told to speak older versions; the sandbox speaks one.
NARROWER = {"api_version": {"enum": [API_VERSION]}}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with servers.running() as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    return sandbox.client(f"sk_test_{uuid4().hex}")


# The table


def differences(table: dict[str, Any], typed: Any, path: str) -> Iterator[str]:
    """Where a table of parameters and a typed dictionary of the SDK part."""
    hints = get_type_hints(
        typed,
        localns={"StripeContext": object, "Mapping": Mapping},
        include_extras=True,
    )
    names = {
        name if name in typed.__required_keys__ else f"{name}?": kind
        for name, kind in hints.items()
        if name not in RequestOptions.__annotations__
    }
    for name in set(table) ^ set(names):
        yield f"{path}{name}"
    for name in set(table) & set(names):
        bare = name.rstrip("?")
        if bare in NARROWER:
            if table[name] != NARROWER[bare]:
                yield f"{path}{name}: {table[name]}"
        else:
            yield from type_differences(table[name], names[name], f"{path}{bare}.")


def type_differences(kind: Any, hint: Any, path: str) -> Iterator[str]:
    if get_origin(hint) is NotRequired:
        [hint] = get_args(hint)
    if kind == "unplayed":
        return
    if is_typeddict(hint):
        yield from differences(kind["object"], hint, path)
    elif get_origin(hint) is list:
        yield from type_differences(kind["list"], get_args(hint)[0], path)
    elif get_origin(hint) in {Union, UnionType}:
        yield from union_differences(kind, list(get_args(hint)), path)
    elif kind != simple(hint):
        yield f"{path} {kind}, the SDK says {simple(hint)}"


def union_differences(kind: Any, hints: list[Any], path: str) -> Iterator[str]:
    hints = [hint for hint in hints if getattr(hint, "__name__", "") != "UntypedStripeObject"]
    if Literal[""] in hints:
        hints.remove(Literal[""])
        kind = kind["clearable"]
    elif len(hints) == 2 and str in hints and get_origin(hints[0]) is Literal:
        # The SDK lets later values through; the API of this version does not.
        hints.remove(str)
    kinds = kind["either"] if len(hints) > 1 else [kind]
    for inner, hint in zip(kinds, hints, strict=True):
        yield from type_differences(inner, hint, path)


def simple(hint: Any) -> Any:
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is dict:
        return {"map": PLAIN[get_args(hint)[1]]}
    return PLAIN[hint]


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_the_table_is_what_the_processors_own_sdk_knows(endpoint: str):
    assert list(differences(TABLE[endpoint], OF_THE_SDK[endpoint], "")) == []


def test_a_changed_table_would_be_noticed():
    table = TABLE["GET /v1/events"]
    assert list(differences({**table, "limit?": "string"}, sdk.EventListParams, ""))
    assert list(differences({**table, "limt?": "integer"}, sdk.EventListParams, ""))


def test_the_sdk_in_use_speaks_the_sandboxs_version():
    assert stripe.api_version == API_VERSION


# The refusals


def refusal(client: stripe.StripeClient, changes: dict[str, Any]) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(session_params() | changes)
    assert caught.value.http_status == 400
    return caught.value


@pytest.mark.parametrize(
    ("changes", "code", "param", "message"),
    [
        (
            {"payment_method_types": ["card"]},
            "parameter_unknown",
            "payment_method_types",
            "Received unknown parameter: payment_method_types",
        ),
        (
            {"client_reference": "x"},
            "parameter_unknown",
            "client_reference",
            "Received unknown parameter: client_reference. Did you mean client_reference_id?",
        ),
        (
            {"payment_intent_data": {"metadat": {"a": "b"}}},
            "parameter_unknown",
            "payment_intent_data[metadat]",
            "Received unknown parameter: payment_intent_data[metadat]. Did you mean metadata?",
        ),
        (
            {"expires_at": "tomorrow"},
            "parameter_invalid_integer",
            "expires_at",
            "Invalid integer: tomorrow",
        ),
        (
            {"locale": "xx"},
            None,
            "locale",
            "Invalid locale: must be one of auto, bg, ",
        ),
        (
            {"success_url": ""},
            "parameter_invalid_empty",
            "success_url",
            "You passed an empty string for 'success_url'.",
        ),
        ({"line_items": "one"}, None, "line_items", "Invalid array"),
        ({"metadata": "one"}, None, "metadata", "Invalid object"),
        (
            {"metadata": {"k" * 41: "v"}},
            None,
            "metadata",
            f"Invalid key: {'k' * 41} must be a string under 40 characters",
        ),
        (
            {"metadata": {"k": "v" * 501}},
            None,
            "metadata",
            "Invalid val: ",
        ),
        (
            {"metadata": {str(n): "v" for n in range(51)}},
            None,
            "metadata",
            "Metadata can have up to 50 keys, but you've set 51.",
        ),
        (
            {"success_url": "www.example.com/back"},
            "url_invalid",
            "success_url",
            "Invalid URL: An explicit scheme (such as https) must be provided.",
        ),
        (
            {"client_reference_id": "r" * 201},
            None,
            "client_reference_id",
            "Invalid string: ",
        ),
        (
            {"allowed_payment_method_types": ["card"], "excluded_payment_method_types": ["eps"]},
            "parameters_exclusive",
            "allowed_payment_method_types",
            "You may only specify one of these parameters",
        ),
        (
            {"subscription_data": {"description": "x"}},
            "sandbox_not_played",
            "subscription_data",
            "The sandbox does not play subscription_data",
        ),
        (
            {"mode": "subscription"},
            "sandbox_not_played",
            "mode",
            "The sandbox does not play mode=subscription",
        ),
        (
            {"expand": ["customer.sources"]},
            None,
            "expand",
            "This property cannot be expanded (customer.sources).",
        ),
        (
            {"customer": "cus_none"},
            "resource_missing",
            "customer",
            "No such customer: 'cus_none'",
        ),
        (
            {"payment_intent_data": {"setup_future_usage": "off_session"}},
            "sandbox_not_played",
            "setup_future_usage without customer",
            "The sandbox does not play setup_future_usage without customer",
        ),
        (
            {"setup_intent_data": {"metadata": {"a": "b"}}},
            None,
            "setup_intent_data",
            "You can not pass `setup_intent_data` in `payment` mode.",
        ),
    ],
)
def test_a_wrong_parameter_is_named(
    client: stripe.StripeClient,
    changes: dict[str, Any],
    code: str | None,
    param: str,
    message: str,
):
    error = refusal(client, changes)
    assert (error.code, error.param) == (code, param)
    assert str(error.user_message).startswith(message)
    assert client.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize("name", ["mode", "success_url", "line_items"])
def test_a_missing_parameter_is_named(client: stripe.StripeClient, name: str):
    params = session_params()
    del params[name]
    with pytest.raises(stripe.InvalidRequestError, match=f"Missing required param: {name}"):
        client.v1.checkout.sessions.create(params)


@pytest.mark.parametrize(
    ("item", "param"),
    [
        ({"quantity": 0}, "line_items[0][quantity]"),
        ({"quantity": None}, "line_items[0][quantity]"),
        ({"quantity": "two"}, "line_items[0][quantity]"),
        ({"price_data": None}, "line_items[0]"),
        ({"price": "price_1"}, "line_items[0][price]"),
    ],
)
def test_a_wrong_line_is_named(client: stripe.StripeClient, item: dict[str, Any], param: str):
    params = session_params()
    line = params["line_items"][0] | item
    params["line_items"] = [{name: value for name, value in line.items() if value is not None}]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(params)
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"unit_amount": "12.50"}, "line_items[0][price_data][unit_amount]"),
        ({"unit_amount": -1}, "line_items[0][price_data][unit_amount]"),
        ({"currency": "xau"}, "line_items[0][price_data][currency]"),
        ({"product_data": {}}, "line_items[0][price_data][product_data]"),
        ({"product_data": {"nam": "x"}}, "line_items[0][price_data][product_data][nam]"),
    ],
)
def test_a_wrong_price_is_named(client: stripe.StripeClient, change: dict[str, Any], param: str):
    params = session_params()
    params["line_items"][0]["price_data"] |= change
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(params)
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("cents", "code"), [(49, "amount_too_small"), (100_000_000, "amount_too_large")]
)
def test_sums_have_bounds(client: stripe.StripeClient, cents: int, code: str):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(session_params(cents))
    assert caught.value.code == code


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_lives_between_half_an_hour_and_a_day(client: stripe.StripeClient, minutes: int):
    error = refusal(client, {"expires_at": int(time.time()) + minutes * 60})
    assert error.param == "expires_at"


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"starting_after": "evt_none"}, "starting_after"),
        ({"starting_after": "evt_a", "ending_before": "evt_b"}, "ending_before"),
        ({"delivery_success": "perhaps"}, "delivery_success"),
        ({"type": "charge.*", "types": ["charge.succeeded"]}, "types"),
        ({"created": {"since": 1}}, "created[since]"),
    ],
)
def test_a_wrong_question_to_a_list_is_named(
    client: stripe.StripeClient, params: dict[str, Any], param: str
):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.events.list(params)
    assert caught.value.param == param


@pytest.mark.parametrize(
    "change",
    [
        {"enabled_events": ["checkout.session.complete"]},
        {"enabled_events": []},
        {"url": "https://example.com/hook"},
        {"url": "http://192.0.2.1/hook"},
        {"api_version": "2020-08-27"},
    ],
)
def test_a_webhook_endpoint_is_checked_too(client: stripe.StripeClient, change: dict[str, Any]):
    params = {"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]} | change
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.webhook_endpoints.create(params)
    assert client.v1.webhook_endpoints.list().data == []
