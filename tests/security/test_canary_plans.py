"""The canary while she spreads what she owes: her agreement is hers alone, the words sent are neutral."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.integration.plan_world import OUTSIDE, PlanWorld, fields_of
from tests.security.canary_house import CanaryHouse, canary_house
from tests.security.conftest import Logged
from tests.security.planted import ROW, Seeker
from tests.security.portal_stories import cells_of
from tests.security.test_canary import PHONE, wire


@pytest.fixture
def house(sqlite_url: str) -> Iterator[CanaryHouse]:
    with canary_house(sqlite_url) as made:
        yield made


def test_what_she_agrees_to_and_is_told_leaves_by_no_way(house: CanaryHouse, logged: Logged):
    house.look()
    seeker, browser = Seeker.of(house.planted.marks), house.enter()
    page = browser.get("/spread?how=months&months=2&day=5")
    assert f"{ROW['Prénom']} {ROW['Nom']}" in page.text, "the agreement names her"
    sent = fields_of(page.text, "/spread/agree") | {"ok": "1"}
    agreed = browser.post("/spread/agree", sent)
    assert agreed.location == "/plan?fresh=1"
    for days in (8, 3, 5, 10):  # agreed, near, due, missed
        house.world.later(days=days)
        house.look()
    told = [message["text"].replace("\n", " ") for message in house.messages()]
    assert [("accord" in text or "agreement" in text) for text in told] == [False] + [True] * 4
    assert {message["to"] for message in house.messages()} == {PHONE}
    letter = house.enter().get("/plan/agreement.pdf")
    assert seeker.found(PdfReader(BytesIO(letter.data)).pages[0].extract_text()) == {"party.name"}
    assert seeker.found(f"{agreed.headers} {letter.headers}") == set()
    assert seeker.found(wire(house)) == set()
    assert seeker.found(logged.text) == set()
    for said in cells_of(house.world.database).values():
        assert seeker.found(said) == set()


def test_what_staff_are_asked_to_decide_names_nobody(house: CanaryHouse, logged: Logged):
    house.look()
    seeker, browser = Seeker.of(house.planted.marks), house.enter()
    world = PlanWorld.around(house.world)
    world.propose(browser, OUTSIDE)
    fields = fields_of(browser.get("/plan").text, "/plan/withdraw")
    assert browser.post("/plan/withdraw", fields).location == "/plan"
    house.look()
    assert "plan_to_decide" in world.tasks(house.planted.account, "done")
    assert seeker.found(wire(house)) == set()
    assert seeker.found(logged.text) == set()
