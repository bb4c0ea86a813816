"""A conversation from its first night to its last cent, and nights that come twice or not at all."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from shared.accounts import get_practice
from shared.billing import Invoice
from shared.ladder import DEFAULT_POLICY, LadderNight, Step, decide_tonight, install_policy
from shared.ladder.rules import MESSAGE
from tests.integration.ladder_world import LadderWorld


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    opened = LadderWorld(database_url)
    yield opened
    opened.check()
    opened.database.dispose()


# From the first night to the last cent


def test_a_new_debt_after_the_last_cent_begins_anew_a_week_after_the_last_message(
    world: LadderWorld,
) -> None:
    account = world.account()
    world.night_and_send()
    world.later(hours=1)
    world.adjust(account, -4250)
    world.days(1)
    assert world.night().closed == 1
    world.bill(account, 3000, due_days=30)
    run = world.night()
    assert (run.opened, run.withheld) == (1, {"cap_week": 1})
    world.days(5)
    assert world.night().withheld == {"cap_week": 1}
    world.days(1)
    assert world.night().planned == {"pre_due": 1}
    assert world.send() == 1
    first, second = world.cycles(account)
    assert (first.status, second.status) == ("closed", "open")
    assert first.closed_at is not None
    assert (second.position, second.messages) == (1, 1)


def test_no_policy_sends_a_fourth_message(world: LadderWorld) -> None:
    eager = tuple(
        Step(position, "reminder", MESSAGE, "due", position, 7, 100) for position in range(1, 7)
    )
    with world.database.unit_of_work(world.practice_id) as work:
        install_policy(work.session, practice_id=world.practice_id, steps=eager, version=2)
        work.commit()
    account = world.account(due_days=-60)
    for _ in range(8):
        world.night_and_send()
        world.days(7)
    assert len(world.letters()) == 3
    assert world.cycle(account).withheld == "cap_cycle"


def test_humans_call_and_approve_and_no_message_goes_in_their_stead(world: LadderWorld) -> None:
    account = world.account(due_days=-60)
    for gap in (7, 14, 14):
        assert world.night_and_send() == 1
        world.days(gap)
    assert world.night().asked == {"call": 1}
    assert world.night().seen == 0, "asked for once"
    world.days(20)
    assert world.night().seen == 0, "what nobody did has not taken place"
    assert [task.kind for task in world.tasks()] == ["ladder_call"]
    world.finish_task("ladder_call")
    assert world.cycle(account).position == 4
    world.days(9)
    assert world.night().seen == 0
    world.days(1)
    assert world.night().asked == {"formal_notice": 1}
    assert [task.kind for task in world.tasks()] == ["ladder_formal_notice"]
    world.send_letter(account)
    for _ in range(3):
        world.days(30)
        assert world.night_and_send() == 0
    assert world.cycle(account).position == 5
    assert len(world.letters()) == 3
    assert {n.template for n in world.notices(account)} == {
        step.name for step in DEFAULT_POLICY if step.act == MESSAGE
    }


def test_a_small_sum_is_never_made_formal(world: LadderWorld) -> None:
    world.account(owes=(1999,), due_days=-60)
    for gap in (7, 14, 14):
        world.night_and_send()
        world.days(gap)
    assert world.night().asked == {"call": 1}
    world.finish_task("ladder_call")
    world.days(30)
    assert world.night().seen == 0


@pytest.mark.parametrize("formal", [False, True])
def test_nobody_is_called_or_admonished_for_what_is_paid(world: LadderWorld, formal: bool) -> None:
    account = world.account(due_days=-60)
    for gap in (7, 14, 14):
        world.night_and_send()
        world.days(gap)
    world.night()
    if formal:
        world.finish_task("ladder_call")
        world.days(10)
        world.night()
    assert len(world.tasks()) == 1
    world.adjust(account, -4250)
    world.send()
    assert world.cycle(account).status == "closed"
    assert not world.tasks()
    assert len(world.story(account, "task.vanished")) == 1


# Nights


def test_a_day_is_decided_once(world: LadderWorld) -> None:
    world.account()
    runs = []
    for _ in range(2):
        with world.database.unit_of_work(world.practice_id) as work:
            practice = get_practice(work.session, world.practice_id)
            runs.append(decide_tonight(work.session, practice=practice, at=world.clock.now()))
            work.commit()
    assert runs[0] is not None
    assert runs[1] is None
    with world.database.reading(world.practice_id) as session:
        [night] = session.scalars(select(LadderNight)).all()
    assert night.day == date(2026, 11, 24)
    assert night.counts == {"opened": 1, "closed": 0, "planned": 1, "asked": 0, "withheld": 0}


def test_a_week_without_nights_loses_nothing_and_sends_one_message_only(world: LadderWorld) -> None:
    late, running, new = world.account(due_days=-60), world.account(), world.account(due_days=60)
    world.night_and_send()
    world.days(40)
    run = world.night()
    assert run.planned == {"reminder": 2, "pre_due": 1}, "the next step, not all that were missed"
    assert world.send() == 3
    world.days(1)
    assert world.night_and_send() == 0
    assert [world.cycle(a).position for a in (late, running, new)] == [2, 2, 1]


def test_a_message_that_waits_is_not_planned_a_second_time(world: LadderWorld) -> None:
    account = world.account()
    for _ in range(3):
        world.night()
        world.days(1)
    assert len(world.notices(account)) == 1


def test_one_practices_night_is_no_others(world: LadderWorld) -> None:
    mine = world.account()
    other = world.open_practice("Secrétariat R13")
    theirs = world.account(practice_id=other)
    assert world.night().planned == {"pre_due": 1}
    with world.database.reading(other) as session:
        kept = session.scalars(select(Invoice).where(Invoice.account_id == theirs.id)).all()
    assert len(kept) == 1
    assert world.cycles(mine)
    assert not world.cycles(theirs)


def test_a_reason_is_told_once_and_again_when_it_changes(world: LadderWorld) -> None:
    account = world.account()
    hold_id = world.hold(account, "dispute")
    for _ in range(3):
        world.night()
        world.later(days=1)
    world.release(hold_id)
    world.hold(account, "aid")
    world.night()
    told = [facts["reason"] for facts in world.story(account, "ladder.withheld")]
    assert told == ["hold_dispute", "hold_aid"]
    since = world.cycle(account).withheld_since
    world.later(days=1)
    world.night()
    assert world.cycle(account).withheld_since == since
