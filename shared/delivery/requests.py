"""Answering those who ask for a new link: to the contact on file, at once, outside every cap."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.accounts import (
    KINDS_OF_WISH,
    Account,
    ContactPoint,
    Practice,
    get_account,
    usable_contacts,
)
from shared.audit import SYSTEM
from shared.base.clock import local_date
from shared.delivery.model import Notice
from shared.delivery.service import NEW_LINK, Plan, as_row, channel_of
from shared.links import answer_request, waiting_requests
from shared.worklist import TO_CORRECT, TO_WRITE, offer, open_task

UNREACHABLE = offer("new_link_unsent", "Nouveau lien demandé, aucun contact qui marche", TO_CORRECT)
BY_LETTER = offer("new_link_by_letter", "Nouveau lien demandé : courrier seulement", TO_WRITE)


def plan_requested_links(session: Session, *, practice: Practice, at: datetime) -> int:
    """Turn requests into notices; where no contact works, into a task. Returns how many were planned."""
    planned = 0
    for request in waiting_requests(session, practice_id=practice.id):
        account = get_account(
            session, practice_id=practice.id, account_id=request.account_id, lock=True
        )
        session.refresh(request)
        if request.status != "asked":
            continue  # another worker answered while this one waited for the lock
        contacts = usable_contacts(session, practice_id=practice.id, account=account)
        if _refusal(account) is not None or not contacts:
            answer_request(session, request, event="decline", at=at)
            open_task(
                session,
                BY_LETTER if account.channel == "letter" else UNREACHABLE,
                practice_id=practice.id,
                account_id=account.id,
                key=str(account.id),
                due_on=local_date(at, practice.timezone),
                actor=SYSTEM,
                at=at,
            )
            continue
        contact = contacts[0]
        plan = Plan(
            account_id=account.id,
            purpose=NEW_LINK,
            cause_id=request.id,
            step=0,
            template="new_link",
            channel=channel_of(contact.kind),
            language=account.language,
            contact_id=contact.id,
        )
        row = as_row(plan, practice_id=practice.id, not_before=at, at=at)
        session.execute(insert(Notice), [row])
        answer_request(session, request, event="answer", at=at)
        planned += 1
    return planned


def link_obstacle(account: Account, contacts: Sequence[ContactPoint]) -> str | None:
    """Why no new link can be sent to these contacts on file, in a French sentence; None when one can."""
    if account.door_closed_at is not None:
        return "La porte de ce compte est fermée : rouvrez-la d’abord."
    if not account.checkable:
        return (
            "Ni date de naissance, ni code postal et téléphone au dossier : personne ne pourrait "
            "ouvrir le lien. Complétez le dossier dans votre logiciel."
        )
    if account.channel == "letter":
        return "Cette personne ne veut que du courrier : aucun lien ne part par SMS ni par e-mail."
    kinds = KINDS_OF_WISH[account.channel]
    whose = account.represented
    if not any(
        c.status == "usable" and c.kind in kinds and c.of_representative == whose for c in contacts
    ):
        return "Aucun contact qui marche au dossier : corrigez-le dans votre logiciel."
    return None


def _refusal(account: Account) -> str | None:
    if account.door_closed_at is not None:
        return "door_closed"
    return None if account.checkable else "no_identity"


def new_link_gate(
    _session: Session, _notice: Notice, account: Account, _at: datetime
) -> str | None:
    """A new link goes unless the door was closed since it was asked for."""
    return _refusal(account)
