"""No policy that is published chases anybody more often than the house allows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.ladder import (
    DEFAULT_POLICY,
    ORDINARY,
    SEGMENT_TITLES,
    Bill,
    LetterFacts,
    NewPolicy,
    Step,
    check_policy,
    compare,
    judge,
    next_step,
    steps_of,
)

TODAY = date(2026, 11, 24)


def steps() -> st.SearchStrategy[list[Step]]:
    def one(default: Step) -> st.SearchStrategy[Step]:
        return st.builds(
            Step,
            position=st.just(default.position),
            name=st.just(default.name),
            act=st.sampled_from(["message", "call", "approval"]),
            anchor=st.sampled_from(["issue", "due"]),
            offset_days=st.integers(-1, 80),
            gap_days=st.integers(0, 30),
            minimum_cents=st.integers(-1, 5000),
            segment=st.sampled_from(sorted(SEGMENT_TITLES)),
        )

    own = st.tuples(*(st.lists(one(default), max_size=2) for default in DEFAULT_POLICY))
    return own.map(lambda found: [*DEFAULT_POLICY, *(s for some in found for s in some)])


@given(steps())
def test_whatever_is_accepted_keeps_every_bound(found: list[Step]):
    try:
        check_policy(NewPolicy(found))
    except NotAllowedError:
        return
    for segment in SEGMENT_TITLES:
        own = steps_of(found, segment)
        assert sum(step.act == "message" for step in own) <= 3
        assert all(step.act == "approval" for step in own if step.name == "formal_notice")
        assert not any(step.act == "approval" for step in own if step.name != "formal_notice")
        assert all(step.gap_days >= 7 for step in own[1:])
        due = [step.offset_days for step in own if step.anchor == "due"]
        assert due == sorted(set(due))


def changed(name: str, **values: object) -> NewPolicy:
    return NewPolicy(
        [replace(s, **values) if s.name == name else s for s in DEFAULT_POLICY]  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (changed("reminder", gap_days=6), "au moins 7 jours"),
        (changed("call", offset_days=20), "vient après celui de « Second rappel »"),
        (changed("formal_notice", act="message"), "s’approuve toujours"),
        (changed("second_reminder", act="call"), "deux rappels arrivés"),
        (changed("reminder", anchor="issue"), "compte depuis l’échéance"),
        (changed("reminder", minimum_cents=-1), "minimum"),
        (replace(NewPolicy(list(DEFAULT_POLICY)), letter_days=7), "8 jours au moins"),
        (NewPolicy([]), "au moins une étape"),
    ],
)
def test_what_is_refused_is_refused_with_one_sentence_that_says_why(
    policy: NewPolicy, sentence: str
):
    with pytest.raises(NotAllowedError, match=sentence):
        check_policy(policy)


def test_the_policy_that_practices_begin_with_is_one_that_may_be_saved():
    check_policy(NewPolicy(list(DEFAULT_POLICY)))


@given(st.integers(0, 5), st.sets(st.sampled_from([s.name for s in DEFAULT_POLICY])))
def test_a_conversation_keeps_its_place_and_never_goes_back(position: int, kept: set[str]):
    coming = next_step([s for s in DEFAULT_POLICY if s.name in kept], position)
    left = [s.position for s in DEFAULT_POLICY if s.name in kept and s.position > position]
    assert (coming.position if coming else None) == min(left, default=None)


def test_a_segment_without_steps_goes_by_the_ordinary_ones_and_is_compared_so():
    gentle = replace(DEFAULT_POLICY[1], offset_days=14, segment="protected")
    found = compare(DEFAULT_POLICY, [*DEFAULT_POLICY, gentle])
    assert {change.segment for change in found} == {"protected"}
    assert [c.name for c in found if c.after is not None] == ["reminder"]
    assert steps_of([*DEFAULT_POLICY, gentle], "chronic") == steps_of(DEFAULT_POLICY, ORDINARY)


def bill(**values: object) -> Bill:
    base = Bill(new_id(), "1", TODAY, TODAY - timedelta(days=60), 5000, 2, held=False)
    return replace(base, **values)  # type: ignore[arg-type]


def facts(*bills: Bill, **values: object) -> LetterFacts:
    base = LetterFacts(bills, None, False, frozenset(), True, 2000, 60)
    return replace(base, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("of", "leaves", "obstacles"),
    [
        (facts(bill()), (), ()),
        (facts(bill(), bill(reminders=1)), ("reminders",), ()),
        (facts(bill(held=True)), ("held",), ("nothing",)),
        (facts(bill(due_on=TODAY - timedelta(days=670))), ("old",), ("nothing",)),
        (facts(bill(due_on=TODAY - timedelta(days=669))), (), ()),
        (facts(bill(open_cents=1999)), (), ("minimum",)),
        (facts(bill(), hold="aid", paying=True), (), ("hold", "paying")),
        (facts(bill(), protections=frozenset({"CSS"})), (), ("protected",)),
        (facts(bill(), protections=frozenset({"ALD"})), (), ()),
        (facts(bill(), has_address=False), (), ("address",)),
    ],
)
def test_a_letter_covers_what_was_reminded_twice_and_goes_against_no_fact(
    of: LetterFacts, leaves: tuple[str, ...], obstacles: tuple[str, ...]
):
    judged = judge(of, today=TODAY)
    assert tuple(reason for _, reason in judged.leaves) == leaves
    assert judged.obstacles == obstacles
