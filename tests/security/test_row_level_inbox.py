"""On PostgreSQL: what a captured door could do to the inbox beyond its pages' deeds is refused."""

from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from shared.messages import Seen, mark_of, merge_threads
from shared.staff import StaffMembership, StaffUser, open_session
from tests.integration.plan_world import STAFF, PlanWorld
from tests.integration.talks import Talks, words
from tests.security.captured import Captured
from tests.security.secured import Secured

TABLES = ("thread_note", "thread_promise", "thread_seen", "thread_presence", "canned_answer")


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def world(secured: Secured) -> PlanWorld:
    return PlanWorld.around(secured.stories.world)


def member(world: PlanWorld, *, signed_in: bool) -> UUID:
    """A member of staff, at work or gone home."""
    with world.database.unit_of_work(world.practice_id) as work:
        person = work.session.scalars(
            select(StaffUser)
            .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
            .where(StaffMembership.practice_id == world.practice_id)
            .order_by(StaffUser.id)
        ).first()
        assert person is not None
        if signed_in:
            open_session(
                work.session,
                user_id=person.id,
                practice_id=world.practice_id,
                at=world.clock.now(),
            )
        work.commit()
    return person.id


def presence(world: PlanWorld, thread_id: UUID, user_id: UUID) -> None:
    """Rows of the inbox, as the owner of the tables puts them."""
    with psycopg.connect(world.database.url) as connection:
        for table in ("thread_seen", "thread_presence"):
            more, values = (", name", ", %(name)s") if table == "thread_presence" else ("", "")
            connection.execute(
                f"INSERT INTO {table} (practice_id, id, user_id, thread_id, at{more}) "  # noqa: S608
                f"VALUES (%(practice)s, gen_random_uuid(), %(user)s, %(thread)s, now(){values})",
                {
                    "practice": world.practice_id,
                    "user": user_id,
                    "thread": thread_id,
                    "name": connection.execute(
                        "SELECT name FROM staff_user WHERE id = %s", (user_id,)
                    ).fetchone()[0],  # type: ignore[index]
                },
            )


def test_the_portal_reaches_nothing_that_staff_keep_among_themselves(secured: Secured):
    portal = Captured(secured, "ardoise_portal")
    with psycopg.connect(portal.url) as connection:
        for table in TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT 1 FROM {table}")  # noqa: S608
            connection.rollback()


def test_notes_and_presence_are_of_who_is_at_work(office: Captured, world: PlanWorld):
    talks, account = Talks(world), world.account()
    thread = talks.open(account, "unclear", words("Pourquoi ?"))
    gone = member(world, signed_in=False)
    presence(world, thread.id, gone)
    talks.note(thread, words("Son fils appelle."))
    of = f"thread_id = '{thread.id}'"
    assert not office.takes("thread_note", of, once="1" * 32)
    assert not office.lets_through(
        "thread_presence SET at = now() WHERE thread_id = %(thread)s",
        "thread_seen SET at = now() WHERE thread_id = %(thread)s",
        thread=thread.id,
    )
    member(world, signed_in=True)
    assert office.takes("thread_note", of, once="1" * 32)
    assert not office.takes("thread_note", of, once="1" * 32, author="Quelqu’un d’autre")
    assert office.lets_through(
        "thread_presence SET at = now() WHERE thread_id = %(thread)s",
        "thread_seen SET at = now() WHERE thread_id = %(thread)s",
        "thread_presence SET name = 'Quelqu’un d’autre' WHERE thread_id = %(thread)s",
        thread=thread.id,
    ) == [
        "thread_presence SET at = now() WHERE thread_id = %(thread)s",
        "thread_seen SET at = now() WHERE thread_id = %(thread)s",
    ]


def test_what_was_written_moves_only_with_a_merged_thread(office: Captured, world: PlanWorld):
    talks, account = Talks(world), world.account()
    one = talks.open(account, "unclear", words("Un"))
    world.later(minutes=1)
    other = talks.open(account, "other", words("Deux"))
    talks.note(other, words("Une note."))
    moving = (
        "message SET thread_id = %(one)s WHERE thread_id = %(other)s",
        "thread_note SET thread_id = %(one)s WHERE thread_id = %(other)s",
        "message SET read_at = now() WHERE thread_id = %(other)s AND side = 'patient'",
    )
    assert office.lets_through(*moving, one=one.id, other=other.id) == [moving[2]]
    elsewhere = talks.open(world.account(), "other", words("Quelqu’un d’autre"))
    assert not office.lets_through(
        "thread SET status = 'merged' WHERE id = %(other)s",
        "thread SET merged_into = %(one)s WHERE id = %(other)s",
        "thread SET status = 'merged', merged_into = %(far)s WHERE id = %(other)s",
        "thread SET status = 'merged', merged_into = id WHERE id = %(other)s",
        "thread SET awaits_until = now()::date + 5 WHERE id = %(other)s",
        "thread SET assigned_to = gen_random_uuid(), assigned_name = 'x' WHERE id = %(other)s",
        "thread SET answer_by = answer_by + 5 WHERE id = %(other)s",
        "thread SET broken_for = NULL, answer_by = answer_by WHERE id = %(other)s",
        one=one.id,
        other=other.id,
        far=elsewhere.id,
    )
    assert office.lets_through(
        "thread SET status = 'merged', merged_into = %(one)s WHERE id = %(other)s",
        one=one.id,
        other=other.id,
    )


def test_nobody_writes_in_what_is_left_of_a_merged_thread(
    secured: Secured, office: Captured, world: PlanWorld
):
    talks, account = Talks(world), world.account()
    one = talks.open(account, "unclear", words("Un"))
    world.later(minutes=1)
    other = talks.open(account, "other", words("Deux"))
    with world.database.unit_of_work(world.practice_id) as work:
        merge_threads(
            work.session,
            practice_id=world.practice_id,
            account_id=account.id,
            one=Seen(one.id, mark_of(one.status, one.moved_at)),
            other=Seen(other.id, mark_of(other.status, other.moved_at)),
            actor=STAFF,
            at=world.clock.now(),
        )
        work.commit()
    portal = Captured(secured, "ardoise_portal")
    left = {"thread": other.id}
    for door in (portal, office):
        assert not door.lets_through("thread SET status = 'waiting' WHERE id = %(thread)s", **left)
    assert not portal.takes(
        "message", f"thread_id = '{one.id}'", once="2" * 32, thread_id=str(other.id)
    )
    assert portal.takes("message", f"thread_id = '{one.id}' AND side = 'patient'", once="3" * 32)
