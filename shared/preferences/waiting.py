"""Proposed contacts: on a row of their own, where only a code may go to, until staff decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import CONTACT, Account, ContactPoint, new_contact
from shared.audit import SYSTEM, Actor, advance
from shared.base.vault import BlindIndex, Vault
from shared.preferences.model import Proposal
from shared.preferences.proposing import move
from shared.preferences.reading import open_proposed
from shared.preferences.rules import LAPSES_AFTER, OPEN, POSITIONS, REPRESENTATIVE


def stand_by(
    session: Session, proposal: Proposal, *, account: Account, vault: Vault, index: BlindIndex
) -> UUID:
    """The new contact on its row, where only a code may go to; the worker's, since it needs the index."""
    if proposal.contact_id is None:
        proposed = open_proposed(vault, proposal)
        contact = new_contact(
            account,
            kind=proposed.contact_kind,
            value=proposed.value,
            position=POSITIONS[proposed.contact_kind],
            status="proposed",
            vault=vault,
            index=index,
        )
        contact.by_person = True
        # Who represents somebody gives a contact of their own: only that one is written to.
        contact.of_representative = proposal.kind == REPRESENTATIVE or account.represented
        session.add(contact)
        session.flush()
        proposal.contact_id = contact.id
    return proposal.contact_id


def sweep_proposals(session: Session, *, practice_id: int, at: datetime) -> int:
    """What nobody confirmed within a day lapses; contacts that nothing waits for any more are dropped.

    Returns how many rows changed.
    """
    late = session.scalars(
        select(Proposal).where(
            Proposal.practice_id == practice_id,
            Proposal.status == "asked",
            Proposal.moved_at <= at - LAPSES_AFTER,
        )
    ).all()
    for proposal in late:
        move(session, proposal, "lapse", actor=SYSTEM, at=at)
    session.flush()
    left = session.scalars(
        select(ContactPoint)
        .join(
            Proposal,
            (Proposal.practice_id == ContactPoint.practice_id)
            & (Proposal.contact_id == ContactPoint.id),
        )
        .where(
            ContactPoint.practice_id == practice_id,
            ContactPoint.status == "proposed",
            Proposal.status.not_in(OPEN),
        )
    ).all()
    for contact in left:
        drop(session, contact, actor=SYSTEM, at=at)
    return len(late) + len(left)


def drop(session: Session, contact: ContactPoint, *, actor: Actor, at: datetime) -> None:
    """A contact that waited comes to nothing."""
    advance(session, contact, CONTACT, "drop", account_id=contact.account_id, actor=actor, at=at)
