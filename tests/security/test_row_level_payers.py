"""On PostgreSQL the portal makes, pays and ends links for someone else with the rights of its role."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from portal.app import create_app
from shared.accounts import WaysToPay, get_practice, set_ways_to_pay
from shared.base.database import Database
from tests.integration.payer_world import pay_link
from tests.security.portal_house import Browser, portal_settings, visitor
from tests.security.secured import Secured
from tests.security.test_row_level_security import name

ADDRESS = re.compile(r"/p/[\w.\-]{47}")
ONCE = re.compile(r'name="once" value="([0-9a-f]{32})"')
WAYS = WaysToPay("FR7630006000011234567890189", "", "R12", "R12", ("cash",))


@pytest.fixture
def door(secured: Secured) -> Iterator[Database]:
    database = Database(secured.log_in("ardoise_portal"))
    yield database
    database.dispose()


def test_a_link_is_made_paid_and_taken_back(secured: Secured, door: Database) -> None:
    world = secured.stories.world
    account = world.account(owes=(4250,))
    app = create_app(portal_settings(world, database_url=door.url), door, clock=world.clock)
    inside = visitor(app, world.token(account))
    found = ONCE.search(inside.get("/share").text)
    assert found
    made = inside.post("/share", {"choice": "all", "once": found[1]})
    address = ADDRESS.search(inside.get(made.location).text)
    assert address
    payer = Browser(app)
    assert payer.get(address[0]).status_code == 200
    assert "/pay/cs_test" in payer.post(address[0]).location
    assert payer.get("/thanks").status_code == 200
    assert payer.get("/thanks?cancelled=1").status_code == 200
    revoke = re.search(r'action="(/share/[0-9a-f-]{36}/revoke)"', inside.get("/share").text)
    assert revoke
    assert inside.post(revoke[1]).location == "/share?cut=1"
    assert payer.get(address[0]).status_code == 410
    world.check()


def test_transfers_receipts_and_payments_are_read(secured: Secured, door: Database) -> None:
    world = secured.stories.world
    account = secured.stories.accounts["mine"]
    with world.database.unit_of_work(account.practice_id) as work:
        set_ways_to_pay(get_practice(work.session, account.practice_id), WAYS)
        work.commit()
    app = create_app(portal_settings(world, database_url=door.url), door, clock=world.clock)
    inside = visitor(app, world.token(account))
    assert "FR76 3000" in inside.get("/transfer").text
    assert inside.post("/transfer", {"amount": "5"}).location.startswith("/messages/")
    payment = secured.stories.ids["mine"]["payment_id"]
    assert inside.get(f"/receipt/{payment}.pdf").mimetype == "application/pdf"
    assert inside.get("/payments").status_code == 200


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE pay_link SET amount_cents = 1",
        "UPDATE pay_link SET expires_at = now()",
        "UPDATE pay_link SET account_id = account_id",
        "DELETE FROM pay_link",
        "UPDATE practice SET iban = 'FR7630006000011234567890189'",
        "UPDATE account SET transfer_reference = 'RF18539007547034'",
    ],
)
def test_a_captured_portal_changes_no_sum_and_no_account_number(
    secured: Secured, forbidden: str
) -> None:
    world = secured.stories.world
    pay_link(world, world.account())
    with psycopg.connect(secured.log_in("ardoise_portal")) as connection:
        name(connection, world.practice_id)
        with pytest.raises(InsufficientPrivilege):
            connection.execute(forbidden)
