"""A passkey opens what its person may open, once, for this site, and nobody else's door."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.staff import StaffPasskey
from tests.authenticator import Authenticator
from tests.backoffice_office import PASSWORD, Samples, opened, text_of
from tests.backoffice_orders import unconfirm
from tests.integration.staff_doors import (
    SITE,
    enrol,
    give_password,
    own,
    send,
    told,
)


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url, backoffice_url=SITE) as samples:
        yield samples


def at_door(client: FlaskClient, device: Authenticator, **how: str) -> str:
    """Use it alone; where that leads, or what the page says."""
    options = send(client, "/sign-in/passkey/ask").get_json()
    answer = send(client, "/sign-in/passkey", passkey=device.show(options, **how))
    return answer.location or text_of(answer)


def is_in(client: FlaskClient) -> bool:
    return client.get("/sign-in").status_code == 303


def test_a_passkey_that_knows_its_person_signs_in_alone(office: Samples):
    device = Authenticator()
    enrol(office, "secretary", device)
    client = office.client()
    assert at_door(client, device) == "/accounts"
    assert "Claire Le Goff" in client.get("/accounts").text
    assert "utilisée" in client.get("/access").text
    assert [event.facts["name"] for event in told(office, "staff.passkey_added")] == [
        "Mon téléphone"
    ]


def test_a_device_that_does_not_know_its_person_needs_the_password_too(office: Samples):
    device = Authenticator(knows=False)
    enrol(office, "secretary", device)
    client = office.client()
    assert "n’ouvre pas" in at_door(client, device)
    assert not is_in(client)
    office.later(seconds=1)
    give_password(client, "secretary")
    options = send(client, "/sign-in/code/ask").get_json()
    assert [one["type"] for one in options["allowCredentials"]] == ["public-key"]
    assert send(client, "/sign-in/code", passkey=device.show(options)).location == "/accounts"


def test_another_site_another_device_and_a_copy_open_nothing(office: Samples):
    device, thief = Authenticator(), Authenticator()
    enrol(office, "secretary", device)
    thief.credential_id, thief.handle = device.credential_id, device.handle
    for wrong, how in ((device, {"origin": "https://evil.example"}), (thief, {})):
        client = office.client()
        assert "n’ouvre pas" in at_door(client, wrong, **how)
        assert not is_in(client)
    assert "n’ouvre pas" in at_door(office.client(), Authenticator())
    assert at_door(office.client(), device) == "/accounts"
    office.later(seconds=1)
    device.count -= 2  # what a copy that was made earlier would tell
    assert "n’ouvre pas" in at_door(office.client(), device)


def test_an_answer_opens_once_even_with_the_cookie_of_before(office: Samples):
    device = Authenticator()
    enrol(office, "secretary", device)
    first, copy = office.client(), office.client()
    options = send(first, "/sign-in/passkey/ask").get_json()
    with first.session_transaction() as kept:
        cookie = dict(kept)
    device.count = -1  # as devices tell that do not count
    answer = device.show(options)
    assert send(first, "/sign-in/passkey", passkey=answer).location == "/accounts"
    copy.get("/sign-in")
    with copy.session_transaction() as kept:
        kept["challenges"] = cookie["challenges"]
    assert send(copy, "/sign-in/passkey", passkey=answer).status_code == 422
    assert not is_in(copy)


def test_a_challenge_is_for_one_purpose_and_five_minutes(office: Samples):
    device = Authenticator()
    enrol(office, "secretary", device)
    client = office.client()
    give_password(client, "secretary")
    options = send(client, "/sign-in/code/ask").get_json()
    assert send(client, "/sign-in/passkey", passkey=device.show(options)).status_code == 422
    options = send(client, "/sign-in/passkey/ask").get_json()
    office.later(minutes=5)
    late = send(client, "/sign-in/passkey", passkey=device.show(options))
    assert "à temps" in text_of(late)
    assert not is_in(client)


def test_a_passkey_of_somebody_else_is_no_second_step_of_mine(office: Samples):
    device = Authenticator()
    enrol(office, "secretary", device)
    enrol(office, "manager", Authenticator())
    client = office.client()
    give_password(client, "manager")
    options = send(client, "/sign-in/code/ask").get_json()
    assert send(client, "/sign-in/code", passkey=device.show(options)).status_code == 422
    assert not is_in(client)


def test_a_passkey_shows_that_one_is_there_before_a_grave_act(office: Samples):
    device = Authenticator()
    enrol(office, "secretary", device)
    client = office.client("secretary")
    unconfirm(office)
    asked = send(client, "/access/codes")
    assert "Confirmer avec ma clé d’accès" in asked.text
    options = send(client, "/access/confirm/ask").get_json()
    fields = {"confirm_password": "", "confirm_code": "", "confirm_passkey": device.show(options)}
    assert "codes de secours" in text_of(send(client, "/access/codes", **fields))


def test_the_last_second_factor_stays(office: Samples):
    enrol(office, "secretary", Authenticator())
    client = own(office, "secretary")
    assert "retirée" in text_of(removed(client, "/access/authenticator/remove"))
    with office.database.reading() as reading:
        passkey = reading.scalars(select(StaffPasskey.id)).one()
    refused = removed(client, f"/access/passkeys/{passkey}/remove")
    assert "seul second facteur" in text_of(refused)
    with office.database.reading() as reading:
        assert reading.scalars(select(StaffPasskey.id)).all() == [passkey]


def removed(client: FlaskClient, address: str):
    send(client, address)
    return client.get("/access")


def test_without_the_application_its_codes_open_nothing(office: Samples):
    enrol(office, "secretary", Authenticator())
    send(own(office, "secretary"), "/access/authenticator/remove")
    client = office.client()
    assert give_password(client, "secretary", password=PASSWORD).status_code == 303
    assert send(client, "/sign-in/code", code=office.code("secretary")).status_code == 422


JUNK = ["", "x", "{}", "[]", "null", '{"id": 1}', '{"id":"é"}', "[" * 15_990]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:9])
def test_what_is_no_answer_is_refused_with_a_sentence(office: Samples, junk: str):
    client = office.client()
    send(client, "/sign-in/passkey/ask")
    answer = send(client, "/sign-in/passkey", passkey=junk)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
