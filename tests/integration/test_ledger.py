"""The journal: booked once, never changed, and what is owed follows it to the cent."""

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ardoise.invariants import ALL
from shared.accounts import Account, get_account
from shared.audit import SYSTEM, timeline_of
from shared.base.invariants import find_breaches
from shared.billing import Invoice
from shared.ledger import (
    PATIENTS,
    Entry,
    JournalEntry,
    JournalLine,
    Line,
    UnbalancedEntryError,
    adjustment_lines,
    card_lines,
    post,
)
from tests.world import World


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


def adjustment(world: World, invoice: Invoice, cents: int, cause: str = "") -> Entry:
    """The practice's software states so much more (or less) for an invoice."""
    return Entry(
        "adjustment",
        cause or f"adjustment:{invoice.id}:{cents}",
        world.clock.now().date(),
        adjustment_lines(invoice.account_id, invoice.id, cents),
    )


def book(world: World, account: Account, *entries: Entry, keep: bool = True) -> None:
    """Book under the account's lock; the practice's software knows of it too."""
    with world.database.unit_of_work(world.practice_id) as work:
        session = work.session
        get_account(session, practice_id=world.practice_id, account_id=account.id, lock=True)
        for entry in entries:
            for line in entry.lines:
                if line.ledger_account == PATIENTS and line.invoice_id:
                    session.execute(
                        update(Invoice)
                        .where(Invoice.id == line.invoice_id)
                        .values(source_left_cents=Invoice.source_left_cents + line.amount_cents)
                    )
        post(session, entries, practice_id=world.practice_id, actor=SYSTEM, at=world.clock.now())
        if keep:
            work.commit()


def size(world: World) -> tuple[int, int]:
    """How many entries and lines there are."""
    with world.database.reading() as session:
        entries = session.scalar(select(func.count()).select_from(JournalEntry)) or 0
        lines = session.scalar(select(func.count()).select_from(JournalLine)) or 0
    return entries, lines


def test_what_is_owed_follows_the_journal(world: World) -> None:
    account = world.account(owes=(4250, 1000))
    first, second = world.invoices(account)
    assert world.reload(account).balance_cents == 5250
    book(world, account, adjustment(world, first, -250), adjustment(world, second, 500))
    assert [i.open_cents for i in world.invoices(account)] == [4000, 1500]
    assert world.reload(account).balance_cents == 5500
    world.check()


def test_an_invoice_is_settled_at_zero_and_open_again_above(world: World) -> None:
    account = world.account()
    [invoice] = world.invoices(account)
    book(world, account, adjustment(world, invoice, -4250))
    assert [i.status for i in world.invoices(account)] == ["settled"]
    assert world.reload(account).balance_cents == 0
    world.later(minutes=1)
    book(world, account, adjustment(world, invoice, 10))
    assert [i.status for i in world.invoices(account)] == ["issued"]
    with world.database.reading(world.practice_id) as session:
        told = timeline_of(session, practice_id=world.practice_id, account_id=account.id)
    assert [e.kind for e in told if e.kind.startswith("invoice.")] == [
        "invoice.reopen",
        "invoice.settle",
    ]
    world.check()


def test_the_same_cause_is_never_booked_twice(world: World) -> None:
    account = world.account()
    [invoice] = world.invoices(account)
    entry = adjustment(world, invoice, -1000, "adjustment:once")
    book(world, account, entry)
    before = size(world)
    with pytest.raises(IntegrityError):
        book(world, account, entry)
    with pytest.raises(IntegrityError):
        book(
            world,
            account,
            adjustment(world, invoice, -1, "adjustment:twins"),
            adjustment(world, invoice, -2, "adjustment:twins"),
        )
    assert size(world) == before
    assert world.reload(account).balance_cents == 3250
    world.check()


def test_the_same_cause_in_another_practice_is_another(world: World) -> None:
    second = world.open_practice("Secrétariat B7")
    here, there = world.account(), world.account(practice_id=second)
    book(world, here, adjustment(world, world.invoices(here)[0], -50, "adjustment:same"))
    with world.database.unit_of_work(second) as work:
        invoice = work.session.get_one(Invoice, (second, world.invoices(there)[0].id))
        invoice.source_left_cents -= 60
        entry = adjustment(world, invoice, -60, "adjustment:same")
        post(work.session, [entry], practice_id=second, actor=SYSTEM, at=world.clock.now())
        work.commit()
    assert world.reload(here).balance_cents == 4200
    assert world.reload(there).balance_cents == 4190
    world.check()


def test_lines_never_reach_into_another_practice(world: World) -> None:
    second = world.open_practice("Secrétariat B7")
    there = world.account(practice_id=second)
    entry = adjustment(world, world.invoices(there)[0], -50)
    before = size(world)
    with world.database.unit_of_work(world.practice_id) as work, pytest.raises(IntegrityError):
        post(
            work.session,
            [entry],
            practice_id=world.practice_id,
            actor=SYSTEM,
            at=world.clock.now(),
        )
    assert size(world) == before
    world.check()


def test_an_entry_that_does_not_balance_books_nothing_of_its_batch(world: World) -> None:
    account = world.account()
    [invoice] = world.invoices(account)
    crooked = Entry(
        "adjustment", "adjustment:crooked", invoice.issued_on, (Line(PATIENTS, 5, account.id),)
    )
    before = size(world)
    for wrong in (crooked, Entry("adjustment", "adjustment:empty", invoice.issued_on, ())):
        with pytest.raises(UnbalancedEntryError):
            book(world, account, adjustment(world, invoice, -1), wrong)
    assert size(world) == before
    assert world.reload(account).balance_cents == 4250
    world.check()


def test_what_is_not_committed_never_was(world: World) -> None:
    account = world.account()
    before = size(world)
    book(world, account, adjustment(world, world.invoices(account)[0], -1000), keep=False)
    assert size(world) == before
    assert world.reload(account).balance_cents == 4250
    world.check()


def test_nothing_to_book_is_nothing(world: World) -> None:
    account = world.account()
    before = size(world)
    book(world, account)
    assert size(world) == before


def test_several_entries_for_one_invoice_add_up(world: World) -> None:
    account = world.account()
    [invoice] = world.invoices(account)
    book(
        world,
        account,
        *(adjustment(world, invoice, -100, f"adjustment:{n}") for n in range(10)),
        adjustment(world, invoice, 30),
    )
    assert world.invoices(account)[0].open_cents == 3280
    world.check()


def test_a_thousand_invoices_at_once(world: World) -> None:
    account = world.account(owes=(100,) * 1001)
    book(world, account, *(adjustment(world, i, -100) for i in world.invoices(account)))
    assert {i.status for i in world.invoices(account)} == {"settled"}
    assert world.reload(account).balance_cents == 0
    world.check()


NEVER = "The journal is never changed or deleted. Book a correcting entry instead."


def test_the_database_itself_refuses_to_change_the_journal(world: World) -> None:
    account = world.account(owes=(4250, 1000))
    before = size(world)
    for change in (
        update(JournalLine).values(amount_cents=1),
        update(JournalLine).values(amount_cents=JournalLine.amount_cents),
        update(JournalEntry).values(kind="opening"),
        delete(JournalLine),
        delete(JournalEntry),
    ):
        with world.database.unit_of_work() as work, pytest.raises(IntegrityError, match=NEVER):
            work.session.execute(change)
    assert size(world) == before
    book(world, account, adjustment(world, world.invoices(account)[0], -100))
    world.check()


def test_on_postgresql_the_journal_can_not_be_emptied_either(postgres_url: str) -> None:
    world = World(postgres_url)
    world.account()
    for tables in ("journal_line", "journal_entry CASCADE"):
        with world.database.unit_of_work() as work, pytest.raises(IntegrityError, match=NEVER):
            work.session.execute(text(f"TRUNCATE {tables}"))
    world.check()
    world.database.dispose()


def lift_protection(session: Session) -> None:
    """As whoever owns the tables might, to do what the check must then see."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("journal_entry", "journal_line"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for name in session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    ).all():
        session.execute(text(f"DROP TRIGGER {name}"))


def breaches(world: World) -> set[str]:
    with world.database.reading() as session:
        return {b.invariant.name for b in find_breaches(session, ALL)}


def test_each_kind_of_damage_is_seen_by_the_check(world: World) -> None:
    account = world.account(owes=(4250, 1000))
    invoice = world.invoices(account)[0]
    damages = {
        "balance-projection": update(Account).values(balance_cents=1),
        "invoice-projection": update(Invoice).where(Invoice.id == invoice.id).values(open_cents=7),
        "journal-balances": update(JournalLine)
        .where(JournalLine.ledger_account == PATIENTS, JournalLine.invoice_id == invoice.id)
        .values(amount_cents=4251),
        "journal-accounts": update(JournalLine)
        .where(JournalLine.ledger_account == "revenue")
        .values(ledger_account="pocket"),
        "journal-lines": delete(JournalLine).where(JournalLine.invoice_id == invoice.id),
        "booked-payment": update(JournalEntry).values(kind="card_payment"),
    }
    for name, damage in damages.items():
        with world.database.unit_of_work() as work:
            lift_protection(work.session)
            work.session.execute(damage)
            seen = {b.invariant.name for b in find_breaches(work.session, ALL)}
        assert name in seen
    assert breaches(world) == set()


@pytest.mark.broken_books("what is wrong is what the check is to see")
def test_card_money_without_a_payment_is_seen_by_the_check(world: World) -> None:
    account = world.account()
    [invoice] = world.invoices(account)
    lines = card_lines(account.id, {invoice.id: 4250}, 0)
    book(world, account, Entry("card_payment", "payment:pi_1", invoice.issued_on, lines))
    assert breaches(world) == {"booked-payment", "invoice-settled"}
