"""Which accounts and invoices of a list are known, before anything of them is opened."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from ardoise.importing.context import Run, chunks
from ardoise.importing.matching import OnFile
from shared.accounts import Account
from shared.base.money import Cents
from shared.billing import Invoice, Source


def read_on_file(run: Run, keys: Iterable[str], numbers: Iterable[str]) -> OnFile:
    """Which of these accounts and of the source's invoices are known."""
    accounts: dict[str, UUID] = {}
    for some in chunks(keys):
        query = select(Account.external_key, Account.id).where(
            Account.practice_id == run.practice.id, Account.external_key.in_(some)
        )
        accounts.update((row.external_key, row.id) for row in run.session.execute(query))
    invoices: dict[str, UUID] = {}
    erased: dict[str, Cents] = {}
    for some in chunks(numbers):
        known = (
            select(Invoice.number, Invoice.account_id, Invoice.source_left_cents, Account.erased_at)
            .join(
                Account,
                (Account.practice_id == Invoice.practice_id) & (Account.id == Invoice.account_id),
            )
            .where(of_source(run, some))
        )
        for row in run.session.execute(known):
            if row.erased_at is None:
                invoices[row.number] = row.account_id
            else:
                erased[row.number] = row.source_left_cents
    return OnFile(accounts, invoices, erased)


def of_source(run: Run, numbers: Sequence[str]) -> ColumnElement[bool]:
    """Invoices of the run's source with one of these numbers."""
    return (
        (Invoice.practice_id == run.practice.id)
        & (Invoice.source_id == run.source.id)
        & Invoice.number.in_(numbers)
    )


def of_another_source(run: Run, numbers: Iterable[str]) -> dict[tuple[UUID, str], str]:
    """By account and number the other source that has an invoice of that number on that account."""
    found: dict[tuple[UUID, str], str] = {}
    for some in chunks(numbers):
        query = (
            select(Invoice.account_id, Invoice.number, Source.name)
            .join(
                Source,
                (Source.practice_id == Invoice.practice_id) & (Source.id == Invoice.source_id),
            )
            .where(
                Invoice.practice_id == run.practice.id,
                Invoice.source_id != run.source.id,
                Invoice.number.in_(some),
            )
        )
        found.update(((row[0], row[1]), row[2]) for row in run.session.execute(query))
    return found
