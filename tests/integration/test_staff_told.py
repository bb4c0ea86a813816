"""A person is told by mail what was done with what lets them in, by whomever it was done."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.audit import Actor, record
from shared.staff import reset_staff
from shared.staff_mail.rules import MOST_TOLD_A_DAY
from tests.authenticator import Authenticator
from tests.backoffice_office import PASSWORD, Samples, opened
from tests.backoffice_people import KEYS, OURS
from tests.integration.staff_doors import (
    NEW_PASSWORD,
    SITE,
    draw,
    enrol,
    follow,
    link_on,
    own,
    send,
)
from tests.integration.staff_post import Mailroom

ADDRESS = "secretary@cabinet.example"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url, backoffice_url=SITE) as samples:
        samples.later(minutes=1)
        yield samples


@pytest.fixture
def room(office: Samples) -> Mailroom:
    return Mailroom(office)


def subjects(room: Mailroom) -> list[tuple[str, str]]:
    return [(mail.to, mail.subject) for mail in room.look()]


def test_a_new_key_and_new_codes_are_told_once(office: Samples, room: Mailroom):
    enrol(office, "secretary", Authenticator())
    assert subjects(room) == [(ADDRESS, "Votre second facteur a été changé")]
    draw(office, "secretary")
    assert subjects(room) == [(ADDRESS, "Votre second facteur a été changé")]
    assert subjects(room) == []


def test_a_password_of_ones_own_is_told_with_its_time(office: Samples, room: Mailroom):
    answer = send(own(office, "secretary"), "/access/password", new_password=NEW_PASSWORD)
    assert answer.status_code == 303, answer.text
    [mail] = room.look()
    assert (mail.to, mail.subject) == (ADDRESS, "Votre mot de passe a été changé")
    assert "24 novembre" in mail.text.replace("\u00a0", " ")


def test_what_an_owner_takes_away_is_told_and_what_is_enrolled_then(
    office: Samples, room: Mailroom
):
    page = send(own(office, "owner"), f"/team/{office.staff['secretary'].user.id}/factors")
    assert subjects(room) == [(ADDRESS, "Vos accès ont été remis à zéro")]
    office.later(minutes=1)
    assert follow(office, link_on(page), password=PASSWORD).status_code == 200
    assert subjects(room) == [(ADDRESS, "Votre second facteur a été changé")]


def test_what_the_operator_does_is_told(office: Samples, room: Mailroom):
    with office.database.unit_of_work(OURS) as work:
        reset_staff(
            work.session,
            user_id=office.staff["secretary"].user.id,
            practice_id=OURS,
            keys=KEYS,
            actor=Actor("system", "command line"),
            at=office.clock.now(),
        )
        work.commit()
    assert subjects(room) == [(ADDRESS, "Vos accès ont été remis à zéro")]


def tell(office: Samples, user: str, *, kind: str = "staff.password_changed") -> None:
    with office.database.unit_of_work(OURS) as work:
        record(
            work.session,
            practice_id=OURS,
            account_id=None,
            kind=kind,
            actor=Actor("staff", "x"),
            at=office.clock.now(),
            user=user,
        )
        work.commit()


def test_events_that_are_no_one_s_keep_no_others_from_being_told(office: Samples, room: Mailroom):
    """What a captured back-office could write beside the event of its deed."""
    tell(office, "nonsense")
    tell(office, str(uuid4()))
    user = str(office.staff["secretary"].user.id)
    tell(office, user, kind="staff.added")
    tell(office, user)
    assert subjects(room) == [(ADDRESS, "Votre mot de passe a été changé")]


def test_nobodys_mailbox_is_filled(office: Samples, room: Mailroom):
    user = str(office.staff["secretary"].user.id)
    for _ in range(MOST_TOLD_A_DAY + 5):
        office.clock.instant += timedelta(seconds=1)
        tell(office, user)
    assert len(subjects(room)) == MOST_TOLD_A_DAY
    assert subjects(room) == []


def test_old_news_is_not_told(office: Samples, room: Mailroom):
    tell(office, str(office.staff["secretary"].user.id))
    office.later(hours=25)
    assert subjects(room) == []
