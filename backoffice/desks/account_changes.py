"""Changes that a person proposes, on their account's page, for those who decide; each look is noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.words import CHANGE_KINDS, RELATIONS, title
from shared.accounts import Account, ContactPoint, masked_email, masked_phone
from shared.audit import Actor, record
from shared.base.errors import NotAllowedError
from shared.base.together import Part
from shared.base.vault import Vault
from shared.delivery import CODE, Notice
from shared.preferences import Proposal, get_proposal, open_proposed
from shared.web.filters import contact_in_full


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A proposal that waits, or one that was accepted. ``told`` says whether the contact on file has
    been told of it; ``may_call`` is false when others reach every number on file.
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
    accepted: bool


@dataclass(frozen=True, slots=True)
class ChangesShown:
    """What waits for a decision, and what was accepted and is still on file."""

    waiting: tuple[ChangeShown, ...] = ()
    given: tuple[ChangeShown, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class ContactLooked:
    """A contact in full, as staff asked to see it."""

    proposal_id: UUID
    value: str


def changes_part(*, practice_id: int, account_id: UUID) -> Part[Proposal]:
    """What the person proposes, and what of it staff accepted, the oldest first."""
    return Part(
        Proposal,
        [
            Proposal.practice_id == practice_id,
            Proposal.account_id == account_id,
            Proposal.status.in_(("confirmed", "accepted")),
        ],
        [Proposal.moved_at, Proposal.id],
    )


def told_part(*, practice_id: int, account_id: UUID) -> Part[Notice]:
    """The codes that were sent to contacts that the person proposes."""
    asked = select(Proposal.id).where(
        Proposal.practice_id == practice_id, Proposal.account_id == account_id
    )
    return Part(
        Notice,
        [
            Notice.practice_id == practice_id,
            Notice.account_id == account_id,
            Notice.purpose == CODE,
            Notice.status == "sent",
            Notice.cause_id.in_(asked),
        ],
        [Notice.id],
    )


def changes_shown(
    proposals: Sequence[Proposal],
    told: Sequence[Notice],
    contacts: Sequence[ContactPoint],
    vault: Vault,
) -> ChangesShown:
    """What is proposed, and what was accepted of the ``contacts`` that are on file."""
    numbers = [one.status for one in contacts if one.kind != "email"]
    may_call = not numbers or any(status != "unsafe" for status in numbers)
    on_file = {one.id for one in contacts}
    announced = {notice.cause_id for notice in told}
    shown = [
        _shown(one, vault, told=one.id in announced, may_call=may_call)
        for one in proposals
        if one.status == "confirmed" or one.contact_id in on_file
    ]
    return ChangesShown(
        waiting=tuple(one for one in shown if not one.accepted),
        given=tuple(one for one in shown if one.accepted),
    )


def look_at_contact(
    session: Session,
    *,
    account: Account,
    proposal_id: UUID,
    vault: Vault,
    actor: Actor,
    at: datetime,
) -> ContactLooked:
    """A proposed or accepted contact in full: staff check it, and note it in the practice's software.

    Raises NotFoundError, and NotAllowedError once the proposal came to nothing.
    """
    proposal = get_proposal(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        proposal_id=proposal_id,
    )
    if proposal.status not in ("confirmed", "accepted"):
        raise NotAllowedError("Ce contact n’est plus à vérifier ni à noter.")
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="proposal.contact_shown",
        actor=actor,
        at=at,
        proposal=proposal.kind,
    )
    proposed = open_proposed(vault, proposal)
    return ContactLooked(proposal.id, contact_in_full(proposed.contact_kind, proposed.value))


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
        accepted=proposal.status == "accepted",
    )
