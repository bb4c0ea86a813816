"""Which pause a message brings, how long it lasts, and what counts once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts import HOLD_TITLES
from shared.base.errors import NotAllowedError
from shared.messages.holding import WORK
from shared.messages.rules import (
    MOST_A_DAY,
    OFFERED,
    SUBJECTS,
    THREAD,
    Standing,
    hold_ends,
    is_too_much,
    needs_hold,
    once_of,
    review_day,
)

TUESDAY, THURSDAY = date(2026, 11, 24), date(2026, 11, 26)
STANDINGS = st.builds(
    Standing,
    subject=st.sampled_from(sorted(SUBJECTS)),
    status=st.sampled_from(sorted(THREAD.statuses)),
    keeps_hold=st.booleans(),
)
KINDS = sorted({subject.hold for subject in SUBJECTS.values()})


@pytest.mark.parametrize(
    ("subject", "hold", "work"),
    [
        ("paid", "message", "payment_search"),
        ("payer", "claim", "payer_claim"),
        ("wrong", "dispute", None),
        ("unclear", "message", None),
        ("other", "message", None),
    ],
)
def test_each_subject_has_its_effect(subject: str, hold: str, work: str | None) -> None:
    assert (SUBJECTS[subject].hold, SUBJECTS[subject].work) == (hold, work)
    assert subject in OFFERED


def test_every_effect_is_one_that_staff_can_read() -> None:
    assert {subject.hold for subject in SUBJECTS.values()} <= set(HOLD_TITLES)
    assert {subject.work for subject in SUBJECTS.values()} - {None} == set(WORK)
    assert "aid" not in OFFERED


@given(thread=STANDINGS)
def test_while_it_waits_for_us_a_thread_always_holds(thread: Standing) -> None:
    hold = SUBJECTS[thread.subject].hold
    if thread.status == "waiting":
        assert needs_hold(thread, hold)
    if thread.status == "closed":
        assert not any(needs_hold(thread, kind) for kind in KINDS)


@given(keeps=st.booleans(), subject=st.sampled_from(sorted(SUBJECTS)))
def test_an_answer_ends_what_waited_for_it_and_nothing_else(keeps: bool, subject: str) -> None:
    answered = Standing(subject, "answered", keeps)
    hold = SUBJECTS[subject].hold
    assert needs_hold(answered, hold) is (keeps or hold != "message")


@given(threads=st.lists(STANDINGS, max_size=6), kind=st.sampled_from(KINDS))
def test_a_pause_ends_with_the_last_thread_that_needs_it(
    threads: list[Standing], kind: str
) -> None:
    assert hold_ends(threads, kind) is not any(needs_hold(thread, kind) for thread in threads)
    assert hold_ends([], kind)
    assert not hold_ends([*threads, Standing("payer", "waiting", False)], "claim")


def test_a_pause_is_looked_at_again_when_we_promised_or_when_others_may_have_answered() -> None:
    days = {
        name: review_day(subject, today=TUESDAY, answer_by=THURSDAY)
        for name, subject in SUBJECTS.items()
    }
    assert days["other"] == days["paid"] == THURSDAY
    assert days["wrong"] == date(2026, 12, 8)
    assert days["payer"] == date(2026, 12, 24)


@pytest.mark.parametrize("status", sorted(THREAD.statuses - {"merged"}))
def test_a_patient_may_always_write_and_we_may_always_answer(status: str) -> None:
    assert THREAD.after(status, "reply") == "waiting"
    assert THREAD.after(status, "answer") == "answered"


def test_a_thread_is_closed_once() -> None:
    with pytest.raises(NotAllowedError):
        THREAD.after("closed", "close")


@given(typed=st.text(max_size=40))
def test_only_marks_that_we_gave_out_count(typed: str) -> None:
    known = len(typed) == 32 and set(typed) <= set("0123456789abcdef")
    assert once_of(typed) == (typed if known else None)
    assert once_of("0" * 31 + "f") == "0" * 31 + "f"


def test_twenty_messages_a_day_are_enough() -> None:
    assert not is_too_much(MOST_A_DAY - 1)
    assert is_too_much(MOST_A_DAY)
