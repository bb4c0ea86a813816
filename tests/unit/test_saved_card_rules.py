"""What the processor says of kept cards and of charges on them, read and written."""

from datetime import date
from typing import Any

import pytest

from shared.base.errors import NotAllowedError
from shared.payments.rules import SAVED_CARD
from shared.processor import ChargeOrder, CheckoutOrder
from shared.processor.stripe_objects import read_charge, read_page, write_charge, write_page
from tests.world import NOON

METHOD = {
    "id": "pm_1",
    "customer": "cus_1",
    "card": {"brand": "visa", "last4": "4242", "exp_year": 2028, "exp_month": 2},
}
INTENT: dict[str, Any] = {
    "id": "pi_1",
    "status": "succeeded",
    "amount": 1500,
    "amount_received": 1500,
    "currency": "eur",
    "livemode": False,
    "metadata": {"reference": "ab"},
    "latest_charge": None,
    "last_payment_error": None,
}
PAGE: dict[str, Any] = {
    "id": "cs_1",
    "status": "complete",
    "payment_status": "paid",
    "amount_total": 1500,
    "currency": "eur",
    "livemode": False,
    "payment_intent": INTENT | {"payment_method": METHOD},
    "setup_intent": None,
}


def an_order(**changes: Any) -> CheckoutOrder:
    known: dict[str, Any] = {
        "reference": "ab",
        "idempotency_key": "k",
        "amount_cents": 1500,
        "label": "Secrétariat R12",
        "language": "fr",
        "return_url": "https://r12.example/payment/1",
        "cancel_url": "https://r12.example/pay",
        "expires_at": NOON,
    }
    return CheckoutOrder(**known | changes)


def test_a_kept_card_is_valid_to_the_end_of_its_month() -> None:
    card = read_page(PAGE).card
    assert card is not None
    assert (card.customer, card.method, card.last4) == ("cus_1", "pm_1", "4242")
    assert card.expires_on == date(2028, 2, 29)


def test_a_card_that_is_nobodys_was_not_kept() -> None:
    loose = INTENT | {"payment_method": METHOD | {"customer": None}}
    assert read_page(PAGE | {"payment_intent": loose}).card is None
    waiting = INTENT | {"payment_method": METHOD, "status": "requires_action"}
    assert read_page(PAGE | {"payment_intent": waiting}).card is None


def test_a_page_that_only_keeps_a_card_takes_nothing() -> None:
    setup = {"id": "seti_1", "status": "succeeded", "payment_method": METHOD}
    page = PAGE | {
        "payment_status": "no_payment_required",
        "amount_total": None,
        "payment_intent": None,
        "setup_intent": setup,
    }
    state = read_page(page)
    assert (state.paid, state.amount_cents) == (False, 0)
    assert state.card is not None


@pytest.mark.parametrize(
    ("changes", "paid", "failed"),
    [
        ({}, True, None),
        ({"status": "processing"}, False, None),
        (
            {
                "status": "requires_payment_method",
                "last_payment_error": {"code": "card_declined", "decline_code": "lost_card"},
            },
            False,
            "lost_card",
        ),
        ({"status": "requires_action"}, False, "authentication_required"),
        ({"status": "canceled"}, False, "canceled"),
    ],
)
def test_a_charge_is_there_refused_or_on_its_way(
    changes: dict[str, Any], paid: bool, failed: str | None
) -> None:
    state = read_charge(INTENT | changes)
    assert (state.paid, state.failed, state.status) == (paid, failed, "complete")
    assert (state.reference, state.session_id) == ("ab", None)


def test_what_the_processor_is_told_holds_nothing_of_the_person() -> None:
    plain, saving = write_page(an_order()), write_page(an_order(customer="cus_1"))
    assert "customer" not in plain
    assert "setup_future_usage" not in plain["payment_intent_data"]
    assert saving["payment_intent_data"]["setup_future_usage"] == "off_session"
    only = write_page(an_order(customer="cus_1", amount_cents=0))
    assert only["mode"] == "setup"
    assert not {"line_items", "payment_intent_data"} & set(only)
    charge = write_charge(ChargeOrder("ab", "k", 1500, "cus_1", "pm_1"))
    assert (charge["confirm"], charge["off_session"]) == (True, True)
    assert charge["metadata"] == {"reference": "ab"}
    assert not {"receipt_email", "description"} & set(charge)


def test_a_card_that_was_given_up_never_comes_back() -> None:
    for status in ("removing", "removed"):
        with pytest.raises(NotAllowedError):
            SAVED_CARD.after(status, "keep")
