"""Cells that Ardoise writes into CSV files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.cell_words import text_of
from shared.billing.csv_cells import safe_cell


@pytest.mark.parametrize(
    "value",
    ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"],
)
def test_what_could_become_a_formula_is_quoted(value):
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "Lacroix", "D-1", "12,50", "'=1", " =1"])
def test_plain_text_is_left_alone(value):
    assert safe_cell(value) == value


@given(st.text())
def test_no_cell_begins_as_a_formula_and_nothing_is_lost(value):
    written = safe_cell(value)
    assert written[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}
    assert written.removeprefix("'") == value.removeprefix("'")


def test_our_own_quoting_is_taken_off_on_the_way_in():
    assert text_of(safe_cell("+33639981234")) == "+33639981234"
