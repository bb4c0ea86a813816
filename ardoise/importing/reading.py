"""Reading what is on file, in chunks, and opening it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from ardoise.importing.context import Run, chunks
from ardoise.importing.known import KnownAccount, KnownContact, KnownInvoice, KnownPerson
from ardoise.importing.matching import Candidate
from ardoise.importing.on_file import of_source
from ardoise.importing.own_words import last_stated, stood_for
from shared.accounts import (
    OFF_FILE,
    Account,
    ContactPoint,
    Hold,
    Party,
    PersonDetails,
    account_vault,
    open_contact,
    open_name,
    open_text,
)
from shared.audit import TimelineEvent
from shared.base.vault import Json, Vault
from shared.billing import Invoice

T = TypeVar("T")

DISPUTED, UNDISPUTED = "invoice.disputed", "invoice.undisputed"


@dataclass(slots=True)
class OpenAccount:
    """An account with its rows and vault, and the same as plain values."""

    account: Account
    vault: Vault
    parties: list[Party]
    contacts: list[ContactPoint]
    invoices: dict[str, Invoice]
    known: KnownAccount

    def party_of(self, external_ref: str) -> Party:
        """The patient with this file number, who may be the debtor."""
        return next(party for party in self.parties if party.external_ref == external_ref)


def absent_holds(run: Run) -> dict[UUID, UUID]:
    """By invoice the pause that it is under because a list did not name it."""
    query = select(Hold.invoice_id, Hold.id).where(
        Hold.practice_id == run.practice.id, Hold.kind == "absent", Hold.status == "active"
    )
    return {invoice: hold for invoice, hold in run.session.execute(query) if invoice is not None}


def open_candidates(run: Run, ids: Iterable[UUID]) -> dict[UUID, Candidate]:
    """The debtors of these accounts."""
    return {
        account_id: Candidate(found.known.key, found.known.debtor.details)
        for some in chunks(ids)
        for account_id, found in open_accounts(run, some, numbers=(), absent={}).items()
        if found.known.debtor
    }


def open_accounts(
    run: Run, ids: Sequence[UUID], *, numbers: Sequence[str], absent: Mapping[UUID, UUID]
) -> dict[UUID, OpenAccount]:
    """Accounts with all that an export may change; of their invoices those of these numbers."""
    practice_id = run.practice.id
    accounts = select(Account).where(Account.practice_id == practice_id, Account.id.in_(ids))
    opened = {
        account.id: OpenAccount(
            account,
            account_vault(run.keys, account),
            [],
            [],
            {},
            KnownAccount(account.external_key, *last_stated(account)),
        )
        for account in run.session.scalars(_fresh(accounts))
    }
    parties = select(Party).where(Party.practice_id == practice_id, Party.account_id.in_(ids))
    for party in run.session.scalars(_fresh(parties.order_by(Party.id))):
        opened[party.account_id].parties.append(party)
    contacts = select(ContactPoint).where(
        ContactPoint.practice_id == practice_id,
        ContactPoint.account_id.in_(ids),
        ContactPoint.status.not_in(OFF_FILE),
        ContactPoint.of_representative.is_(False),
    )
    for contact in run.session.scalars(_fresh(contacts.order_by(ContactPoint.id))):
        opened[contact.account_id].contacts.append(contact)
    for some in chunks(numbers):
        for invoice in run.session.scalars(_fresh(select(Invoice).where(of_source(run, some)))):
            if invoice.account_id in opened:
                opened[invoice.account_id].invoices[invoice.number] = invoice
    disputed = _disputed(run, ids) if run.tells_disputes and numbers else frozenset()
    for found in opened.values():
        found.parties.sort(key=lambda party: party.role != "debtor")
        found.known = _known(
            found,
            absent,
            disputed,
            stood_for(run.session, found.contacts, found.vault),
            keeps_lines=run.practice.keeps_lines,
        )
    return opened


def _fresh(query: Select[T]) -> Select[T]:
    """Rows are read again behind the lock, whatever the session remembers of them."""
    return query.execution_options(populate_existing=True)


def _disputed(run: Run, ids: Sequence[UUID]) -> frozenset[str]:
    """Invoices (by id) that the software last called disputed: what it said is on the timeline."""
    query = (
        select(TimelineEvent.kind, TimelineEvent.facts)
        .where(
            TimelineEvent.practice_id == run.practice.id,
            TimelineEvent.account_id.in_(ids),
            TimelineEvent.kind.in_((DISPUTED, UNDISPUTED)),
        )
        .order_by(TimelineEvent.at, TimelineEvent.id)
    )
    last = {str(facts["id"]): kind for kind, facts in run.session.execute(query)}
    return frozenset(invoice for invoice, kind in last.items() if kind == DISPUTED)


def _known(
    found: OpenAccount,
    absent: Mapping[UUID, UUID],
    disputed: frozenset[str],
    replaced_here: Mapping[UUID, str],
    *,
    keeps_lines: bool,
) -> KnownAccount:
    account, vault = found.account, found.vault
    language, channel = last_stated(account)
    protections: object = []
    if account.protection:
        protections = vault.open(
            account.protection, table="account", row=account.id, column="protection"
        )
    return KnownAccount(
        key=account.external_key,
        language=language,
        channel=channel,
        protections=frozenset(map(str, protections if isinstance(protections, list) else ())),
        people=tuple(
            KnownPerson(party.id, party.role, party.external_ref, _details(vault, party))
            for party in found.parties
        ),
        contacts=tuple(
            KnownContact(
                c.id, c.kind, c.position, c.status, open_contact(vault, c), replaced_here.get(c.id)
            )
            for c in found.contacts
        ),
        invoices={
            number: KnownInvoice(
                id=invoice.id,
                due_on=invoice.due_on,
                source_left_cents=invoice.source_left_cents,
                unacknowledged_cents=invoice.unacknowledged_cents,
                parts=(
                    invoice.total_cents,
                    invoice.amo_cents,
                    invoice.amc_cents,
                    invoice.patient_cents,
                ),
                absent=invoice.id in absent,
                disputed=str(invoice.id) in disputed,
                care=_care(vault, invoice) if keeps_lines else None,
            )
            for number, invoice in found.invoices.items()
        },
    )


def _details(vault: Vault, party: Party) -> PersonDetails:
    birth_date = address = None
    if party.birth_date is not None:
        born = open_text(vault, party.birth_date, table="party", row=party.id, column="birth_date")
        birth_date = date.fromisoformat(born)
    if party.address is not None:
        address = _texts(vault.open(party.address, table="party", row=party.id, column="address"))
    return PersonDetails(open_name(vault, party), birth_date, address)


def _care(vault: Vault, invoice: Invoice) -> dict[str, str] | None:
    if invoice.lines is None:
        return None
    return _texts(vault.open(invoice.lines, table="invoice", row=invoice.id, column="lines"))


def _texts(value: Json) -> dict[str, str] | None:
    return {k: str(v) for k, v in value.items()} if isinstance(value, dict) else None
