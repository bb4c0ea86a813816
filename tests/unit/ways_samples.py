"""Other ways to pay, someone else who pays, and past payments, for `portal_samples`."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from shared.base.transfers import in_fours, transfer_qr

NOW = datetime(2026, 11, 24, 13, 37, tzinfo=UTC)
SOON = date(2026, 11, 26)
ONCE = "0" * 32
IBAN, REFERENCE = "FR7630006000011234567890189", "RF18539007547034"
QR = transfer_qr(holder="Secretariat R12", iban=IBAN, bic="", cents=4250, reference=REFERENCE)
WAYS = SimpleNamespace(
    transfer=True,
    cheque_order="Secrétariat R12",
    at_desk="{at the desk}",
    reference=in_fours(REFERENCE),
    there_are=True,
)
NO_WAYS = SimpleNamespace(
    transfer=False, cheque_order="", at_desk="", reference=in_fours(REFERENCE), there_are=False
)
TRANSFER: dict[str, Any] = {
    "amount_cents": 4250,
    "amount_plain": "42,50",
    "least_cents": 500,
    "most_cents": 4250,
    "holder": "Secretariat R12",
    "iban": (IBAN, in_fours(IBAN)),
    "bic": "",
    "reference": (REFERENCE, in_fours(REFERENCE)),
    "qr": QR,
    "answer_by": SOON,
    "values": {"amount": "", "once": ONCE},
    "errors": {},
    "back_url": "/pay",
}
LINK = SimpleNamespace(
    id="0190d", amount_cents=4250, made_at=NOW, expires_at=datetime(2026, 12, 1, 9, tzinfo=UTC)
)
SHOWN = [
    SimpleNamespace(link=LINK, is_paid=False, attempt=None),
    SimpleNamespace(link=LINK, is_paid=True, attempt=SimpleNamespace(status="succeeded")),
    SimpleNamespace(link=LINK, is_paid=True, attempt=SimpleNamespace(status="processing")),
]
SHARE: dict[str, Any] = {
    "payable_cents": 4250,
    "minimum_cents": 500,
    "fresh": None,
    "address": "",
    "links": [],
    "cut": False,
    "days": 7,
    "values": {"choice": "all", "amount": "", "once": ONCE},
    "errors": {},
    "back_url": "/pay",
}
MADE: dict[str, Any] = {
    "fresh": LINK,
    "address": "/p/" + "Ab3-" * 8 + "." + "Cd5_" * 3 + "Ef",
}
KNOWN: dict[str, Any] = {
    "amount_cents": 4250,
    "reference": "P7K49QP",
    "paid_at": NOW,
    "pay_url": "/p/x",
    "language_back": "/p/x",
}
PAYERS: dict[str, dict[str, Any]] = {
    state: KNOWN | {"state": state}
    for state in (
        *("open", "changed", "paid", "processing", "unknown"),
        *("failed", "cancelled", "thanks", "dead"),
    )
}
PAYERS["trouble"] = KNOWN | {"state": "open", "trouble": "{trouble}"}
PAYMENTS: dict[str, Any] = {
    "payments": [
        SimpleNamespace(id="0190c", number="R-2026-01802", received_at=NOW, amount_cents=1100)
    ],
    "older": "0190c",
    "first": False,
    "settled": [],
    "elsewhere": [],
    "back_url": "/statement",
}
SETTLED = [
    SimpleNamespace(
        number="2026-0390",
        issued_on=date(2026, 9, 1),
        patient_cents=2000,
        url="/invoice/0190e",
    )
]
UNDER_WAY = SimpleNamespace(
    announced_at=NOW,
    links=SimpleNamespace(count=1, cents=1500, until=datetime(2026, 12, 1, 9, tzinfo=UTC)),
)
LINKS_OPEN = SimpleNamespace(
    announced_at=None,
    links=SimpleNamespace(count=2, cents=3000, until=datetime(2026, 12, 1, 9, tzinfo=UTC)),
)
ELSEWHERE = [SimpleNamespace(number="2026-0412", corrected_cents=1200, url="/invoice/0190a")]
SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "transfer": ("transfer", TRANSFER),
    "transfer-bic": ("transfer", TRANSFER | {"bic": "AGRIFRPP", "most_cents": 500}),
    "transfer-error": (
        "transfer",
        TRANSFER
        | {
            "amount_cents": 0,
            "qr": None,
            "values": {"amount": "2", "once": ONCE},
            "errors": {"amount": "{amount}"},
        },
    ),
    "share": ("share", SHARE),
    "share-made": ("share", SHARE | MADE | {"links": SHOWN}),
    "share-links": ("share", SHARE | {"links": SHOWN[:1], "payable_cents": 0}),
    "share-cut": ("share", SHARE | {"cut": True}),
    "share-paid": ("share", SHARE | {"links": SHOWN[1:]}),
    "share-error": (
        "share",
        SHARE
        | {
            "values": {"choice": "other", "amount": "2", "once": ONCE},
            "errors": {"amount": "{amount}"},
        },
    ),
    "payments": ("payments", PAYMENTS),
    "payments-elsewhere": (
        "payments",
        PAYMENTS
        | {
            "payments": [],
            "older": None,
            "first": True,
            "elsewhere": ELSEWHERE,
            "settled": SETTLED,
        },
    ),
}
WORDS = {
    "fr": {
        "{at the desk}": "par carte, en espèces ou par chèque",
        "{trouble}": "La page de paiement ne répond pas. Rien n’a été pris.",
    },
    "en": {
        "{at the desk}": "by card, in cash or by cheque",
        "{trouble}": "The payment page does not answer. Nothing was taken.",
    },
}
