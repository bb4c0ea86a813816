"""Plans from proposal to the last date: who may do what when, and what the ladder hears of it."""

from datetime import date

import pytest

from shared import plans
from shared.accounts import account_vault
from shared.base.errors import NotAllowedError
from shared.plans import Plan, PlanError, PlanView, Wish, monthly_dates
from tests.integration.plan_world import TEXT, PlanWorld


@pytest.fixture
def world(database_url: str) -> PlanWorld:
    return PlanWorld(database_url)


def paid(view: PlanView) -> list[int]:
    return [part.paid_cents for part in view.parts]


def test_inside_the_rules_a_plan_runs_at_once_and_the_ladder_is_still(world: PlanWorld) -> None:
    account = world.account(owes=(3000, 1250))
    view = world.plan(account)
    assert view.plan.status == "active"
    assert [(part.due_on, part.cents) for part in view.parts] == [
        (date(2026, 12, 5), 1500),
        (date(2027, 1, 5), 1500),
        (date(2027, 2, 5), 1250),
    ]
    assert world.holds(account) == ["plan"]
    assert world.tasks(account) == []
    world.later(days=40)
    assert world.night().planned.total() == 0
    world.check()


def test_what_was_agreed_is_kept_sealed_with_its_hash_and_version(world: PlanWorld) -> None:
    account = world.account()
    plan = world.plan(account).plan
    assert (plan.text_version, plan.agreed_language, plan.text_hash) == ("1", "fr", TEXT.digest)
    assert plan.agreed_at == world.clock.now()
    assert plan.agreed_text
    assert b"Vous payez" not in plan.agreed_text
    vault = account_vault(world.house.keys, world.reload(account))
    opened = vault.open(plan.agreed_text, table="plan", row=plan.id, column="agreed_text")
    assert opened == TEXT.text


def test_any_payment_counts_and_is_spent_on_the_oldest_date_first(world: PlanWorld) -> None:
    account = world.account(owes=(3000, 1250))
    plan = world.plan(account).plan
    world.paid_at_desk(account, 1000)
    assert paid(world.view(plan.id)) == [1000, 0, 0]
    world.paid_at_desk(account, 1250, place=1)
    view = world.view(plan.id)
    assert paid(view) == [1500, 750, 0]
    assert view.next_part
    assert view.next_part.open_cents == 750
    assert view.left_cents == 2000
    assert view.expected_cents(date(2026, 12, 1)) == 750
    assert view.expected_cents(date(2027, 2, 5)) == 2000
    world.check()


def test_a_plan_that_is_paid_is_kept_and_frees_the_ladder(world: PlanWorld) -> None:
    account = world.account()
    plan = world.plan(account).plan
    world.paid_at_desk(account, 4249)
    world.work()
    assert world.view(plan.id).plan.status == "active"
    world.paid_at_desk(account, 1)
    world.work()
    world.work()
    view = world.view(plan.id)
    assert (view.plan.status, view.plan.closed_at) == ("kept", world.clock.now())
    assert world.holds(account) == []
    world.check()


def test_outside_the_rules_it_waits_for_staff_and_the_ladder_is_still(world: PlanWorld) -> None:
    account = world.account(owes=(30_001,))
    view = world.plan(account, Wish(5, months=3))
    assert view.plan.status == "proposed"
    assert world.holds(account) == ["plan"]
    assert world.tasks(account) == ["plan_to_decide"]
    world.at_desk(view.plan, plans.accept)
    assert world.view(view.plan.id).plan.status == "active"
    assert world.tasks(account) == []
    assert world.tasks(account, "done") == ["plan_to_decide"]
    world.check()


def test_a_late_answer_puts_the_dates_off_by_whole_months(world: PlanWorld) -> None:
    account = world.account(owes=(40_000,))
    view = world.plan(account, Wish(5, months=2))
    world.later(days=14)  # 8 December: the first date has passed
    world.at_desk(view.plan, plans.accept)
    moved = world.view(view.plan.id).parts
    assert [part.due_on for part in moved] == [date(2027, 1, 5), date(2027, 2, 5)]
    assert [part.agreed_on for part in moved] == [date(2026, 12, 5), date(2027, 1, 5)]
    assert [part.moves for part in moved] == [1, 1]
    world.check()


def test_declined_or_withdrawn_the_ladder_goes_on(world: PlanWorld) -> None:
    for act in (plans.decline, plans.withdraw):
        account = world.account(owes=(40_000,))
        view = world.plan(account)
        world.at_desk(view.plan, act)
        assert world.holds(account) == []
        assert world.tasks(account) == []
        with pytest.raises(NotAllowedError):
            world.at_desk(view.plan, plans.accept)
    world.check()


def test_a_proposal_without_object_lapses(world: PlanWorld) -> None:
    account = world.account(owes=(40_000,))
    view = world.plan(account)
    world.paid_at_desk(account, 40_000)
    world.work()
    assert world.view(view.plan.id).plan.status == "withdrawn"
    assert world.tasks(account) == []
    assert world.holds(account) == []
    world.check()


def test_an_offer_of_ours_takes_the_proposals_place_and_versions_are_kept(
    world: PlanWorld,
) -> None:
    account = world.account(owes=(40_000,))
    proposed = world.plan(account)
    offer = world.offer(account, [(date(2026, 12, 31), 20_000), (date(2027, 1, 31), 20_000)])
    assert world.view(proposed.plan.id).plan.status == "replaced"
    assert world.tasks(account) == []
    assert (offer.status, offer.version, offer.replaces_id) == ("offered", 2, proposed.plan.id)
    world.answer(offer, agrees=True)
    assert world.view(offer.id).plan.status == "active"
    assert [view.plan.version for view in world.views(account)] == [2, 1]
    assert world.holds(account) == ["plan"]
    world.check()


def test_an_offer_that_does_not_suit_is_looked_at_by_a_human(world: PlanWorld) -> None:
    account = world.account(owes=(40_000,))
    offer = world.offer(account, [(date(2026, 12, 31), 40_000)])
    world.answer(offer, agrees=False)
    assert world.view(offer.id).plan.status == "declined"
    assert world.tasks(account) == ["plan_refused"]
    assert world.holds(account) == []
    world.check()


def test_other_dates_for_a_plan_that_runs_hold_only_when_they_are_agreed_to(
    world: PlanWorld,
) -> None:
    account = world.account()
    running = world.plan(account).plan
    world.at_desk(running, plans.ask, what="dates")
    assert world.tasks(account) == ["plan_dates_asked"]
    world.paid_at_desk(account, 1500)
    offer = world.offer(account, [(date(2027, 1, 20), 1375), (date(2027, 2, 20), 1375)])
    assert world.view(running.id).plan.status == "active"
    world.answer(offer, agrees=True)
    assert world.view(running.id).plan.status == "replaced"
    assert world.view(offer.id).plan.status == "active"
    assert world.tasks(account) == []
    assert world.holds(account) == ["plan"]
    world.check()


def test_an_offer_must_add_up_to_what_is_owed_and_is_made_once(world: PlanWorld) -> None:
    account = world.account()
    with pytest.raises(PlanError, match="sum"):
        world.offer(account, [(date(2026, 12, 31), 4249)])
    first = world.offer(account, [(date(2026, 12, 31), 4250)], once="a" * 32)
    assert world.offer(account, [(date(2026, 12, 31), 4250)], once="a" * 32).id == first.id
    assert world.count(Plan) == 1


def test_a_pause_moves_what_is_left_and_nothing_else(world: PlanWorld) -> None:
    account = world.account()
    plan = world.plan(account).plan
    world.paid_at_desk(account, 1500)
    world.at_desk(plan, plans.ask, what="pause")
    assert world.view(plan.id).plan.asked == "pause"
    assert world.tasks(account) == ["plan_pause_asked"]
    world.at_desk(plan, plans.pause)
    assert world.tasks(account) == []
    world.later(days=90)  # 22 February: all dates have passed
    world.at_desk(plan, plans.resume)
    view = world.view(plan.id)
    assert [part.due_on for part in view.parts] == [
        date(2026, 12, 5),
        date(2027, 3, 5),
        date(2027, 4, 5),
    ]
    assert [part.moves for part in view.parts] == [0, 1, 1]
    assert view.plan.status == "active"
    assert view.plan.asked is None
    world.check()


def test_who_stops_owes_the_rest_and_may_begin_again(world: PlanWorld) -> None:
    account = world.account()
    plan = world.plan(account).plan
    world.at_desk(plan, plans.ask, what="dates")
    world.at_desk(plan, plans.end)
    assert world.holds(account) == []
    assert world.tasks(account) == []
    assert world.reload(account).balance_cents == 4250
    again = world.plan(account)
    assert (again.plan.status, again.plan.version) == ("active", 2)
    world.check()


def test_an_account_has_one_plan_at_a_time(world: PlanWorld) -> None:
    account = world.account()
    world.plan(account)
    with pytest.raises(PlanError, match="there_is_one"):
        world.plan(account)
    assert world.count(Plan) == 1


def test_only_what_nothing_holds_back_is_spread(world: PlanWorld) -> None:
    account = world.account(owes=(4250, 1000))
    doubted = world.invoices(account)[0]
    world.hold(account, "dispute", doubted.id)
    view = world.plan(account, Wish(5, months=1))
    assert view.plan.total_cents == 1000
    other = world.account()
    world.hold(other, "dispute")
    with pytest.raises(PlanError, match="nothing_to_spread"):
        world.plan(other)
    world.check()


def test_staff_may_offer_any_first_day_and_month_ends_are_kept(world: PlanWorld) -> None:
    account = world.account()
    days = monthly_dates(date(2026, 12, 31), 3)
    offer = world.offer(account, list(zip(days, (1000, 1000, 2250), strict=True)))
    assert [part.due_on for part in world.view(offer.id).parts] == [
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 2, 28),
    ]
