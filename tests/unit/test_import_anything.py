"""Whatever the file holds, the reader answers with rows, problems, or one sentence."""

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.billing.export_types import UnreadableExportError
from tests.counts import sample
from tests.unit.exports import GOOD, csv_bytes, read, xlsx_bytes

TITLES = [*GOOD, "Échéance", "Reste dû", "Portable", "E-mail", "Code postal", "Pays", "Débiteur",
          "Régime de protection", "Canal", "Langue", "Litige", "ALD", "Acte"]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=30), st.sampled_from(sorted(GOOD.values())))
SHEET_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30).filter(
        lambda text: not text.startswith("=")
    ),
    st.sampled_from(sorted(GOOD.values())),
)
GOOD_FILES = {
    "export.csv": csv_bytes(),
    "export.xlsx": xlsx_bytes([list(GOOD), list(GOOD.values())]),
}
FILES = st.sampled_from(["export.csv", "export.xlsx", "export.txt"])


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""').replace("\x00", "") + '"'


@given(
    st.lists(st.lists(TEXTS, min_size=len(TITLES), max_size=len(TITLES)), min_size=1, max_size=4)
)
def test_any_cells_of_a_csv_become_rows_or_problems(rows):
    lines = [TITLES, *([quoted(cell) for cell in row] for row in rows)]
    data = "\n".join(";".join(line) for line in lines).encode(errors="replace")
    with suppress(UnreadableExportError):
        parsed = read(data, keep_care=True)
        filled = {n for n, row in enumerate(rows, 2) if any(cell.strip() for cell in row)}
        told = {r.row for r in parsed.rows} | {p.row for p in parsed.problems}
        assert told == {n for n in filled if rows[n - 2] != TITLES}


@given(st.lists(st.lists(SHEET_CELLS, max_size=len(TITLES)), min_size=1, max_size=3))
@settings(max_examples=sample(40, 2_000))
def test_any_cells_of_a_workbook_become_rows_or_problems(rows):
    with suppress(UnreadableExportError):
        parsed = read(xlsx_bytes([TITLES, *rows]), "export.xlsx", keep_care=True)
        assert len(parsed.rows) + len(parsed.problems) > 0


@given(st.binary(max_size=300), FILES)
def test_any_bytes_are_read_or_refused_in_a_sentence(data, filename):
    with suppress(UnreadableExportError):
        read(data, filename)


@pytest.mark.parametrize("filename", GOOD_FILES)
@given(data=st.data())
@settings(max_examples=sample(40, 5_000))
def test_a_damaged_file_is_read_or_refused_in_a_sentence(filename, data):
    good = GOOD_FILES[filename]
    file = io.BytesIO(good)
    for _ in range(data.draw(st.integers(1, 4))):
        file.seek(data.draw(st.integers(0, len(good) - 1)))
        file.write(data.draw(st.binary(min_size=1, max_size=6)))
    with suppress(UnreadableExportError):
        read(file.getvalue(), filename)
