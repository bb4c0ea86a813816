"""Giving up a debt: never more than is left, never below zero, and dates of an agreement shrink rightly."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.desks.decision_words import FORGIVE_REASONS, STARTS, schedule_words
from shared.aid.rules import check_grant
from shared.base.errors import NotAllowedError
from shared.delivery import Profile, lint_text
from shared.forgiving import NATURES, WAIVED, WRITTEN_OFF, oldest_first, shares_fit, shortened
from shared.ledger import GIVEN_UP, PATIENTS, forgiven_lines
from shared.plans import Part, PlanRules, broken_rules, inside_rules
from shared.plans.rules import paid_of_each

TODAY = date(2026, 11, 24)
ACCOUNT = UUID(int=1)
SUMS = st.lists(st.integers(min_value=1, max_value=10**6), min_size=1, max_size=8)


@given(SUMS, st.integers(min_value=0, max_value=10**7))
def test_oldest_first_gives_up_what_was_asked_and_no_cent_more_than_is_left(
    sums: list[int], cents: int
) -> None:
    left = {uuid4(): one for one in sums}
    shares = oldest_first(cents, left)
    assert sum(shares.values()) == min(cents, sum(sums))
    assert all(0 < part <= left[invoice] for invoice, part in shares.items())
    full = [shares.get(invoice) == whole for invoice, whole in left.items()]
    assert full == sorted(full, reverse=True), "none is touched before those due earlier are gone"
    assert shares_fit(shares, cents, left) == (0 < cents <= sum(sums))


@given(SUMS, st.data())
def test_the_journal_gives_up_on_each_invoice_what_was_asked(sums: list[int], data: st.DataObject):
    shares = {uuid4(): one for one in sums}
    nature = data.draw(st.sampled_from(sorted(GIVEN_UP)))
    lines = forgiven_lines(nature, ACCOUNT, shares)
    assert sum(line.amount_cents for line in lines) == 0
    assert {
        li.invoice_id: -li.amount_cents for li in lines if li.ledger_account == PATIENTS
    } == shares


@given(SUMS, st.data())
def test_what_is_given_up_and_paid_of_dates_is_never_more_than_they_are(
    sums: list[int], data: st.DataObject
) -> None:
    forgiven = data.draw(st.integers(min_value=0, max_value=sum(sums)))
    paid = data.draw(st.integers(min_value=0, max_value=sum(sums) - forgiven))
    off = shortened(sums, forgiven)
    rest = [cents - less for cents, less in zip(sums, off, strict=True)]
    done = paid_of_each(rest, paid)
    assert sum(off) == forgiven
    assert sum(done) == paid
    assert all(0 <= less <= cents for less, cents in zip(off, sums, strict=True))
    assert all(0 <= part <= left for part, left in zip(done, rest, strict=True))
    whole = [less == cents for less, cents in zip(off, sums, strict=True)]
    assert whole == sorted(whole), "the last dates fall away first"


def test_shares_of_nothing_of_others_or_of_another_sum_do_not_fit() -> None:
    mine, other = uuid4(), uuid4()
    assert shares_fit({mine: 5}, 5, {mine: 5})
    assert not shares_fit({}, 0, {mine: 5})
    assert not shares_fit({other: 5}, 5, {mine: 5})
    assert not shares_fit({mine: 4}, 5, {mine: 5})
    assert not shares_fit({mine: 0}, 0, {mine: 5})


def test_each_reason_has_its_words_and_its_place_in_the_books() -> None:
    assert NATURES.keys() == FORGIVE_REASONS.keys()
    assert set(NATURES.values()) == {WAIVED, WRITTEN_OFF} == GIVEN_UP


RULES = PlanRules(minimum_cents=1000, most_months=6, instant_cents=30_000, first_now=False)


def parts(count: int, cents: int) -> list[Part]:
    return [Part(date(2027, 1 + place, 5), cents) for place in range(count)]


def test_a_schedule_is_told_where_it_leaves_the_rules() -> None:
    assert broken_rules(parts(6, 1000), RULES) == ()
    assert broken_rules(parts(8, 3900), RULES) == ("sum", "months")
    assert broken_rules(parts(3, 999), RULES) == ("part",)


def test_what_is_nearest_inside_keeps_the_day_and_all_of_the_sum() -> None:
    inside = inside_rules(parts(8, 3900), 31_200, RULES, TODAY)
    assert inside is not None
    assert schedule_words(inside).replace("\u202f", " ").replace("\xa0", " ") == "52,00 € × 6 mois"
    assert {part.due_on.day for part in inside} == {5}
    assert inside_rules(parts(8, 100), 800, RULES, TODAY) is None, "too little for two parts"


@pytest.mark.parametrize(
    ("left", "pauses", "spreads"), [(0, True, False), (0, False, True), (5, True, True)]
)
def test_help_that_contradicts_itself_is_refused(left: int, pauses: bool, spreads: bool) -> None:
    with pytest.raises(NotAllowedError):
        check_grant(left=left, pauses=pauses, spreads=spreads)


def test_help_in_two_ways_that_go_together_is_taken() -> None:
    check_grant(left=0, pauses=False, spreads=False)
    check_grant(left=5, pauses=True, spreads=False)
    check_grant(left=5, pauses=False, spreads=True)


@pytest.mark.parametrize("text", [text for act in STARTS.values() for _, text in act.values()])
def test_no_text_to_begin_with_makes_the_lint_frown(text: str) -> None:
    assert list(lint_text(text, profile=Profile.PORTAL)) == []
