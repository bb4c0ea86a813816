"""Staff open the lines of one account for a quarter of an hour, with a reason that the patient reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import Actor, record
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.billing import Invoice, invoices_of
from shared.privacy.model import DetailAccess, DetailGrant
from shared.privacy.rules import OPEN_FOR, check_reason


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opens: a member of staff with the role that they have in the practice."""

    user_id: UUID
    name: str
    role: str


def grant_of(
    session: Session, *, account: Account, user_id: UUID, at: datetime, reason: str = ""
) -> DetailGrant | None:
    """What lets this person read this account's lines now; for this ``reason``, where one is given."""
    query = select(DetailGrant).where(
        DetailGrant.practice_id == account.practice_id,
        DetailGrant.account_id == account.id,
        DetailGrant.user_id == user_id,
        DetailGrant.ends_at > at,
    )
    if reason:
        query = query.where(DetailGrant.reason == reason)
    return session.scalars(query.order_by(DetailGrant.ends_at.desc()).limit(1)).first()


def with_lines(session: Session, account: Account) -> Sequence[Invoice]:
    """The account's invoices whose lines are kept."""
    found = invoices_of(session, practice_id=account.practice_id, account_id=account.id)
    return [invoice for invoice in found if invoice.lines is not None]


def open_details(
    session: Session,
    *,
    account: Account,
    vault: Vault,
    opener: Opener,
    reason: str,
    note: str,
    at: datetime,
) -> DetailGrant:
    """Let a person read the lines of an account that the caller has locked; what is open for this reason
    stays open. Another reason is told to the patient by itself: a copy is more than a look.

    Each invoice is noted where the patient reads who looked. Raises NotAllowedError.
    """
    known = grant_of(session, account=account, user_id=opener.user_id, at=at, reason=reason)
    if known is not None:
        return known
    check_reason(reason, note)
    invoices = with_lines(session, account)
    if not invoices:
        raise NotAllowedError(
            "Aucun détail n’est conservé pour ce compte : il n’y a rien à ouvrir."
        )
    grant = DetailGrant(
        practice_id=account.practice_id,
        id=new_id(),
        account_id=account.id,
        user_id=opener.user_id,
        name=opener.name,
        role=opener.role,
        reason=reason,
        opened_at=at,
        ends_at=at + OPEN_FOR,
    )
    if note:
        grant.note = vault.seal(note, table="detail_grant", row=grant.id, column="note")
    session.add(grant)
    session.flush()
    session.add_all(
        DetailAccess(
            practice_id=account.practice_id,
            account_id=account.id,
            invoice_id=invoice.id,
            by="staff",
            role=opener.role,
            reason=reason,
            at=at,
        )
        for invoice in invoices
    )
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="details.granted",
        actor=Actor("staff", opener.name),
        at=at,
        reason=reason,
        invoices=len(invoices),
    )
    session.flush()
    return grant
