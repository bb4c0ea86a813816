"""The ladder: one gentle message at a time, never after payment, always with its reason."""

import pytest
from sqlalchemy import select, update

from ardoise import jobs
from shared.accounts import Account, place_hold
from shared.audit import SYSTEM, timeline_of
from shared.billing import Invoice, Source
from shared.delivery import (
    NeverError,
    NotNowError,
    UnknownOutcomeError,
    decide_doubt,
    notices_of,
)
from shared.ladder import LadderCycle
from shared.ledger import Entry, adjustment_lines, post
from tests.world import World


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


def cycle_of(world: World, account: Account) -> LadderCycle:
    with world.database.reading(world.practice_id) as session:
        return session.scalars(
            select(LadderCycle).where(LadderCycle.account_id == account.id)
        ).one()


def fresh_export(world: World) -> None:
    """The practice's software has just given its list again, unchanged."""
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(Source).values(as_of=world.clock.now()))
        work.commit()


def send(world: World) -> int:
    sent = jobs.send_reminders(world.house, world.office, world.practice_id)
    jobs.follow_ladder(world.house, world.practice_id)
    return sent


def test_first_night_sends_one_neutral_message(world: World) -> None:
    account = world.account()
    run = world.night()
    assert run.planned == {"pre_due": 1}
    assert send(world) == 1
    [message] = world.sms.sent
    assert message.to == "+33639980118"
    assert "/l/" in message.text
    assert "42" not in message.text.split("http")[0]
    assert cycle_of(world, account).position == 1
    world.check()


def test_a_second_night_of_the_same_day_changes_nothing(world: World) -> None:
    world.account()
    world.night()
    assert world.night().seen == 0
    send(world)
    assert world.night().seen == 0
    assert len(world.sms.sent) == 1


def test_steps_follow_their_days_and_the_week_between(world: World) -> None:
    account = world.account(due_days=-40)
    days = {}
    for day in range(60):
        world.night()
        send(world)
        days.setdefault(cycle_of(world, account).position, day)
        world.later(days=1)
        fresh_export(world)
    assert len(world.sms.sent) == 3
    assert days[1] == 0
    assert days[2] >= 7
    assert days[3] >= days[2] + 14
    assert 4 not in days, "a call is a human's step"
    world.check()


def test_payment_between_decision_and_sending_stops_the_message(world: World) -> None:
    account = world.account()
    world.night()
    with world.database.unit_of_work(world.practice_id) as work:
        invoice = work.session.get_one(Invoice, (world.practice_id, world.invoices(account)[0].id))
        invoice.source_left_cents = 0
        post(
            work.session,
            [
                Entry(
                    "adjustment",
                    "sync:test",
                    world.clock.now().date(),
                    adjustment_lines(account.id, invoice.id, -4250),
                )
            ],
            practice_id=world.practice_id,
            actor=SYSTEM,
            at=world.clock.now(),
        )
        work.commit()
    send(world)
    assert not world.sms.sent
    assert cycle_of(world, account).status == "closed"
    world.check()


def test_hold_between_decision_and_sending_stops_the_message(world: World) -> None:
    account = world.account()
    world.night()
    with world.database.unit_of_work(world.practice_id) as work:
        place_hold(
            work.session,
            account=account,
            kind="staff",
            actor=SYSTEM,
            at=world.clock.now(),
            review_on=world.clock.now().date(),
        )
        work.commit()
    send(world)
    assert not world.sms.sent
    assert cycle_of(world, account).withheld == "hold_staff"


def test_an_old_export_withholds_everything_and_says_so_once(world: World) -> None:
    account = world.account()
    world.later(days=8)
    assert world.night().withheld == {"stale": 1}
    assert cycle_of(world, account).withheld == "stale"
    world.later(days=1)
    world.night()
    with world.database.reading(world.practice_id) as session:
        events = timeline_of(session, practice_id=world.practice_id, account_id=account.id)
    assert [e.kind for e in events].count("ladder.withheld") == 1


def test_a_clear_refusal_for_now_is_tried_again_later(world: World) -> None:
    world.account()
    world.night()
    world.sms.raises = NotNowError("busy")
    send(world)
    world.sms.raises = None
    assert send(world) == 0, "not at once"
    world.later(minutes=11)
    assert send(world) == 1
    assert len(world.sms.sent) == 1
    world.check()


def test_a_contact_that_does_not_work_is_a_task_and_no_step(world: World) -> None:
    account = world.account()
    world.night()
    world.sms.raises = NeverError("unknown number")
    send(world)
    assert cycle_of(world, account).position == 0
    assert world.night().withheld == {"no_contact": 1}
    world.check()


def test_an_unknown_outcome_is_never_sent_again_until_staff_decide(world: World) -> None:
    account = world.account()
    world.night()
    world.sms.raises = UnknownOutcomeError("cut")
    send(world)
    world.sms.raises = None
    world.later(days=1)
    world.night()
    assert send(world) == 0
    with world.database.unit_of_work(world.practice_id) as work:
        [notice] = notices_of(work.session, practice_id=world.practice_id, account_id=account.id)
        assert notice.status == "in_doubt"
        decide_doubt(work.session, notice, sent=False, actor=SYSTEM, at=world.clock.now())
        work.commit()
    world.later(days=7)
    fresh_export(world)
    world.night()
    assert send(world) == 1
    world.check()
