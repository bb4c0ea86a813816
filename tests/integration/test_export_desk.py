"""What came at the desk, what was cancelled and what credit settled go back to the practice's software."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from ardoise.exporting import export_payments
from shared.billing import Invoice
from shared.ledger import CREDIT, PATIENTS, JournalEntry, JournalLine
from tests.integration.desk_world import Secretary
from tests.world import World


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


def told(
    world: World, *, since: date | None = None, until: date | None = None
) -> list[tuple[str, ...]]:
    """Date, invoice, sum, method, receipt, reference and nature of each line."""
    with world.database.reading(world.practice_id) as session:
        lines = list(
            export_payments(session, practice_id=world.practice_id, since=since, until=until)
        )
    return [(line[0], line[1], *line[3:]) for line in lines]


def test_each_method_has_its_word_and_its_papers_name(world: World):
    claire = Secretary.of(world)
    account = world.account(owes=(1000, 2000))
    number = world.invoices(account)[0].number
    claire.notes(account, 250, "cheque", reference="n° 4411")
    claire.notes(account, 250, "transfer", reference="VIR FERHAT")
    claire.notes(account, 250, "cash")
    claire.notes(account, 250, "terminal")
    claire.work()
    assert [line[1:] for line in told(world)] == [
        (number, "2,50", "chèque", "R-2026-00001", "n° 4411", "paiement"),
        (number, "2,50", "virement", "R-2026-00002", "VIR FERHAT", "paiement"),
        (number, "2,50", "espèces", "R-2026-00003", "", "paiement"),
        (number, "2,50", "carte au terminal", "R-2026-00004", "", "paiement"),
    ]


def test_a_cancelled_payment_comes_with_a_minus_on_the_day_it_was_cancelled(world: World):
    claire = Secretary.of(world)
    account = world.account(owes=(1000,))
    number = world.invoices(account)[0].number
    payment = claire.receives(account, 1500)
    world.later(days=2)
    claire.cancels(account, payment)
    claire.work()
    lines = told(world)
    assert [line[:3] for line in lines[:2]] == [
        ("24/11/2026", number, "10,00"),
        ("24/11/2026", "", "5,00"),
    ]
    assert sorted(line[:3] for line in lines[2:]) == [
        ("26/11/2026", "", "-5,00"),
        ("26/11/2026", number, "-10,00"),
    ]
    assert {line[4] for line in lines} == {"R-2026-00001"}
    assert [line[6] for line in lines] == ["paiement", "trop-perçu", "annulation", "annulation"]
    assert len(told(world, since=date(2026, 11, 25))) == 2


def test_credit_that_was_used_leaves_the_hand_and_reaches_the_invoice(world: World):
    claire = Secretary.of(world)
    account = world.account(owes=(1000,))
    claire.receives(account, 3500)
    world.bill_more(account, 2000)
    world.later(days=1)
    claire.uses_credit(account)
    claire.work()
    number = world.invoices(account)[1].number
    assert [line[:3] for line in told(world)][2:] == [
        ("25/11/2026", "", "-20,00"),
        ("25/11/2026", number, "20,00"),
    ]
    assert {line[6] for line in told(world)[2:]} == {"trop-perçu utilisé"}


def sums(lines: list[tuple[str, ...]]) -> dict[str, int]:
    """Cents by invoice; what is in hand has no invoice."""
    found: dict[str, int] = defaultdict(int)
    for _, invoice, amount, *_rest in lines:
        found[invoice] += int(amount.replace(",", ""))
    return {invoice: cents for invoice, cents in found.items() if cents}


def settled(world: World) -> dict[str, int]:
    """What the journal says that was paid of each invoice, and what is in hand."""
    with world.database.reading(world.practice_id) as session:
        query = (
            select(Invoice.number, func.sum(-JournalLine.amount_cents))
            .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
            .outerjoin(Invoice, Invoice.id == JournalLine.invoice_id)
            .where(
                JournalLine.ledger_account.in_((PATIENTS, CREDIT)), JournalEntry.kind != "invoice"
            )
            .group_by(Invoice.number)
        )
        rows = session.execute(query).all()
    return {row[0] or "": int(row[1]) for row in rows if row[1]}


def test_what_is_noted_today_for_a_day_that_was_exported_is_in_todays_export(world: World):
    claire = Secretary.of(world)
    account = world.account(owes=(1000, 2000))
    claire.receives(account, 300)
    monday = told(world, until=date(2026, 11, 24))
    world.later(days=2)
    claire.notes(account, 700, "cheque", on=date(2026, 11, 23))
    claire.work()
    assert told(world, until=date(2026, 11, 24)) == monday, "what was exported does not change"
    later = told(world, since=date(2026, 11, 25))
    assert [line[:3] for line in later] == [
        ("23/11/2026", world.invoices(account)[0].number, "7,00")
    ]


def test_exports_that_follow_each_other_hold_the_journal_and_nothing_twice(world: World):
    claire = Secretary.of(world)
    account = world.account(owes=(1000, 2000, 4000))
    days = [date(2026, 11, 24) + timedelta(days=number) for number in range(5)]
    first = claire.receives(account, 1500)
    world.later(days=1)
    claire.notes(account, 6000, "transfer", on=days[0])
    claire.work()
    world.later(days=1)
    claire.cancels(account, first)
    claire.work()
    world.later(days=1)
    claire.notes(account, 900, "cheque", on=days[0] - timedelta(days=3))
    claire.work()
    world.bill_more(account, 700)
    world.later(days=1)
    claire.uses_credit(account)
    claire.work()
    by_day = [told(world, since=day, until=day) for day in days]
    assert all(by_day), "something was booked on each of these days"
    whole = [line for lines in by_day for line in lines]
    assert sorted(whole) == sorted(told(world))
    assert sums(whole) == settled(world)
