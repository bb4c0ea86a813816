"""The copy of a person's data on paper: codes in French words, what is over said to be, money as it is."""

import importlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import String

from backoffice.desks.subject_codes import worded, words_of
from backoffice.desks.subject_labels import LABELS, UNSAID
from backoffice.desks.subject_paper import SubjectPaper
from backoffice.desks.subject_states import ENDS_BY_ITSELF
from shared.accounts import HOLD_TITLES
from shared.aid.rules import REASONS, WISHES
from shared.base.database import Model
from shared.base.states import REGISTRY
from shared.base.vault import Json
from shared.delivery.service import CODE, LADDER, NEW_LINK, NEWS
from shared.desk.credit import CREDIT_USE
from shared.desk.payments import DESK_KINDS
from shared.erasing import ASKERS, CHECKS, DECLINES, OBSTACLES
from shared.forgiving.rules import NATURES
from shared.forgiving.service import FORGIVEN
from shared.ladder import DECLINE_REASONS as LETTER_REASONS
from shared.ladder import SEGMENT_TITLES, WITHHELD_TITLES
from shared.ledger.rules import LEDGER_ACCOUNTS
from shared.messages.rules import SUBJECTS
from shared.orders.rules import END_REASONS, KINDS, REFUND_REASONS
from shared.payments.rules import CHARGE, ONLY_A_CARD
from shared.payments.stray_rules import STRAY_KINDS
from shared.preferences.rules import CHANNELS, DECLINE_REASONS, RELATIONS
from shared.privacy import REASONS as WHY_OPENED
from shared.privacy import SubjectData
from shared.privacy.subject_tables import TOLD
from shared.reversals.dispute_rules import FEE_KIND
from shared.reversals.refund_rules import REFUND_KINDS
from shared.staff import ROLE_TITLES
from shared.worklist import PUT_OFF_REASONS
from tests.architecture.source import modules

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Every column of letters that holds no closed set of codes: names, numbers, what banks and networks say.
FREE = {
    *(
        "number",
        "transfer_reference",
        "external_key",
        "external_ref",
        "text_version",
        "brand",
        "last4",
    ),
    *("tracking", "failure", "facts", "actor", "actor_kind"),
}
# What may stand in a column, as the domain knows it; by section and column, or by column everywhere.
KNOWN = {
    "ledger_account": LEDGER_ACCOUNTS,
    "bookings kind": {
        *(
            "opening",
            "invoice",
            "adjustment",
            "undo",
            "card_payment",
            CREDIT_USE,
            FORGIVEN,
            FEE_KIND,
        ),
        *(*DESK_KINDS, *REFUND_KINDS, *STRAY_KINDS),
    },
    "money_orders kind": KINDS,
    "money_orders reason": {*REFUND_REASONS, *NATURES, "desk", "staff", "assign"},
    "money_orders why": END_REASONS,
    "notices purpose": {LADDER, NEW_LINK, NEWS, CODE},
    "payment_attempts choice": {"all", "some", "other", "part", "link", ONLY_A_CARD, CHARGE},
    "pauses kind": HOLD_TITLES,
    "account channel": CHANNELS,
    "account source_channel": CHANNELS,
    "proposed_changes relation": RELATIONS,
    "proposed_changes decline_reason": DECLINE_REASONS,
    "reminders withheld": WITHHELD_TITLES,
    "reminder_profile segment": SEGMENT_TITLES,
    "formal_notices reason": LETTER_REASONS,
    "staff_tasks later_reason": PUT_OFF_REASONS,
    "looks_at_details reason": WHY_OPENED,
    "openings_of_details role": ROLE_TITLES,
    "conversations subject": SUBJECTS,
    "requests_for_help wishes": WISHES,
    "requests_for_help reasons": REASONS,
    "erasure_requests asker": ASKERS,
    "erasure_requests checked": CHECKS,
    "erasure_requests why": {*DECLINES, *OBSTACLES},
}


@pytest.fixture(scope="module", autouse=True)
def _all_rooms() -> None:
    for module in modules():
        if module.room in {"rules", "model", "service"} and module.name.startswith("shared."):
            importlib.import_module(module.name)


def test_every_column_of_letters_in_the_copy_has_words_for_its_codes_or_is_free_text() -> None:
    bare = {
        f"{one.key} {name}"
        for one in TOLD
        for name in (*one.plain.split(), *one.staff.split())
        if one.key != "events" and name not in UNSAID | FREE
        if isinstance(Model.metadata.tables[one.table].columns[name].type, String)
        and not words_of(one.key, name)
    }
    assert bare == set()


def test_every_state_that_a_row_can_have_is_said_in_words() -> None:
    raw = {
        f"{one.key} {status}"
        for one in TOLD
        if "status" in one.columns
        for status in REGISTRY[one.table].statuses - words_of(one.key, "status").keys()
    }
    assert raw == set()


@pytest.mark.parametrize("where", KNOWN)
def test_no_code_that_the_domain_knows_comes_out_raw(where: str) -> None:
    section, _, column = where.rpartition(" ")
    assert set(KNOWN[where]) - words_of(section, column).keys() == set()


@pytest.mark.parametrize(
    ("section", "column", "code"),
    [
        ("bookings", "kind", "desk_payment"),
        ("bookings", "kind", "desk_refund"),
        ("bookings", "kind", "forgiven"),
        ("notices", "purpose", "ladder"),
        ("notices", "purpose", "new_link"),
        ("notices", "purpose", "news"),
        ("money_orders", "reason", "desk"),
    ],
)
def test_what_was_once_read_raw_is_french(section: str, column: str, code: str) -> None:
    assert worded(section, column, code) != code


def said(section: str, **row: Json) -> str:
    """What a paper says that holds one row."""
    sections: dict[str, list[dict[str, Json]]] = {one.key: [] for one in TOLD} | {section: [row]}
    data = SubjectData(dict.fromkeys(("name", "postal_address", "siren"), ""), sections, "0" * 64)
    paper = SubjectPaper(data, "P1", "Europe/Paris")
    return str(paper.typeset_from(at=AT, by="Responsable", reason="")["sections"])


@pytest.mark.parametrize(
    ("section", "status", "word"),
    [
        ("links", "live", "actif"),
        ("links_for_others", "live", "actif"),
        ("codes_asked", "drawn", "envoyé"),
    ],
)
def test_what_is_over_is_said_to_be_and_what_was_cut_stays_cut(
    section: str, status: str, word: str
) -> None:
    later, past = ((AT + timedelta(minutes=n)).isoformat() for n in (1, -1))
    assert f"['État', '{word}']" in said(section, status=status, expires_at=later)
    assert "['État', 'expiré']" in said(section, status=status, expires_at=past)
    assert "['État', 'coupé']" in said("links", status="revoked", expires_at=past)
    assert status in ENDS_BY_ITSELF[section]


def test_what_was_owed_after_a_payment_is_not_called_money_paid_too_much() -> None:
    assert LABELS["left_cents"] == "Solde du compte ensuite (moins : trop-perçu)"
    paper = said("payments", amount_cents=1050, left_cents=2324)
    assert LABELS["left_cents"] in paper
    assert "Trop-perçu non utilisé" not in paper


def test_money_paid_too_much_is_told_by_its_name_and_never_as_a_debt_below_zero() -> None:
    owed, paid = (
        said("account", balance_cents=cents).replace(r"\xa0", " ") for cents in (1050, -1050)
    )
    assert "['Reste dû', '10,50 €']" in owed
    assert "['Trop-perçu', '10,50 €']" in paid
    assert "Reste dû" not in paid
