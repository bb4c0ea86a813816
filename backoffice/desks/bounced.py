"""A contact that refused what was sent to it: what it refused, what else there is; each look is noted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_head import ContactShown, contact_shown
from backoffice.desks.account_parts import NoticeShown, notice_shown
from shared.accounts import Account, ContactPoint, contacts_of, open_contact
from shared.audit import Actor, record
from shared.base.vault import Vault
from shared.delivery import LADDER, Notice, get_bounced
from shared.web.filters import contact_in_full


@dataclass(frozen=True, slots=True)
class BouncedShown:
    """The contact, masked; ``still`` says whether it is refused to this day. ``refused`` is the last message
    that it did not take, ``on_ladder`` whether it was a step, which then did not take place; ``others`` what
    else is on file."""

    contact: ContactShown
    still: bool
    refused: NoticeShown | None
    on_ladder: bool
    others: tuple[ContactShown, ...]


def bounced_shown(
    session: Session, account: Account, contact_id: UUID, vault: Vault
) -> BouncedShown | None:
    """What is told of it; None once it is no longer on file. Two statements."""
    on_file = contacts_of(session, practice_id=account.practice_id, account_id=account.id)
    one = next((contact for contact in on_file if contact.id == contact_id), None)
    if one is None:
        return None
    refused = session.scalar(
        select(Notice)
        .where(
            Notice.practice_id == account.practice_id,
            Notice.account_id == account.id,
            Notice.contact_id == contact_id,
            Notice.status == "bounced",
        )
        .order_by(Notice.planned_at.desc(), Notice.id.desc())
        .limit(1)
    )
    return BouncedShown(
        contact=contact_shown(vault, one),
        still=one.status == "bounced",
        refused=notice_shown(refused) if refused is not None else None,
        on_ladder=refused is not None and refused.purpose == LADDER,
        others=tuple(contact_shown(vault, other) for other in on_file if _may_serve(other, one)),
    )


def look_at_bounced(
    session: Session,
    account: Account,
    contact_id: UUID,
    *,
    vault: Vault,
    actor: Actor,
    at: datetime,
) -> str:
    """The contact in full, to compare it with the practice's software. Raises NotFoundError,
    NotAllowedError once it is no longer refused."""
    contact = get_bounced(session, account, contact_id)
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="contact.refused_shown",
        actor=actor,
        at=at,
    )
    return contact_in_full(contact.kind, open_contact(vault, contact))


def _may_serve(other: ContactPoint, one: ContactPoint) -> bool:
    return other.id != one.id and other.status not in ("replaced", "proposed")
