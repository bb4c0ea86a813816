"""Which column of an export means what."""

from pathlib import Path

import pytest

from shared.billing import columns
from shared.billing.column_match import plan_columns
from shared.billing.export_rows import read_export
from shared.billing.export_types import UnreadableExportError
from tests.unit.exports import GOOD, TODAY, csv_bytes, read


def read_mapped(data: bytes, **mapping: str):
    return read_export(data, filename="export.csv", mapping=mapping, today=TODAY)


def with_title(old: str, new: str) -> bytes:
    return csv_bytes().decode().replace(old, new, 1).encode()


def field_of(title: str) -> str | None:
    used = read(csv_bytes({title: ""})).columns.used
    return next((field for field, found in used.items() if found == title), None)


@pytest.mark.parametrize(
    ("titles", "field"),
    [
        (["N° dossier", "no dossier", "NUM_DOSSIER", "Numéro de dossier", "ID Patient", "IdPatient",
          "Code patient", "Patient ID"], "external_ref"),
        (["N° facture", "Nº de facture", "num. facture", "FACTURE", "NumeroFacture",
          "Invoice number", "Invoice No."], "invoice_number"),
        (["Date de naissance", "DATE NAISSANCE", "Né(e) le", "DDN", "DateNaissance", "Date of birth",
          "date_de_naissance (JJ/MM/AAAA)"], "birth_date"),
        (["Montant total", "TOTAL TTC (€)", "Total amount", "montant_facture"], "total"),
        (["Part patient", "R.A.C.", "Reste à charge", "Patient share"], "patient_share"),
        (["Date facture", "Date d’émission", "Invoice date", "Date"], "issued_on"),
    ],
)  # fmt: skip
def test_a_required_column_is_known_in_many_spellings(titles, field):
    plain = next(title for title in GOOD if columns.fields_by_key()[
        columns.key_of(columns.words_of(title))] == field)  # fmt: skip
    for title in titles:
        used = read(with_title(plain, title)).columns.used
        assert used[field] == title


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Échéance", "due_on"), ("Due date", "due_on"), ("Reste dû", "remaining"),
        ("RESTE DU", "remaining"), ("Montant dû", "remaining"), ("Solde", "remaining"),
        ("Déjà réglé", "already_paid"), ("Portable", "phone"), ("Téléphone", "phone"),
        ("Mobile phone", "phone"), ("Tél. fixe", "other_phone"), ("E-mail", "email"),
        ("Courriel du patient", "email"), ("Adresse 2", "address2"), ("CP", "postcode"),
        ("Commune", "city"), ("ALD", "ald"), ("AT/MP", "atmp"), ("Régime de protection", "protection"),
        ("Nom du débiteur", "debtor_surname"), ("Prénom payeur", "debtor_given_name"),
        ("Téléphone responsable", "debtor_phone"), ("Débiteur", "debtor_full_name"),
        ("E-mail du payeur", "debtor_email"), ("Date de naissance débiteur", "debtor_birth_date"),
        ("Opposition aux messages", "opt_out"), ("Langue", "language"), ("Litige", "dispute"),
        ("Canal préféré", "channel"),
    ],
)  # fmt: skip
def test_an_optional_column_is_known(title, field):
    assert field_of(title) == field


def test_no_title_means_two_things():
    fields = [
        (columns.key_of(columns.words_of(title)), field)
        for field, titles in columns.SYNONYMS.items()
        for title in titles
    ]
    keys = dict(fields)
    assert all(keys[key] == field for key, field in fields)
    assert not set(keys) & (columns.unused_keys() | set(columns.weak_fields_by_key()))


def test_every_field_has_a_french_name():
    assert all(columns.label_of(field) for field in columns.FIELDS)


def test_what_is_understood_but_not_kept_is_told_apart_from_what_is_unknown():
    report = read(csv_bytes({"Mode de règlement": "", "Code rejet": "", "Mascotte": ""})).columns
    assert report.unused == ("Mode de règlement", "Code rejet")
    assert report.unknown == ("Mascotte",)


CARE = ["Acte", "Cotation NGAP", "Code CCAM", "Prescripteur", "Motif", "Date des soins",
        "Diagnostic", "Libellé de l’acte", "Nom du médecin", "Spécialité"]  # fmt: skip


def test_care_columns_are_named_and_their_cells_dropped():
    data = csv_bytes(dict.fromkeys(CARE, "CANARI-SOIN") | {"NIR": "CANARI-NIR"})
    parsed = read(data)
    assert parsed.columns.care_columns == (*CARE, "NIR")
    assert parsed.rows[0].care == {}
    assert "CANARI" not in repr(parsed)


def test_a_practice_that_keeps_lines_gets_care_cells_but_never_the_national_number():
    data = csv_bytes(dict.fromkeys(CARE, "CANARI-SOIN") | {"N° sécurité sociale": "CANARI-NIR"})
    parsed = read(data, keep_care=True)
    assert parsed.rows[0].care == dict.fromkeys(CARE, "CANARI-SOIN")
    assert "CANARI-NIR" not in repr(parsed)
    assert "N° sécurité sociale" in parsed.columns.care_columns


def test_missing_columns_are_named_in_one_sentence_with_the_titles_found():
    data = "Nom;Prénom;N° facture;Couleur\nLacroix;Inès;F-1;bleu\n".encode()
    with pytest.raises(UnreadableExportError) as raised:
        read(data)
    told = str(raised.value)
    for name in ("n° de dossier", "date de naissance", "date de facture", "montant total",
                 "part patient", "Nom, Prénom, N° facture, Couleur"):  # fmt: skip
        assert name in told
    assert "Lacroix" not in told


def test_a_file_without_titles_is_refused_without_quoting_a_patient():
    with pytest.raises(UnreadableExportError, match="ligne de titres") as raised:
        read(csv_bytes().split(b"\r\n", 1)[1])
    assert "Lacroix" not in str(raised.value)


def test_two_columns_of_one_meaning_are_named():
    with pytest.raises(
        UnreadableExportError, match=r"même sens.*Solde, Reste à payer, champ remaining"
    ):
        read(csv_bytes({"Solde": "20,00", "Reste à payer": "20,00"}))


def test_the_mapping_decides_between_two_columns():
    data = csv_bytes({"Solde": "5,00", "Reste à payer": "20,00"})
    parsed = read_mapped(data, remaining="reste a payer")
    assert parsed.rows[0].remaining_cents == 2_000
    assert parsed.columns.unknown == ("Solde",)


def test_the_mapping_gives_sense_to_unknown_titles():
    parsed = read_mapped(with_title("N° facture", "Colonne 5"), invoice_number="Colonne 5")
    assert parsed.rows[0].invoice_number == "F-1"


def test_the_mapping_can_leave_a_field_out():
    parsed = read_mapped(csv_bytes({"Portable": "inconnu"}), phone="")
    assert (parsed.problems, parsed.columns.unknown) == ((), ("Portable",))


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"colour": "Nom"}, "champ inconnu"),
        ({"phone": "Portable"}, "n’est pas dans le fichier"),
        ({"phone": "Nom", "email": "Nom"}, "deux sens"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping, told):
    with pytest.raises(UnreadableExportError, match=told):
        read_mapped(csv_bytes(), **mapping)


def test_titles_may_stand_below_a_heading():
    data = b"Liste du 22/11/2026\r\n\r\n" + csv_bytes({"Portable": "faux"})
    parsed = read(data)
    assert parsed.columns.header_row == 3
    assert [problem.row for problem in parsed.problems] == [4]
    assert parsed.rows[0].row == 4


def test_a_telephone_beside_a_mobile_is_the_second_number():
    used = read(csv_bytes({"Téléphone": "", "Portable": ""})).columns.used
    assert (used["phone"], used["other_phone"]) == ("Portable", "Téléphone")


def documented() -> dict[str, tuple[str, list[str]]]:
    """The fields that docs/import.md lists, each with whether it is needed and its titles."""
    text = (Path(__file__).parents[2] / "docs" / "import.md").read_text("utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    return {
        field.strip(" `"): (needed.strip(), [title.strip() for title in titles.split(",")])
        for _, field, needed, titles, *_ in rows
    }


def test_the_manual_lists_every_field_with_titles_that_are_understood() -> None:
    listed = documented()
    assert set(listed) == set(columns.SYNONYMS)
    assert {f for f, (needed, _) in listed.items() if needed} == {
        field for fields in columns.REQUIRED for field in fields
    }
    for field, (_, titles) in listed.items():
        for title in titles:
            assert columns.fields_by_key()[columns.key_of(columns.words_of(title))] == field, title


def test_missing_columns_are_told_with_the_option_that_names_them() -> None:
    with pytest.raises(UnreadableExportError, match=r"--mapping birth_date=TITRE .*: birth_date"):
        plan_columns(
            ["Dossier", "Nom", "Prénom", "Facture", "Date facture", "Total", "Reste dû"], 1, {}
        )
