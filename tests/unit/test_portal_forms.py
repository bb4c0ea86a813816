"""A date of birth as it is typed: each wrong part gets a sentence that says how to mend it."""

from datetime import date

import pytest

from portal.forms import read_identity

TODAY = date(2026, 11, 24)


def told(day: str, month: str, year: str) -> dict[str, str]:
    form = {"day": day, "month": month, "year": year}
    read = read_identity(form, asks_more=False, today=TODAY)
    return {field: sentence.text for field, sentence in read.errors.items()}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (("1", "1", "2090"), "year", "pas encore arrivée"),
        (("1", "1", "2027"), "year", "pas encore arrivée"),
        (("25", "12", "2026"), "year", "pas encore arrivée"),
        (("1", "1", "84"), "year", "avec 4 chiffres"),
        (("1", "1", "1899"), "year", "avec 4 chiffres"),
        (("1", "1", "19840"), "year", "avec 4 chiffres"),
        (("3", "27", "1984"), "month", "inversé le jour et le mois"),
        (("31", "2", "1984"), "day", "pas autant de jours"),
    ],
)
def test_what_is_wrong_with_a_date_is_said(
    typed: tuple[str, str, str], field: str, words: str
) -> None:
    [(blamed, sentence)] = told(*typed).items()
    assert blamed == field
    assert words in sentence


def test_a_date_that_can_be_is_read() -> None:
    assert told("2", "7", "1949") == {}
