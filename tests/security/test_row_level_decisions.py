"""On PostgreSQL the role of the back-office carries agreements and help; a captured one does no more."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from ardoise import ordering
from backoffice.office import office as back_office
from shared import plans
from shared.accounts import Account
from shared.aid import AidAnswers
from shared.plans import Plan
from shared.staff import StaffSession
from tests.integration.debt_desk import DebtDesk
from tests.integration.desk_world import Secretary, Window
from tests.integration.plan_world import PlanWorld
from tests.integration.talks import Talks
from tests.integration.test_decision_pages import send
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.servers.roles import tell_time


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def world(secured: Secured) -> PlanWorld:
    return PlanWorld.around(secured.stories.world)


@pytest.fixture
def window(secured: Secured, world: PlanWorld) -> Window:
    """The desk over a connection in the role itself, by somebody who has just shown to be there."""
    Secretary.of(world, "Paul Morel", "manager")
    opened = Window.of(
        world, Secretary.of(world).colleague, url=secured.log_in("ardoise_backoffice")
    )
    with opened.client.application.app_context():
        tell_time(back_office().database, world.clock)
    with world.database.unit_of_work() as work:
        work.session.execute(update(StaffSession).values(confirmed_at=world.clock.now()))
        work.commit()
    return opened


def statuses(world: PlanWorld, account: Account) -> list[str]:
    with world.database.reading(account.practice_id) as session:
        query = select(Plan.status).where(Plan.account_id == account.id).order_by(Plan.version)
        return list(session.scalars(query))


def test_an_offer_is_sent_taken_back_and_an_agreement_stopped(world: PlanWorld, window: Window):
    account = world.account(owes=(9000,))
    plan = world.plan(account).plan
    here = f"/plans/{plan.id}"
    shown = send(window.client, here, f"{here}/offer/check", how="months", months="3", day="5")
    form = shown.text.split(f'action="{here}/offer"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert (
        window.client.post(f"{here}/offer", data=hidden | {"body": "Bonjour."}).status_code == 303
    )
    assert statuses(world, account) == ["active", "offered"]
    fields = {"decision": "stop", "reason": "asked", "body": "Bonjour, nous arrêtons."}
    assert send(window.client, here, f"{here}/write", **fields).status_code == 303
    assert statuses(world, account) == ["ended", "withdrawn"]
    world.check()


def test_help_is_granted_and_the_debt_given_up(world: PlanWorld, window: Window):
    account = world.account(owes=(9000,))
    asked = Talks(world).ask_aid(account, AidAnswers(("less_total",), (), None, ""))
    here = f"/aid/{asked.id}"
    fields = {"give_up": "reduce", "reduce_to": "30", "then": "plan", "months": "2", "day": "5"}
    done = send(window.client, here, f"{here}/grant", **fields, body="Bonjour, oui.")
    assert done.status_code == 303
    ordering.carry_out_orders(world.house, world.practice_id)
    assert world.reload(account).balance_cents == 3000
    world.check()


def test_a_captured_desk_gives_up_no_more_than_one_alone_may_or_is_owed(
    world: PlanWorld, office: Captured
):
    Secretary.of(world, "Paul Morel", "manager")
    desk = DebtDesk(Secretary.of(world))
    account = world.account(owes=(40_000,))
    order = desk.ask(account, 10_000)
    row = f"id = '{order}'"

    def takes(**changes: object) -> bool:
        fresh = {"once": uuid4().hex, "idempotency_key": uuid4().hex}
        return office.takes("money_order", row, **(fresh | changes))

    assert takes(amount_cents=5_000)
    assert not takes(amount_cents=5_001), "with what was given up of this account already"
    assert takes(amount_cents=20_000, status="waiting")
    assert not takes(amount_cents=40_001, status="waiting"), "more than is owed"
    assert not takes(reason="because", amount_cents=100)
    assert not takes(method="cash", amount_cents=100)
    share = f"order_id = '{order}'"
    (invoice,) = world.invoices(account)
    other = world.account(owes=(5000,))
    (theirs,) = world.invoices(other)
    assert not office.takes("money_order_share", share, invoice_id=str(theirs.id))
    desk.work()
    assert not office.lets_through(
        "forgiveness SET amount_cents = 1 WHERE invoice_id = %(invoice)s",
        "money_order_share SET amount_cents = 1 WHERE invoice_id = %(invoice)s",
        invoice=invoice.id,
    )


def test_a_captured_desk_makes_no_agreement_in_the_patients_place(
    world: PlanWorld, office: Captured
):
    account = world.account(owes=(9000,))
    offer = world.offer(account, [(world.clock.now().date().replace(day=30), 9000)])
    row = f"id = '{offer.id}'"
    world.at_desk(offer, plans.take_back)
    fresh = {"version": 9, "once": "another", "status": "offered", "closed_at": None}
    assert office.takes("plan", row, **fresh)
    for changes in (
        {"status": "active"},
        {"status": "proposed"},
        {"made_by": "patient"},
        {"agreed_at": world.clock.now().isoformat()},
    ):
        assert not office.takes("plan", row, **(fresh | changes)), changes
