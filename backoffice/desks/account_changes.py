"""Changes that a person proposes, on their account's page, for those who decide."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backoffice.desks.words import CHANGE_KINDS, RELATIONS, title
from shared.accounts import Account, masked_email, masked_phone
from shared.base.vault import Vault
from shared.delivery import CODE, Notice
from shared.preferences import Proposal, open_proposed


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A proposal that waits. ``told`` says whether the contact on file has been told of it."""

    id: UUID
    title: str
    contact: str
    name: str
    relation: str
    birth_date: date | None
    since: datetime
    told: bool


def read_changes(session: Session, account: Account, vault: Vault) -> tuple[ChangeShown, ...]:
    """What waits for a decision, the oldest first; one statement."""
    told = exists().where(
        Notice.practice_id == Proposal.practice_id,
        Notice.account_id == Proposal.account_id,
        Notice.cause_id == Proposal.id,
        Notice.purpose == CODE,
        Notice.status == "sent",
    )
    rows = session.execute(
        select(Proposal, told)
        .where(
            Proposal.practice_id == account.practice_id,
            Proposal.account_id == account.id,
            Proposal.status == "confirmed",
        )
        .order_by(Proposal.moved_at, Proposal.id)
    )
    return tuple(_shown(one, vault, told=bool(was_told)) for one, was_told in rows)


def _shown(proposal: Proposal, vault: Vault, *, told: bool) -> ChangeShown:
    proposed = open_proposed(vault, proposal)
    is_email = proposed.contact_kind == "email"
    masked = masked_email(proposed.value) if is_email else masked_phone(proposed.value)
    return ChangeShown(
        id=proposal.id,
        title=CHANGE_KINDS[proposal.kind],
        contact=f"{'e-mail' if is_email else 'mobile'} {masked}",
        name=proposed.name.full if proposed.name else "",
        relation=title(RELATIONS, proposed.relation) if proposed.relation else "",
        birth_date=proposed.birth_date,
        since=proposal.moved_at,
        told=told,
    )
