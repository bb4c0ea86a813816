"""Rows of an export: what they become, and how what is wrong with them is told."""

from datetime import date

import pytest

from shared.billing.export_types import PartyRow
from tests.unit.exports import csv_bytes, only_problem, only_row, read, read_sample


def told(**changes: str) -> tuple[str, str]:
    problem = only_problem({title.replace("_", " "): cell for title, cell in changes.items()})
    return problem.column, problem.reason


def test_a_plain_row_becomes_an_invoice():
    row = only_row(Portable="06 39 98 12 34", Téléphone="01 99 00 12 34", Code_postal="6400")
    assert row.patient == PartyRow(
        surname="Lacroix", given_name="Inès", birth_date=date(1949, 7, 2), mobile="+33639981234",
        landline="+33199001234", postcode="06400",
    )  # fmt: skip
    assert (row.row, row.external_ref, row.invoice_number) == (2, "D-1", "F-1")
    assert (row.total_cents, row.amo_cents, row.amc_cents) == (6_000, 3_000, 1_000)
    assert (row.patient_share_cents, row.already_paid_cents, row.remaining_cents) == (
        2_000,
        None,
        2_000,
    )
    assert (row.debtor, row.protections, row.opt_out, row.disputed) == (None, None, None, None)


def test_every_problem_of_every_row_comes_back():
    parsed = read_sample("impayes_fautifs.csv")
    assert [(problem.row, problem.column) for problem in parsed.problems] == [
        (2, "Date de naissance"), (3, "Échéance"), (4, "Prénom"), (4, "Montant total"),
        (6, "Portable"), (7, "Montant total"), (8, "N° dossier"), (9, "N° dossier"),
        (10, "Date de naissance"), (10, "Reste dû"), (11, "N° facture"), (12, "N° facture"),
        (14, ""),
    ]  # fmt: skip
    assert [row.row for row in parsed.rows] == [6, 13]


def test_no_problem_repeats_what_a_cell_holds():
    """Problems are printed and logged: nothing of a person may be in them."""
    fields = ["N° dossier", "Nom", "Prénom", "Date de naissance", "N° facture", "Date facture",
              "Montant total", "Part AMO", "Part patient", "Portable", "E-mail", "Code postal",
              "Adresse", "Régime de protection", "Canal", "Langue", "Litige", "ALD",
              "Nom débiteur", "Date de naissance débiteur"]  # fmt: skip
    data = csv_bytes(dict.fromkeys(fields, "CANARI\x01" * 30))
    problems = read(data).problems
    assert {problem.column for problem in problems} == set(fields)
    assert "CANARI" not in repr(problems)


@pytest.mark.parametrize(
    "column", ["N° dossier", "Nom", "Prénom", "N° facture", "Date facture", "Montant total"]
)  # fmt: skip
def test_an_empty_required_cell_is_named(column):
    for nothing in ("", "  "):
        problem = only_problem({column: nothing})
        assert (problem.column, problem.blocking) == (column, True)


def test_a_person_without_a_birth_date_comes_in_and_is_told_of():
    parsed = read(csv_bytes({"Date de naissance": ""}))
    assert parsed.rows[0].patient.birth_date is None
    assert [(p.column, p.blocking) for p in parsed.problems] == [("Date de naissance", False)]


def test_mrs_null_is_a_person():
    assert only_row(Nom="NULL").patient.surname == "NULL"


def test_a_wrong_contact_costs_the_row_only_that_contact():
    changes = {"Portable": "faux", "E-mail": "faux", "Code postal": "12", "Langue": "klingon"}
    parsed = read(csv_bytes(changes))
    assert [(p.column, p.blocking) for p in parsed.problems] == [
        ("Portable", False), ("Code postal", False), ("E-mail", False), ("Langue", False)
    ]  # fmt: skip
    assert (parsed.rows[0].patient.mobile, parsed.rows[0].patient.email) == ("", "")


def test_the_total_is_the_sum_of_its_parts_to_the_cent():
    assert only_row(Montant_total="60,01").total_cents == 6_001
    assert only_row(Montant_total="59,99").total_cents == 5_999
    column, reason = told(Montant_total="60,02")
    assert column == "Montant total"
    assert "somme" in reason
    assert only_row(Montant_total="100,00", Part_AMC="").amc_cents is None


def test_a_patients_share_lies_between_zero_and_the_total():
    assert told(Part_patient="60,02", Part_AMO="")[0] == "Part patient"
    assert "avoir" in told(Part_patient="-1,00")[1]
    assert "avoir" in told(Reste_dû="-1,00")[1]


def test_what_is_left_is_as_stated_or_worked_out():
    assert only_row(Déjà_réglé="5,00").remaining_cents == 1_500
    assert only_row(Reste_dû="15,00").remaining_cents == 1_500
    assert only_row(Déjà_réglé="5,00", Reste_dû="15,00").remaining_cents == 1_500


def test_money_of_the_payers_may_count_among_what_is_paid():
    assert only_row(Déjà_réglé="45,00", Reste_dû="15,00").remaining_cents == 1_500


def test_a_remainder_that_contradicts_the_rest_is_refused():
    assert told(Déjà_réglé="5,00", Reste_dû="20,00")[0] == "Reste dû"
    column, reason = told(Déjà_réglé="25,00")
    assert column == "Déjà réglé"
    assert "reste" in reason


def test_a_missing_share_follows_from_the_others():
    assert only_row(Part_patient="", Reste_dû="12,00").patient_share_cents == 2_000
    without_parts = only_row(
        Part_patient="", Part_AMO="", Part_AMC="", Reste_dû="12,00", Déjà_réglé="3,00"
    )
    assert without_parts.patient_share_cents == 1_500
    assert told(Part_patient="", Reste_dû="")[0] == "Part patient"


def test_the_same_invoice_number_twice_names_both_rows_and_keeps_neither():
    parsed = read(csv_bytes({}, {"N° facture": "F-2"}, {"N° facture": "f-1"}))
    assert [(p.row, p.column) for p in parsed.problems] == [(2, "N° facture"), (4, "N° facture")]
    assert all("lignes 2, 4" in problem.reason for problem in parsed.problems)
    assert [row.invoice_number for row in parsed.rows] == ["F-2"]


def test_one_file_number_stands_for_one_person():
    other_spelling = {"N° facture": "F-2", "Nom": "LACROIX", "Prénom": "Ines"}
    assert read(csv_bytes({}, other_spelling)).problems == ()
    for change in ({"Nom": "Roux"}, {"Date de naissance": "03/07/1949"}):
        parsed = read(csv_bytes({}, {"N° facture": "F-2", **change}))
        assert [(p.row, p.column) for p in parsed.problems] == [
            (2, "N° dossier"),
            (3, "N° dossier"),
        ]
        assert "Roux" not in repr(parsed.problems)
        assert parsed.rows == ()


PARENT = {"Nom débiteur": "Lacroix", "Prénom débiteur": "Jeanne",
          "Date de naissance débiteur": "01/05/1980", "Portable débiteur": "06 39 98 55 55",
          "E-mail débiteur": "jeanne@exemple.fr"}  # fmt: skip


def test_someone_else_may_owe():
    (row,) = read(csv_bytes(PARENT)).rows
    assert row.debtor == PartyRow("Lacroix", "Jeanne", date(1980, 5, 1), "+33639985555", "",
                                  "jeanne@exemple.fr")  # fmt: skip
    assert row.patient.mobile == ""


def test_a_debtor_who_is_the_patient_is_one_person_with_all_contacts():
    itself = PARENT | {"Prénom débiteur": "INES", "Date de naissance débiteur": ""}
    (row,) = read(csv_bytes(itself)).rows
    assert row.debtor is None
    assert (row.patient.mobile, row.patient.email) == ("+33639985555", "jeanne@exemple.fr")


def test_a_debtor_of_the_same_name_born_another_day_is_someone_else():
    (row,) = read(csv_bytes(PARENT | {"Prénom débiteur": "Inès"})).rows
    assert row.debtor is not None


def test_no_debtor_named_means_the_patient_owes():
    (row,) = read(csv_bytes(dict.fromkeys(PARENT, ""))).rows
    assert row.debtor is None


def test_a_debtor_without_a_name_is_refused():
    problem = only_problem(PARENT | {"Prénom débiteur": ""})
    assert (problem.column, "incomplet" in problem.reason) == ("Prénom débiteur", True)


def test_a_debtor_in_one_column_is_told_apart():
    (row,) = read(csv_bytes({"Débiteur": "LACROIX Jeanne"})).rows
    assert row.debtor == PartyRow("LACROIX", "Jeanne", None)


def test_protections_come_from_one_column_or_from_several():
    assert only_row(Régime_de_protection="CSS, ALD").protections == {"CSS", "ALD"}
    assert only_row(ALD="oui", CSS="non", AME="").protections == {"ALD"}
    assert only_row(CSS="C2S").protections == {"CSS"}
    assert only_row(ALD="").protections == frozenset()
    assert told(ALD="peut-être")[0] == "ALD"


def test_wishes_and_disputes_are_read_or_unknown():
    row = only_row(Opposition_messages="x", Litige="oui", Langue="anglais", Canal="courrier")
    assert (row.opt_out, row.disputed, row.language, row.channel) == (True, True, "en", "letter")
    row = only_row(Opposition_messages="", Litige="non")
    assert (row.opt_out, row.disputed, row.language, row.channel) == (False, False, None, None)


def test_the_last_line_of_a_printed_list_is_called_a_total():
    parsed = read(csv_bytes() + b"TOTAL GENERAL;;;;;;60,00;;;\r\n")
    assert [(p.row, "total" in p.reason) for p in parsed.problems] == [(3, True)]


def test_a_title_line_repeated_on_each_printed_page_is_no_invoice():
    titles = csv_bytes().split(b"\r\n")[0] + b"\r\n"
    parsed = read(csv_bytes() + titles + b"\r\n")
    assert (len(parsed.rows), parsed.problems) == (1, ())


def test_the_english_sample():
    parsed = read_sample("unpaid_english.csv")
    assert (parsed.delimiter, parsed.problems) == (",", ())
    assert [(r.total_cents, r.remaining_cents, r.language) for r in parsed.rows] == [
        (123_456, 4_250, "en"),
        (4_200, 3_150, "en"),
    ]


def test_the_sample_with_care_keeps_none_of_it():
    parsed = read_sample("impayes_soins_bom.csv")
    assert (parsed.encoding, parsed.problems) == ("utf-8-sig", ())
    assert parsed.rows[0].debtor is not None
    assert [row.protections for row in parsed.rows] == [frozenset(), {"ALD"}, {"ATMP", "CSS"}]
    for care in ("HBMD", "Consultation", "Fictif", "75000000"):
        assert care not in repr(parsed)
