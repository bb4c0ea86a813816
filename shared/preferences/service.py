"""What people choose for themselves, at once: language, channel, contacts that rest or are not safe."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.accounts import (
    CONTACT,
    Account,
    ContactPoint,
    Practice,
    contacts_of,
    get_account,
    usable_contacts,
)
from shared.audit import PATIENT, Actor, advance, record
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import marked
from shared.links import PortalSession, revoke_former
from shared.preferences.rules import possible_channels
from shared.worklist import TO_WRITE, close_tasks, offer, open_task

NO_WAY = offer(
    "no_way_to_write", "Ni SMS ni e-mail possible : appeler ou écrire une lettre", TO_WRITE
)


def choose_language(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    visit_id: UUID,
    language: str,
    at: datetime,
) -> None:
    """The account speaks another language, and so does the visit at hand."""
    account = get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    session.execute(
        update(PortalSession)
        .where(PortalSession.practice_id == practice_id, PortalSession.id == visit_id)
        .values(language=language)
    )
    if account.language == language:
        return
    said = account.source_language or account.language
    account.language = language
    account.source_language = None if said == language else said
    _note(session, account, "preferences.language", language, at)


def choose_channel(
    session: Session, *, practice: Practice, account_id: UUID, channel: str, at: datetime
) -> None:
    """How the person wants to be written to. Raises NotAllowedError for what no contact allows."""
    account = get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    if channel == account.channel:
        return
    if channel not in possible_channels(kinds_that_work(session, account)):
        raise NotAllowedError(marked("Choisissez une réponse de la liste."))
    set_channel(account, channel)
    _note(session, account, "preferences.channel", channel, at)
    mind_reach(session, practice=practice, account=account, actor=PATIENT, at=at)


def set_channel(account: Account, channel: str) -> None:
    """Write by this channel, until the practice's software says something new."""
    said = account.source_channel or account.channel
    account.channel = channel
    account.source_channel = None if said == channel else said


def kinds_that_work(session: Session, account: Account) -> set[str]:
    """Of which kinds an account has contacts that can be written to, whatever channel it has now."""
    contacts = contacts_of(session, practice_id=account.practice_id, account_id=account.id)
    whose = account.represented
    return {c.kind for c in contacts if c.status == "usable" and c.of_representative == whose}


# By what the person asks of a contact: the event. Only what is not safe ends links too.
ACTS = {"stop": "opt_out", "resume": "opt_in", "unsafe": "mark_unsafe"}


def change_contact(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    visit_id: UUID,
    contact_id: UUID,
    act: str,
    at: datetime,
) -> None:
    """Stop or resume writing to a contact, or never write there again since others read it.

    An address that others read loses its links at once, save the visit at hand. Doing so twice is
    harmless. Raises NotFoundError, and NotAllowedError for what the contact's state does not allow.
    """
    account = get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    contacts = contacts_of(session, practice_id=practice.id, account_id=account_id)
    contact = next((one for one in contacts if one.id == contact_id), None)
    if contact is None or act not in ACTS:
        raise NotFoundError(marked("Ce contact n’est pas dans votre espace."))
    event = ACTS[act]
    if contact.status in {after for (_, way), after in CONTACT.edges.items() if way == event}:
        return
    if not CONTACT.allows(contact.status, event):
        raise NotAllowedError(marked("Ce contact ne peut pas changer ainsi. Appelez-nous."))
    advance(session, contact, CONTACT, event, account_id=account.id, actor=PATIENT, at=at)
    if act == "unsafe":
        revoke_former(session, account=account, actor=PATIENT, at=at, spare=visit_id)
    mind_reach(session, practice=practice, account=account, actor=PATIENT, at=at)


def mind_reach(
    session: Session, *, practice: Practice, account: Account, actor: Actor, at: datetime
) -> list[ContactPoint]:
    """Staff know of everyone whom no message reaches. Returns the contacts that can be written to."""
    session.flush()
    usable = usable_contacts(session, practice_id=practice.id, account=account)
    if usable:
        close_tasks(
            session,
            NO_WAY,
            practice_id=practice.id,
            key=str(account.id),
            event="vanished",
            actor=actor,
            at=at,
        )
    else:
        open_task(
            session,
            NO_WAY,
            practice_id=practice.id,
            account_id=account.id,
            key=str(account.id),
            due_on=local_date(at, practice.timezone),
            actor=actor,
            at=at,
        )
    return usable


def _note(session: Session, account: Account, kind: str, chosen: str, at: datetime) -> None:
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind=kind,
        actor=PATIENT,
        at=at,
        chosen=chosen,
    )
