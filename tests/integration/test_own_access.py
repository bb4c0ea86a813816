"""What one signs in with oneself: recovery codes, a new password, another telephone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from shared.staff import Opener, Shown, check_factor
from shared.staff.factor_rules import RECOVERY_CODES
from tests.backoffice_office import PASSWORD, Samples, opened, tables_of, text_of
from tests.backoffice_people import KEYS, OURS
from tests.integration.staff_doors import (
    NEW_PASSWORD,
    draw,
    give_password,
    own,
    secret_on,
    send,
    told,
)


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def second_step(office: Samples, code: str):
    client = office.client()
    give_password(client, "secretary")
    return client, send(client, "/sign-in/code", code=code)


def test_a_recovery_code_stands_in_for_the_telephone_once_and_the_page_says_so(office: Samples):
    codes = draw(office, "secretary")
    assert len(set(codes)) == RECOVERY_CODES
    client, inside = second_step(office, codes[0].lower().replace("-", " "))
    assert inside.location == "/accounts"
    assert "il vous en reste 9" in text_of(client.get("/accounts"))
    assert "9 sur 10" in text_of(client.get("/access"))
    _, again = second_step(office, codes[0])
    assert again.status_code == 422
    assert [event.actor for event in told(office, "staff.recovery_used")] == ["Claire Le Goff"]


def test_codes_are_kept_as_fingerprints_alone_and_new_ones_replace_the_old(office: Samples):
    old = draw(office, "secretary")
    kept = repr(tables_of(office.database))
    assert not [code for code in old if code in kept or code.replace("-", "") in kept]
    new = draw(office, "secretary")
    assert second_step(office, old[0])[1].status_code == 422
    assert second_step(office, new[0])[1].status_code == 303


def test_a_code_of_somebody_else_opens_nothing(office: Samples):
    theirs = draw(office, "manager")
    assert second_step(office, theirs[0])[1].status_code == 422


def test_of_two_uses_of_a_recovery_code_at_once_one_wins(office: Samples):
    code = draw(office, "secretary")[0]

    def use(_: int) -> bool:
        with office.database.unit_of_work(OURS) as work:
            tried = check_factor(
                work.session,
                user_id=office.staff["secretary"].user.id,
                practice_id=OURS,
                shown=Shown(code),
                opener=Opener(KEYS, office.settings.index()),
                network="here",
                at=office.clock.now(),
            )
            work.commit()
        return tried.right

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(use, range(4))) == 1


def test_a_new_password_asks_for_presence_and_ends_the_other_sessions(office: Samples):
    elsewhere, client = office.client("secretary"), office.client("secretary")
    asked = send(client, "/access/password", new_password=NEW_PASSWORD)
    assert "Confirmez que c’est vous" in asked.text
    client = own(office, "secretary")
    assert "12 caractères" in text_of(send(client, "/access/password", new_password="court"))
    assert send(client, "/access/password", new_password=NEW_PASSWORD).location == "/access"
    assert client.get("/access").status_code == 200
    assert elsewhere.get("/access").status_code == 303
    assert give_password(office.client(), "secretary", password=PASSWORD).status_code == 422
    assert give_password(office.client(), "secretary", password=NEW_PASSWORD).status_code == 303
    assert len(told(office, "staff.password_changed")) == 1


def test_another_telephone_is_taken_once_it_shows_a_right_code(office: Samples):
    client = own(office, "secretary")
    page = client.get("/access/authenticator")
    secret = secret_on(page)
    wrong = send(client, "/access/authenticator", secret=secret, code="000000")
    assert secret_on(wrong) == secret, "the drawing that was scanned stays"
    code = pyotp.TOTP(secret).at(office.clock.now())
    assert send(client, "/access/authenticator", secret=secret, code=code).status_code == 303
    assert second_step(office, office.code("secretary"))[1].status_code == 422
    assert second_step(office, code)[1].status_code == 422, "that code was used"
    office.later(seconds=30)
    fresh = pyotp.TOTP(secret).at(office.clock.now())
    assert second_step(office, fresh)[1].status_code == 303


@pytest.mark.parametrize("secret", ["", "A" * 31, "a" * 32, "1" * 32])
def test_a_secret_that_the_page_never_showed_is_not_taken(office: Samples, secret: str):
    before = tables_of(office.database)["staff_user"]
    client = own(office, "secretary")
    answer = send(client, "/access/authenticator", secret=secret, code="000000")
    assert answer.location == "/access/authenticator"
    assert tables_of(office.database)["staff_user"] == before
