"""Changes that a person proposes, on their account's page, for those who decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backoffice.desks.words import CHANGE_KINDS, RELATIONS, title
from shared.accounts import Account, ContactPoint, masked_email, masked_phone
from shared.base.vault import Vault
from shared.delivery import CODE, Notice
from shared.preferences import Proposal, open_proposed


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A proposal that waits. ``told`` says whether the contact on file has been told of it;
    ``may_call`` is false when others reach every number on file.
    """

    id: UUID
    title: str
    contact: str
    name: str
    relation: str
    birth_date: date | None
    since: datetime
    told: bool
    may_call: bool


def read_changes(
    session: Session, account: Account, contacts: Sequence[ContactPoint], vault: Vault
) -> tuple[ChangeShown, ...]:
    """What waits for a decision, the oldest first; one statement. ``contacts`` are those on file."""
    numbers = [one.status for one in contacts if one.kind != "email"]
    may_call = not numbers or any(status != "unsafe" for status in numbers)
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
    return tuple(
        _shown(one, vault, told=bool(was_told), may_call=may_call) for one, was_told in rows
    )


def _shown(proposal: Proposal, vault: Vault, *, told: bool, may_call: bool) -> ChangeShown:
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
        may_call=may_call,
    )
