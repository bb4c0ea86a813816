"""Customers and the cards that are kept for them."""

from sandbox import listing
from sandbox.call import Call
from sandbox.errors import ProcessorError, missing
from sandbox.events import emit
from sandbox.objects import EMPTY
from sandbox.store import Json, new_id


def create(call: Call) -> Json:
    """``POST /v1/customers``: somebody of whom nothing need be told."""
    customer = call.account.add(
        {
            **dict.fromkeys(EMPTY["customer"]),
            "id": new_id("cus_", 14),
            "object": "customer",
            "balance": 0,
            "created": call.books.now(),
            "delinquent": False,
            "description": call.params.get("description"),
            "invoice_prefix": new_id("", 8).upper(),
            "invoice_settings": dict.fromkeys(
                ("custom_fields", "default_payment_method", "footer", "rendering_options")
            ),
            "livemode": False,
            "metadata": call.params.get("metadata") or {},
            "next_invoice_sequence": 1,
            "preferred_locales": [],
            "tax_exempt": "none",
        }
    )
    emit(call.books, call.account, "customer.created", customer, request=call.origin)
    return customer


def methods(call: Call) -> Json:
    """``GET /v1/payment_methods``: the cards kept for a customer; without one there are none."""
    rows = call.account.newest_first("payment_method")
    wanted = call.params.get("customer")
    if wanted is not None and wanted not in call.account.objects["customer"]:
        raise missing("customer", wanted, "customer", status=400)
    kept = [row for row in rows if wanted is not None and row["customer"] == wanted]
    return listing.page(kept, call.params, call.path)


def detach(call: Call) -> Json:
    """``POST /v1/payment_methods/{id}/detach``: forget a card for good."""
    method = call.account.objects["payment_method"].get(call.id)
    if method is None:
        raise missing("PaymentMethod", call.id, "payment_method")
    if method["customer"] is None:
        raise ProcessorError(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            remembered=True,
        )
    method["customer"] = None
    emit(call.books, call.account, "payment_method.detached", method, request=call.origin)
    return method
