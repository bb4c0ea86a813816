"""What banks do in the demo, and money that nobody knows: staff find both on their pages."""

import pytest

from ardoise.demo.people import STORIES
from ardoise.demo.till import Till as DemoTill
from tests.integration.desk_world import Secretary
from tests.integration.stray_till import check_to_the_cent, strays
from tests.integration.test_disputes import FEE, standing
from tests.integration.till import Till, on_sqlite
from tests.unit.web_apps import ROOT


def demo_till(till: Till) -> DemoTill:
    return DemoTill(till.world.house, till.world.practice_id, till.processor.url)


@pytest.mark.parametrize("story", ["contested", "bank_asks", "paid_elsewhere"])
def test_the_demo_tells_it(story: str) -> None:
    assert story in {name for name, *_ in STORIES}
    assert f'"{story}"' in (ROOT / "tests/functional/test_demo.py").read_text()


@on_sqlite
def test_a_payment_that_the_bank_takes_back_shows_what_to_answer(till: Till) -> None:
    account, demo = till.world.account(), demo_till(till)
    demo.pay(account, part=False)
    demo.contest(account, inquiry=False)
    assert standing(till, account) == [("open", FEE)]
    assert till.owed(account) == 4250
    window = Secretary.of(till.world).window
    [dispute] = till.disputes(account)
    act = f"disputes/{dispute.id}/evidence"
    assert f"/accounts/{account.number}/{act}" in window.page(account).text
    assert window.send(account, act).status_code == 200
    till.check()


@on_sqlite
def test_a_bank_that_asks_first_has_taken_nothing(till: Till) -> None:
    account, demo = till.world.account(), demo_till(till)
    demo.pay(account, part=False)
    demo.contest(account, inquiry=True)
    assert standing(till, account) == [("inquiry", 0)]
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_money_taken_on_the_practices_own_page_waits_to_be_assigned(till: Till) -> None:
    account = till.world.account()
    demo_till(till).take_by_hand(3900, reference=account.transfer_reference)
    [stray] = strays(till)
    assert (stray.amount_cents, stray.status) == (3900, "found")
    said = Secretary.of(till.world).window.client.get("/payments/unassigned").text
    assert f"C’est la référence du compte {account.number}." in said
    check_to_the_cent(till)
