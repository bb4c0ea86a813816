"""A plan's date that is paid at the desk counts, and no card is charged for it again."""

import pytest

from tests.integration.card_world import FIRST, NEAR, Cards
from tests.integration.desk_world import Secretary
from tests.integration.plan_world import PlanWorld
from tests.integration.till import Till


@pytest.fixture
def cards(till: Till) -> Cards:
    return Cards.of(till)


def test_a_date_paid_at_the_desk_is_not_taken_from_the_card(cards: Cards) -> None:
    account = cards.with_card()
    claire = Secretary.of(cards.world)
    cards.look_on(NEAR)
    claire.receives(account, 1500)
    cards.look_on(FIRST)
    assert cards.charges(account) == []
    assert cards.till.owed(account) == 2750
    cards.till.check()


def test_a_date_paid_in_part_at_the_desk_is_taken_for_the_rest(cards: Cards) -> None:
    account = cards.with_card()
    claire = Secretary.of(cards.world)
    cards.look_on(NEAR)
    claire.receives(account, 1000)
    cards.look_on(FIRST)
    assert cards.taken() == [500]
    assert cards.till.owed(account) == 2750
    cards.till.check()


def test_a_date_whose_payment_was_cancelled_is_open_again(cards: Cards) -> None:
    account = cards.with_card()
    claire = Secretary.of(cards.world)
    payment = claire.receives(account, 1500)
    claire.cancels(account, payment)
    claire.work()
    cards.look_on(NEAR, FIRST)
    assert cards.taken() == [1500]
    assert cards.till.owed(account) == 2750
    cards.till.check()


def test_a_plan_that_the_desk_pays_whole_is_kept(database_url: str) -> None:
    world = PlanWorld(database_url)
    account = world.account(owes=(4250,))
    world.plan(account)
    claire = Secretary.of(world)
    claire.receives(account, 4250, "transfer")
    world.work()
    assert world.views(account)[0].plan.status == "kept"
    world.check()
