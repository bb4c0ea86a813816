"""What becomes of each table and column that reaches an account when its persons' data are erased.

What is not named here has not been decided: a test asks for a decision. Rows that go, go whole; of rows that
stay each column is emptied, sealed anew, or kept with a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.base.vault import Json

BOOKED = (
    "a voucher of the accounts: kept ten years (C. com. L123-22), without a word of the person's"
)
OPAQUE = "by which money at the processor that comes or goes late is known; it names nobody"
WORKINGS = "that and when something took place, in codes and days: without words or contacts"
ACCOUNTABLE = (
    "who looked at, copied or erased data, and when: the practice answers for it (GDPR, art. 5-2)"
)


@dataclass(frozen=True, slots=True)
class Gone:
    """A table of which the account's rows go; those that name no account are found ``through`` a column that
    leads to one that does: (own column, table, its column)."""

    table: str
    through: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Stays:
    """A table of which the account's rows stay. ``emptied`` columns are set to a plain value, of
    ``blank`` ones, which are sealed, where something stands, the value is sealed in the place of what
    stood there, ``kept`` says why the others stay: one reason by column, and one for all others under the
    empty name. ``late`` columns are emptied when the accounts' own time is over."""

    table: str
    kept: Mapping[str, str]
    emptied: Mapping[str, object] = field(default_factory=dict)
    blank: Mapping[str, Json] = field(default_factory=dict)
    late: Mapping[str, object] = field(default_factory=dict)
    through: tuple[str, str, str] | None = None


_OF_THREAD = ("thread_id", "thread", "id")
# Rows that name others of the account before those that they name.
GONE: tuple[Gone, ...] = (
    Gone("document"),
    Gone("message"),
    Gone("thread_seen", _OF_THREAD),
    Gone("thread_presence", _OF_THREAD),
    Gone("thread_note"),
    Gone("thread_promise"),
    Gone("aid_request"),
    Gone("thread"),
    Gone("proposal"),
    Gone("one_time_code"),
    Gone("identity_failure"),
    Gone("notice"),
    Gone("contact_point"),
    Gone("link_request"),
    Gone("portal_session"),
    Gone("link"),
    Gone("pay_link"),
    Gone("hold"),
    Gone("ladder_letter"),
    Gone("ladder_cycle"),
    Gone("ladder_segment"),
    Gone("ladder_bulk_item"),
    Gone("detail_grant"),
)
NAMELESS: dict[str, Json] = {"given": "", "surname": "(nom effacé)"}
ONE_LINE = {"": BOOKED}
STAYS: tuple[Stays, ...] = (
    Stays(
        "account",
        kept={
            "number": "on the vouchers, and names nobody by itself",
            "transfer_reference": "on the vouchers: money that comes late bears it",
            "balance_cents": BOOKED,
            "opened_at": WORKINGS,
            "status": WORKINGS,
            "erased_at": WORKINGS,
            "external_key": "a mark in its place: the software's key is the person's file, or their name",
            "key_id": "a new key: what was sealed under the former opens no more, wherever it stands",
            "wrapped_key": "a new key, as above",
        },
        emptied={
            "language": "fr",
            "channel": "any",
            "source_language": None,
            "source_channel": None,
            "represented": False,
            "protection": None,
            "checkable": False,
            "door_closed_at": None,
        },
    ),
    Stays(
        "party",
        kept={
            "name": "the debtor's, sealed anew: a voucher names who owes. Everybody else's is emptied",
            "role": WORKINGS,
        },
        emptied={
            "external_ref": "",
            "birth_date": None,
            "address": None,
            "surname_index": b"",
            "surname3_index": b"",
            "given_index": b"",
        },
    ),
    Stays("invoice", kept=ONE_LINE, emptied={"lines": None}),
    Stays("journal_line", kept=ONE_LINE),
    Stays("journal_entry", kept=ONE_LINE, through=("id", "journal_line", "entry_id")),
    Stays("payment", kept=ONE_LINE, late={"reference": None}),
    Stays("payment_share", kept=ONE_LINE, through=("payment_id", "payment", "id")),
    Stays("payment_attempt", kept={"": OPAQUE}, emptied={"redirect_url": None}),
    Stays("attempt_share", kept=ONE_LINE, through=("attempt_id", "payment_attempt", "id")),
    Stays("refund", kept=ONE_LINE),
    Stays("refund_share", kept=ONE_LINE, through=("refund_id", "refund", "id")),
    Stays("credit_use", kept=ONE_LINE),
    Stays("forgiveness", kept=ONE_LINE),
    Stays("stray_payment", kept=ONE_LINE, late={"reference": None}),
    Stays("dispute", kept=ONE_LINE),
    Stays("money_order", kept=ONE_LINE, emptied={"note": None}, late={"reference": None}),
    Stays("money_order_share", kept=ONE_LINE, through=("order_id", "money_order", "id")),
    Stays("plan", kept={"": BOOKED, "once": WORKINGS}, blank={"agreed_text": ""}),
    Stays("plan_invoice", kept=ONE_LINE, through=("plan_id", "plan", "id")),
    Stays("instalment", kept=ONE_LINE, through=("plan_id", "plan", "id")),
    Stays(
        "saved_card",
        kept={"": "that a card was agreed to, under which words and when: tries to pay name it"},
        emptied={
            "processor_customer": None,
            "processor_method": None,
            "brand": None,
            "last4": None,
            "expires_on": None,
        },
    ),
    Stays("task", kept={"": "work about money alone, in codes and days; all other work goes"}),
    Stays("detail_access", kept={"": ACCOUNTABLE}),
    Stays("erasure", kept={"": ACCOUNTABLE}),
    Stays("timeline_event", kept={"": f"{WORKINGS}; sealed, so that it can be verified"}),
    Stays(
        "import_touch",
        kept={"": "what an import changed of sums and days of invoices; of anything else it goes"},
    ),
)
