"""Dates as practices' software writes them."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.row_reader import Windows
from shared.billing.rules import CellError, Window, date_of
from tests.unit.exports import GOOD, TODAY, only_problem, only_row, read, xlsx_bytes

BIRTHS = Window(date(1906, 11, 22), TODAY, "Trop tard.")
FROM_A_SPREADSHEET = datetime.fromisoformat("1958-03-04T12:00")
DAYS = st.dates(BIRTHS.earliest, BIRTHS.latest)


@pytest.mark.parametrize(
    "written",
    [
        "04/03/1958", "4/3/1958", "04-03-1958", "04.03.1958", "1958-03-04", "1958/03/04",
        "19580304", "04/03/58", "04/03/1958 00:00", "1958-03-04T00:00:00",
        " 04/03/1958\u00a0",
        "21248", 19_580_304, 21_248, 21_248.0, 21_248.75, date(1958, 3, 4), FROM_A_SPREADSHEET,
    ],
)  # fmt: skip
def test_a_day_reads_as_it_is_meant(written):
    assert date_of(written, BIRTHS) == date(1958, 3, 4)


@pytest.mark.parametrize("written", ["31/02/1980", "03/14/1980", "1980-13-01", "00/01/1980"])
def test_a_day_that_does_not_exist_is_refused(written):
    with pytest.raises(CellError, match="n’existe pas"):
        date_of(written, BIRTHS)


@pytest.mark.parametrize(
    "written",
    ["", "hier", "1958", 1958, "04/03-1958", "4 mars 1958", "040358", "٠٤/٠٣/١٩٥٨", True, 1.5,
     float("nan"), float("inf"), -1, "99999999999"],
)  # fmt: skip
def test_what_is_no_day_is_refused(written):
    with pytest.raises(CellError):
        date_of(written, BIRTHS)


def test_a_short_year_is_read_only_where_one_century_fits():
    assert date_of("04/03/27", BIRTHS) == date(1927, 3, 4)
    assert date_of("04/03/05", BIRTHS) == date(2005, 3, 4)
    with pytest.raises(CellError, match="siècle"):
        date_of("04/03/20", BIRTHS)
    with pytest.raises(CellError, match="siècle"):
        date_of("31/02/80", BIRTHS)


def test_a_short_year_in_an_invoice_date_is_this_century():
    assert only_row(Date_facture="01/09/26").issued_on == date(2026, 9, 1)


def test_a_birth_in_the_future_is_refused_with_its_row_and_column():
    problem = only_problem({"Date de naissance": "23/11/2026"})
    assert (problem.row, problem.column) == (2, "Date de naissance")
    assert "futur" in problem.reason


def test_a_birth_more_than_120_years_ago_is_refused():
    assert "ancienne" in only_problem({"Date de naissance": "01/01/1900"}).reason


def test_an_invoice_from_the_future_is_refused():
    assert "futur" in only_problem({"Date facture": "23/11/2026"}).reason


def test_an_invoice_is_not_due_before_it_is_issued():
    problem = only_problem({"Échéance": "31/08/2026"})
    assert problem.column == "Échéance"
    assert "précède" in problem.reason


def test_a_missing_due_date_is_left_to_the_practices_rules():
    assert only_row(Échéance="").due_on is None
    assert only_row(Échéance="01/10/2026").due_on == date(2026, 10, 1)


def test_a_workbook_keeps_its_dates():
    cells = list(GOOD.values())
    cells[3], cells[5] = date(1949, 7, 2), 46_266
    (row,) = read(xlsx_bytes([list(GOOD), cells]), "export.xlsx").rows
    assert (row.patient.birth_date, row.issued_on) == (date(1949, 7, 2), date(2026, 9, 1))


def test_leap_day_is_no_trouble_for_the_windows():
    assert Windows.on(date(2028, 2, 29)).birth.earliest == date(1908, 2, 28)


@given(DAYS, st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d"]))
def test_a_day_comes_back_in_every_accepted_notation(day, notation):
    assert date_of(day.strftime(notation), BIRTHS) == day


@given(DAYS)
def test_a_serial_number_comes_back_as_its_day(day):
    serial = (day - date(1899, 12, 30)).days
    if serial >= 10_000:
        assert date_of(serial, BIRTHS) == date_of(str(serial), BIRTHS) == day


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats()))
def test_any_cell_is_a_day_or_is_refused(cell):
    with suppress(CellError):
        assert BIRTHS.earliest <= date_of(cell, BIRTHS) <= BIRTHS.latest
