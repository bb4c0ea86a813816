"""Who noted a call reads what comes next, and never a day that is too early."""

from datetime import date

import pytest

from backoffice.desks.account_page import LadderShown
from backoffice.desks.account_parts import StepShown
from backoffice.desks.call_words import words_after

TODAY = date(2026, 11, 24)
CALL = StepShown("Appel", "asked", TODAY, 0)


def after(*steps: StepShown, stopped: bool = False, kind: str = "ladder_call") -> str:
    return words_after(kind, LadderShown((CALL, *steps), stopped, "", None, False), today=TODAY)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (after(StepShown("Lettre", "next", None, 0)), "« Lettre », pas avant le 1er décembre"),
        (after(StepShown("Lettre", "below", None, 2000)), "pour l’instant, rien"),
        (after(), "C’était la dernière étape"),
        (after(StepShown("Lettre", "next", None, 0), stopped=True), "rien ne part avant"),
        (after(kind="ladder_letter_call"), "la lettre attend de nouveau une décision"),
    ],
)
def test_what_comes_after_a_call_is_told(said: str, told: str):
    assert told in said
