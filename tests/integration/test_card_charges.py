"""Dates of a plan taken from a saved card: once, announced, and never against anybody."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from ardoise.jobs_cards import CardCharger
from shared import plans
from shared.accounts import Account, Practice
from shared.audit import PATIENT
from shared.payments import Choice, kept_card, remove_card
from shared.plans import Wish
from tests.integration.card_world import (
    ASKS_ALWAYS,
    ASKS_ONCE,
    FAILS_LATER,
    FIRST,
    LAST,
    NEAR,
    NO_MONEY_LATER,
    SECOND,
    Cards,
)
from tests.integration.desk_world import Secretary
from tests.integration.till import WORKS, Till, at_once, on_sqlite

HAND = "instalment_by_hand"


@pytest.fixture
def cards(till: Till) -> Cards:
    return Cards.of(till)


def give_up(cards: Cards, account: Account) -> None:
    """The patient removes the card."""
    with cards.world.database.unit_of_work(account.practice_id) as work:
        number = account.practice_id
        card = kept_card(work.session, practice_id=number, account_id=account.id)
        assert card
        remove_card(work.session, card, actor=PATIENT, at=cards.world.clock.now())
        work.commit()


def test_each_date_is_announced_taken_once_and_booked(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR, FIRST, FIRST + timedelta(days=1))
    assert cards.taken() == [1500]
    assert cards.till.owed(account) == 2750
    assert cards.world.told(account) == ["plan_agreed", "instalment_near"]
    cards.look_on(SECOND - timedelta(days=3), SECOND, LAST - timedelta(days=3), LAST)
    assert cards.taken() == [1250, 1500, 1500]
    assert cards.till.owed(account) == 0
    cards.look()
    assert cards.plan(account).plan.status == "kept"
    assert "instalment_due" not in cards.world.told(account)
    assert cards.world.tasks(account) == []
    cards.till.check()


def test_a_date_that_was_agreed_to_is_charged_as_agreed_whatever_is_in_hand(
    cards: Cards,
) -> None:
    world = cards.world
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(Practice).values(credit_by_itself=False))
        work.commit()
    claire = Secretary.of(world)
    account = world.account(owes=(1000,))
    claire.receives(account, 2300)
    world.bill_more(account, 4250)
    world.plan(account)
    cards.give(account)
    cards.look_on(NEAR, FIRST, SECOND - timedelta(days=3), SECOND, LAST - timedelta(days=3), LAST)
    assert cards.taken() == [1250, 1500, 1500]
    assert (cards.till.owed(account), claire.credit(account)) == (0, 1300)
    assert "instalment_due" not in world.told(account)
    cards.till.check()


def test_a_card_is_forgotten_when_its_plan_is_over(cards: Cards) -> None:
    account = cards.with_card()
    [card] = cards.cards(account)
    assert [m["id"] for m in cards.kept_for(card)] == [card.processor_method]
    cards.world.at_desk(cards.plan(account).plan, plans.end)
    cards.look()
    [gone] = cards.cards(account)
    assert (gone.status, gone.processor_method, gone.last4) == ("removed", None, None)
    assert cards.kept_for(card) == []
    cards.till.check()


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (ASKS_ALWAYS, "authentication_required"),
        (FAILS_LATER, "generic_decline"),
        (NO_MONEY_LATER, "insufficient_funds"),
    ],
)
@on_sqlite
def test_a_card_that_says_no_brings_a_kind_word_and_is_not_asked_again(
    cards: Cards, number: str, failure: str
) -> None:
    account = cards.with_card(number)
    cards.look_on(NEAR, FIRST, FIRST, FIRST + timedelta(days=2))
    assert cards.outcomes(account) == [("failed", failure)]
    assert cards.world.told(account) == ["plan_agreed", "instalment_near", HAND]
    assert cards.taken() == []
    assert cards.plan(account).plan.status == "active", "nothing punishes"
    assert cards.world.holds(account) == ["plan"]
    cards.till.check()


@on_sqlite
def test_a_bank_that_asked_once_does_not_ask_again(cards: Cards) -> None:
    cards.with_card(ASKS_ONCE)
    cards.look_on(NEAR, FIRST)
    assert cards.taken() == [1500]


@on_sqlite
def test_a_card_whose_time_is_over_says_no_and_that_was_told_before(cards: Cards) -> None:
    account = cards.with_card(expiry="12/26")
    cards.look_on(NEAR, FIRST)
    cards.look_on(FIRST + timedelta(days=2))
    told = ["plan_agreed", "instalment_near", "card_ends"]
    assert sorted(cards.world.told(account)) == sorted(told)
    cards.look_on(SECOND - timedelta(days=3), SECOND)
    assert cards.outcomes(account)[1:] == [("failed", "expired_card")]
    assert cards.world.told(account)[-1] == HAND
    cards.till.check()


@on_sqlite
def test_a_card_that_ends_is_told_once_some_weeks_before_and_only_while_its_plan_needs_it(
    cards: Cards,
) -> None:
    soon, long = cards.with_card(expiry="12/26"), cards.with_card(expiry="02/27")
    ended = cards.with_card(expiry="12/26")
    cards.world.at_desk(cards.plan(ended).plan, plans.end)
    cards.look_on(date(2026, 11, 30))
    assert "card_ends" not in cards.world.told(soon), "more than thirty days before"
    cards.look_on(date(2026, 12, 2), date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 20))
    told = [cards.world.told(account).count("card_ends") for account in (soon, long, ended)]
    assert told == [1, 0, 0]
    cards.give(soon, expiry="01/27")  # another one that ends too soon as well
    cards.look_on(date(2027, 1, 2), date(2027, 1, 3))
    assert cards.world.told(soon).count("card_ends") == 2
    cards.till.check()


def test_a_refusal_is_paid_on_a_page_that_keeps_another_card(cards: Cards) -> None:
    account = cards.with_card(FAILS_LATER)
    cards.look_on(NEAR, FIRST)
    covers = frozenset(invoice.id for invoice in cards.world.invoices(account))
    cards.give(account, WORKS, Choice("part", covers, 1500))
    assert cards.taken() == [1500]
    assert cards.states(account) == ["removing", "kept"]
    cards.look_on(SECOND - timedelta(days=3), SECOND)
    assert cards.states(account) == ["removed", "kept"]
    assert cards.taken() == [1500, 1500]
    cards.till.check()


@on_sqlite
def test_a_new_card_on_the_day_is_asked_for_the_date_that_the_old_one_refused(
    cards: Cards,
) -> None:
    account = cards.with_card(FAILS_LATER)
    cards.look_on(NEAR, FIRST)
    cards.give(account, WORKS)
    cards.look()
    assert cards.taken() == [1500]
    assert [status for status, _ in cards.outcomes(account)] == ["failed", "succeeded"]
    cards.till.check()


def test_a_card_removed_after_the_word_is_not_asked_and_a_link_goes_out(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    give_up(cards, account)
    cards.look_on(FIRST)
    assert cards.charges(account) == []
    assert cards.states(account) == ["removed"]
    assert cards.world.told(account)[-1] == "instalment_due"
    assert cards.till.charged() == {}
    cards.till.check()


@on_sqlite
def test_what_was_not_announced_is_not_taken(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(FIRST)
    assert cards.charges(account) == []
    assert cards.world.told(account)[-1] == "instalment_due"


@on_sqlite
def test_nobody_is_woken_by_a_charge(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST, hour=5)
    cards.look()
    assert cards.charges(account) == []
    assert cards.world.told(account)[-1] == "instalment_near"
    cards.on(FIRST, hour=8)
    cards.look()
    assert cards.taken() == [1500]


def changes(cards: Cards, account: Account) -> dict[str, Callable[[], object]]:
    """What can come between finding a date and taking it."""
    plan = cards.plan(account).plan
    return {
        "paused": lambda: cards.world.at_desk(plan, plans.pause),
        "asked": lambda: cards.world.at_desk(plan, plans.ask, what="dates"),
        "ended": lambda: cards.world.at_desk(plan, plans.end),
        "disputed": lambda: cards.world.hold(account, "dispute"),
        "paid": lambda: cards.till.paid_elsewhere(account, 1500),
    }


@pytest.mark.parametrize("what", ["paused", "asked", "ended", "disputed", "paid"])
def test_what_changed_since_the_date_was_found_is_not_taken(cards: Cards, what: str) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    number = cards.world.practice_id
    [due] = cards.due()
    changes(cards, account)[what]()
    assert CardCharger(cards.world.house, number).charge(due) == "taken", "no link either"
    assert cards.charges(account) == []
    assert cards.till.charged() == {}
    cards.till.check()


@on_sqlite
def test_only_what_is_still_open_of_the_date_is_taken(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    [due] = cards.due()
    cards.till.paid_elsewhere(account, 900)
    CardCharger(cards.world.house, cards.world.practice_id).charge(due)
    assert cards.taken() == [600]
    assert cards.till.owed(account) == 2750
    cards.till.check()


@on_sqlite
def test_while_the_patient_is_on_the_page_the_charge_waits(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    page = cards.till.begin(account, Choice("other", amount=2000))
    cards.look()
    assert cards.charges(account) == []
    assert cards.world.told(account)[-1] == "instalment_near", "and no link goes out meanwhile"
    cards.type_card(page)
    cards.settle_pages(account)
    cards.look()
    assert cards.taken() == [2000], "what was paid early counts for the date"
    cards.till.check()


@on_sqlite
def test_a_date_that_moved_is_taken_on_its_new_day(cards: Cards) -> None:
    account = cards.with_card(FAILS_LATER)
    cards.look_on(NEAR, FIRST)
    cards.give(account, WORKS)
    plan = cards.plan(account).plan
    cards.world.at_desk(plan, plans.pause)
    cards.on(FIRST + timedelta(days=10))
    cards.world.at_desk(plan, plans.resume)
    cards.look_on(SECOND - timedelta(days=3), SECOND)
    assert cards.taken() == [1500]
    assert len({a.cause for a in cards.charges(account)}) == 2
    cards.till.check()


def test_two_workers_at_once_take_it_once(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    [due] = cards.due()
    number = cards.world.practice_id
    at_once(*[lambda: CardCharger(cards.world.house, number).charge(due)] * 3)
    cards.look()
    assert cards.taken() == [1500]
    assert [status for status, _ in cards.outcomes(account)] == ["succeeded"]
    cards.till.check()


@on_sqlite
def test_a_practice_without_a_processor_asks_by_link(cards: Cards) -> None:
    world = cards.world
    other = world.open_practice("Secrétariat B7")
    account = world.account(practice_id=other)
    view = world.plan(account)
    part = view.parts[0]
    due = plans.DueCharge(account.id, view.plan.id, part.id, part.cents)
    assert CardCharger(world.house, other).charge(due) == "no_card"


def test_a_card_given_for_one_agreement_is_never_charged_for_another(cards: Cards) -> None:
    account = cards.with_card()
    cards.world.at_desk(cards.plan(account).plan, plans.end)
    cards.world.plan(account, Wish(5, monthly_cents=2000))  # and the card's page is left
    cards.look_on(NEAR, FIRST)
    assert cards.taken() == []
    assert cards.states(account) == ["removed"]
    assert cards.world.told(account)[-1] == "instalment_due", "a link, as without any card"
    cards.till.check()


@on_sqlite
def test_a_proposal_that_waits_for_staff_keeps_no_card_of_the_agreement_before(
    cards: Cards,
) -> None:
    account = cards.with_card()
    cards.world.at_desk(cards.plan(account).plan, plans.end)
    proposed = cards.world.plan(account, Wish(5, monthly_cents=500)).plan
    assert proposed.status == "proposed"
    cards.look()
    assert cards.states(account) == ["removed"]
    cards.world.at_desk(proposed, plans.accept)
    cards.look_on(NEAR, FIRST)
    assert cards.taken() == []
    cards.till.check()


@on_sqlite
def test_a_date_told_late_is_taken_when_there_was_time_to_read_of_it(cards: Cards) -> None:
    account = cards.with_card()
    eve = FIRST - timedelta(days=1)
    cards.look_on(eve)  # the worker was out before
    assert cards.world.told(account)[-1] == "instalment_near"
    cards.look_on(FIRST)
    assert cards.taken() == []
    assert cards.world.told(account)[-1] == "instalment_near", "no link either: it will be taken"
    cards.look_on(eve + timedelta(days=2))
    assert cards.taken() == [], "the agreement says three days"
    cards.look_on(eve + timedelta(days=3))
    assert cards.taken() == [1500]
    cards.till.check()
