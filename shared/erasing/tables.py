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
    stood there, ``kept`` says why the others stay: a reason by columns. ``late`` columns are emptied when
    the accounts' own time is over."""

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
    Stays(
        "invoice",
        kept={
            "patient_id source_id number status issued_on due_on total_cents amo_cents "
            "amc_cents patient_cents open_cents source_left_cents unacknowledged_cents": BOOKED
        },
        emptied={"lines": None},
    ),
    Stays("journal_line", kept={"entry_id ledger_account invoice_id amount_cents": BOOKED}),
    Stays(
        "journal_entry",
        kept={"at booked_on kind cause": BOOKED},
        through=("id", "journal_line", "entry_id"),
    ),
    Stays(
        "payment",
        kept={
            "attempt_id method amount_cents credit_cents left_cents processor_ref number "
            "received_at booked_on cancelled_on": BOOKED
        },
        late={"reference": None},
    ),
    Stays(
        "payment_share",
        kept={"payment_id invoice_id amount_cents": BOOKED},
        through=("payment_id", "payment", "id"),
    ),
    Stays(
        "payment_attempt",
        kept={
            "status amount_cents choice language idempotency_key processor_session "
            "processor_intent created_at returned_at checked_at checks settled_at failure "
            "card_id cause": OPAQUE
        },
        emptied={"redirect_url": None},
    ),
    Stays(
        "attempt_share",
        kept={"attempt_id invoice_id amount_cents": BOOKED},
        through=("attempt_id", "payment_attempt", "id"),
    ),
    Stays(
        "refund",
        kept={
            "payment_id kind status amount_cents credit_cents beyond_cents processor_ref "
            "method refunded_at booked_on moved_at": BOOKED
        },
    ),
    Stays(
        "refund_share",
        kept={"refund_id invoice_id amount_cents": BOOKED},
        through=("refund_id", "refund", "id"),
    ),
    Stays("credit_use", kept={"payment_id invoice_id amount_cents used_at booked_on": BOOKED}),
    Stays(
        "forgiveness",
        kept={"invoice_id order_id nature amount_cents asked_at forgiven_at booked_on": BOOKED},
    ),
    Stays(
        "stray_payment",
        kept={
            "status processor_ref amount_cents returned_cents received_at booked_on "
            "found_at payment_id": BOOKED
        },
        late={"reference": None},
    ),
    Stays(
        "dispute",
        kept={
            "payment_id stray_id refund_id status reason amount_cents taken_cents fee_cents "
            "moves processor_ref respond_by opened_at moved_at closed_at": BOOKED
        },
    ),
    Stays(
        "money_order",
        kept={
            "payment_id stray_id kind status amount_cents method received_on reason once "
            "idempotency_key asked_by asked_name asked_at limit_cents alone not_before "
            "decided_by decided_name decided_at handed_by handed_name handed_at dropped_by "
            "dropped_name why sent_at tries tried_at ended_at outcome": BOOKED
        },
        emptied={"note": None},
        late={"reference": None},
    ),
    Stays(
        "money_order_share",
        kept={"order_id invoice_id amount_cents": BOOKED},
        through=("order_id", "money_order", "id"),
    ),
    Stays(
        "plan",
        kept={
            "version replaces_id status total_cents way made_by made_at text_version "
            "text_hash agreed_language agreed_at asked asked_at closed_at": BOOKED,
            "once": WORKINGS,
        },
        blank={"agreed_text": ""},
    ),
    Stays(
        "plan_invoice",
        kept={"plan_id invoice_id amount_cents": BOOKED},
        through=("plan_id", "plan", "id"),
    ),
    Stays(
        "instalment",
        kept={"plan_id position agreed_on due_on moves amount_cents": BOOKED},
        through=("plan_id", "plan", "id"),
    ),
    Stays(
        "saved_card",
        kept={
            "agreement_id status text_version text_hash agreed_at kept_at removed_at": "that a "
            "card was agreed to, under which words and when: tries to pay name it"
        },
        emptied={
            "processor_customer": None,
            "processor_method": None,
            "brand": None,
            "last4": None,
            "expires_on": None,
        },
    ),
    Stays(
        "task",
        kept={
            "kind key status due_on comes_on later_by later_reason later_at opened_at "
            "closed_at closed_by": "work about money alone, in codes and days; all other work goes"
        },
    ),
    Stays("detail_access", kept={"invoice_id by role reason at": ACCOUNTABLE}),
    Stays(
        "erasure",
        kept={
            "status asker checked received_on due_on noted_by noted_name noted_at waits "
            "decided_by decided_name decided_at why begun_at told ended_at": ACCOUNTABLE
        },
    ),
    Stays(
        "timeline_event",
        kept={
            "at actor_kind actor kind facts link_seq": f"{WORKINGS}; sealed, so that it can be verified"
        },
    ),
    Stays(
        "import_touch",
        kept={
            "run_id kind subject_id made before after": "what an import changed of sums and "
            "days of invoices; of anything else it goes"
        },
    ),
)
