"""What a look at plans and their cards costs: as many statements for many as for one."""

import pytest

from ardoise import jobs_cards, jobs_plans
from ardoise.jobs_cards import CardCharger
from tests.integration.card_world import NEAR, Cards
from tests.integration.till import Till, on_sqlite
from tests.statements import counting


@pytest.fixture
def cards(till: Till) -> Cards:
    return Cards.of(till)


def statements_of_a_look(cards: Cards) -> tuple[list[str], list[str]]:
    """What following plans runs, and what minding cards does."""
    house, number = cards.world.house, cards.world.practice_id
    with counting(cards.world.database.engine) as of_plans:
        jobs_plans.follow_plans(house, number, CardCharger(house, number))
    with counting(cards.world.database.engine) as of_cards:
        jobs_cards.mind_cards(house, number)
    return of_plans, of_cards


def readings(statements: list[str], table: str) -> int:
    return sum(f"FROM {table}" in one.replace("\n", " ") for one in statements)


@on_sqlite
def test_a_look_reads_plans_and_cards_once_however_many_there_are(cards: Cards) -> None:
    cards.with_card()
    cards.look_on(NEAR)
    few = statements_of_a_look(cards)
    for _ in range(4):
        cards.with_card(owes=9000)
    cards.look()
    many = statements_of_a_look(cards)
    assert [len(some) for some in many] == [len(some) for some in few]
    of_plans, of_cards = many
    assert readings(of_plans, '"plan" JOIN instalment') == 1, of_plans
    assert readings(of_cards, '"plan" JOIN instalment') == 1, of_cards
    assert readings(of_cards, "saved_card") == 2, "those that are kept, those to forget"
    cards.till.check()
