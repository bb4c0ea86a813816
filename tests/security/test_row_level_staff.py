"""On PostgreSQL a captured back-office lets nobody in, and takes nobody's credentials, without a trace."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shared.audit import Actor
from shared.base.errors import NotFoundError
from shared.staff import (
    Maker,
    Shown,
    StaffLink,
    StaffMembership,
    StaffPasskey,
    StaffSession,
    StaffUser,
    add_passkey,
    assign_role,
    check_factor,
    choose_password,
    draw_codes,
    enrol_anew,
    invite,
    join_as_new,
    open_session,
    password_link,
    read_secret,
    remove_passkey,
    reset_factors,
    restore_member,
    revoke_link,
    suspend_member,
)
from shared.staff.passkeys import NewPasskey
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.security.staff_door import KEPT, Door, enrolment, open_door, tell


@pytest.fixture
def captured(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def door(secured: Secured, captured: Captured) -> Iterator[Door]:
    with open_door(secured, captured) as opened:
        yield opened


def test_its_role_is_enough_for_all_that_the_pages_do(door: Door):
    new = {"email": "new@r12.example", "name": "Nina Roche", "role": "secretary"}
    token = door.do(invite, maker=door.maker, **new)
    assert len(door.follow(join_as_new, token, password_hash=KEPT, enrolment=enrolment(door))) == 10
    actor, who = Actor("staff", "Camille"), door.colleague
    key = NewPasskey("credential", "public", 0)
    one = door.do(add_passkey, user_id=who, name="Clé", new=key, actor=actor)
    door.do(remove_passkey, user_id=who, passkey_id=one.id, actor=actor)
    codes = door.do(draw_codes, user_id=who, index=door.opener.index, actor=actor)
    tried = door.do(
        check_factor, user_id=who, shown=Shown(codes[0]), opener=door.opener, network="here"
    )
    assert tried.right
    door.do(open_session, user_id=who)
    with door.database.reading() as reading:
        [sitting] = reading.scalars(select(StaffSession.id).where(StaffSession.user_id == who))
    door.do(open_session, user_id=who, from_session=sitting)
    link = door.do(password_link, user_id=who, maker=door.maker)
    assert door.follow(choose_password, link, password_hash=KEPT, shown=Shown(codes[1]))
    door.do(assign_role, user_id=who, role="secretary", maker=door.maker)
    door.do(suspend_member, user_id=who, maker=door.maker)
    door.do(restore_member, user_id=who, maker=door.maker)
    anew = door.do(reset_factors, user_id=who, maker=door.maker)
    assert door.follow(enrol_anew, anew, fits=True, enrolment=enrolment(door))
    again = door.do(
        invite, maker=door.maker, **(new | {"email": "other@r12.example", "name": "Paul Roy"})
    )
    door.do(revoke_link, link_id=read_secret(again).link_id, actor=actor)


CHANGES = {
    "staff.password_changed": "staff_user SET password_hash = 'x' WHERE id = %(who)s",
    "staff.totp_set": "staff_user SET totp_secret = 'x' WHERE id = %(who)s",
    "staff.role_changed": "staff_membership SET role = 'owner' WHERE user_id = %(who)s",
    "staff_membership.suspend": "staff_membership SET status = 'suspended' WHERE user_id = %(who)s",
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_one_signs_in_with_changes_beside_a_fresh_event_that_names_the_person(
    door: Door, captured: Captured, kind: str
):
    change = CHANGES[kind]
    assert not captured.lets_through(change, who=door.colleague)
    door.do(tell, kind="staff.signed_in", who=door.colleague)
    door.do(tell, kind=kind, who=door.owner)
    assert not captured.lets_through(change, who=door.colleague)
    door.do(tell, kind=kind, who=door.colleague)
    assert captured.lets_through(change, who=door.colleague) == [change]
    door.world.clock.instant += timedelta(minutes=5, seconds=1)
    assert not captured.lets_through(change, who=door.colleague)


def test_it_neither_renames_people_nor_ends_them_nor_takes_the_last_owner(
    door: Door, captured: Captured
):
    for kind in ("staff.role_changed", "staff_membership.suspend"):
        door.do(tell, kind=kind, who=door.owner)
    assert not captured.lets_through(
        "staff_user SET email = 'x' WHERE id = %(who)s",
        "staff_user SET name = 'x' WHERE id = %(who)s",
        "staff_user SET status = 'suspended' WHERE id = %(who)s",
        "staff_user SET key_id = 'x' WHERE id = %(who)s",
        "staff_membership SET role = 'secretary' WHERE user_id = %(who)s",
        "staff_membership SET status = 'suspended' WHERE user_id = %(who)s",
        who=door.owner,
    )


def test_it_makes_no_person_member_passkey_code_or_link_of_its_own(door: Door, captured: Captured):
    actor = Actor("staff", "x")
    key = NewPasskey("credential", "public", 0)
    door.do(add_passkey, user_id=door.owner, name="Clé", new=key, actor=actor)
    door.do(draw_codes, user_id=door.owner, index=door.opener.index, actor=actor)
    new = {"email": "new@r12.example", "name": "Nina Roche", "role": "secretary"}
    door.do(invite, maker=door.maker, **new)
    door.world.clock.instant += timedelta(minutes=6)
    assert not captured.takes("staff_user", f"id = '{door.owner}'", email="x@x.example")
    assert not captured.takes("staff_passkey", f"user_id = '{door.owner}'", credential_id="another")
    assert not captured.takes("recovery_code", f"user_id = '{door.owner}'")
    assert not captured.takes("staff_link", "email = 'new@r12.example'")
    assert not captured.lets_through(
        "recovery_code SET used_at = now() WHERE user_id = %(who)s",
        "staff_link SET status = 'used', moved_at = now() WHERE email = 'new@r12.example'",
        who=door.owner,
    )


def test_a_used_code_and_a_link_that_is_over_never_live_again(door: Door, captured: Captured):
    actor = Actor("staff", "x")
    codes = door.do(draw_codes, user_id=door.colleague, index=door.opener.index, actor=actor)
    door.do(
        check_factor,
        user_id=door.colleague,
        shown=Shown(codes[0]),
        opener=door.opener,
        network="here",
    )
    link = door.do(password_link, user_id=door.colleague, maker=door.maker)
    door.follow(choose_password, link, password_hash=KEPT, shown=Shown(codes[1]))
    assert not captured.lets_through(
        "recovery_code SET used_at = NULL WHERE user_id = %(who)s AND used_at IS NOT NULL",
        "staff_link SET status = 'open' WHERE user_id = %(who)s",
        "staff_link SET role = 'owner' WHERE user_id = %(who)s",
        who=door.colleague,
    )


def test_a_link_is_an_owners_and_lives_72_hours_at_most(door: Door, captured: Captured):
    new = {"email": "new@r12.example", "name": "Nina Roche", "role": "secretary"}
    door.do(invite, maker=door.maker, **new)
    row = "email = 'new@r12.example'"
    assert captured.takes("staff_link", row)
    late = (door.now + timedelta(hours=73)).isoformat()
    for changes in (
        {"made_by": str(door.colleague)},
        {"ends_at": late},
        {"status": "used"},
        {"purpose": "password"},
    ):
        assert not captured.takes("staff_link", row, **changes), changes


def test_nobody_comes_in_on_the_word_of_who_is_no_owner_any_more(door: Door, captured: Captured):
    new = {"email": "new@r12.example", "name": "Nina Roche", "role": "owner"}
    invited = read_secret(door.do(invite, maker=door.maker, **new)).link_id
    with door.database.reading(door.world.practice_id) as reading:
        guest = reading.get_one(StaffLink, (door.world.practice_id, invited)).user_id
    door.do(tell, kind="staff_link.use", who=guest)
    use = (
        "staff_link SET status = 'used', moved_at = ardoise_clock() WHERE email = 'new@r12.example'"
    )
    assert captured.lets_through(use) == [use]
    door.do(assign_role, user_id=door.colleague, role="owner", maker=door.maker)
    with door.world.database.unit_of_work() as work:
        work.session.execute(
            update(StaffMembership)
            .where(StaffMembership.user_id == door.owner)
            .values(role="manager")
        )
        work.commit()
    assert not captured.lets_through(use)


def test_an_owner_ends_the_links_of_another_whom_they_keep_out(door: Door):
    door.do(assign_role, user_id=door.colleague, role="owner", maker=door.maker)
    new = {"email": "new@r12.example", "name": "Nina Roche", "role": "owner"}
    token = door.do(invite, maker=door.maker, **new)
    other = Maker(door.colleague, Actor("staff", "Camille"))
    door.do(suspend_member, user_id=door.owner, maker=other)
    with pytest.raises(NotFoundError, match="ne sert plus"):
        door.follow(join_as_new, token, password_hash=KEPT, enrolment=enrolment(door))


def test_the_portal_sees_nothing_of_it(secured: Secured):
    portal = Captured(secured, "ardoise_portal")
    with secured.stories.world.database.reading() as reading:
        assert reading.scalars(select(StaffUser.id)).first()
        assert reading.scalars(select(StaffPasskey.id)).first() is None
    assert not portal.reads("staff_user", "password_hash")
