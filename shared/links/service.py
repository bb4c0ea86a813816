"""Minting, revoking and renewing links."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.accounts import Account, IdentityFailure, Practice
from shared.audit import SYSTEM, Actor, advance, record
from shared.base.clock import local_date
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError
from shared.base.vault import Vault
from shared.links.model import Link, LinkRequest, PortalSession
from shared.links.page_owners import drop_pages, of_visit
from shared.links.rules import LINK, LINK_REQUEST, NEW_LINKS_A_DAY
from shared.links.token import LinkSigner
from shared.worklist import TO_LET_IN, close_tasks, offer

DOOR_CLOSED = offer("door_closed", "Porte fermée après dix mauvaises réponses", TO_LET_IN)


@dataclass(frozen=True, slots=True, repr=False)
class MintedLink:
    """A link as it goes out; ``token`` exists here and in the message only."""

    link_id: UUID
    token: str
    expires_at: datetime


def mint(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    vault: Vault,
    signer: LinkSigner,
    at: datetime,
) -> MintedLink:
    """A new link to the account, living the practice's number of days.

    Raises NotAllowedError when the account's door is closed or nobody could prove who they are.
    """
    if account.door_closed_at is not None:
        raise NotAllowedError("La porte de ce compte est fermée : rouvrez-la d’abord.")
    if not account.checkable:
        raise NotAllowedError(
            "Ni date de naissance, ni code postal et téléphone : complétez le dossier d’abord."
        )
    token, text = signer.mint(
        practice_id=practice.id, expires_at=at + timedelta(days=practice.link_days)
    )
    session.add(
        Link(
            practice_id=practice.id,
            id=token.link_id,
            account_id=account.id,
            status="live",
            created_at=at,
            expires_at=token.expires_at,
            wrapped_key=vault.wrapped(token.link_key, f"link|{token.link_id}"),
            wrong_tries=0,
        )
    )
    return MintedLink(token.link_id, text, token.expires_at)


def revoke(
    session: Session,
    link: Link,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    spare: UUID | None = None,
) -> None:
    """End a link and every visit that it opened, with its kept pages, but the one to ``spare``.

    Raises NotAllowedError for a link already ended.
    """
    advance(
        session, link, LINK, "revoke", account_id=link.account_id, actor=actor, at=at, reason=reason
    )
    opened = [PortalSession.practice_id == link.practice_id, PortalSession.link_id == link.id]
    if spare is not None:
        opened.append(PortalSession.id != spare)
    visits = session.scalars(select(PortalSession.id).where(*opened)).all()
    owners = [of_visit(link.account_id, visit) for visit in visits]
    drop_pages(session, owners, practice_id=link.practice_id)
    session.execute(delete(PortalSession).where(*opened))


def revoke_former(
    session: Session, *, account: Account, actor: Actor, at: datetime, spare: UUID | None
) -> int:
    """A contact changed: what was sent before opens nothing more, save the visit that changed it.

    Returns how many links ended.
    """
    links = live_links(session, practice_id=account.practice_id, account_id=account.id, at=at)
    for link in links:
        revoke(session, link, actor=actor, at=at, reason="contact_changed", spare=spare)
    return len(links)


def live_links(session: Session, *, practice_id: int, account_id: UUID, at: datetime) -> list[Link]:
    """Links that still open the account."""
    query = select(Link).where(
        Link.practice_id == practice_id,
        Link.account_id == account_id,
        Link.status == "live",
        Link.expires_at > at,
    )
    return list(session.scalars(query))


def ask_new_link(session: Session, *, account: Account, actor: Actor, at: datetime) -> bool:
    """Note that a new link is wanted; the worker sends it to the contact on file.

    Three a day, none while the door is closed. Returns whether it was noted; patients are not told.
    """
    since = at - timedelta(days=1)
    asked = session.scalar(
        select(func.count())
        .select_from(LinkRequest)
        .where(
            LinkRequest.practice_id == account.practice_id,
            LinkRequest.account_id == account.id,
            LinkRequest.asked_at > since,
        )
    )
    if account.door_closed_at is not None or (asked or 0) >= NEW_LINKS_A_DAY:
        return False
    session.add(
        LinkRequest(
            practice_id=account.practice_id, account_id=account.id, status="asked", asked_at=at
        )
    )
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="link.asked",
        actor=actor,
        at=at,
    )
    wake_worker(session)
    return True


def waiting_requests(session: Session, *, practice_id: int, limit: int = 50) -> list[LinkRequest]:
    """Requests nobody has answered yet, oldest first."""
    query = (
        select(LinkRequest)
        .where(LinkRequest.practice_id == practice_id, LinkRequest.status == "asked")
        .order_by(LinkRequest.asked_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def answer_request(session: Session, request: LinkRequest, *, event: str, at: datetime) -> None:
    """Close a request: ``answer`` when a message is on its way, ``decline`` when none can be."""
    advance(
        session, request, LINK_REQUEST, event, account_id=request.account_id, actor=SYSTEM, at=at
    )
    request.answered_at = at


def reopen_door(
    session: Session, *, practice: Practice, account: Account, actor: Actor, at: datetime
) -> None:
    """Staff let the account's links work again, and the day's wrong answers count no more.

    Raises NotAllowedError when the door is open.
    """
    if account.door_closed_at is None:
        raise NotAllowedError("La porte de ce compte est déjà ouverte.")
    account.door_closed_at = None
    session.execute(
        delete(IdentityFailure).where(
            IdentityFailure.practice_id == account.practice_id,
            IdentityFailure.account_id == account.id,
        )
    )
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="door.reopened",
        actor=actor,
        at=at,
        on=local_date(at, practice.timezone).isoformat(),
    )
    close_tasks(
        session,
        DOOR_CLOSED,
        practice_id=account.practice_id,
        key=str(account.id),
        event="done",
        actor=actor,
        at=at,
    )
