"""On PostgreSQL a captured back-office has mails sent to colleagues only as owners ask, and reads no link."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select

from ardoise.jobs_staff_mail import answer_door, send_mails
from shared.staff import (
    Shown,
    StaffLink,
    choose_password,
    draw_codes,
    join_as_new,
    password_link,
)
from shared.staff_mail import (
    Post,
    StaffMail,
    ask_invitation,
    ask_password,
    send_again,
    withdraw,
)
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
    other = door.do(
        ask_invitation, maker=door.maker, **(NINA | {"email": "x@r12.example", "name": "Paul Roy"})
    )
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
