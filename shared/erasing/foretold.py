"""What an erasing would take and what it would leave, until when and why: said before it is ordered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from shared.accounts import Account, ContactPoint, Hold
from shared.aid import AidRequest
from shared.base.formats import plural
from shared.billing import Invoice
from shared.delivery import Notice
from shared.ledger import JournalEntry, JournalLine
from shared.links import Link
from shared.messages import Document, Message, ThreadNote
from shared.payments import Payment, SavedCard
from shared.plans import Plan
from shared.preferences import Proposal
from shared.privacy import ACCOUNTS, days_of, retention_of

_COUNTED: Mapping[str, tuple[Any, tuple[str, str]]] = {
    "contacts": (ContactPoint, ("téléphone ou adresse e-mail", "téléphones et adresses e-mail")),
    "messages": (Message, ("message", "messages")),
    "documents": (Document, ("document envoyé", "documents envoyés")),
    "aid": (AidRequest, ("demande d’aide", "demandes d’aide")),
    "notes": (ThreadNote, ("note de l’équipe", "notes de l’équipe")),
    "notices": (Notice, ("envoi (rappel, lien, nouvelle)", "envois (rappels, liens, nouvelles)")),
    "links": (Link, ("lien vers l’espace privé", "liens vers l’espace privé")),
    "proposals": (Proposal, ("changement demandé", "changements demandés")),
    "holds": (Hold, ("pause et sa note", "pauses et leurs notes")),
    "plans": (Plan, ("texte d’accord de paiement étalé", "textes d’accords de paiement étalé")),
    "cards": (SavedCard, ("carte enregistrée", "cartes enregistrées")),
}
_STAY: Mapping[str, Any] = {"invoices": Invoice, "payments": Payment}


@dataclass(frozen=True, slots=True)
class Foretold:
    """``goes`` in words, with counts; of what stays so many ``invoices`` and ``payments``, and ``until``
    when the accounts want the debtor's name: None where nothing was ever booked."""

    goes: tuple[str, ...]
    invoices: int
    payments: int
    until: date | None

    @property
    def vouchers(self) -> str:
        """What of the accounts stays, with counts."""
        invoices = _said(self.invoices, "facture", "factures")
        return f"{invoices}, {_said(self.payments, 'paiement', 'paiements')}"


def foretell(session: Session, account: Account) -> Foretold:
    """What would go and stay of an account; two statements."""

    def of(table: Any) -> ColumnElement[int]:
        query = (
            select(func.count())
            .select_from(table)
            .where(table.practice_id == account.practice_id, table.account_id == account.id)
        )
        if table is SavedCard:
            query = query.where(SavedCard.status.in_(("kept", "removing")))
        return query.scalar_subquery()

    counts = session.execute(
        select(
            *(of(table).label(name) for name, (table, _) in _COUNTED.items()),
            *(of(table).label(name) for name, table in _STAY.items()),
            last_booked(account.practice_id, account.id).label("booked"),
            last_issued(account.practice_id, account.id).label("issued"),
        )
    ).one()
    fixed = ("date de naissance, adresse postale et numéro de dossier",)
    return Foretold(
        goes=fixed
        + tuple(
            _said(count, *words)
            for name, (_, words) in _COUNTED.items()
            if (count := getattr(counts, name))
        ),
        invoices=counts.invoices,
        payments=counts.payments,
        until=_until(session, account, counts.booked, counts.issued),
    )


def _said(count: int, one: str, many: str) -> str:
    return f"{count} {plural(count, one, many)}"


def last_booked(practice_id: Any, account_id: Any) -> ScalarSelect[date]:
    """The day of the last booking of an account; the two are columns of an outer statement, or values."""
    return (
        select(func.max(JournalEntry.booked_on, type_=JournalEntry.booked_on.type))
        .join(
            JournalLine,
            (JournalLine.practice_id == JournalEntry.practice_id)
            & (JournalLine.entry_id == JournalEntry.id),
        )
        .where(JournalLine.practice_id == practice_id, JournalLine.account_id == account_id)
        .correlate_except(JournalEntry, JournalLine)
        .scalar_subquery()
    )


def last_issued(practice_id: Any, account_id: Any) -> ScalarSelect[date]:
    """The day of the last invoice of an account; arguments as above."""
    return (
        select(func.max(Invoice.issued_on, type_=Invoice.issued_on.type))
        .where(Invoice.practice_id == practice_id, Invoice.account_id == account_id)
        .correlate_except(Invoice)
        .scalar_subquery()
    )


def kept_until(session: Session, account: Account) -> date | None:
    """Until when the vouchers of an account want its debtor's name; None where there never was one."""
    key = (account.practice_id, account.id)
    booked, issued = session.execute(select(last_booked(*key), last_issued(*key))).one()
    return _until(session, account, booked, issued)


def _until(session: Session, account: Account, *lasts: date | None) -> date | None:
    last = max((day for day in lasts if day is not None), default=None)
    if last is None:
        return None
    chosen = retention_of(session, account.practice_id).days
    return last + timedelta(days=days_of(ACCOUNTS, chosen))
