"""The bank's question that is left alone: nothing is taken, and the patient pays when they like."""

from html import unescape

import pytest

from portal.views import paying
from tests.integration.till import Till, on_sqlite

ASKS_THE_BANK = "4000002760003184"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait that tests have time for."""
    monkeypatch.setattr(paying, "WAIT_SECONDS", 0.3)


@on_sqlite
def test_who_leaves_the_banks_question_is_charged_nothing_and_pays_on_the_same_page(
    till: Till,
) -> None:
    account = till.world.account()
    browser = till.patient(account)
    page = till.begin(account)
    assert till.press(page, ASKS_THE_BANK).endswith("/authentication")
    till.tell_all()
    till.work()
    assert "Nous vérifions" in unescape(browser.get(f"/payment/{till.attempt(account).id}").text)
    assert (till.payments(), till.owed(account)) == ([], 4250)
    assert till.begin(account) == page
    till.press(page)
    till.tell_all()
    till.work()
    assert (till.owed(account), len(till.charged())) == (0, 1)
    till.check()


@on_sqlite
def test_who_leaves_the_banks_question_for_good_owes_as_before(till: Till) -> None:
    account = till.world.account()
    till.press(till.begin(account), ASKS_THE_BANK)
    till.processor.control("expire", session=till.sessions()[0]["id"])
    till.tell_all()
    till.work()
    assert till.attempt(account).status == "expired"
    assert (till.payments(), till.owed(account), till.tasks()) == ([], 4250, [])
    assert till.charged() == {}
    till.check()
