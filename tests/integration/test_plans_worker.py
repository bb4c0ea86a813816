"""What the worker says and does about plans: in its time, once, and never against anybody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from ardoise import jobs_plans
from shared import plans
from shared.accounts import Account
from shared.delivery import Notice
from shared.payments import NO_CARD, REFUSED, TAKEN
from shared.plans import DueCharge
from tests.integration.plan_world import PlanWorld
from tests.integration.till import on_sqlite

NEAR, FIRST, SECOND = date(2026, 12, 2), date(2026, 12, 5), date(2027, 1, 5)


@pytest.fixture
def world(database_url: str) -> PlanWorld:
    return PlanWorld(database_url)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_a_plan_by_link_is_told_from_day_to_day_each_word_once(world: PlanWorld) -> None:
    account = world.account()
    world.plan(account)
    assert world.work_on(date(2026, 11, 24)) == ["24/11 plan_agreed"]
    said = world.work_on(*days(date(2026, 11, 25), date(2026, 12, 20)))
    assert said == ["02/12 instalment_near", "05/12 instalment_due", "10/12 instalment_missed"]
    assert world.work_on(date(2026, 12, 20)) == []
    assert world.tasks(account) == ["plan_behind"]
    assert {e.to for e in world.sms.sent} == {"+33639980118"}
    assert all("€" not in e.text and "42" not in e.text.split("http")[0] for e in world.sms.sent)
    world.check()


@on_sqlite
def test_a_date_that_is_paid_is_not_asked_for(world: PlanWorld) -> None:
    account = world.account()
    world.plan(account)
    world.work_on(date(2026, 11, 24))
    world.paid_at_desk(account, 1500)
    assert world.work_on(*days(NEAR, date(2026, 12, 20))) == []
    said = world.work_on(*days(date(2026, 12, 21), SECOND))
    assert said == ["31/12 instalment_near", "05/01 instalment_due"]


@on_sqlite
def test_who_missed_a_date_still_hears_of_the_next_but_is_told_so_once(world: PlanWorld) -> None:
    account = world.account()
    world.plan(account)
    said = world.work_on(*days(date(2026, 11, 24), date(2027, 2, 20)))
    assert [word.partition(" ")[2] for word in said] == [
        *("plan_agreed", "instalment_near", "instalment_due", "instalment_missed"),
        *("instalment_near", "instalment_due", "instalment_near", "instalment_due"),
    ]
    assert world.tasks(account) == ["plan_behind"] * 3
    assert world.holds(account) == ["plan"], "nothing punishes"
    world.check()


def test_news_of_a_date_is_asked_for_once_and_no_more_when_it_is_paid(world: PlanWorld) -> None:
    account = world.account()
    world.plan(account)
    world.work_on(date(2026, 12, 17))
    assert world.tasks(account) == ["plan_behind"]
    world.paid_at_desk(account, 1500)
    world.work_on(date(2026, 12, 18))
    assert world.tasks(account) == []
    assert world.tasks(account, "done") == ["plan_behind"]


@on_sqlite
def test_while_we_owe_an_answer_nothing_is_said_or_taken(world: PlanWorld) -> None:
    world.settle_rules(card_plans=True)
    account = world.account()
    plan = world.plan(account).plan
    world.at_desk(plan, plans.ask, what="pause")
    taker = Taker()
    for day in days(NEAR, date(2026, 12, 20)):
        world.clock.instant += timedelta(days=(day - world.clock.now().date()).days)
        world.work(taker)
    assert world.told(account) == ["plan_agreed"]
    assert taker.taken == []
    world.at_desk(plan, plans.keep_dates)
    world.work(taker)
    assert world.told(account)[-1] == "instalment_missed"


@on_sqlite
def test_dates_that_moved_are_told_anew(world: PlanWorld) -> None:
    account = world.account()
    plan = world.plan(account).plan
    world.work_on(*days(NEAR, FIRST))
    world.at_desk(plan, plans.pause)
    assert world.work_on(*days(date(2026, 12, 6), date(2026, 12, 20))) == []
    world.at_desk(plan, plans.resume)
    said = world.work_on(*days(date(2026, 12, 21), SECOND))
    assert said == ["31/12 instalment_near", "05/01 instalment_due"], "not on 2 January, a Saturday"


def test_an_answer_of_ours_is_told(world: PlanWorld) -> None:
    declined, offered = world.account(owes=(40_000,)), world.account(owes=(40_000,))
    world.at_desk(world.plan(declined).plan, plans.decline)
    world.plan(offered)
    world.offer(offered, [(SECOND, 40_000)])
    world.work()
    assert world.told(declined) == world.told(offered) == ["plan_answer"]


def test_what_changed_since_it_was_planned_is_not_said(world: PlanWorld) -> None:
    """The night's hours keep a word back; meanwhile the date was paid, the plan stopped."""
    paid, stopped = world.account(), world.account()
    view = [world.plan(one) for one in (paid, stopped)][1]
    world.clock.instant += timedelta(days=11)
    jobs_plans.follow_plans(world.house, world.practice_id)
    world.paid_at_desk(paid, 1500)
    world.at_desk(view.plan, plans.end)
    world.work()
    found = {n.template: n.status for n in world.notices(paid)}
    assert found == {"plan_agreed": "sent", "instalment_due": "withheld"}
    assert {n.status for n in world.notices(stopped)} == {"withheld"}
    assert {n.outcome for n in world.notices(stopped)} == {"not_due"}
    world.work()
    assert len(world.notices(stopped)) == 2, "what was withheld is not planned again"


def test_where_no_contact_works_a_human_tells_it(world: PlanWorld) -> None:
    account = world.account(phone="", email="")
    world.plan(account)
    world.work()
    world.work()
    assert world.tasks(account) == ["news_untold"]
    assert world.told(account) == []


def test_a_closed_door_gets_no_word(world: PlanWorld) -> None:
    account = world.account()
    world.plan(account)
    with world.database.unit_of_work(account.practice_id) as work:
        closed = update(Account).where(Account.id == account.id)
        work.session.execute(closed.values(door_closed_at=world.clock.now()))
        work.commit()
    assert world.work() == 0
    assert [n.outcome for n in world.notices(account)] == ["door_closed"]


@on_sqlite
def test_news_keeps_quiet_hours_and_counts_in_no_cap(database_url: str) -> None:
    world = PlanWorld(database_url)
    account = world.account(owes=(4250,))
    world.plan(account)
    jobs_plans.follow_plans(world.house, world.practice_id)
    world.at_desk(world.views(account)[0].plan, plans.end)
    assert world.night().planned.total() == 1, "the ladder goes on as if nothing had been said"
    assert {n.purpose for n in world.notices(account)} == {"news", "ladder"}


class Taker:
    """A charger that takes what it is asked to, or not."""

    def __init__(self, outcome: str = TAKEN) -> None:
        self.outcome = outcome
        self.taken: list[DueCharge] = []

    def charge(self, due: DueCharge) -> str:
        self.taken.append(due)
        return self.outcome


def card_plan(world: PlanWorld) -> Account:
    world.settle_rules(card_plans=True)
    account = world.account()
    world.plan(account)
    return account


@on_sqlite
def test_a_card_is_asked_on_the_day_and_no_link_goes_out(world: PlanWorld) -> None:
    account, taker = card_plan(world), Taker()
    for _ in days(date(2026, 11, 24), FIRST):
        world.work(taker)
        world.later(days=1)
    [due] = {one.instalment_id: one for one in taker.taken}.values()
    view = world.views(account)[0]
    assert (due.plan_id, due.account_id, due.cents) == (view.plan.id, account.id, 1500)
    assert due.instalment_id == view.parts[0].id
    assert world.told(account) == ["plan_agreed", "instalment_near"]


def test_a_card_that_does_not_give_it_or_nobody_to_ask_it_brings_a_link(world: PlanWorld) -> None:
    by_link = "instalment_due"
    for charger, word in (
        (Taker(REFUSED), "instalment_by_hand"),
        (Taker(NO_CARD), by_link),
        (None, by_link),
    ):
        account = card_plan(world)
        world.clock.instant = world.clock.instant.replace(month=12, day=5)
        for _ in range(2):
            world.work(charger)
        assert set(world.told(account)) == {"plan_agreed", word}
        world.at_desk(world.views(account)[0].plan, plans.end)
        world.clock.instant = world.clock.instant.replace(month=11, day=24)


def test_what_is_long_past_is_a_humans_business_and_no_cards(world: PlanWorld) -> None:
    account, taker = card_plan(world), Taker()
    world.clock.instant = world.clock.instant.replace(month=12, day=20)
    world.work(taker)
    assert taker.taken == []
    assert world.tasks(account) == ["plan_behind"]


def test_two_workers_say_it_once(world: PlanWorld) -> None:
    account = world.account()
    world.plan(account)
    for _ in range(3):
        jobs_plans.follow_plans(world.house, world.practice_id)
    assert world.told(account) == ["plan_agreed"]
    assert world.count(Notice) == 1
