"""Staff accept or decline what was proposed. Until then nothing changes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import (
    CONTACT,
    KINDS_OF_WISH,
    Account,
    ContactPoint,
    Party,
    PersonDetails,
    Practice,
    contacts_of,
    identity_on_file,
    new_party,
    parties_of,
)
from shared.audit import Actor, advance
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.vault import BlindIndex, Vault
from shared.links import revoke_former
from shared.preferences.model import Proposal
from shared.preferences.proposing import end_work, move
from shared.preferences.reading import Proposed, get_proposal, open_proposed
from shared.preferences.rules import DECLINE_REASONS, REPRESENTATIVE
from shared.preferences.service import mind_reach, set_channel
from shared.preferences.waiting import drop


def accept_proposal(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    proposal_id: UUID,
    vault: Vault,
    index: BlindIndex,
    actor: Actor,
    at: datetime,
) -> Proposal:
    """Take over what was proposed; links sent before end, but not the visit that proposed it.

    From now on nothing but the new contact is written to: others may read the old ones, which is
    mostly why it is given. The caller holds the account's lock. Accepting twice is harmless. Raises
    NotFoundError, and NotAllowedError when it was withdrawn or never confirmed.
    """
    proposal = _own(session, account, proposal_id)
    if proposal.status == "accepted":
        return proposal
    move(session, proposal, "accept", actor=actor, at=at)
    contact = session.get(ContactPoint, (practice.id, proposal.contact_id))
    if contact is None:
        raise NotFoundError("Ce contact n’existe pas.")
    proposed = open_proposed(vault, proposal)
    if proposal.kind == REPRESENTATIVE:
        _represent(session, account, proposed, vault=vault, index=index)
    in_place_of_all = proposal.kind == REPRESENTATIVE
    contact.replaces_id = _replace_former(
        session, account, contact, in_place_of_all=in_place_of_all, actor=actor, at=at
    )
    advance(session, contact, CONTACT, "accept", account_id=account.id, actor=actor, at=at)
    if contact.kind not in KINDS_OF_WISH[account.channel]:
        set_channel(account, "any")
    session.flush()
    on_file = identity_on_file(
        vault,
        parties_of(session, practice_id=practice.id, account_id=account.id),
        contacts_of(session, practice_id=practice.id, account_id=account.id),
    )
    account.checkable = on_file.checkable
    revoke_former(session, account=account, actor=actor, at=at, spare=proposal.visit_id)
    mind_reach(session, practice=practice, account=account, actor=actor, at=at)
    end_work(session, proposal, event="done", actor=actor, at=at)
    wake_worker(session)
    return proposal


def _represent(
    session: Session, account: Account, proposed: Proposed, *, vault: Vault, index: BlindIndex
) -> None:
    """From now on the representative is asked for their birth date, and is the one written to."""
    if proposed.name is None:
        raise NotFoundError("Cette proposition ne nomme personne.")
    former = session.scalars(
        select(Party).where(
            Party.practice_id == account.practice_id,
            Party.account_id == account.id,
            Party.role == REPRESENTATIVE,
        )
    ).all()
    for party in former:
        party.role = "former"
    session.add(
        new_party(
            account,
            role=REPRESENTATIVE,
            external_ref="",
            details=PersonDetails(proposed.name, proposed.birth_date, None),
            vault=vault,
            index=index,
        )
    )
    account.represented = True


def _replace_former(
    session: Session,
    account: Account,
    new: ContactPoint,
    *,
    in_place_of_all: bool,
    actor: Actor,
    at: datetime,
) -> UUID | None:
    """Take the former contacts of the new one's kind off file, and let those of another kind rest.

    A resting contact stays on file, where the person may ask for messages again. A new representative's
    contact takes the place of all that a former one had. Returns what was replaced last.
    """
    on_file = contacts_of(session, practice_id=account.practice_id, account_id=account.id)
    beside = [one for one in on_file if one.of_representative == new.of_representative]
    former = [one for one in beside if one.kind == new.kind or in_place_of_all]
    for one in beside:
        if one not in former and one.kind != "landline" and one.status == "usable":
            advance(session, one, CONTACT, "opt_out", account_id=account.id, actor=actor, at=at)
    for one in former:
        was = one.status
        advance(
            session, one, CONTACT, "replace", account_id=account.id, actor=actor, at=at, was=was
        )
        new.position = one.position
    return _first_stated(session, former[-1]) if former else None


def _first_stated(session: Session, former: ContactPoint) -> UUID:
    """What the practice's software goes on stating: the contact that came from there."""
    while former.by_person and former.replaces_id is not None:
        before = session.get(ContactPoint, (former.practice_id, former.replaces_id))
        if before is None:
            break
        former = before
    return former.id


def decline_proposal(
    session: Session,
    *,
    account: Account,
    proposal_id: UUID,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Proposal:
    """Leave everything as it is; the person reads why in their space. Declining twice is harmless.

    The caller holds the account's lock. Raises NotFoundError, and NotAllowedError without a reason or
    when it was withdrawn.
    """
    proposal = _own(session, account, proposal_id)
    if proposal.status == "declined":
        return proposal
    if reason not in DECLINE_REASONS:
        raise NotAllowedError("Choisissez pourquoi vous déclinez ce changement.")
    move(session, proposal, "decline", actor=actor, at=at)
    proposal.decline_reason = reason
    contact = session.get(ContactPoint, (account.practice_id, proposal.contact_id))
    if contact is not None and contact.status == "proposed":
        drop(session, contact, actor=actor, at=at)
    end_work(session, proposal, event="done", actor=actor, at=at)
    wake_worker(session)
    return proposal


def _own(session: Session, account: Account, proposal_id: UUID) -> Proposal:
    return get_proposal(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        proposal_id=proposal_id,
    )
