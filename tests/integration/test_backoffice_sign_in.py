"""Signing in as staff: two steps, no shortcut, no hint; and out again."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from backoffice import auth
from shared.audit import SYSTEM, TimelineEvent
from shared.staff import (
    Opener,
    Shown,
    StaffSession,
    StaffUser,
    check_factor,
    restore_staff,
    suspend_staff,
)
from shared.staff.passwords import NOBODYS_HASH
from tests.backoffice_office import PASSWORD, Samples, opened, press, tables_of, text_of, token_of
from tests.backoffice_people import INDEX, KEYS, OURS

EMAIL = "secretary@cabinet.example"
WRONG = "ne vont pas ensemble"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def give_password(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD
) -> TestResponse:
    token = token_of(client, "/sign-in")
    fields = {"csrf_token": token, "email": email, "password": password}
    return client.post("/sign-in", data=fields)


def give_code(client: FlaskClient, code: str) -> TestResponse:
    token = token_of(client, "/sign-in")
    return client.post("/sign-in/code", data={"csrf_token": token, "code": code})


def wrong_code(office: Samples) -> str:
    return f"{(int(office.code('secretary')) + 1) % 1_000_000:06}"


def user(office: Samples) -> StaffUser:
    with office.database.reading() as reading:
        return reading.scalars(select(StaffUser).where(StaffUser.email == EMAIL)).one()


def test_password_then_code_open_the_desk_and_leaving_closes_it(office: Samples):
    client = office.client()
    assert client.get("/accounts").location == "/sign-in"
    first = give_password(client, email=f" {EMAIL.upper()} ")
    assert (first.status_code, first.location) == (303, "/sign-in/code")
    second = give_code(client, office.code("secretary"))
    assert (second.status_code, second.location) == (303, "/accounts")
    assert "Claire Le Goff" in client.get("/accounts").text
    assert press(client, "/sign-out").location == "/sign-in"
    assert client.get("/accounts").location == "/sign-in"
    with office.database.reading() as reading:
        assert reading.scalars(select(StaffSession)).all() == []


def test_the_page_that_was_asked_for_opens_after_signing_in(office: Samples):
    client = office.client()
    client.get("/accounts?state=owing&step=reminder")
    give_password(client)
    opened_page = give_code(client, office.code("secretary"))
    assert opened_page.location == "/accounts?state=owing&step=reminder"


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_no_other_site_is_ever_the_next_page(office: Samples, wanted: str):
    client = office.client()
    with client.session_transaction() as cookie:
        cookie["next"] = wanted
    give_password(client)
    assert give_code(client, office.code("secretary")).location == "/accounts"


def test_a_typed_code_may_hold_spaces(office: Samples):
    client = office.client()
    give_password(client)
    code = office.code("secretary")
    assert give_code(client, f" {code[:3]} {code[3:]} ").location == "/accounts"


def test_a_wrong_password_and_an_unknown_address_look_the_same(
    office: Samples, monkeypatch: pytest.MonkeyPatch
):
    hashed: list[str] = []

    def fits(kept: str, password: str) -> bool:
        hashed.append(kept)
        return password == PASSWORD and kept != NOBODYS_HASH

    monkeypatch.setattr(auth, "password_fits", fits)
    known = give_password(office.client(), password="not the right one")
    unknown = give_password(office.client(), email="nobody@cabinet.example")
    assert known.status_code == unknown.status_code == 422
    assert WRONG in known.text
    assert text_of(known) == text_of(unknown)
    assert len(hashed) == 2
    assert hashed[1] == NOBODYS_HASH


def test_half_way_opens_nothing_and_ends_after_five_minutes(office: Samples):
    client = office.client()
    give_password(client)
    assert client.get("/accounts").location == "/sign-in"
    office.later(minutes=5)
    late = give_code(client, office.code("secretary"))
    assert late.location == "/sign-in"
    assert "cinq minutes" in text_of(client.get("/sign-in"))
    assert client.get("/accounts").location == "/sign-in"


def test_the_code_page_alone_leads_back_to_the_password(office: Samples):
    client = office.client()
    assert client.get("/sign-in/code").location == "/sign-in"
    assert give_code(client, office.code("secretary")).location == "/sign-in"


def test_a_wrong_code_is_refused_and_told(office: Samples):
    client = office.client()
    give_password(client)
    refused = give_code(client, wrong_code(office))
    assert refused.status_code == 422
    assert "n’est pas le bon" in refused.text
    assert client.get("/accounts").location == "/sign-in"
    assert user(office).wrong_tries == 1


def test_a_code_opens_once(office: Samples):
    first, second = office.client(), office.client()
    give_password(first)
    give_password(second)
    code = office.code("secretary")
    assert give_code(first, code).status_code == 303
    assert give_code(second, code).status_code == 422
    office.later(seconds=30)
    assert give_code(second, office.code("secretary")).status_code == 303


def test_of_two_uses_of_a_code_at_once_one_wins(office: Samples):
    code = office.code("secretary")
    user_id = office.staff["secretary"].user.id

    def use(_: int) -> bool:
        with office.database.unit_of_work(OURS) as work:
            tried = check_factor(
                work.session,
                user_id=user_id,
                practice_id=OURS,
                shown=Shown(code),
                opener=Opener(KEYS, INDEX),
                network="here",
                at=office.clock.now(),
            )
            work.commit()
        return tried.right

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(use, range(4))) == 1


def test_five_wrong_tries_make_one_wait_longer_and_longer(office: Samples):
    client = office.client()
    for _ in range(4):
        assert give_password(client, password="not the right one").status_code == 422
    give_password(client)
    locked = give_code(client, wrong_code(office))
    assert "après 9\u00a0h\u00a041" in locked.text
    assert "après 9\u00a0h\u00a041" in give_code(client, office.code("secretary")).text
    assert WRONG in give_password(client).text
    assert user(office).wrong_tries == 5
    office.later(minutes=1, seconds=1)
    give_password(client)
    assert "après 9\u00a0h\u00a043" in give_code(client, wrong_code(office)).text
    office.later(minutes=2, seconds=1)
    give_password(client)
    assert give_code(client, office.code("secretary")).location == "/accounts"
    assert (user(office).wrong_tries, user(office).waits_until) == (0, None)


def test_the_right_password_alone_sets_no_count_back(office: Samples):
    client = office.client()
    give_password(client)
    give_code(client, wrong_code(office))
    give_password(client)
    assert user(office).wrong_tries == 1


def test_a_session_ends_after_20_idle_minutes(office: Samples):
    client = office.client("secretary")
    for _ in range(3):
        office.later(minutes=19)
        assert client.get("/accounts").status_code == 200
    office.later(minutes=20)
    assert client.get("/accounts").location == "/sign-in"


def test_a_session_ends_after_ten_hours_however_busy(office: Samples):
    client = office.client("secretary")
    for _ in range(39):
        office.later(minutes=15)
        assert client.get("/sessions").status_code == 200
    office.later(minutes=15)
    assert client.get("/sessions").location == "/sign-in"


def test_use_is_noted_once_a_minute_and_changes_nothing_else(office: Samples):
    client = office.client("secretary")
    before = tables_of(office.database)
    office.later(seconds=59)
    client.get("/accounts")
    assert tables_of(office.database) == before
    office.later(seconds=1)
    client.get("/accounts")
    after = tables_of(office.database)
    assert {name for name in after if after[name] != before[name]} == {"staff_session"}


def test_sessions_are_listed_and_closed_one_by_one(office: Samples):
    here, elsewhere = office.client("secretary"), office.client("secretary")
    rows = here.get("/sessions").text.split("<tr>")[2:]
    assert len(rows) == 2
    closing = {
        "Celle-ci" in row: re.findall(r'action="(/sessions/[^"]+/close)"', row)[0] for row in rows
    }
    press(here, closing[False])
    assert here.get("/sessions").status_code == 200
    assert elsewhere.get("/sessions").location == "/sign-in"
    assert "déjà fermée" in text_of(press(here, closing[False])) + text_of(here.get("/sessions"))
    assert press(here, closing[True]).location == "/sign-in"
    assert here.get("/sessions").location == "/sign-in"


def test_nobody_closes_a_session_of_somebody_else(office: Samples):
    mine, theirs = office.client("secretary"), office.client("owner")
    with office.database.reading() as reading:
        owner = office.staff["owner"].user.id
        session_id = reading.scalars(
            select(StaffSession.id).where(StaffSession.user_id == owner)
        ).one()
    press(mine, f"/sessions/{session_id}/close")
    assert theirs.get("/sessions").status_code == 200


def test_a_suspended_person_is_out_at_once_and_may_come_back(office: Samples):
    client = office.client("secretary")
    user_id = office.staff["secretary"].user.id
    place = {"user_id": user_id, "practice_id": OURS, "actor": SYSTEM, "at": office.clock.now()}
    with office.database.unit_of_work(OURS) as work:
        suspend_staff(work.session, **place)
        work.commit()
    assert client.get("/accounts").location == "/sign-in"
    assert give_password(client).status_code == 422
    with office.database.unit_of_work(OURS) as work:
        restore_staff(work.session, **place)
        work.commit()
    assert give_password(client).location == "/sign-in/code"


def test_sign_ins_and_refusals_are_on_record_without_what_was_typed(office: Samples):
    client = office.client()
    give_password(client, password="something secret")
    give_password(client)
    give_code(client, wrong_code(office))
    give_code(client, office.code("secretary"))
    with office.database.reading(OURS) as reading:
        events = reading.scalars(
            select(TimelineEvent).where(TimelineEvent.kind.like("staff.%"))
        ).all()
    kinds = [event.kind for event in events]
    assert {"staff.password_refused", "staff.code_refused", "staff.signed_in"} <= set(kinds)
    assert all(event.account_id is None for event in events)
    assert "something secret" not in repr([event.facts for event in events])
