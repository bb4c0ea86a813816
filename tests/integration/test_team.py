"""Who comes into a practice is for its owners to say, and one owner always stays."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.audit import Actor
from shared.base.errors import NotAllowedError
from shared.staff import (
    Maker,
    StaffMembership,
    StaffSession,
    StaffUser,
    assign_role,
    members_who_may,
    suspend_member,
)
from shared.staff.rules import TRIES_IN_ALL
from tests.backoffice_office import (
    PASSWORD,
    Samples,
    member,
    opened,
    text_of,
    token_of,
)
from tests.backoffice_orders import confirm
from tests.backoffice_people import OTHERS, OURS
from tests.integration.staff_doors import give_password, own, send, told
from tests.statements import counting


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def page(office: Samples, role: str) -> str:
    return f"/team/{office.staff[role].user.id}"


def role_of(office: Samples, role: str) -> str:
    with office.database.reading() as reading:
        return reading.get_one(StaffMembership, (OURS, office.staff[role].user.id)).role


def second_owner(office: Samples) -> UUID:
    user_id = office.staff["manager"].user.id
    with office.database.unit_of_work(OURS) as work:
        assign_role(
            work.session,
            practice_id=OURS,
            user_id=user_id,
            role="owner",
            maker=Maker(office.staff["owner"].user.id, Actor("staff", "Camille Owner")),
            at=office.clock.now(),
        )
        work.commit()
    return user_id


def test_the_team_is_shown_with_what_each_signs_in_with(office: Samples):
    give_password(office.client(), "secretary", password="not the right one")
    listed = text_of(own(office, "owner").get("/team"))
    assert "Claire Le Goff secretary@cabinet.example Secrétariat application" in listed
    assert "stranger" not in listed
    for role in ("manager", "secretary"):
        assert own(office, role).get("/team").status_code == 403


def test_a_role_is_changed_and_holds_from_the_next_page(office: Samples):
    client = office.client("accountant")
    assert "Nadia" not in client.get("/accounts").text
    send(own(office, "owner"), f"{page(office, 'accountant')}/role", role="secretary")
    assert "Nadia" in client.get("/accounts").text
    [event] = told(office, "staff.role_changed")
    assert (event.facts["before"], event.facts["role"]) == ("accountant", "secretary")


def test_nobody_decides_on_their_own_access(office: Samples):
    second_owner(office)
    client = own(office, "owner")
    for act in ("role", "suspend", "factors", "password-link", "unlock"):
        send(client, f"{page(office, 'owner')}/{act}", role="manager")
        assert "propre accès" in text_of(client.get("/team")), act
    assert role_of(office, "owner") == "owner"


def test_who_is_suspended_is_out_here_at_once_and_comes_back_by_an_owner(office: Samples):
    secretary, owner = office.client("secretary"), own(office, "owner")
    send(owner, f"{page(office, 'secretary')}/suspend")
    assert secretary.get("/access").status_code == 303
    assert give_password(secretary, "secretary").status_code == 422
    with office.database.reading(OURS) as reading:
        may = members_who_may(reading, practice_id=OURS, permission="accounts.read")
    assert office.staff["secretary"].user.id not in may
    send(owner, f"{page(office, 'secretary')}/suspend")
    assert "déjà suspendu" in text_of(owner.get("/team"))
    send(owner, f"{page(office, 'secretary')}/restore")
    assert give_password(secretary, "secretary").status_code == 303


def test_of_two_owners_who_remove_each_other_at_once_one_stays(office: Samples):
    first, second = office.staff["owner"].user.id, second_owner(office)

    def remove(pair: tuple[UUID, UUID]) -> bool:
        who, whom = pair
        with office.database.unit_of_work(OURS) as work:
            try:
                suspend_member(
                    work.session,
                    practice_id=OURS,
                    user_id=whom,
                    maker=Maker(who, Actor("staff", "Camille")),
                    at=office.clock.now(),
                )
            except NotAllowedError:
                return False
            work.commit()
            return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(remove, [(first, second), (second, first)]))
    assert sorted(done) == [False, True]
    with office.database.reading() as reading:
        owners = select(StaffMembership.status).where(
            StaffMembership.practice_id == OURS, StaffMembership.role == "owner"
        )
        assert sorted(reading.scalars(owners)) == ["active", "suspended"]


def test_an_owner_whom_the_operator_keeps_out_does_not_count_as_the_one_who_stays(office: Samples):
    second = second_owner(office)
    with office.database.unit_of_work() as work:
        user = work.session.get_one(StaffUser, office.staff["owner"].user.id)
        user.status = "suspended"
        work.commit()
    with (
        office.database.unit_of_work(OURS) as work,
        pytest.raises(NotAllowedError, match="dernier"),
    ):
        assign_role(
            work.session,
            practice_id=OURS,
            user_id=second,
            role="manager",
            maker=Maker(office.staff["owner"].user.id, Actor("staff", "Camille Owner")),
            at=office.clock.now(),
        )


def test_a_colleagues_sessions_here_are_seen_and_closed(office: Samples):
    secretary, owner = office.client("secretary"), own(office, "owner")
    with office.database.reading() as reading:
        [session_id] = reading.scalars(
            select(StaffSession.id).where(StaffSession.user_id == office.staff["secretary"].user.id)
        )
    shown = owner.get(page(office, "secretary")).text
    assert f"/sessions/{session_id}/close" in shown
    send(owner, f"{page(office, 'secretary')}/sessions/{session_id}/close")
    assert secretary.get("/access").status_code == 303


def test_somebody_of_another_practice_is_not_there(office: Samples):
    stranger = office.client("stranger", practice_id=OTHERS)
    owner = own(office, "owner")
    assert owner.get(page(office, "stranger")).status_code == 404
    for act in ("role", "suspend", "restore", "unlock", "password-link", "factors"):
        send(owner, f"{page(office, 'stranger')}/{act}", role="owner")
    assert stranger.get("/access").status_code == 200
    assert not told(office, "staff.factors_reset")


def test_who_mistyped_too_often_is_let_try_again(office: Samples):
    for _ in range(5):
        give_password(office.client(), "secretary", password="not the right one")
    assert give_password(office.client(), "secretary").status_code == 422
    send(own(office, "owner"), f"{page(office, 'secretary')}/unlock")
    assert give_password(office.client(), "secretary").status_code == 303


def test_whoever_sits_at_an_owners_open_session_gets_no_more_tries_from_it(office: Samples):
    client = office.client("owner")
    token = token_of(client)
    wrong = {"csrf_token": token, "confirm_password": PASSWORD, "confirm_code": "000000"}
    for _ in range(5):
        client.post("/access/codes", data=wrong)
    for act in ("unlock", "restore"):
        client.post(f"{page(office, 'owner')}/{act}", data={"csrf_token": token})
    right = wrong | {"confirm_code": office.code("owner")}
    assert client.post("/access/codes", data=right).status_code == 422
    assert not told(office, "staff.unlocked")


def test_another_practices_owner_does_not_set_back_what_guards_ours(office: Samples):
    both = office.staff["secretary"].user.id
    with office.database.unit_of_work() as work:
        office.staff["theirs"] = member(work.session, "owner", "theirs@cabinet.example", OTHERS)
        work.session.add(StaffMembership(practice_id=OTHERS, user_id=both, role="secretary"))
        work.session.get_one(StaffUser, both).wrong_tries = TRIES_IN_ALL - 1
        work.commit()
    theirs = office.client("theirs", practice_id=OTHERS)
    confirm(office)
    send(theirs, f"{page(office, 'secretary')}/unlock")
    assert "travaille aussi dans un autre" in text_of(theirs.get("/team"))
    give_password(office.client(), "secretary", password="not the right one")
    assert give_password(office.client(), "secretary").status_code == 422


@pytest.mark.parametrize("address", ["/team", "/access", "/practices", "member"])
def test_each_page_asks_little_of_the_database(office: Samples, address: str):
    client = own(office, "owner")
    address = page(office, "secretary") if address == "member" else address
    with counting(office.database.engine) as statements:
        assert client.get(address).status_code == 200
    assert len(statements) <= 12
