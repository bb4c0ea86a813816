"""Who holds a link to pay for somebody else does not put off what that person agreed to."""

from datetime import timedelta

import pytest

from ardoise.jobs_cards import CardCharger
from shared.accounts import Account
from shared.payments import Choice
from shared.processor import Checkout, GatewayUnavailableError
from tests.integration.card_world import FIRST, NEAR, Cards
from tests.integration.doors import Door
from tests.integration.payer_world import pay_link
from tests.integration.till import Till, at_once, on_postgres, on_sqlite
from tests.security.portal_house import Browser


class Silent(Door):
    """Never says whether it closed a page."""

    def expire_checkout(self, session_id: str) -> Checkout:
        raise GatewayUnavailableError(f"no answer about {session_id}")


@pytest.fixture
def cards(till: Till) -> Cards:
    return Cards.of(till)


def a_link(cards: Cards, account: Account, cents: int = 4250) -> tuple[Browser, str]:
    """Somebody with a link, and its path."""
    _, token = pay_link(cards.world, account, Choice("other", amount=cents))
    holder = Browser(cards.till.app, address="192.0.2.77")
    holder.get(f"/p/{token}")
    return holder, f"/p/{token}"


def test_a_page_opened_by_a_link_does_not_put_off_a_date(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    holder, path = a_link(cards, account)
    page = holder.post(path).location
    cards.look()
    assert cards.taken() == [1500]
    assert cards.till.sessions()[-1]["status"] == "expired"
    assert "/thanks" not in cards.till.press(page), "it takes nothing any more"
    assert holder.post(path).status_code == 409, "its whole sum is not owed any more"
    assert cards.taken() == [1500]
    cards.till.check()


@on_sqlite
def test_what_was_paid_by_the_link_counts_for_the_date(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    holder, path = a_link(cards, account, 2000)
    cards.till.press(holder.post(path).location)
    cards.look()
    assert cards.charges(account) == [], "first what came by the link is known"
    cards.settle_pages(account)
    cards.look()
    assert cards.taken() == [2000]
    cards.till.check()


@on_sqlite
def test_a_page_that_can_not_be_closed_now_is_at_the_next_look(
    cards: Cards, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    holder, path = a_link(cards, account)
    holder.post(path)
    silent = Silent(cards.till.desk().gateway)
    with monkeypatch.context() as patch:
        patch.setattr(cards.world.house.gateways, "of", lambda _practice_id: silent)
        cards.look()
    assert cards.taken() == []
    assert cards.world.told(account)[-1] == "instalment_near", "and no link goes out"
    cards.look()
    assert cards.taken() == [1500]
    assert cards.till.sessions()[-1]["status"] == "expired"
    cards.till.check()


@on_sqlite
def test_a_page_is_left_alone_when_no_date_is_to_be_taken(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    holder, path = a_link(cards, account)
    holder.post(path)
    cards.look()
    assert cards.till.sessions()[-1]["status"] == "open"


@on_postgres
def test_a_link_pressed_again_and_again_while_a_date_is_taken(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    [due] = cards.due()
    house, number = cards.world.house, cards.world.practice_id
    _, token = pay_link(cards.world, account, Choice("other", amount=2000))
    holders = [Browser(cards.till.app, address=f"192.0.2.{n}") for n in range(2)]
    for holder in holders:
        holder.get(f"/p/{token}")

    def press(holder: Browser) -> None:
        for _ in range(4):
            holder.post(f"/p/{token}")

    at_once(
        lambda: CardCharger(house, number).charge(due),
        *((lambda h=holder: press(h)) for holder in holders),
    )
    cards.look_on(FIRST + timedelta(days=1))
    assert cards.taken() == [1500]
    assert [status for status, _ in cards.outcomes(account)] == ["succeeded"]
    cards.till.check()
