"""Names, references, contacts and the small words of an export."""

import pytest

from shared.billing.cell_words import (
    channel_of,
    flag_of,
    language_of,
    name_of,
    postcode_of,
    protections_of,
    reference_of,
    split_name,
    text_of,
)
from shared.billing.contact_cells import Phone, email_of, phone_of
from shared.billing.rules import CellError


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  DE  LA TOUR ", "DE LA TOUR"),
        ("Mme Lebœuf", "Lebœuf"),
        ("Ine\u0300s", "Inès"),
        ("O'Neill", "O'Neill"),
        ("Martin\u00a0-\u00a0Roux", "Martin - Roux"),
        ("M", "M"),
    ],
)
def test_names_are_cleaned_and_kept(written, name):
    assert name_of(written) == name


@pytest.mark.parametrize("written", ["", "12/03/1980", "???", "#N/A", "a\x01b", "a" * 121])
def test_what_is_no_name_is_refused(written):
    with pytest.raises(CellError):
        name_of(written)


@pytest.mark.parametrize(
    ("written", "pair"),
    [
        ("DUPONT Marie", ("DUPONT", "Marie")),
        ("Marie DUPONT", ("DUPONT", "Marie")),
        ("Mme DE LA TOUR Anne Lise", ("DE LA TOUR", "Anne Lise")),
        ("Dupont, Marie", ("Dupont", "Marie")),
    ],
)
def test_a_name_in_one_column_is_told_apart(written, pair):
    assert split_name(written) == pair


@pytest.mark.parametrize(
    "written", ["Dupont Marie", "DUPONT MARIE", "Dupont", "DUPONT Marie LE", ","]
)
def test_a_name_in_one_column_is_not_guessed(written):
    with pytest.raises(CellError):
        split_name(written)


@pytest.mark.parametrize(
    ("written", "reference"), [("000123", "000123"), (123.0, "123"), (20260901, "20260901"),
                               ("'000123", "000123"), (" F 12 ", "F 12")]
)  # fmt: skip
def test_references_stay_as_the_software_wrote_them(written, reference):
    assert reference_of(written, 40) == reference


@pytest.mark.parametrize("written", ["1,23E+11", "1.2e5", 12.5, True, "x" * 41])
def test_references_that_a_spreadsheet_changed_are_refused(written):
    with pytest.raises(CellError):
        reference_of(written, 40)


@pytest.mark.parametrize(
    ("written", "e164", "mobile"),
    [
        ("06 39 98 12 34", "+33639981234", True),
        ("06.39.98.12.34", "+33639981234", True),
        ("+33 (0)6 39 98 12 34", "+33639981234", True),
        ("0033639981234", "+33639981234", True),
        (639981234, "+33639981234", True),
        ("07 69 12 34 56", "+33769123456", True),
        ("01 99 00 12 34", "+33199001234", False),
        ("05 36 49 12 34", "+33536491234", False),
        ("09 12 34 56 78", "+33912345678", False),
        ("0690 12 34 56", "+590690123456", True),
        ("+32 475 12 34 56", "+32475123456", True),
    ],
)
def test_telephones_are_written_in_one_way_and_landlines_told_apart(written, e164, mobile):
    assert phone_of(written) == Phone(e164, mobile)


@pytest.mark.parametrize(
    "written",
    ["", "12", "06 39 98 12", "06 39 98 12 34 / 01 99 00 12 34", "06 39 98 12 34 mère", "++"],
)
def test_what_is_not_one_telephone_is_refused(written):
    with pytest.raises(CellError, match="un seul numéro"):
        phone_of(written)


def test_e_mail_addresses_are_kept_with_their_domain_in_lower_case():
    assert email_of(" Ines.Lacroix+soin@Exemple.FR ") == "Ines.Lacroix+soin@exemple.fr"


@pytest.mark.parametrize(
    "written",
    ["ines", "ines@exemple", "a@b.fr, c@d.fr", "a b@c.fr", ".a@b.fr", "a..b@c.fr", "a@-b.fr",
     "é@b.fr", "a@b.fr\nBcc: c@d.fr", "x" * 65 + "@b.fr", "a@" + "b." * 126 + "fr",
     "=?utf-8?q?a=0D=0ABcc=3Az?=@x.fr", "a=?@x.fr", "a\x00b@x.fr", "a\x1bb@x.fr"],
)  # fmt: skip
def test_what_is_not_one_e_mail_address_is_refused(written):
    with pytest.raises(CellError):
        email_of(written)


def test_french_postcodes_have_five_digits_and_get_their_zero_back():
    assert postcode_of("75 011", "") == "75011"
    assert postcode_of(6400, "") == "06400"
    assert postcode_of("F-06400", "") == "06400"
    assert postcode_of("SW1A 1AA", "Royaume-Uni") == "SW1A 1AA"
    for wrong in ("123", "ABCDE", "750111"):
        with pytest.raises(CellError, match="cinq chiffres"):
            postcode_of(wrong, "")


def test_protections_are_read_in_all_their_spellings():
    assert protections_of("CSS") == protections_of("C2S") == protections_of("CMU-C") == {"CSS"}
    assert protections_of("AT/MP") == protections_of("accident du travail") == {"ATMP"}
    assert protections_of("ald, css") == {"ALD", "CSS"}
    assert protections_of("RG") == protections_of("non") == protections_of("aucune") == frozenset()


def test_an_unknown_protection_is_never_taken_for_none():
    with pytest.raises(CellError, match="Protection inconnue"):
        protections_of("CSSS")


def test_yes_and_no_are_read_and_nothing_else():
    assert all(flag_of(yes) for yes in ("oui", "O", "YES", "1", "x", "Vrai", 1, True))
    assert not any(flag_of(no) for no in ("non", "N", "0", "faux", 0, False))
    with pytest.raises(CellError, match="oui ou non"):
        flag_of("peut-être")


def test_channels_and_languages():
    assert [channel_of(c) for c in ("SMS", "E-mail", "courrier")] == ["sms", "email", "letter"]
    assert [language_of(c) for c in ("FR", "Français", "english")] == ["fr", "fr", "en"]
    for parse in (channel_of, language_of):
        with pytest.raises(CellError):
            parse("pigeon")


def test_invisible_characters_and_line_breaks_leave_the_text():
    assert text_of("3,\u200b rue\r\ndes  Tilleuls") == "3, rue des Tilleuls"
