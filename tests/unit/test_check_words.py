"""Work of no account is said to staff in words of its own, whatever it is."""

import pytest

from backoffice.desks.check_words import DIFFERENCES
from shared.reconciliation import difference

KINDS = sorted(
    value for name, value in vars(difference).items() if name.isupper() and isinstance(value, str)
)


def test_there_are_differences_to_speak_of() -> None:
    assert len(KINDS) >= 13


@pytest.mark.parametrize("kind", KINDS)
def test_each_difference_says_what_happened_and_what_to_do(kind: str) -> None:
    happened, todo = DIFFERENCES[kind]
    said = happened.format(cents="12,00 €", here="10,00 €")
    assert "{" not in said + todo
    assert todo[0].isupper()


def test_no_words_are_kept_for_what_there_is_not() -> None:
    assert set(DIFFERENCES) == set(KINDS)
