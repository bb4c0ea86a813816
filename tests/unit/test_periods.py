"""How long something is kept is told as people count: in years and months, not in thousands of days."""

import pytest

from shared.privacy import PERIODS, in_words, span


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (1, "1 jour"),
        (45, "45 jours"),
        (60, "60 jours (2 mois)"),
        (90, "90 jours (3 mois)"),
        (100, "100 jours (environ 3 mois)"),
        (365, "365 jours (1 an)"),
        (500, "500 jours (environ 1 an et 4 mois)"),
        (800, "800 jours (environ 2 ans et 2 mois)"),
        (1095, "1095 jours (3 ans)"),
        (3655, "3655 jours (10 ans)"),
        (4018, "4018 jours (11 ans)"),
    ],
)
def test_a_long_time_is_told_in_years_and_months_too(days: int, told: str) -> None:
    assert span(days) == told


def test_one_thing_is_told_in_the_singular() -> None:
    assert in_words({"codes": 1, "links": 2}) == ["1 code périmé", "2 liens périmés"]


def test_no_kind_is_told_in_the_words_of_the_machine() -> None:
    said = " ".join(f"{p.one} {p.title} {p.about}" for p in PERIODS.values()).casefold()
    for jargon in ("clés", "référence", "signaux", "événement", "hash", "token", "webhook"):
        assert jargon not in said, jargon
