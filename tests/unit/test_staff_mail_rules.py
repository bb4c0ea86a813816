"""Mails to staff: how many there may be, which change is told by which, and what one can do with them."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.base.errors import NotAllowedError
from shared.staff_mail.rules import (
    ANSWERED_WITHIN,
    MOST_TIMES,
    MOST_TRIES,
    STAFF_MAIL,
    check_again,
    check_withdrawn,
    is_answered,
    is_due,
    retry_at,
    told_by,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("of_address", "of_network", "in_all", "due"),
    [(4, 29, 599, True), (5, 0, 5, False), (0, 30, 30, False), (0, 0, 600, False)],
)
def test_requests_are_bounded_by_address_network_and_in_all(
    of_address: int, of_network: int, in_all: int, due: bool
):
    assert is_due(of_address=of_address, of_network=of_network, in_all=in_all) is due


@pytest.mark.parametrize(
    ("in_hour", "in_day", "answered"), [(2, 9, True), (3, 3, False), (0, 10, False)]
)
def test_a_person_gets_so_many_answers(in_hour: int, in_day: int, answered: bool):
    assert is_answered(in_hour=in_hour, in_day=in_day) is answered


def test_the_gravest_change_of_an_instant_is_the_one_that_is_told():
    codes, totp = "staff.codes_drawn", "staff.totp_set"
    assert told_by([codes, totp]) == ("factor_told", totp)
    assert told_by([codes, "staff.password_changed"])[0] == "password_told"
    assert told_by(["staff.password_changed", "staff.reset"])[0] == "reset_told"


def test_all_tries_fall_within_the_time_that_whoever_forgot_waits():
    at = NOW
    for tries in range(1, MOST_TRIES):
        at = retry_at(at, tries)
    assert at - NOW <= ANSWERED_WITHIN
    assert retry_at(NOW, 1) - NOW == timedelta(minutes=2)


@pytest.mark.parametrize("status", sorted(STAFF_MAIL.statuses))
def test_what_the_page_allows_the_machine_allows_too(status: str):
    for event, check in (
        ("again", lambda: check_again(status, times=1, accepted=False)),
        ("withdraw", lambda: check_withdrawn(status, accepted=False)),
    ):
        try:
            check()
        except NotAllowedError:
            assert not STAFF_MAIL.allows(status, event)
        else:
            assert STAFF_MAIL.allows(status, event)


def test_an_accepted_invitation_stays_and_one_goes_so_often():
    for check in (
        lambda: check_again("sent", times=1, accepted=True),
        lambda: check_withdrawn("sent", accepted=True),
        lambda: check_again("sent", times=MOST_TIMES, accepted=False),
    ):
        with pytest.raises(NotAllowedError):
            check()
