"""What the practice's next lists mean for an invoice of which money was given back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.accounts import get_account, get_practice
from shared.payments import Payment, PaymentAttempt
from shared.processor import Refunded
from shared.reversals import take_refunds
from tests.integration.import_world import NOW, PRACTICE, ImportWorld, open_import_world, row

OTHER = row("F-9", ref="D-9", Nom="Roy")


@pytest.fixture
def world(database_url: str) -> ImportWorld:
    """F-1 of 20 euros was paid here and the practice's list says so, then 12 euros were given back."""
    world = open_import_world(database_url)
    world.export(row("F-1"), OTHER)
    world.pay_here("F-1", 2000)
    world.a_week_later()
    world.export(OTHER)
    assert world.invoice("F-1").source_left_cents == 0
    give_back(world, 1200)
    assert world.invoice("F-1").open_cents == 1200
    return world


def give_back(world: ImportWorld, cents: int) -> None:
    account = world.account_of("F-1")
    with world.database.unit_of_work(PRACTICE) as work:
        session = work.session
        payment = session.scalars(select(Payment)).one()
        take_refunds(
            session,
            practice=get_practice(session, PRACTICE),
            account=get_account(session, practice_id=PRACTICE, account_id=account.id, lock=True),
            attempt=session.get_one(PaymentAttempt, (PRACTICE, payment.attempt_id)),
            told=[
                Refunded(
                    refund_id="re_1",
                    intent_id=payment.processor_ref,
                    status="succeeded",
                    amount_cents=cents,
                    currency="eur",
                    at=NOW + timedelta(days=8),
                )
            ],
            at=NOW + timedelta(days=8),
        )
        work.commit()


def test_a_list_that_still_leaves_it_out_sets_it_aside(world: ImportWorld) -> None:
    world.a_week_later()
    world.export(OTHER)
    assert world.invoice("F-1").open_cents == 1200
    assert ("absent", "active") in [hold[:2] for hold in world.holds("F-1")]
    world.assert_sound()


def test_a_list_that_names_what_was_given_back_agrees(world: ImportWorld) -> None:
    world.a_week_later()
    world.export(row("F-1", left="12,00"), OTHER)
    invoice = world.invoice("F-1")
    assert (invoice.open_cents, invoice.unacknowledged_cents) == (1200, 0)
    world.assert_sound()


def test_a_list_that_says_nothing_is_left_ends_the_debt(world: ImportWorld) -> None:
    world.a_week_later()
    world.export(row("F-1", left="0,00"), OTHER)
    assert world.invoice("F-1").open_cents == 0
    world.assert_sound()


def test_what_was_given_as_a_gift_is_owed_no_more_once_the_list_names_it_with_nothing_left(
    database_url: str,
) -> None:
    """As the refund form says; the practice enters payment, refund and gift between two lists."""
    world = open_import_world(database_url)
    world.export(row("F-1"), OTHER)
    world.pay_here("F-1", 2000)
    give_back(world, 1200)
    assert world.invoice("F-1").open_cents == 1200
    world.a_week_later()
    world.export(OTHER)
    assert world.invoice("F-1").open_cents == 1200, "a list without it does not settle it"
    assert ("absent", "active") in [hold[:2] for hold in world.holds("F-1")]
    world.a_week_later()
    world.export(row("F-1", left="0,00"), OTHER)
    invoice = world.invoice("F-1")
    assert (invoice.open_cents, invoice.unacknowledged_cents) == (0, 0)
    assert ("absent", "active") not in [hold[:2] for hold in world.holds("F-1")]
    world.assert_sound()
