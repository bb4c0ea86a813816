"""Who gets the next message, who does not, and why: for every account that there can be."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts import HOLD_TITLES
from shared.base.errors import NotAllowedError
from shared.delivery import NoticeRenderer, NoticeValues
from shared.ladder import CYCLE, DEFAULT_POLICY, STEP_TITLES, WITHHELD_TITLES, Step
from shared.ladder.rules import (
    APPROVAL,
    CALL,
    CAP_DAYS,
    MESSAGE,
    MESSAGES_A_CYCLE,
    Facts,
    decide,
    due_day,
)

TODAY = date(2026, 11, 24)
FRESH_DAYS = 7
WELL = Facts(
    act=MESSAGE,
    door_closed=False,
    checkable=True,
    hold=None,
    paying=False,
    source_as_of=TODAY,
    letter_only=False,
    has_contact=True,
    last_message_on=None,
    messages=0,
)

# The pause of one invoice takes only that invoice out; it never stands for a whole account.
OF_ONE_INVOICE = {"absent"}
WHOLE_ACCOUNT = sorted(set(HOLD_TITLES) - OF_ONE_INVOICE)

# Told first what a human decided, then what time will mend, then what is missing on file.
PRECEDENCE = [
    "hold_*",
    "paying",
    "stale",
    "door_closed",
    "no_identity",
    "letter_only",
    "no_contact",
    "cap_cycle",
    "cap_week",
]
ONLY_FOR_MESSAGES = set(PRECEDENCE[3:])

days_ago = st.integers(0, 40).map(lambda days: TODAY - timedelta(days=days))
accounts = st.builds(
    Facts,
    act=st.sampled_from([MESSAGE, CALL, APPROVAL]),
    door_closed=st.booleans(),
    checkable=st.booleans(),
    hold=st.none() | st.sampled_from(WHOLE_ACCOUNT),
    paying=st.booleans(),
    source_as_of=days_ago,
    letter_only=st.booleans(),
    has_contact=st.booleans(),
    last_message_on=st.none() | days_ago,
    messages=st.integers(0, 5),
)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
steps = st.builds(
    Step,
    position=st.integers(1, 9),
    name=st.just("reminder"),
    act=st.just(MESSAGE),
    anchor=st.sampled_from(["issue", "due"]),
    offset_days=st.integers(0, 120),
    gap_days=st.integers(0, 60),
    minimum_cents=st.just(500),
)


def speaks_against(facts: Facts) -> set[str]:
    """Everything that is wrong with an account, each told on its own."""
    last = facts.last_message_on
    wrong = {
        "hold_*": facts.hold is not None,
        "paying": facts.paying,
        "stale": (TODAY - facts.source_as_of).days > FRESH_DAYS,
        "door_closed": facts.door_closed,
        "no_identity": not facts.checkable,
        "letter_only": facts.letter_only,
        "no_contact": not facts.has_contact,
        "cap_cycle": facts.messages >= 3,
        "cap_week": last is not None and (TODAY - last).days < 7,
    }
    named = {name for name, speaks in wrong.items() if speaks}
    return named if facts.act == MESSAGE else named - ONLY_FOR_MESSAGES


def why_not(facts: Facts) -> str | None:
    return decide(facts, today=TODAY, fresh_days=FRESH_DAYS).withheld


@given(accounts)
def test_nothing_goes_out_with_any_reason_against_it(facts: Facts) -> None:
    assert (why_not(facts) is None) == (not speaks_against(facts))


@given(accounts)
def test_the_first_reason_is_the_one_that_is_told(facts: Facts) -> None:
    told = why_not(facts)
    first = next((name for name in PRECEDENCE if name in speaks_against(facts)), None)
    assert told == (f"hold_{facts.hold}" if first == "hold_*" else first)


@given(accounts)
def test_every_reason_that_is_told_has_its_words(facts: Facts) -> None:
    assert why_not(facts) in {None, *WITHHELD_TITLES}


@given(accounts)
def test_one_more_reason_never_lets_a_message_out(facts: Facts) -> None:
    if why_not(facts) is None:
        return
    for worse in (
        replace(facts, hold="staff"),
        replace(facts, paying=True),
        replace(facts, source_as_of=TODAY - timedelta(days=FRESH_DAYS + 1)),
        replace(facts, door_closed=True),
        replace(facts, has_contact=False),
        replace(facts, last_message_on=TODAY),
        replace(facts, messages=facts.messages + 1),
    ):
        assert why_not(worse) is not None


@pytest.mark.parametrize("act", [CALL, APPROVAL])
def test_a_human_is_asked_even_where_no_message_can_arrive(act: str) -> None:
    unreachable = replace(
        WELL,
        act=act,
        door_closed=True,
        checkable=False,
        letter_only=True,
        has_contact=False,
        last_message_on=TODAY,
        messages=3,
    )
    assert why_not(unreachable) is None


@pytest.mark.parametrize("act", [MESSAGE, CALL, APPROVAL])
@pytest.mark.parametrize("kind", WHOLE_ACCOUNT)
def test_a_pause_stops_messages_calls_and_letters_alike(act: str, kind: str) -> None:
    assert why_not(replace(WELL, act=act, hold=kind)) == f"hold_{kind}"


@pytest.mark.parametrize("days", range(CAP_DAYS + 2))
def test_a_week_lies_between_two_messages(days: int) -> None:
    told = why_not(replace(WELL, last_message_on=TODAY - timedelta(days=days)))
    assert told == (None if days >= 7 else "cap_week")


@pytest.mark.parametrize("fresh_days", [0, 1, 7, 30])
def test_an_export_is_fresh_to_the_very_day_that_the_practice_set(fresh_days: int) -> None:
    def told(age: int) -> str | None:
        facts = replace(WELL, source_as_of=TODAY - timedelta(days=age))
        return decide(facts, today=TODAY, fresh_days=fresh_days).withheld

    assert told(fresh_days) is None
    assert told(fresh_days + 1) == "stale"


def test_every_pause_has_its_words_as_a_reason() -> None:
    reasons = {name.removeprefix("hold_") for name in WITHHELD_TITLES if name.startswith("hold_")}
    assert reasons == set(WHOLE_ACCOUNT)
    assert set(HOLD_TITLES) >= OF_ONE_INVOICE


def test_every_word_for_a_reason_is_of_a_reason_that_there_is() -> None:
    pauses = {f"hold_{kind}" for kind in WHOLE_ACCOUNT}
    assert set(WITHHELD_TITLES) == pauses | set(PRECEDENCE) - {"hold_*"}


# The day on which a step's turn comes


@given(steps, days, days, st.none() | days)
def test_a_turn_never_comes_before_its_day_nor_within_the_gap(
    step: Step, issued: date, due: date, stepped: date | None
) -> None:
    day = due_day(step, first_issued_on=issued, oldest_due_on=due, stepped_on=stepped)
    earliest = (issued if step.anchor == "issue" else due) + timedelta(days=step.offset_days)
    gap_over = earliest if stepped is None else stepped + timedelta(days=step.gap_days)
    assert day == max(earliest, gap_over)


@given(steps, days, days, st.none() | days, st.integers(0, 90))
def test_whatever_comes_later_makes_no_turn_come_earlier(
    step: Step, issued: date, due: date, stepped: date | None, later: int
) -> None:
    more = timedelta(days=later)
    day = due_day(step, first_issued_on=issued, oldest_due_on=due, stepped_on=stepped)

    def moved(step: Step = step, issued: date = issued, due: date = due) -> date:
        return due_day(step, first_issued_on=issued, oldest_due_on=due, stepped_on=stepped)

    assert moved(issued=issued + more) >= day
    assert moved(due=due + more) >= day
    assert moved(step=replace(step, offset_days=step.offset_days + later)) >= day
    assert moved(step=replace(step, gap_days=step.gap_days + later)) >= day
    late_step = (stepped or day) + more
    after = due_day(step, first_issued_on=issued, oldest_due_on=due, stepped_on=late_step)
    assert after >= day


@given(days, st.integers(0, 60))
def test_steps_of_one_account_come_one_after_the_other(issued: date, term: int) -> None:
    due = issued + timedelta(days=term)
    stepped: date | None = None
    for step in DEFAULT_POLICY:
        day = due_day(step, first_issued_on=issued, oldest_due_on=due, stepped_on=stepped)
        if stepped is not None:
            assert day >= stepped + timedelta(days=CAP_DAYS)
        stepped = day


# The policy that a practice is given


def test_positions_are_counted_without_a_gap() -> None:
    assert [step.position for step in DEFAULT_POLICY] == list(range(1, len(DEFAULT_POLICY) + 1))


def test_every_step_comes_later_than_the_one_before() -> None:
    of_due = [step.offset_days for step in DEFAULT_POLICY if step.anchor == "due"]
    assert all(earlier < later for earlier, later in pairwise(of_due))
    assert DEFAULT_POLICY[0].anchor == "issue"
    assert all(step.gap_days >= CAP_DAYS for step in DEFAULT_POLICY[1:])


def test_three_messages_then_humans_only() -> None:
    acts = [step.act for step in DEFAULT_POLICY]
    assert acts == [MESSAGE, MESSAGE, MESSAGE, CALL, APPROVAL]
    assert acts.count(MESSAGE) <= MESSAGES_A_CYCLE


def test_no_step_asks_for_a_smaller_sum_than_the_one_before() -> None:
    sums = [step.minimum_cents for step in DEFAULT_POLICY]
    assert sums == sorted(sums)
    assert sums[0] > 0


def test_every_step_has_its_words() -> None:
    assert {step.name for step in DEFAULT_POLICY} == set(STEP_TITLES)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("step", [s for s in DEFAULT_POLICY if s.act == MESSAGE], ids=str)
def test_every_message_has_its_texts(step: Step, language: str) -> None:
    values = NoticeValues(
        sender="Secrétariat R12",
        link="https://espace.example/l/" + "A" * 47,
        site="espace.example",
        phone="04 65 71 20 12",
        link_days=14,
    )
    renderer = NoticeRenderer()
    assert values.link in renderer.sms(step.name, language, values).text
    assert values.link in renderer.email(step.name, language, values).text


def test_there_is_no_text_for_what_a_human_does() -> None:
    texts = Path(__file__).parents[2] / "templates" / "notices"
    names = {folder.name for folder in texts.iterdir()}
    assert not names & {step.name for step in DEFAULT_POLICY if step.act != MESSAGE}


def test_a_closed_cycle_stays_closed() -> None:
    assert CYCLE.after("open", "close") == "closed"
    for event in ("close", "open", "reopen"):
        with pytest.raises(NotAllowedError):
            CYCLE.after("closed", event)
