"""On PostgreSQL work is put off within bounds by staff alone, and only the worker keeps figures."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.accounts import ContactPoint
from shared.base.database import Database
from shared.totals import DeskTotal, Moment, keep_totals
from shared.worklist import KINDS, Task, finish_by_hand, open_task, put_off, take_up
from tests.integration.plan_world import STAFF, PlanWorld
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.servers.roles import tell_time


@pytest.fixture
def world(secured: Secured) -> PlanWorld:
    return PlanWorld.around(secured.stories.world)


@pytest.fixture
def tasks(world: PlanWorld) -> dict[str, Task]:
    """Open work of three kinds, promised for today."""
    account, found = world.account(), {}
    for kind in ("ladder_call", "card_disputed", "message_waiting"):
        with world.database.unit_of_work(world.practice_id) as work:
            open_task(
                work.session,
                KINDS[kind],
                practice_id=world.practice_id,
                account_id=account.id,
                key=f"of {account.id}",
                due_on=world.clock.now().date(),
                actor=STAFF,
                at=world.clock.now(),
            )
            found[kind] = work.session.scalars(
                select(Task).where(Task.kind == kind, Task.account_id == account.id)
            ).one()
            work.commit()
    return found


def later(days: int, *, by: str = "'Claire'", why: str = "'person'", at: str = "%(now)s") -> str:
    return (
        f"task SET comes_on = due_on + {days}, later_by = {by}, later_reason = {why}, "
        f"later_at = {at} WHERE id = %(id)s"
    )


def test_a_captured_back_office_hides_no_work_for_ever(
    secured: Secured, world: PlanWorld, tasks: dict[str, Task]
) -> None:
    office = Captured(secured, "ardoise_backoffice")
    values = {"id": tasks["ladder_call"].id, "now": world.clock.now()}
    well = later(30)
    assert office.lets_through(well, **values) == [well]
    assert not office.lets_through(
        later(90),
        later(30, why="NULL"),
        later(30, by="'portal'"),
        later(30, at="'2030-01-01'"),
        later(30, by="NULL"),
        "task SET comes_on = due_on + 9 WHERE id = %(id)s",
        "task SET later_by = 'Claire', later_reason = 'person' WHERE id = %(id)s",
        "task SET due_on = due_on + 9 WHERE id = %(id)s",
        "task SET kind = 'invoice_absent' WHERE id = %(id)s",
        **values,
    )
    values["id"] = tasks["card_disputed"].id
    assert not office.lets_through(later(1), **values)


def test_a_captured_portal_puts_nothing_off_and_opens_nothing_out_of_sight(
    secured: Secured, world: PlanWorld, tasks: dict[str, Task]
) -> None:
    portal = Captured(secured, "ardoise_portal")
    task = tasks["message_waiting"]
    values = {"id": task.id, "now": world.clock.now()}
    assert not portal.lets_through(later(1), later(1, by="'portal'"), **values)
    row = f"id = '{task.id}'"
    far = (task.due_on + timedelta(days=900)).isoformat()
    assert portal.takes("task", row, key="another")
    assert not portal.takes("task", row, key="another", comes_on=far)
    assert not portal.takes("task", row, key="another", later_by="Claire")


def test_staff_put_off_take_up_and_finish_in_their_role(
    secured: Secured, world: PlanWorld, tasks: dict[str, Task]
) -> None:
    desk = Database(secured.log_in("ardoise_backoffice"))
    tell_time(desk, world.clock)
    at, today = world.clock.now(), world.clock.now().date()
    common = {
        "practice_id": world.practice_id,
        "task_id": tasks["ladder_call"].id,
        "actor": STAFF,
        "at": at,
    }
    with desk.unit_of_work(world.practice_id) as work:
        until = today + timedelta(days=3)
        put_off(work.session, until=until, reason="person", told=False, today=today, **common)
        take_up(work.session, **common)
        finish_by_hand(work.session, reason="reached", **common)
        work.commit()
    with world.database.reading(world.practice_id) as reading:
        done = reading.get_one(Task, (world.practice_id, common["task_id"]))
    assert (done.status, done.comes_on) == ("done", done.due_on)
    desk.dispose()


def test_figures_are_read_by_the_back_office_and_written_by_the_worker_alone(
    secured: Secured, world: PlanWorld
) -> None:
    with world.database.unit_of_work(world.practice_id) as work:
        keep_totals(work.session, Moment(world.practice_id, world.clock.now(), "Europe/Paris"))
        assert work.session.scalars(select(DeskTotal)).all()
        work.commit()
    office = Captured(secured, "ardoise_backoffice")
    portal = Captured(secured, "ardoise_portal")
    assert office.reads("desk_total", "*")
    assert not portal.reads("desk_total", "*")
    for door in (office, portal):
        assert not door.lets_through("desk_total SET count = count + 1")


def test_a_contact_that_refused_is_used_again_only_where_the_worker_had_that_looked_into(
    secured: Secured, world: PlanWorld
) -> None:
    office, account = Captured(secured, "ardoise_backoffice"), world.account()
    with world.database.unit_of_work(world.practice_id) as work:
        contact = work.session.scalars(
            select(ContactPoint).where(ContactPoint.account_id == account.id)
        ).first()
        assert contact is not None
        contact_id, contact.status = contact.id, "bounced"
        work.commit()
    again = "contact_point SET status = 'usable' WHERE id = %(id)s"
    assert not office.lets_through(again, id=contact_id)
    with world.database.unit_of_work(world.practice_id) as work:
        open_task(
            work.session,
            KINDS["contact_bounced"],
            practice_id=world.practice_id,
            account_id=account.id,
            key=str(contact_id),
            due_on=world.clock.now().date(),
            actor=STAFF,
            at=world.clock.now(),
        )
        work.commit()
    assert office.lets_through(again, id=contact_id) == [again]
