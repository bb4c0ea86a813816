"""On PostgreSQL each front door does its work about plans with the rights of its role."""

from collections.abc import Iterator

import pytest

from portal.app import create_app
from shared import plans
from shared.base.database import Database
from tests.integration.plan_world import BY_SUM, OUTSIDE, PlanWorld, fields_of
from tests.security.portal_house import portal_settings, visitor
from tests.security.secured import Secured


@pytest.fixture
def world(secured: Secured) -> PlanWorld:
    return PlanWorld.around(secured.stories.world)


@pytest.fixture
def door(secured: Secured) -> Iterator[Database]:
    database = Database(secured.log_in("ardoise_portal"))
    yield database
    database.dispose()


def test_a_patient_spreads_changes_and_stops(world: PlanWorld, door: Database):
    settings = portal_settings(world, database_url=door.url)
    account = world.account(owes=(4250, 1500))
    app = create_app(settings, door, clock=world.clock)
    browser = visitor(app, world.token(account))
    assert world.propose(browser, OUTSIDE).location == "/plan?fresh=1"
    fields = fields_of(browser.get("/plan").text, "/plan/withdraw")
    assert browser.post("/plan/withdraw", fields).location == "/plan"
    assert world.propose(browser, BY_SUM).location == "/plan?fresh=1"
    assert browser.get("/plan/agreement.pdf").mimetype == "application/pdf"
    assert "Prochaine date" in browser.get("/statement").text
    fields = fields_of(browser.get("/plan").text, "/plan/ask")
    assert browser.post("/plan/ask", fields | {"what": "dates"}).location == "/plan"
    day = world.clock.now().date().replace(month=12, day=31)
    offer = world.offer(account, [(day, 5750)])
    world.later(days=45)  # the offer's day has passed: agreeing writes a later one
    browser = visitor(app, world.token(account))
    fields = fields_of(browser.get("/plan").text, "/plan/agree")
    assert browser.post("/plan/agree", fields | {"ok": "1"}).location == "/plan?fresh=1"
    assert world.view(offer.id).plan.status == "active"
    other = world.offer(account, [(day.replace(year=2027), 5750)])
    fields = fields_of(browser.get("/plan").text, "/plan/refuse")
    assert browser.post("/plan/refuse", fields).location == "/plan"
    assert world.view(other.id).plan.status == "declined"
    fields = fields_of(browser.get("/plan").text, "/plan/end")
    assert browser.post("/plan/end", fields).location == "/plan"
    assert world.holds(account) == []
    world.later(days=-45)
    world.check()


def test_the_office_sees_its_own_practices_plans_only(secured: Secured, world: PlanWorld):
    account = world.account()
    made = world.plan(account)
    office = Database(secured.log_in("ardoise_backoffice"))
    with office.reading(world.practice_id) as session:
        [seen] = plans.plans_of(session, practice_id=world.practice_id, account_id=account.id)
    assert seen.plan.id == made.plan.id
    with office.reading(secured.stories.accounts["stranger"].practice_id) as session:
        assert not plans.plans_of(session, practice_id=world.practice_id, account_id=account.id)
    office.dispose()
