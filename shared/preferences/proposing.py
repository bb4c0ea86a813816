"""Proposing a new contact or a representative: code to the new contact, then staff decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    Practice,
    contacts_of,
    get_account,
    open_contact,
)
from shared.audit import PATIENT, Actor, advance, record
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError
from shared.base.formats import marked
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.codes import CONTACT_CODE, Given, OneTimeCode, answer_code, ask_code, end_codes
from shared.messages import promised_day
from shared.preferences.model import Proposal
from shared.preferences.reading import Proposed, get_proposal, seal_proposed
from shared.preferences.rules import (
    NEW_CONTACT,
    OPEN,
    PROPOSAL,
    REPRESENTATIVE,
)
from shared.worklist import TO_DECIDE_CHANGE, close_tasks, offer, open_task

DECIDE_CHANGE = offer(
    "change_decide", "Changement proposé à accepter ou à décliner", TO_DECIDE_CHANGE
)


def propose(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    visit_id: UUID,
    vault: Vault,
    proposed: Proposed,
    once: str,
    at: datetime,
) -> Proposal:
    """Propose a change; a code goes to its contact. The same form sent twice makes one.

    Raises NotAllowedError when one of the kind is open, the contact is on file already, or the day's
    codes are used up.
    """
    account = get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    known = _by_form(session, account, once)
    if known is not None:
        return known
    kind = NEW_CONTACT if proposed.name is None else REPRESENTATIVE
    if open_kinds(session, practice_id=practice.id, account_id=account_id) & {kind}:
        raise NotAllowedError(
            marked("Un changement est déjà demandé. Retirez-le d’abord, puis recommencez.")
        )
    if kind == NEW_CONTACT and _on_file(session, account, vault, proposed.value):
        raise NotAllowedError(marked("Nous avons déjà ce contact. Écrivez-en un autre."))
    proposal_id = new_id()
    proposal = Proposal(
        practice_id=practice.id,
        id=proposal_id,
        account_id=account_id,
        visit_id=visit_id,
        kind=kind,
        status="asked",
        content=seal_proposed(vault, proposal_id, proposed),
        once=once,
        asked_at=at,
        moved_at=at,
    )
    session.add(proposal)
    record(
        session,
        practice_id=practice.id,
        account_id=account_id,
        kind="proposal.asked",
        actor=PATIENT,
        at=at,
        proposal=kind,
    )
    session.flush()
    ask_again(session, proposal, visit_id=visit_id, at=at)
    return proposal


def ask_again(session: Session, proposal: Proposal, *, visit_id: UUID, at: datetime) -> OneTimeCode:
    """Have a code sent to the new contact. Raises NotAllowedError when that is over, or for the day."""
    if proposal.status != "asked":
        raise NotAllowedError(marked("Ce changement n’attend plus de code."))
    return ask_code(
        session,
        practice_id=proposal.practice_id,
        account_id=proposal.account_id,
        visit_id=visit_id,
        purpose=CONTACT_CODE,
        subject_id=proposal.id,
        at=at,
    )


def confirm(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    proposal_id: UUID,
    visit_id: UUID,
    typed: str | None,
    vault: Vault,
    at: datetime,
) -> bool:
    """The code came back: staff decide now, and the old contact is told. False for a wrong one.

    The caller commits a wrong try too. Raises NotFoundError.
    """
    get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    proposal = get_proposal(
        session, practice_id=practice.id, account_id=account_id, proposal_id=proposal_id
    )
    if proposal.status not in OPEN:
        return False
    given = answer_code(
        session,
        practice_id=practice.id,
        account_id=account_id,
        visit_id=visit_id,
        subject_id=proposal_id,
        typed=typed,
        vault=vault,
        at=at,
    )
    if given is Given.WRONG:
        return False
    if proposal.status == "asked":
        move(session, proposal, "confirm", actor=PATIENT, at=at)
        open_task(
            session,
            DECIDE_CHANGE,
            practice_id=practice.id,
            account_id=account_id,
            key=str(proposal.id),
            due_on=promised_day(practice, at),
            actor=PATIENT,
            at=at,
        )
        wake_worker(session)
    return True


def withdraw(
    session: Session, *, practice_id: int, account_id: UUID, proposal_id: UUID, at: datetime
) -> None:
    """The person wants no change any more; doing so twice is harmless. Raises NotFoundError."""
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    proposal = get_proposal(
        session, practice_id=practice_id, account_id=account_id, proposal_id=proposal_id
    )
    if proposal.status in OPEN:
        move(session, proposal, "withdraw", actor=PATIENT, at=at)
        end_codes(session, practice_id=practice_id, subject_id=proposal_id, at=at)
        end_work(session, proposal, event="vanished", actor=PATIENT, at=at)


def move(session: Session, proposal: Proposal, event: str, *, actor: Actor, at: datetime) -> None:
    """A proposal goes on. Raises NotAllowedError where its state has no such way."""
    advance(
        session,
        proposal,
        PROPOSAL,
        event,
        account_id=proposal.account_id,
        actor=actor,
        at=at,
        proposal=proposal.kind,
    )
    proposal.moved_at = at


def end_work(
    session: Session, proposal: Proposal, *, event: str, actor: Actor, at: datetime
) -> None:
    """Nobody has to decide any more."""
    close_tasks(
        session,
        DECIDE_CHANGE,
        practice_id=proposal.practice_id,
        key=str(proposal.id),
        event=event,
        actor=actor,
        at=at,
    )


def open_kinds(session: Session, *, practice_id: int, account_id: UUID) -> set[str]:
    """Of which kinds something is proposed and not decided."""
    query = select(Proposal.kind).where(
        Proposal.practice_id == practice_id,
        Proposal.account_id == account_id,
        Proposal.status.in_(OPEN),
    )
    return set(session.scalars(query))


def _by_form(session: Session, account: Account, once: str) -> Proposal | None:
    return session.scalar(
        select(Proposal).where(
            Proposal.practice_id == account.practice_id,
            Proposal.account_id == account.id,
            Proposal.once == once,
        )
    )


def _on_file(session: Session, account: Account, vault: Vault, value: str) -> bool:
    contacts = contacts_of(session, practice_id=account.practice_id, account_id=account.id)
    return any(open_contact(vault, one).casefold() == value.casefold() for one in contacts)
