"""Whatever a bank answers, the patient reads why, that nothing was taken, and what to do now."""

import pytest

from portal.pages.declines import LEFT_OPEN, SENTENCES, sentence_of
from sandbox import debits
from sandbox.cards import (
    AUTHENTICATION_FAILED,
    AUTHENTICATION_REQUIRED,
    CARDS,
    EXPIRED,
    Refusal,
)
from tests.unit.portal_samples import TRANSLATOR

REFUSALS: list[Refusal] = [
    *(card.refusal for card in CARDS.values() if card.refusal is not None),
    AUTHENTICATION_FAILED,
    AUTHENTICATION_REQUIRED,
    EXPIRED,
    debits.NO_MONEY,
]
SUSPECTED = ("lost_card", "stolen_card", "fraudulent", "pickup_card", "security_violation")
TO_DO = ("Essayez", "essayez", "Vous pouvez")


def test_every_refusal_that_the_sandbox_knows_has_a_sentence() -> None:
    told = {refusal.decline_code or refusal.code for refusal in REFUSALS}
    assert len(told) >= 8
    assert told <= set(SENTENCES)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_each_code_is_told_kindly_with_what_to_do_in_both_languages(code: str) -> None:
    french = sentence_of(code)
    english = TRANSLATOR.gettext("en", french)
    assert "ien n’a été pris" in french
    assert "othing was taken" in english
    assert english != french
    if code != LEFT_OPEN:
        assert any(word in french for word in TO_DO)
        assert "try" in english.lower() or "You can" in english
    assert code not in french + english


@pytest.mark.parametrize("code", [None, "", "a_code_of_next_year", *SUSPECTED])
def test_unknown_codes_and_suspicions_are_a_refusal_without_a_reason(code: str | None) -> None:
    assert sentence_of(code) == sentence_of("generic_decline")
    assert "sans dire pourquoi" in sentence_of(code)
