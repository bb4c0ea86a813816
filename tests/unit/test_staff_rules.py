"""What the rules for staff decide: roles, passwords, waits, sessions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import NotAllowedError
from shared.staff.passwords import NOBODYS_HASH, hash_password, password_fits
from shared.staff.rules import (
    ROLE_TITLES,
    ROLES,
    after_wrong_try,
    check_new_password,
    code_steps,
    normal_email,
    permissions_of,
    session_lives,
    wait_after,
)

NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
EMAIL = "claire@cabinet.example"


def test_every_role_has_a_french_title_and_may_see_its_own_sessions():
    assert set(ROLE_TITLES) == set(ROLES)
    assert all("sessions.own" in permissions for permissions in ROLES.values())


def test_a_role_nobody_knows_may_do_nothing():
    assert permissions_of("director") == frozenset()


def test_accountants_and_auditors_see_no_names_and_change_nothing():
    for role in ("accountant", "auditor"):
        may = permissions_of(role)
        assert "accounts.names" not in may
        assert not [name for name in may if name.endswith((".write", ".send"))]


@pytest.mark.parametrize(
    "password",
    ["court", "onze-lettre", "MotDePasse123", "mot de passe 123", "111111111111", "a" * 300, EMAIL],
)
def test_a_password_that_is_short_or_guessed_first_is_refused(password: str):
    with pytest.raises(NotAllowedError):
        check_new_password(password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    ["quatre mots sans chiffre", "tout en minuscules", "éléphants-à-vélo", "x8!kQ2#pL0=z"],
)
def test_any_composition_will_do(password: str):
    check_new_password(password, email=EMAIL)


def test_a_password_is_the_same_however_its_accents_are_composed():
    kept = hash_password("éléphants à vélo")
    assert password_fits(kept, "e\u0301le\u0301phants a\u0300 ve\u0301lo")
    assert not password_fits(kept, "elephants a velo")


def test_nothing_fits_the_hash_for_unknown_addresses_and_it_costs_the_same():
    assert not password_fits(NOBODYS_HASH, "")
    assert NOBODYS_HASH.split("$")[1:4] == hash_password("éléphants à vélo").split("$")[1:4]


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (400, 60)]
)
def test_the_wait_doubles_from_the_fifth_wrong_try_up_to_an_hour(tries: int, minutes: int):
    assert wait_after(tries) == timedelta(minutes=minutes)


@given(st.integers(0, 500))
def test_waits_never_shrink_and_never_pass_an_hour(tries: int):
    assert wait_after(tries) <= wait_after(tries + 1) <= timedelta(hours=1)


def test_a_wrong_try_tells_until_when_to_wait():
    assert after_wrong_try(tries_before=3, now=NOW).waits_until is None
    assert after_wrong_try(tries_before=4, now=NOW).waits_until == NOW + timedelta(minutes=1)


def test_codes_of_the_neighbouring_half_minutes_are_taken():
    step = int(NOW.timestamp()) // 30
    assert code_steps(NOW) == (step - 1, step, step + 1)


@pytest.mark.parametrize(
    ("idle", "age", "lives"),
    [(0, 0, True), (19, 60, True), (20, 60, False), (1, 599, True), (1, 600, False)],
)
def test_a_session_ends_after_20_idle_minutes_or_10_hours(idle: int, age: int, lives: bool):
    started = NOW - timedelta(minutes=age)
    assert (
        session_lives(
            seen_at=NOW - timedelta(minutes=idle), ends_at=started + timedelta(hours=10), now=NOW
        )
        is lives
    )


@pytest.mark.parametrize(
    "text", ["", "claire", "claire@", "@cabinet.fr", "a b@c.fr", "a@b", "a" * 300]
)
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(NotAllowedError):
        normal_email(text)


def test_an_address_is_kept_in_small_letters():
    assert normal_email("  Claire@Cabinet.Example ") == EMAIL
