"""On PostgreSQL a captured back-office lets nobody in, and takes nobody's credentials, without a trace."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pyotp
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ardoise.jobs_staff_mail import answer_door, send_mails
from shared.audit import Actor, record
from shared.base.database import Database
from shared.base.errors import NotFoundError
from shared.staff import (
    Enrolment,
    Maker,
    Opener,
    Shown,
    StaffLink,
    StaffMembership,
    StaffPasskey,
    StaffSession,
    StaffUser,
    Visit,
    add_passkey,
    add_staff,
    assign_role,
    check_factor,
    choose_password,
    draw_codes,
    enrol_anew,
    invite,
    join_as_new,
    new_secret,
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
from shared.staff_mail import (
    Post,
    StaffMail,
    ask_invitation,
    ask_password,
    send_again,
    withdraw,
)
from tests.security.captured import Captured
from tests.security.secured import Secured, tell_time
from tests.world import World

KEPT = "$argon2id$v=19$m=65536,t=3,p=4$x$y"


@dataclass
class Door:
    """The back-office's own login at work, at a test's time, and two people of its practice."""

    world: World
    database: Database
    opener: Opener
    owner: UUID
    colleague: UUID
    secret: str

    def do(self, act: Callable[..., Any], **how: Any) -> Any:
        """A use case of the back-office, kept."""
        with self.database.unit_of_work(self.world.practice_id) as work:
            done = act(work.session, practice_id=self.world.practice_id, at=self.now, **how)
            work.commit()
        return done

    @property
    def now(self) -> Any:
        return self.world.clock.now()

    @property
    def maker(self) -> Maker:
        return Maker(self.owner, Actor("staff", "Camille"))

    def visit(self, token: str) -> Visit:
        return Visit(read_secret(token), self.opener, "here", self.now)

    def follow(self, act: Callable[..., Any], token: str, **how: Any) -> Any:
        with self.database.unit_of_work(self.world.practice_id) as work:
            done = act(work.session, self.visit(token), **how)
            work.commit()
        return done


@pytest.fixture
def captured(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def door(secured: Secured, captured: Captured) -> Iterator[Door]:
    world, house = secured.stories.world, secured.stories.world.house
    with world.database.unit_of_work(world.practice_id) as work:
        made = [
            add_staff(
                work.session,
                email=f"{role}@r12.example",
                name=f"Camille {role}",
                role=role,
                practice_id=world.practice_id,
                password="cheval correct agrafe pile",
                keys=house.keys,
                at=world.clock.now(),
            )
            for role in ("owner", "manager")
        ]
        work.commit()
    database = Database(captured.url)
    tell_time(database, world.clock)
    opener = Opener(house.keys, house.index)
    owner, colleague = made
    yield Door(world, database, opener, owner.user.id, colleague.user.id, colleague.totp_secret)
    database.dispose()


def enrolment(door: Door) -> Enrolment:
    secret = new_secret()
    return Enrolment(secret, pyotp.TOTP(secret).at(door.now))


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
    again = door.do(invite, maker=door.maker, **(new | {"email": "other@r12.example"}))
    door.do(revoke_link, link_id=read_secret(again).link_id, actor=actor)


def tell(session: Session, kind: str, *, practice_id: int, at: Any, who: UUID) -> None:
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind=kind,
        actor=Actor("staff", "x"),
        at=at,
        user=str(who),
    )


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


NINA = {"email": "new@r12.example", "name": "Nina Roche", "role": "secretary"}
OF_NINA = "email = 'new@r12.example'"


def forget_password(door: Door) -> None:
    with door.database.unit_of_work() as work:
        ask_password(
            work.session,
            email="manager@r12.example",
            index=door.opener.index,
            network="here",
            at=door.now,
        )
        work.commit()


def move(captured: Captured, status: str) -> None:
    """What the worker does with a mail."""
    with psycopg.connect(captured.owner) as connection:
        connection.execute("UPDATE staff_mail SET status = %s", (status,))


def work(door: Door) -> str:
    """What the worker sends of it: the end of the only link."""
    world, house = door.world, door.world.house
    sent = len(world.mail.sent)
    answer_door(house)
    send_mails(
        Post(world.database, world.clock, world.mail, "https://e.example"), world.practice_id
    )
    [mail] = world.mail.sent[sent:]
    return mail.text.partition("/welcome/")[2].split()[0]


def links(door: Door) -> list[str]:
    with door.world.database.reading() as reading:
        query = select(StaffLink.status).order_by(StaffLink.made_at, StaffLink.status.desc())
        return list(reading.scalars(query))


def test_its_role_is_enough_for_invitations_by_mail(door: Door):
    mail = door.do(ask_invitation, maker=door.maker, **NINA)
    work(door)
    door.do(send_again, mail_id=mail.id, actor=door.maker.actor)
    assert links(door) == ["revoked"]
    token = work(door)
    assert len(door.follow(join_as_new, token, password_hash=KEPT, enrolment=enrolment(door))) == 10
    other = door.do(ask_invitation, maker=door.maker, **(NINA | {"email": "x@r12.example"}))
    work(door)
    door.do(withdraw, mail_id=other.id, actor=door.maker.actor)
    assert sorted(links(door)) == ["revoked", "revoked", "used"]


def test_its_role_is_enough_for_a_forgotten_password(door: Door):
    codes = door.do(
        draw_codes, user_id=door.colleague, index=door.opener.index, actor=door.maker.actor
    )
    door.do(password_link, user_id=door.colleague, maker=door.maker)
    forget_password(door)
    token = work(door)
    assert door.follow(choose_password, token, password_hash=KEPT, shown=Shown(codes[0]))
    assert sorted(links(door)) == ["revoked", "used"], "the owner's link opens nothing either"


def test_it_asks_for_no_other_mail_and_for_none_without_a_trace(door: Door, captured: Captured):
    door.do(ask_invitation, maker=door.maker, **NINA)
    assert captured.takes("staff_mail", OF_NINA)
    for changes in (
        {"kind": "forgotten"},
        {"kind": "reset_told"},
        {"made_by": str(door.colleague)},
        {"user_id": str(door.colleague)},
        {"status": "sent"},
        {"link_id": str(door.owner)},
        {"cause_id": str(door.owner)},
        {"times": 1},
        {"made_at": (door.now - timedelta(hours=1)).isoformat()},
    ):
        assert not captured.takes("staff_mail", OF_NINA, **changes), changes
    door.world.clock.instant += timedelta(minutes=6)
    now = door.now.isoformat()
    assert not captured.takes("staff_mail", OF_NINA, made_at=now), "nothing tells it any more"


def test_a_mail_is_turned_to_nobody_else_nor_sent_again_without_a_trace(
    door: Door, captured: Captured
):
    door.do(ask_invitation, maker=door.maker, **NINA)
    move(captured, "sent")
    again = "staff_mail SET status = 'planned'"
    assert not captured.lets_through(
        "staff_mail SET email = 'x@x.example'",
        "staff_mail SET role = 'owner'",
        "staff_mail SET times = 0",
        "staff_mail SET status = 'withheld'",
        "staff_mail SET status = 'withdrawn'",
        again,
    )
    with door.world.database.reading() as reading:
        who = reading.scalars(select(StaffMail.user_id)).one()
    door.do(tell, kind="staff_mail.again", who=who)
    assert captured.lets_through(again) == [again]
    for status in ("claimed", "withdrawn"):
        move(captured, status)
        assert not captured.lets_through(again), status
    with psycopg.connect(captured.owner) as connection:
        connection.execute("UPDATE staff_mail SET status = 'sent', times = 5")
    assert not captured.lets_through(again), "it went often enough"
    with psycopg.connect(captured.owner) as connection:
        connection.execute("UPDATE staff_mail SET kind = 'forgotten', times = 0")
    assert not captured.lets_through(again), "of no other kind"


def test_what_is_said_at_the_door_is_added_and_stays(door: Door, captured: Captured):
    forget_password(door)
    assert captured.takes("password_request", "true")
    old = (door.now - timedelta(hours=1)).isoformat()
    for changes in ({"answered_at": door.now.isoformat()}, {"asked_at": old}):
        assert not captured.takes("password_request", "true", **changes)
    assert not captured.lets_through(
        "password_request SET answered_at = now()", "password_request SET network = 'x'"
    )


def test_it_makes_no_link_as_if_asked_for_at_the_door(door: Door, captured: Captured):
    door.do(password_link, user_id=door.colleague, maker=door.maker)
    of_link = "purpose = 'password'"
    assert captured.takes("staff_link", of_link)
    assert not captured.takes("staff_link", of_link, purpose="forgotten")


def test_the_portal_reads_neither_mails_nor_links_nor_requests(door: Door, secured: Secured):
    door.do(ask_invitation, maker=door.maker, **NINA)
    door.do(password_link, user_id=door.colleague, maker=door.maker)
    forget_password(door)
    portal = Captured(secured, "ardoise_portal")
    for table in ("staff_mail", "staff_link", "password_request"):
        assert not portal.reads(table, "id"), table


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
