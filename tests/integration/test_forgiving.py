"""A debt that is given up: never more than is owed, once, by the worker, and told as what it is."""

import re
from html import unescape

import pytest

from shared.ledger import WAIVED, WRITTEN_OFF
from tests.integration.debt_desk import DebtDesk
from tests.integration.desk_world import Secretary
from tests.integration.plan_world import PlanWorld
from tests.security.portal_house import portal_app, visitor


@pytest.fixture
def world(database_url: str) -> PlanWorld:
    return PlanWorld(database_url)


@pytest.fixture
def desk(world: PlanWorld) -> DebtDesk:
    Secretary.of(world, "Paul Morel", "manager")
    return DebtDesk(Secretary.of(world))


def says(text: str) -> str:
    """A page's words, with plain spaces."""
    bare = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return " ".join(unescape(bare).split())


def test_what_is_given_up_is_owed_no_more_and_was_not_paid(world: PlanWorld, desk: DebtDesk):
    account = world.account(owes=(4250, 1500))
    order = desk.forgives(account, 4500, reason="aid")
    assert (order.status, order.outcome) == ("done", None)
    assert [i.open_cents for i in world.invoices(account)] == [0, 1250]
    assert world.reload(account).balance_cents == 1250
    assert (desk.asker.booked(WAIVED), desk.asker.booked(WRITTEN_OFF)) == (4500, 0)
    assert desk.asker.payments(account) == [], "no receipt tells of it"
    page = says(visitor(portal_app(world), world.token(account)).get("/statement").text)
    assert "45,00 € ne vous sont plus demandés." in page
    assert "Vous avez déjà payé" not in page
    world.check()


def test_what_cant_be_had_stands_apart_in_the_books(world: PlanWorld, desk: DebtDesk):
    account = world.account(owes=(4250,))
    desk.forgives(account, 4250, reason="uncollectable")
    assert (desk.asker.booked(WAIVED), desk.asker.booked(WRITTEN_OFF)) == (0, 4250)
    world.check()


def test_never_more_than_is_open_and_not_what_somebody_asked_for_already(
    world: PlanWorld, desk: DebtDesk
):
    account = world.account(owes=(4250,))
    assert "42,50" in desk.refused(account, 4251)
    assert "42,50" in desk.refused(account, 0)
    desk.ask(account, 4000)
    assert "2,50" in desk.refused(account, 300)
    desk.ask(account, 250)
    assert "Rien de ce compte" in desk.refused(account, 1)
    desk.work()
    assert world.reload(account).balance_cents == 0
    assert "Rien de ce compte" in desk.refused(account, 1)
    world.check()


def test_shares_are_of_the_accounts_own_invoices_and_never_below_zero(
    world: PlanWorld, desk: DebtDesk
):
    account, other = world.account(owes=(4250,)), world.account(owes=(4250,))
    (mine,), (theirs,) = world.invoices(account), world.invoices(other)
    assert desk.refused(account, 100, shares={theirs.id: 100})
    assert desk.refused(account, 100, shares={mine.id: 200, theirs.id: -100})
    assert desk.refused(account, 100, shares={mine.id: 99})
    world.check()


def test_the_same_form_gives_up_once(world: PlanWorld, desk: DebtDesk):
    account = world.account(owes=(4250,))
    first = desk.ask(account, 1000, once="f" * 32)
    assert desk.ask(account, 1000, once="f" * 32) == first
    desk.work()
    assert desk.ask(account, 1000, once="f" * 32) == first
    desk.work()
    assert desk.given_up(account) == [1000]
    world.check()


def test_what_was_paid_before_the_worker_came_is_not_given_up(world: PlanWorld, desk: DebtDesk):
    account = world.account(owes=(4250,))
    world.paid_at_desk(account, 4000)
    order = desk.ask(account, 250)
    world.paid_at_desk(account, 100)
    desk.work()
    assert (desk.order(order).status, desk.order(order).outcome) == ("refused", "not_open")
    assert world.reload(account).balance_cents == 150, "all of it or nothing"
    assert "forgive_refused" in desk.asker.tasks(account)
    world.check()


def test_the_dates_of_an_agreement_shrink_from_the_last(world: PlanWorld, desk: DebtDesk):
    account = world.account(owes=(6000,))
    plan = world.plan(account)
    sums = [part.cents for part in plan.parts]
    world.later(minutes=1)
    desk.forgives(account, sums[-1] + 100, reason="aid")
    (after,) = world.views(account)
    assert [part.open_cents for part in after.parts] == [*sums[:-2], sums[-2] - 100, 0]
    assert all(not part.paid_cents for part in after.parts), "given up is not paid"
    assert after.left_cents == sum(sums) - sums[-1] - 100
    world.check()


def test_an_agreement_of_which_all_is_given_up_ends(world: PlanWorld, desk: DebtDesk):
    account = world.account(owes=(6000,))
    world.plan(account)
    world.later(minutes=1)
    desk.forgives(account, 6000, reason="aid")
    world.work()
    assert world.views(account)[0].plan.status == "kept"
    assert world.holds(account) == []
    world.check()


def test_the_patient_is_told_once_and_neutrally(world: PlanWorld, desk: DebtDesk):
    account = world.account(owes=(4250,))
    desk.forgives(account, 1000)
    desk.work()
    assert world.told(account) == ["forgiven"]
