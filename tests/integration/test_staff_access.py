"""A colleague leaves, is locked out, or is kept out by somebody who only knows their address."""

from collections.abc import Iterator
from unittest.mock import patch

import pyotp
import pytest
from click.testing import Result
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.audit import TimelineEvent
from shared.staff import StaffUser
from shared.staff.rules import TRIES_IN_ALL
from tests.backoffice_office import PASSWORD, Samples, opened, token_of
from tests.backoffice_people import OURS
from tests.command_line import run
from tests.world import fresh_key

EMAIL = "secretary@cabinet.example"
OFFICE, HOME = "192.0.2.10", "198.51.100.20"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def ardoise(office: Samples, *words: str) -> Result:
    """A command on the same database, at the same time of day."""
    # An operator has them, the back-office does not.
    more = {f"ARDOISE_{name}_KEYS": fresh_key() for name in ("AUDIT", "GATEWAY", "WORKER")}
    with patch("ardoise.commands.context.SystemClock", lambda: office.clock):
        return run(office.settings, *words, **more)


def well(told: Result) -> str:
    assert told.exit_code == 0, told.output
    return told.output


def sign_in(
    office: Samples, *, at: str = OFFICE, password: str = PASSWORD, code: str | None = None
) -> bool:
    """Whether somebody at a network address gets in."""
    client = office.app.test_client()
    there = {"REMOTE_ADDR": at}
    fields = {"csrf_token": token_of(client, "/sign-in"), "email": EMAIL, "password": password}
    first = client.post("/sign-in", data=fields, environ_overrides=there)
    if first.status_code != 303:
        return False
    fields = {"csrf_token": fields["csrf_token"], "code": code or office.code("secretary")}
    second = client.post("/sign-in/code", data=fields, environ_overrides=there)
    return second.location == "/accounts"


def guess(office: Samples, times: int, *, at: str) -> None:
    for _ in range(times):
        assert not sign_in(office, at=at, password="not the right one")


def user(office: Samples) -> StaffUser:
    with office.database.reading() as reading:
        return reading.scalars(select(StaffUser).where(StaffUser.email == EMAIL)).one()


def events(office: Samples) -> list[str]:
    with office.database.reading(OURS) as reading:
        return list(
            reading.scalars(select(TimelineEvent.kind).where(TimelineEvent.kind.like("staff%")))
        )


def is_in(client: FlaskClient) -> bool:
    return client.get("/accounts").status_code == 200


def test_whoever_only_knows_an_address_keeps_nobody_out_elsewhere(office: Samples):
    guess(office, 12, at=HOME)
    assert not sign_in(office, at=HOME), "who guesses waits, even with the right password"
    assert sign_in(office, at=OFFICE)


def test_many_addresses_together_are_bounded_all_the_same(office: Samples):
    for number in range(TRIES_IN_ALL):
        guess(office, 1, at=f"198.51.100.{number}")
    assert not sign_in(office, at=OFFICE)
    guess(office, 5, at=HOME)
    assert user(office).wrong_tries == TRIES_IN_ALL, "while all wait, no try is even looked at"
    office.later(minutes=1, seconds=1)
    assert sign_in(office, at=OFFICE)


def test_an_address_that_guesses_waits_longer_each_time(office: Samples):
    guess(office, 5, at=HOME)
    office.later(minutes=1, seconds=1)
    guess(office, 1, at=HOME)
    office.later(minutes=1, seconds=1)
    assert not sign_in(office, at=HOME)
    office.later(minutes=1)
    assert sign_in(office, at=HOME)


def test_a_code_that_was_used_opens_nothing_from_another_address(office: Samples):
    code = office.code("secretary")
    assert sign_in(office, at=OFFICE, code=code)
    assert not sign_in(office, at=HOME, code=code)


def test_an_operator_unlocks_whoever_mistyped_too_often(office: Samples):
    guess(office, 5, at=OFFICE)
    assert not sign_in(office)
    assert "Unlocked" in well(ardoise(office, "staff", "unlock", EMAIL))
    assert "staff.unlocked" in events(office)
    assert user(office).wrong_tries == 0
    assert sign_in(office)


def test_an_operator_ends_a_colleagues_access_and_gives_it_back(office: Samples):
    client = office.client("secretary")
    assert is_in(client)
    well(ardoise(office, "staff", "suspend", EMAIL.upper()))
    assert not is_in(client)
    assert not sign_in(office)
    well(ardoise(office, "staff", "restore", EMAIL))
    assert not is_in(client), "the old session is gone"
    assert sign_in(office)
    assert {"staff_user.suspend", "staff_user.restore"} <= set(events(office))


def test_an_operator_replaces_a_lost_telephone_and_password(office: Samples):
    client = office.client("secretary")
    guess(office, 5, at=OFFICE)
    said = well(ardoise(office, "staff", "reset", EMAIL))
    password = said.splitlines()[0].removeprefix("Password: ")
    secret = said.splitlines()[1].rpartition(": ")[2]
    assert not is_in(client)
    assert not sign_in(office), "the old password opens nothing"
    now = pyotp.TOTP(secret).at(office.clock.now())
    assert not sign_in(office, at=HOME, password=password), "nor does the old authenticator"
    assert sign_in(office, password=password, code=now)
    assert "staff.reset" in events(office)
    assert user(office).totp_secret != office.staff["secretary"].user.totp_secret


def test_an_operator_gives_a_link_for_a_new_password_that_asks_for_the_second_factor(
    office: Samples,
):
    told = ardoise(
        office, "staff", "password-link", EMAIL, "--backoffice", "https://equipe.example"
    )
    path = well(told).strip().removeprefix("https://equipe.example")
    client = office.app.test_client()
    fields = {"csrf_token": token_of(client, path), "password": "quatre mots sans chiffre"}
    assert client.post(path, data=fields | {"code": "000000"}).status_code == 422
    code = office.code("secretary")
    assert client.post(path, data=fields | {"code": code}).status_code == 303
    office.later(seconds=30)
    assert not sign_in(office)
    assert sign_in(office, at=HOME, password=fields["password"])


@pytest.mark.parametrize("word", ["suspend", "restore", "unlock", "reset"])
def test_an_address_nobody_has_is_told(office: Samples, word: str):
    told = ardoise(office, "staff", word, "nobody@cabinet.example")
    assert told.exit_code != 0
    assert "vérifiez-la" in str(told.exception)
