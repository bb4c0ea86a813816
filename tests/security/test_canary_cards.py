"""The canary while her card is kept and charged: the processor learns nothing, the words stay neutral."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest

from shared.payments import SavedCard
from tests.integration.card_world import FAILS_LATER
from tests.integration.plan_world import BY_SUM, PlanWorld
from tests.integration.till import WORKS
from tests.security.canary_house import CanaryHouse, canary_house
from tests.security.conftest import Logged
from tests.security.planted import Seeker
from tests.security.portal_stories import cells_of
from tests.security.test_canary import PHONE, wire


@pytest.fixture
def house(sqlite_url: str) -> Iterator[CanaryHouse]:
    with canary_house(sqlite_url) as made:
        yield made


@pytest.mark.parametrize("card", [WORKS, FAILS_LATER])
def test_a_card_kept_charged_and_removed_tells_nothing(
    house: CanaryHouse, logged: Logged, card: str
):
    house.look()
    seeker, browser = Seeker.of(house.planted.marks), house.enter()
    world = PlanWorld.around(house.world)
    world.settle_rules(card_plans=True)
    page = world.propose(browser, BY_SUM).location
    assert urlsplit(page).path.startswith("/pay/")
    house.press(page, card)
    house.world.later(minutes=2)
    house.set_clock()
    house.look()
    view = world.views(house.planted.account)[0]
    first = view.parts[0].due_on
    for on in (first_before(first, 3), first):
        house.later((on - house.world.clock.now().date()).days)
        house.look()
    shown = house.enter()
    assert card[-4:] in shown.get("/plan").text
    assert shown.post("/plan/card/remove").location == "/plan?card=removed"
    house.look()
    with house.world.database.reading() as session:
        assert session.query(SavedCard).one().status == "removed"
    ledger = house.sandbox.call("GET", "/control/ledger").json()
    taken = [row["amount"] for rows in ledger.values() for row in rows]
    assert taken == ([1500] if card == WORKS else [])
    assert {message["to"] for message in house.messages()} == {PHONE}
    assert seeker.found(wire(house)) == set()
    assert seeker.found(logged.text) == set()
    for said in cells_of(house.world.database).values():
        assert seeker.found(said) == set()


def first_before(day: date, days: int) -> date:
    """So many days before."""
    return date.fromordinal(day.toordinal() - days)
