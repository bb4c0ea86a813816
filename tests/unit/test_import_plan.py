"""What a row of an export means against what is known: decided over plain values."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ardoise.importing.bookings import arrival_entries
from ardoise.importing.checks import parts_of, same_person, someone_else, wrong_sums
from ardoise.importing.known import KnownAccount, KnownContact, KnownInvoice, KnownPerson
from ardoise.importing.matching import Candidate, OnFile, match_accounts
from ardoise.importing.plan import plan_account
from ardoise.importing.wishes import AccountWish, Spoken, account_key, account_wish
from shared.accounts import PersonDetails, PersonName
from shared.base.vault import BlindIndex
from shared.billing import InvoiceRow, PartyRow
from shared.ledger import PATIENTS

INDEX = BlindIndex(b"i" * 32)
STARTED_ON, TODAY = date(2026, 1, 1), date(2026, 11, 22)
ACCOUNT, INVOICE, PERSON, PHONE, EMAIL = (UUID(int=i) for i in range(1, 6))
INES = PartyRow("Lacroix", "Inès", date(1949, 7, 2), mobile="+33639981234", email="ines@ex.fr")
LEO = PartyRow("Marchand", "Léo", date(2017, 5, 14), mobile="+33639985555", email="leo@ex.fr")
SOPHIE = PartyRow("Marchand", "Sophie", date(1984, 11, 12), mobile="+33639980011")
ALL_COLUMNS = {
    f"{prefix}{name}": f"{prefix}{name}"
    for prefix in ("", "debtor_")
    for name in ("phone", "other_phone", "email")
}
SPOKEN = Spoken(ALL_COLUMNS, frozenset())


def row(**changes: object) -> InvoiceRow:
    good = InvoiceRow(
        row=2,
        external_ref="D-1",
        invoice_number="F-1",
        issued_on=date(2026, 9, 1),
        due_on=None,
        total_cents=6000,
        amo_cents=3000,
        amc_cents=1000,
        patient_share_cents=2000,
        already_paid_cents=None,
        remaining_cents=2000,
        patient=INES,
        debtor=None,
        protections=None,
        channel=None,
        opt_out=None,
        language=None,
        disputed=None,
    )
    return replace(good, **changes)


def wish(*rows: InvoiceRow, spoken: Spoken = SPOKEN) -> AccountWish:
    return account_wish("p:D-1", rows or (row(),), spoken)


def details(party: PartyRow, **changes: object) -> PersonDetails:
    name = PersonName(party.given_name, party.surname)
    return replace(PersonDetails(name, party.birth_date, None), **changes)


def invoice(**changes: object) -> KnownInvoice:
    known = KnownInvoice(
        id=INVOICE,
        due_on=date(2026, 10, 1),
        source_left_cents=2000,
        unacknowledged_cents=0,
        parts=(6000, 3000, 1000, 2000),
        absent=False,
        disputed=False,
        care=None,
    )
    return replace(known, **changes)


def known(*, invoices: Mapping[str, KnownInvoice] | None = None, **changes: object) -> KnownAccount:
    """What is on file after the good row came in once."""
    account = KnownAccount(
        key="p:D-1",
        language="fr",
        channel="any",
        people=(KnownPerson(PERSON, "debtor", "D-1", details(INES)),),
        contacts=(
            KnownContact(PHONE, "phone", 1, "usable", "+33639981234"),
            KnownContact(EMAIL, "email", 2, "usable", "ines@ex.fr"),
        ),
        invoices={"F-1": invoice()} if invoices is None else invoices,
    )
    return replace(account, **changes)


# Whose account it is


def key(**changes: object) -> str:
    return account_key(row(**changes), practice_id=1, index=INDEX)


def test_a_patient_who_pays_for_themselves_is_known_by_their_file_number():
    assert key() == "p:D-1"


def test_a_mother_of_two_patients_has_one_account_and_the_key_does_not_tell_who_she_is():
    both = {key(external_ref=ref, patient=LEO, debtor=SOPHIE) for ref in ("D-2", "D-3")}
    assert len(both) == 1
    assert "marchand" not in both.pop().casefold()


@pytest.mark.parametrize("told_apart_by", ["birth_date", "mobile", "email"])
def test_namesakes_are_told_apart(told_apart_by: str):
    nobody = PartyRow("Martin", "Jean", None)
    values = {
        "birth_date": (date(1970, 1, 1), date(1980, 1, 1)),
        "mobile": ("+33639980001", "+33639980002"),
        "email": ("a@ex.fr", "b@ex.fr"),
    }[told_apart_by]
    assert len({key(debtor=replace(nobody, **{told_apart_by: v})) for v in values}) == 2


def test_a_debtor_with_a_bare_name_is_the_one_who_pays_for_that_patient():
    jean = PartyRow("Martin", "Jean", None)
    assert key(debtor=jean, external_ref="D-1") != key(debtor=jean, external_ref="D-2")


def test_a_married_debtor_keeps_the_account_that_holds_their_invoice():
    on_file = OnFile({}, {"F-1": ACCOUNT})
    before = Candidate("d:old", details(SOPHIE))
    married = replace(SOPHIE, surname="Durand")
    groups = {"d:new": [row(debtor=married, patient=LEO)]}
    matches, refusals = match_accounts(
        groups, on_file=on_file, opened={ACCOUNT: before}, spoken=SPOKEN
    )
    assert [(m.account_id, m.wish.key) for m in matches] == [(ACCOUNT, "d:new")]
    assert refusals == []


def test_an_invoice_that_moves_to_another_debtor_is_refused():
    on_file = OnFile({"p:D-1": ACCOUNT}, {"F-1": UUID(int=99)})
    _, refusals = match_accounts({"p:D-1": [row()]}, on_file=on_file, opened={}, spoken=SPOKEN)
    assert [(number, field) for number, field, _ in refusals] == [(2, "invoice_number")]


def test_two_out_of_three_make_the_same_person_and_none_a_stranger():
    sophie = details(SOPHIE)
    assert same_person(sophie, details(replace(SOPHIE, surname="Durand")))
    assert not same_person(sophie, details(LEO))
    assert someone_else(sophie, details(INES))
    assert not someone_else(sophie, details(LEO))


# What the export says of an account


def test_only_who_owes_is_written_to_never_the_child():
    said = wish(row(patient=LEO, debtor=SOPHIE))
    assert said.contacts == {"phone": "+33639980011", "email": "", "landline": ""}
    assert [who.role for who in said.people] == ["debtor", "patient"]


def test_the_latest_invoice_is_believed_and_gaps_are_filled_from_earlier_ones():
    old = row(patient=replace(INES, postcode="75011", mobile="+33639980000"))
    new = row(
        row=3,
        invoice_number="F-2",
        issued_on=date(2026, 10, 1),
        patient=replace(INES, email="", mobile="+33639981111"),
    )
    said = wish(old, new)
    assert said.contacts == {"phone": "+33639981111", "email": "ines@ex.fr", "landline": ""}
    assert said.people[0].details.address == {"postcode": "75011"}


def test_a_file_without_the_column_says_nothing_of_a_contact():
    bare = row(patient=replace(INES, mobile="", email=""))
    assert wish(bare, spoken=Spoken({"email": "E-mail"}, frozenset())).contacts == {"email": ""}


def test_a_cell_that_could_not_be_read_takes_nothing_off():
    bare = row(patient=replace(INES, email=""))
    unread = Spoken(ALL_COLUMNS, frozenset({(2, "email")}))
    assert "email" not in wish(bare, spoken=unread).contacts


# What changes


def test_the_same_row_again_changes_nothing():
    plan = plan_account(known(), wish())
    assert plan.is_empty
    assert plan.unchanged == 1


def test_an_unknown_account_is_all_new():
    empty = KnownAccount("p:D-1", "fr", "any")
    plan = plan_account(empty, wish())
    assert [change.id for change in plan.people] == [None]
    assert [(c.kind, c.status) for c in plan.contacts.new] == [
        ("phone", "usable"),
        ("email", "usable"),
    ]
    assert len(plan.new_invoices) == 1


def test_an_empty_cell_erases_neither_address_nor_language():
    home = details(INES, address={"postcode": "75011"})
    account = known(people=(KnownPerson(PERSON, "debtor", "D-1", home),), language="en")
    assert plan_account(account, wish()).is_empty


def test_a_new_number_replaces_the_old_contact_and_only_that():
    plan = plan_account(known(), wish(row(patient=replace(INES, mobile="+33639987777"))))
    assert plan.contacts.replaced == (PHONE,)
    assert [(c.kind, c.value, c.status) for c in plan.contacts.new] == [
        ("phone", "+33639987777", "usable")
    ]


def test_a_number_taken_out_of_the_software_is_not_written_to_any_more():
    plan = plan_account(known(), wish(row(patient=replace(INES, mobile=""))))
    assert plan.contacts.replaced == (PHONE,)
    assert plan.contacts.new == ()


def test_capitals_make_no_other_mailbox():
    assert plan_account(known(), wish(row(patient=replace(INES, email="Ines@ex.fr")))).is_empty


@pytest.mark.parametrize(
    ("before", "after"), [("opted_out", "opted_out"), ("bounced", "usable"), ("usable", "usable")]
)
def test_who_wanted_no_messages_wants_none_on_a_new_number_either(before: str, after: str):
    account = known(contacts=(KnownContact(PHONE, "phone", 1, before, "+33639980000"),))
    plan = plan_account(account, wish(row(patient=replace(INES, email=""))))
    assert [contact.status for contact in plan.contacts.new] == [after]


def test_a_bounced_contact_stays_bounced_while_its_value_is_the_same():
    bounced = replace(known().contacts[0], status="bounced")
    assert plan_account(known(contacts=(bounced, known().contacts[1])), wish()).is_empty


def test_an_opposition_silences_every_contact():
    plan = plan_account(known(), wish(row(opt_out=True)))
    assert plan.contacts.opted_out == (PHONE, EMAIL)
    assert plan_account(known(contacts=()), wish(row(opt_out=True))).contacts.new[0].status == (
        "opted_out"
    )


@pytest.mark.parametrize(
    ("stated", "on_file", "stops"),
    [
        ({"CSS"}, set(), True),
        ({"AME"}, {"CSS"}, True),
        ({"ATMP"}, set(), True),
        ({"CSS"}, {"CSS"}, False),
        ({"ALD"}, set(), False),
        (set(), {"CSS"}, False),
    ],
)
def test_a_newly_stated_protection_stops_the_clock(
    stated: set[str], on_file: set[str], stops: bool
):
    account = known(protections=frozenset(on_file))
    plan = plan_account(account, wish(row(protections=frozenset(stated))))
    assert plan.newly_protected is stops
    assert plan.protections == (None if stated == on_file else stated)


def test_a_file_without_protections_leaves_them():
    assert plan_account(known(protections=frozenset({"CSS"})), wish()).is_empty


def test_a_dispute_is_noticed_when_it_begins_and_when_it_ends():
    account, disputed = known(), known(invoices={"F-1": invoice(disputed=True)})
    assert plan_account(account, wish(row(disputed=True))).newly_disputed == ("F-1",)
    assert plan_account(disputed, wish(row(disputed=True))).is_empty
    assert plan_account(disputed, wish(row(disputed=False))).no_longer_disputed == ("F-1",)
    assert plan_account(disputed, wish(row(disputed=None))).is_empty


def test_another_remainder_is_an_adjustment():
    (change,) = plan_account(known(), wish(row(remaining_cents=500))).changed_invoices
    assert change.synchronised.adjust_cents == -1500


def test_a_drop_by_what_was_paid_here_books_nothing():
    account = known(invoices={"F-1": invoice(unacknowledged_cents=1500)})
    (change,) = plan_account(account, wish(row(remaining_cents=500))).changed_invoices
    assert change.synchronised.adjust_cents == 0
    assert change.synchronised.unacknowledged_cents == 0


def test_an_absent_invoice_that_is_back_is_no_unchanged_one():
    account = known(invoices={"F-1": invoice(absent=True)})
    (change,) = plan_account(account, wish()).changed_invoices
    assert change.known.absent
    assert change.synchronised.adjust_cents == 0


def test_a_stated_due_date_is_taken_over_and_a_missing_one_leaves_it():
    (change,) = plan_account(known(), wish(row(due_on=date(2026, 12, 1)))).changed_invoices
    assert change.due_on == date(2026, 12, 1)


# Sums


@pytest.mark.parametrize(
    ("amo", "amc", "parts"),
    [
        (3000, 1000, (6000, 3000, 1000, 2000)),
        (3001, 1000, (6001, 3001, 1000, 2000)),
        (3000, None, (6000, 3000, 1000, 2000)),
        (None, 1000, (6000, 3000, 1000, 2000)),
        (None, None, (2000, 0, 0, 2000)),
    ],
)
def test_total_and_parts_always_agree(amo: int | None, amc: int | None, parts: tuple[int, ...]):
    assert parts_of(row(amo_cents=amo, amc_cents=amc)).all == parts


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"remaining_cents": 2002}, "remaining"),
        ({"amo_cents": -1}, "amo"),
        ({"amc_cents": -1}, "amc"),
        ({"amo_cents": 5000, "amc_cents": None}, "total"),
        ({"remaining_cents": 2001}, None),
        ({}, None),
    ],
)
def test_sums_that_must_not_be_asked_of_a_patient(changes: dict[str, object], field: str | None):
    assert [name for name, _ in wrong_sums(row(**changes))] == ([field] if field else [])


CENTS = st.integers(0, 1_000_000)


@given(CENTS, CENTS, CENTS, CENTS, st.dates(date(2024, 1, 1), TODAY))
def test_whatever_comes_in_what_is_open_is_what_the_software_says_is_left(
    amo: int, amc: int, share: int, left: int, issued_on: date
):
    arrived = row(
        total_cents=amo + amc + share,
        amo_cents=amo,
        amc_cents=amc,
        patient_share_cents=share,
        remaining_cents=left,
        issued_on=issued_on,
    )
    entries = arrival_entries(
        ACCOUNT, INVOICE, arrived, parts_of(arrived), started_on=STARTED_ON, today=TODAY
    )
    lines = [line for entry in entries for line in entry.lines]
    assert sum(line.amount_cents for line in lines if line.ledger_account == PATIENTS) == left
    assert all(sum(line.amount_cents for line in entry.lines) == 0 for entry in entries)
    assert len({entry.cause for entry in entries}) == len(entries)
    if issued_on < STARTED_ON:
        assert {entry.kind for entry in entries} <= {"opening"}
