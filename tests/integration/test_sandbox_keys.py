"""Restricted keys of the sandbox, as the processor's own SDK meets them."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import stripe

from tests.integration.receiver import pay
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with servers.running() as running:
        yield running


@pytest.fixture
def key() -> str:
    return f"sk_test_{uuid4().hex}"


def limited(sandbox: Sandbox, key: str, *rights: str) -> stripe.StripeClient:
    return sandbox.client(sandbox.control("keys", key=key, rights=rights)["key"])


def test_it_is_the_same_account_and_does_what_it_may(sandbox: Sandbox, key: str) -> None:
    whole = sandbox.client(key)
    page = whole.v1.checkout.sessions.create(session_params())
    reads = limited(sandbox, key, "checkout_session_read")
    assert reads.v1.checkout.sessions.retrieve(page.id).id == page.id
    writes = limited(sandbox, key, "checkout_session_write")
    assert writes.v1.checkout.sessions.expire(page.id).status == "expired"
    with pytest.raises(stripe.PermissionError, match="rak_checkout_session_write"):
        reads.v1.checkout.sessions.create(session_params())
    assert len(whole.v1.checkout.sessions.list().data) == 1


def test_refunds_go_with_charges(sandbox: Sandbox, key: str) -> None:
    whole = sandbox.client(key)
    pay(sandbox, whole)
    [charge] = whole.v1.charges.list().data
    asked = {"charge": charge.id}
    with pytest.raises(stripe.PermissionError, match="rak_charge_write"):
        limited(sandbox, key, "charge_read").v1.refunds.create(asked)  # type: ignore[arg-type]
    made = limited(sandbox, key, "charge_write").v1.refunds.create(asked)  # type: ignore[arg-type]
    assert made.amount == charge.amount


def test_what_it_may_not_read_it_does_not_see_with_something_else(
    sandbox: Sandbox, key: str
) -> None:
    whole = sandbox.client(key)
    pay(sandbox, whole)
    reads = limited(sandbox, key, "checkout_session_read", "payment_intent_read")
    [page] = reads.v1.checkout.sessions.list({"expand": ["data.payment_intent"]}).data
    with pytest.raises(stripe.PermissionError, match="rak_charge_read"):
        reads.v1.checkout.sessions.retrieve(
            page.id, {"expand": ["payment_intent.latest_charge.refunds"]}
        )


def test_a_right_that_is_lacking_is_noted_as_a_wrong_request(sandbox: Sandbox, key: str) -> None:
    before = len(sandbox.call("GET", "/control/refusals").json())
    with pytest.raises(stripe.PermissionError):
        limited(sandbox, key).v1.balance.retrieve()
    refused = sandbox.call("GET", "/control/refusals").json()[before:]
    assert [(one["endpoint"], "rak_balance_read" in one["message"]) for one in refused] == [
        ("GET /v1/balance", True)
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"key": "rk_test_abcdef", "rights": []},
        {"key": "sk_test_abcdef", "rights": "charge_read"},
        {"key": "sk_test_abcdef", "rights": ["everything"]},
        {"key": "sk_test_abcdef", "rights": [[]]},
    ],
)
def test_a_key_that_cannot_be_made_is_told(sandbox: Sandbox, fields: dict[str, object]) -> None:
    answer = sandbox.call("POST", "/control/keys", json_body=fields)
    assert answer.status == 422
    assert "must be" in answer.json()["error"]


def test_an_account_shows_what_its_owner_set_to_a_key_that_may_read_it(
    sandbox: Sandbox, key: str
) -> None:
    reads = limited(sandbox, key, "accounts_kyc_basic_read")
    assert reads.v1.accounts.retrieve_current().charges_enabled is True
    sandbox.control("account", key=key, public_name="Autre nom", charges=False, url=None)
    sandbox.control("payouts", key=key, interval="manual")
    told = reads.v1.accounts.retrieve_current().to_dict()
    assert (told["business_profile"]["name"], told["charges_enabled"]) == ("Autre nom", False)
    assert told["settings"]["payouts"]["schedule"]["interval"] == "manual"
    with pytest.raises(stripe.PermissionError, match="rak_accounts_kyc_basic_read"):
        limited(sandbox, key, "balance_read").v1.accounts.retrieve_current()
    for wrong in ({"key": 3}, {"key": key, "charges": "yes"}, {"key": key, "public_name": 3}):
        assert sandbox.call("POST", "/control/account", json_body=wrong).status == 422
