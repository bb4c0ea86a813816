"""A charge had left when the patient stopped, paused or removed the card: it is made once at most, nothing
takes its place before its end is known, and the patient is told the truth."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import stripe

from ardoise import settling
from shared import plans
from shared.accounts import Account
from shared.base.errors import NotAllowedError
from shared.processor import ChargeOrder, stripe_gateway
from tests.integration.card_world import FIRST, SECOND, Cards
from tests.integration.test_card_charges_faults import in_doubt, later
from tests.integration.test_transfer_pages import said
from tests.integration.till import Till
from tests.servers.sandbox import Sandbox
from tests.servers.wire import HANG_SECONDS, Wire

LEFT = "15,00 €, demandés à votre banque le 5 décembre 2026, peuvent encore être pris"
PASSED = "Un paiement parti avant votre demande est passé."
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def hurried_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits as long as it does only for want of somebody who watches."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.02)
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", HANG_SECONDS / 4)


@pytest.fixture
def cards(sqlite_url: str, processor: Sandbox, wire: Wire) -> Iterator[Cards]:
    till = Till.open(sqlite_url, processor, address=wire.url)
    yield Cards.of(till)
    till.close()


def arrives_late(cards: Cards, account: Account) -> None:
    """The first question that nobody answered reaches the processor after all."""
    attempt, card = cards.charges(account)[0], cards.cards(account)[0]
    cards.till.desk().gateway.charge_card(
        ChargeOrder(
            reference=attempt.id.hex,
            idempotency_key=attempt.idempotency_key,
            amount_cents=attempt.amount_cents,
            customer=str(card.processor_customer),
            method=str(card.processor_method),
        )
    )


def pause(cards: Cards, account: Account) -> None:
    cards.world.at_desk(cards.plan(account).plan, plans.pause)


def resume(cards: Cards, account: Account) -> None:
    cards.world.at_desk(cards.plan(account).plan, plans.resume)


def due_days(cards: Cards, account: Account) -> list[date]:
    return [part.due_on for part in cards.plan(account).parts]


def test_a_pause_is_not_ended_before_it_is_known_what_became_of_a_charge(
    cards: Cards, wire: Wire
) -> None:
    account = in_doubt(cards, wire, "cut")
    pause(cards, account)
    cards.till.later(hours=1)
    with pytest.raises(NotAllowedError, match="parti avant la pause"):
        resume(cards, account)
    later(cards, minutes=2)
    assert cards.outcomes(account) == [("failed", "nothing_came")]
    cards.on(FIRST + DAY)
    resume(cards, account)
    assert due_days(cards, account)[0] == SECOND, "nothing is taken on the day that passed"
    cards.look()
    assert cards.taken() == []
    cards.look_on(SECOND - 3 * DAY, SECOND)
    assert cards.taken() == [1500]
    cards.till.check()


def test_a_charge_that_went_through_after_the_pause_is_booked_and_told(
    cards: Cards, wire: Wire
) -> None:
    account = in_doubt(cards, wire, "cut")
    cards.till.later(minutes=1)
    pause(cards, account)
    text = said(cards.till.patient(account).get("/plan"))
    assert LEFT in text
    assert "Rien d’autre n’est à payer pendant la pause." in text
    later(cards, minutes=2)
    assert cards.outcomes(account) == [("processing", None)]
    arrives_late(cards, account)
    later(cards, minutes=3)
    assert cards.taken() == [1500]
    assert cards.outcomes(account) == [("succeeded", None)]
    assert cards.till.owed(account) == 2750
    assert cards.world.told(account)[-1] == "charge_passed"
    text = said(cards.till.patient(account).get("/plan"))
    assert PASSED in text
    assert "15,00 €, demandés à votre banque le 5 décembre 2026." in text
    assert "Rien n’est à payer pendant la pause." in text
    resume(cards, account)
    later(cards, minutes=5)
    assert cards.world.told(account).count("charge_passed") == 1
    cards.look_on(SECOND - 3 * DAY, SECOND)
    assert cards.taken() == [1500, 1500]
    cards.till.check()


def test_a_charge_that_came_after_it_was_given_up_is_found_before_the_next_is_made(
    cards: Cards, wire: Wire
) -> None:
    account = in_doubt(cards, wire, "cut")
    pause(cards, account)
    later(cards, minutes=11)
    assert cards.outcomes(account) == [("failed", "nothing_came")]
    arrives_late(cards, account)
    cards.on(FIRST + DAY)
    resume(cards, account)
    assert due_days(cards, account)[0] == SECOND
    cards.look_on(SECOND - 3 * DAY, SECOND)
    assert cards.taken() == [1500], "the same date, not one more"
    assert cards.outcomes(account) == [("succeeded", None)]
    assert cards.till.owed(account) == 2750
    assert cards.world.told(account)[-1] == "charge_passed"
    cards.till.check()


def test_nothing_is_made_anew_while_nobody_says_what_came_of_the_first(
    cards: Cards, wire: Wire
) -> None:
    account = in_doubt(cards, wire, "cut")
    pause(cards, account)
    later(cards, minutes=11)
    arrives_late(cards, account)
    resume(cards, account)
    cards.on(FIRST, hour=15)
    wire.break_for(3, "500")
    cards.look()
    assert cards.charges(account)[1:] == []
    wire.mend()
    cards.look()
    assert cards.taken() == [1500]
    cards.till.check()


def test_a_charge_given_up_is_never_asked_for_again_with_its_key(cards: Cards, wire: Wire) -> None:
    account = in_doubt(cards, wire, "cut")
    pause(cards, account)
    later(cards, minutes=11)
    resume(cards, account)
    [attempt] = cards.charges(account)
    wire.keys.clear()
    settling.settle_one(cards.world.house, account.practice_id, attempt.id)
    assert wire.keys == []
    assert cards.taken() == []


def test_in_the_night_a_charge_in_doubt_is_looked_for_and_not_asked_for(
    cards: Cards, wire: Wire
) -> None:
    account = in_doubt(cards, wire, "cut")
    wire.keys.clear()
    cards.on(FIRST + DAY, hour=3)
    settling.sweep_attempts(cards.world.house, cards.world.practice_id)
    assert wire.keys == []
    assert cards.outcomes(account) == [("processing", None)]
    cards.on(FIRST + DAY, hour=8)
    settling.sweep_attempts(cards.world.house, cards.world.practice_id)
    assert cards.taken() == [1500]
    assert cards.outcomes(account) == [("succeeded", None)]
    cards.till.check()


def test_who_removes_the_card_is_told_of_the_charge_that_left(cards: Cards, wire: Wire) -> None:
    account = in_doubt(cards, wire, "cut")
    browser = cards.till.patient(account)
    before = said(browser.get("/plan"))
    assert LEFT in before, "said before the card is removed"
    assert "Ensuite, nous ne prenons plus rien sur cette carte" in before
    assert browser.post("/plan/card/remove").location == "/plan?card=removed"
    text = said(browser.get("/plan?card=removed"))
    assert "Votre carte est retirée." in text
    assert LEFT in text
    assert "Les dates suivantes ne sont plus prises sur cette carte." in text
    assert "Rien n’est pris" not in text
    arrives_late(cards, account)
    later(cards, minutes=2)
    assert cards.taken() == [1500]
    assert PASSED in said(browser.get("/plan"))
    assert cards.world.told(account)[-1] == "charge_passed"
    cards.look_on(SECOND - 3 * DAY, SECOND)
    assert cards.taken() == [1500], "the later ones are paid by a link"
    assert cards.world.told(account)[-1] == "instalment_due"
    cards.till.check()


@pytest.mark.parametrize("what", ["dates", "end"])
def test_who_asks_or_stops_is_told_of_the_charge_that_left(
    cards: Cards, wire: Wire, what: str
) -> None:
    account = in_doubt(cards, wire, "cut")
    acts: dict[str, Callable[[], object]] = {
        "dates": lambda: cards.world.at_desk(cards.plan(account).plan, plans.ask, what="dates"),
        "end": lambda: cards.world.at_desk(cards.plan(account).plan, plans.end),
    }
    acts[what]()
    text = said(cards.till.patient(account).get("/plan"))
    assert LEFT in text
    assert "rien n’est pris" not in text
    cards.till.check(settled=False)


def test_a_charge_that_nothing_stopped_is_told_to_nobody(cards: Cards, wire: Wire) -> None:
    account = in_doubt(cards, wire, "cut_after")
    text = said(cards.till.patient(account).get("/plan"))
    assert "Un paiement est déjà parti." not in text, "the date itself says that it is under way"
    later(cards, minutes=2)
    assert PASSED not in said(cards.till.patient(account).get("/plan"))
    assert "charge_passed" not in cards.world.told(account)
