"""What becomes of each table and column that reaches an account when its persons' data are erased.

What is not named here, or in ``vouchers``, has not been decided: a test asks for a decision. Rows that go,
go whole; of rows that stay each column is emptied, sealed anew, or kept with a reason.
"""

import shared.inbox  # noqa: F401 - tables named below are its own, whoever else loads it or not
from shared.base.vault import Json
from shared.erasing.fates import ACCOUNTABLE, BOOKED, WORKINGS, Gone, Stays
from shared.erasing.vouchers import VOUCHERS

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
    *VOUCHERS,
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
