"""The files that practices send: encodings, delimiters, workbooks, and files that mean harm."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from shared.billing import export_reader, workbook_reader
from shared.billing.export_types import UnreadableExportError
from tests.unit.exports import GOOD, csv_bytes, read, read_sample, xlsx_bytes

PLAIN_SHEET = [list(GOOD), list(GOOD.values())]


def refusal(data: bytes, filename: str = "export.csv") -> str:
    with pytest.raises(UnreadableExportError) as raised:
        read(data, filename)
    return str(raised.value)


def packed(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return file.getvalue()


def repacked(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("encoding", "city"),
    [
        ("utf-8", "Œuilly"), ("utf-8-sig", "Œuilly"), ("utf-16", "Œuilly"), ("cp1252", "Œuilly"),
        ("cp1252", "Orléans"), ("iso8859-15", "Œuilly"), ("mac-roman", "Œuilly"),
        ("mac-roman", "Orléans"), ("iso8859-15", "prix 12 €"), ("cp1252", "prix 12 €"),
    ],
)  # fmt: skip
def test_the_encoding_is_told_by_the_bytes(encoding, city):
    parsed = read(csv_bytes({"Ville": city}, encoding=encoding))
    assert parsed.encoding == encoding
    assert parsed.rows[0].patient.city == city
    assert parsed.rows[0].patient.given_name == "Inès"


def test_bytes_that_tell_nothing_are_read_as_windows_does():
    assert read(csv_bytes(encoding="iso8859-15")).encoding == "cp1252"
    assert read(csv_bytes(encoding="iso8859-15")).rows == read(csv_bytes()).rows


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_told_by_the_titles(delimiter):
    rows = [{"Montant total": "60.00", "Part AMO": "30.00", "Part AMC": "10.00",
             "Part patient": "20.00"}]  # fmt: skip
    parsed = read(csv_bytes(*rows, delimiter=delimiter))
    assert (parsed.delimiter, parsed.rows[0].total_cents) == (delimiter, 6_000)


def test_decimal_commas_do_not_pass_for_delimiters():
    assert read(csv_bytes()).delimiter == ";"


def test_a_spreadsheets_sep_line_is_obeyed_and_not_counted():
    parsed = read(b"sep=|\r\n" + csv_bytes({"Portable": "faux"}, delimiter="|"))
    assert (parsed.delimiter, parsed.problems[0].row) == ("|", 2)


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_breaks():
    data = csv_bytes(
        {"Adresse": '"3; rue ""Neuve""\r\nbât. B"'}, {"N° facture": "F-2", "Portable": "?"}
    )
    parsed = read(data)
    assert parsed.rows[0].patient.address1 == '3; rue "Neuve" bât. B'
    assert parsed.problems[0].row == 3


@pytest.mark.parametrize("name", ['"Lacroix', 'La "croix"', '"Lacroix"x'])
def test_a_torn_quotation_never_swallows_rows(name):
    data = csv_bytes({"Nom": name}, {"N° facture": "F-2", "N° dossier": "D-2", "Nom": '"Roux'})
    assert "guillemet" in refusal(data)


def test_a_row_with_more_cells_than_titles_is_named():
    data = csv_bytes() + csv_bytes({"N° facture": "F-2"}).split(b"\r\n")[1] + b";encore\r\n"
    parsed = read(data)
    assert [(p.row, "plus de cellules" in p.reason) for p in parsed.problems] == [(3, True)]
    assert len(parsed.rows) == 1


@pytest.mark.parametrize(
    ("data", "filename", "told"),
    [
        (b"", "a.csv", "vide"),
        (b"\r\n \r\n", "a.csv", "vide"),
        (csv_bytes(), "a.ods", ".csv ou .xlsx"),
        (csv_bytes(), "export", ".csv ou .xlsx"),
        (csv_bytes(), "a.xlsx", "ne correspond pas"),
        (xlsx_bytes(PLAIN_SHEET), "a.csv", "ne correspond pas"),
        (b"%PDF-1.7", "a.csv", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.xlsx", "mot de passe"),
        (b"<html><table></table>", "a.csv", "page web"),
        (csv_bytes().replace(b"Lacroix", b"La\x00croix"), "a.csv", "nuls"),
        (b"\xef\xbb\xbf" + csv_bytes(encoding="cp1252"), "a.csv", "UTF-8"),
        (csv_bytes() * 3 + csv_bytes(encoding="cp1252"), "a.csv", "mélange"),
        (csv_bytes().decode().encode().decode("cp1252").encode(), "a.csv", "abîmés"),
        (csv_bytes().split(b"\r\n")[0], "a.csv", "aucune ligne de facture"),
        (packed(word__document="<x/>"), "a.xlsx", "n’est pas un classeur"),
        (packed(xl__workbook="<x/>"), "a.xlsx", "abîmé"),
        (xlsx_bytes(PLAIN_SHEET)[:-400], "a.xlsx", "abîmé"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(data, filename, told):
    assert told in refusal(data, filename)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(export_reader, "MAX_BYTES", 100)
    assert "dépasse" in refusal(csv_bytes())


def test_a_file_with_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(export_reader, "MAX_ROWS", 2)
    assert "lignes" in refusal(csv_bytes({}, {"N° facture": "F-2"}))


def test_a_workbook_that_unpacks_too_large_is_refused_before_it_is_unpacked():
    bomb = packed(xl__workbook="<x/>", xl__worksheets__sheet1=" " * (201 * 1_000_000))
    assert len(bomb) < 1_000_000
    assert "décompressé" in refusal(bomb, "a.xlsx")


def test_a_small_workbook_that_unpacks_to_millions_of_texts_is_refused_at_once():
    texts = "<sst xmlns='x'>" + "<si/>" * 8_000_000 + "</sst>"
    said = refusal(packed(xl__workbook="<w/>", xl__sharedStrings=texts), "export.xlsx")
    assert "comprimé plus fort" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_more_texts_than_a_list_has_is_refused(monkeypatch, encoding):
    monkeypatch.setattr(workbook_reader, "MAX_SHARED_STRINGS", 1000)
    texts = f"<?xml version='1.0' encoding='{encoding}'?><sst>{'<x:si/>' * 1001}</sst>"
    file = io.BytesIO(packed(xl__workbook="<w/>"))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/texts.bin", texts.encode(encoding))
    assert "plus de 1000 textes" in refusal(file.getvalue(), "export.xlsx")


def test_a_workbook_with_entities_is_refused():
    data = repacked(
        xlsx_bytes(PLAIN_SHEET), "xl/worksheets/sheet1.xml", b"<worksheet",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet',
    )  # fmt: skip
    assert "abîmé" in refusal(data, "a.xlsx")


def test_a_workbook_that_numbers_its_rows_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(workbook_reader, "LAST_SHEET_ROW", 1_000)
    data = repacked(
        xlsx_bytes(PLAIN_SHEET),
        "xl/worksheets/sheet1.xml",
        b'<row r="2">',
        b'<row r="99999999999">',
    )
    assert "abîmé" in refusal(data, "a.xlsx")


def test_a_workbook_cannot_hide_rows_by_stating_a_smaller_size():
    data = repacked(
        xlsx_bytes(PLAIN_SHEET), "xl/worksheets/sheet1.xml", b'ref="A1:J2"', b'ref="A1:J1"'
    )
    assert len(read(data, "a.xlsx").rows) == 1


def test_a_workbook_with_two_lists_is_refused_and_other_sheets_are_passed_over():
    assert "Plusieurs feuilles" in refusal(xlsx_bytes(PLAIN_SHEET, PLAIN_SHEET), "a.xlsx")
    assert len(read(xlsx_bytes([["Notes"]], PLAIN_SHEET), "a.xlsx").rows) == 1


def test_a_workbook_with_too_many_columns_is_refused():
    assert "colonnes" in refusal(xlsx_bytes([["x"] * 301, *PLAIN_SHEET]), "a.xlsx")


def test_a_csv_with_too_many_columns_is_refused_unless_they_are_empty():
    assert "colonnes" in refusal(csv_bytes({"Ville": ";" * 300 + "x"}))
    assert len(read(csv_bytes({"Ville": ";" * 300})).rows) == 1


def test_a_cell_as_long_as_a_book_is_refused_at_once():
    long = "T" * 100_000
    parsed = read(
        csv_bytes({"Date facture": long, "Montant total": " " * 50 + "1" * 100_000, "Nom": long})
    )
    assert {p.column for p in parsed.problems} == {"Date facture", "Montant total", "Nom"}


def test_a_workbook_counting_from_1904_is_refused():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    file = io.BytesIO()
    book.save(file)
    assert "1904" in refusal(file.getvalue(), "a.xlsx")


def test_a_formula_without_a_value_is_named_by_its_row():
    cells = list(GOOD.values())
    cells[-1] = "=10+10"
    assert "Ligne 2" in refusal(xlsx_bytes([list(GOOD), cells]), "a.xlsx")


@pytest.mark.parametrize(
    ("encoding", "tag"), [("utf-16", "<f>"), ("utf-8", "<f\n>"), ("utf-8", "<f\tt='normal'>")]
)
def test_a_formula_without_a_value_is_seen_however_the_sheet_is_written(encoding, tag):
    cells = list(GOOD.values())
    cells[-1] = "=10+10"
    data = xlsx_bytes([list(GOOD), cells])
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(part)
    body = sheet.decode().partition("?>")[2] if sheet.startswith(b"<?xml") else sheet.decode()
    assert "<f>" in body
    told = f"<?xml version='1.0' encoding='{encoding}'?>" + body.replace("<f>", tag)
    assert "Ligne 2" in refusal(repacked(data, part, sheet, told.encode(encoding)), "a.xlsx")


def test_a_formula_gives_the_value_last_worked_out():
    cells = list(GOOD.values())
    cells[-1] = "=10+10"
    data = repacked(
        xlsx_bytes([list(GOOD), cells]), "xl/worksheets/sheet1.xml", b"<v />", b"<v>20</v>"
    )
    assert read(data, "a.xlsx").rows[0].patient_share_cents == 2_000


def test_a_spreadsheets_error_is_named_not_read():
    cells = list(GOOD.values())
    cells[1] = "#REF!"
    (problem,) = read(xlsx_bytes([list(GOOD), cells]), "a.xlsx").problems
    assert (problem.row, problem.column, "erreur de tableur" in problem.reason) == (2, "Nom", True)


def test_the_sample_workbook_reads_to_the_cent():
    parsed = read_sample("impayes.xlsx")
    assert (parsed.encoding, parsed.delimiter, parsed.problems) == ("xlsx", "", ())
    first, second = parsed.rows
    assert (first.row, first.external_ref, first.invoice_number) == (4, "501", "20260901")
    assert (first.total_cents, first.amo_cents, first.amc_cents) == (6_030, 4_010, 30)
    assert (second.issued_on, second.remaining_cents) == (date(2026, 9, 2), 1_950)
    assert second.patient.postcode == "06400"


def test_the_samples_in_two_encodings_say_the_same():
    windows, latin9 = read_sample("impayes_windows.csv"), read_sample("impayes_latin9.txt")
    assert (windows.encoding, windows.delimiter) == ("cp1252", ";")
    assert (latin9.encoding, latin9.delimiter) == ("iso8859-15", "\t")
    assert windows.rows == latin9.rows
    assert windows.rows[0].patient.surname == "LEBŒUF"
    assert windows.rows[0].total_cents == 123_456
