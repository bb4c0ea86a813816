"""Through the door: the identity check behind a link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    AfterWrongTry,
    IdentityFailure,
    IdentityGiven,
    Practice,
    after_wrong_try,
    asked_more,
    contacts_of,
    get_account,
    identity_matches,
    identity_on_file,
    parties_of,
)
from shared.audit import PATIENT, record
from shared.base.clock import local_date
from shared.base.vault import Vault
from shared.links.model import Link
from shared.links.service import DOOR_CLOSED, ask_new_link, revoke
from shared.links.token import Token
from shared.links.visit import open_visit
from shared.worklist import open_task


class Door(Enum):
    """What the identity form leads to."""

    OPEN = auto()
    WRONG = auto()
    WAIT = auto()
    ASK_MORE = auto()
    DEAD = auto()


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """``visit_secret`` goes into the cookie when the door is open, to ``account_id``; the rest is told
    when it is not.
    """

    door: Door
    visit_secret: bytes = b""
    account_id: UUID | None = None
    tries_left: int = 0
    waits_until: datetime | None = None


def knock(
    session: Session,
    *,
    practice: Practice,
    token: Token,
    given: IdentityGiven,
    language: str | None,
    at: datetime,
) -> Answer:
    """Check who stands behind a link. Wrong tries count under the account's lock, so none is free.

    ``language`` is what the visitor chose; without a choice the account's own is spoken.
    """
    if at >= token.expires_at:
        return Answer(Door.DEAD)
    link = session.get(Link, (practice.id, token.link_id))
    if link is None:
        return Answer(Door.DEAD)
    account = get_account(session, practice_id=practice.id, account_id=link.account_id, lock=True)
    session.refresh(link)
    if link.status != "live" or at >= link.expires_at or account.door_closed_at is not None:
        return Answer(Door.DEAD)
    if link.waits_until is not None and at < link.waits_until:
        return Answer(Door.WAIT, waits_until=link.waits_until)
    vault = Vault.unwrapped(token.link_key, link.wrapped_key, f"link|{link.id}")
    on_file = identity_on_file(
        vault,
        parties_of(session, practice_id=practice.id, account_id=account.id),
        contacts_of(session, practice_id=practice.id, account_id=account.id),
    )
    if asked_more(on_file, practice_asks=practice.asks_more) and given.postcode is None:
        return Answer(Door.ASK_MORE)
    if not identity_matches(on_file, given, practice_asks=practice.asks_more):
        return _wrong(session, practice=practice, account=account, link=link, at=at)
    return Answer(
        Door.OPEN,
        visit_secret=_open(
            session, account=account, link=link, vault=vault, language=language, at=at
        ),
        account_id=account.id,
    )


def _wrong(
    session: Session, *, practice: Practice, account: Account, link: Link, at: datetime
) -> Answer:
    failures = session.scalar(
        select(func.count())
        .select_from(IdentityFailure)
        .where(
            IdentityFailure.practice_id == account.practice_id,
            IdentityFailure.account_id == account.id,
            IdentityFailure.at > at - timedelta(days=1),
        )
    )
    session.add(IdentityFailure(practice_id=account.practice_id, account_id=account.id, at=at))
    after = after_wrong_try(
        tries_before=link.wrong_tries, failures_today_before=failures or 0, now=at
    )
    link.wrong_tries, link.waits_until = after.tries, after.waits_until
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="identity.wrong",
        actor=PATIENT,
        at=at,
        tries=after.tries,
    )
    # First: PostgreSQL takes the last try from the portal with the link's end alone.
    if after.link_dies:
        revoke(session, link, actor=PATIENT, at=at, reason="wrong_tries")
    if after.door_closes:
        _close_door(session, practice=practice, account=account, at=at)
    return _shown(after)


def _shown(after: AfterWrongTry) -> Answer:
    if after.door_closes or after.link_dies:
        return Answer(Door.DEAD)
    if after.waits_until is not None:
        return Answer(Door.WAIT, waits_until=after.waits_until)
    return Answer(Door.WRONG, tries_left=after.left)


def _close_door(session: Session, *, practice: Practice, account: Account, at: datetime) -> None:
    account.door_closed_at = at
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="door.closed",
        actor=PATIENT,
        at=at,
    )
    open_task(
        session,
        DOOR_CLOSED,
        practice_id=account.practice_id,
        account_id=account.id,
        key=str(account.id),
        due_on=local_date(at, practice.timezone),
        actor=PATIENT,
        at=at,
    )


def _open(
    session: Session,
    *,
    account: Account,
    link: Link,
    vault: Vault,
    language: str | None,
    at: datetime,
) -> bytes:
    secret = open_visit(
        session, link=link, vault=vault, language=language or account.language, at=at
    )
    session.flush()  # PostgreSQL lets the portal forget wrong tries behind a visit alone
    link.wrong_tries, link.waits_until = 0, None
    if link.first_opened_at is None:
        link.first_opened_at = at
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="link.opened",
        actor=PATIENT,
        at=at,
    )
    return secret


def renew(session: Session, *, practice: Practice, token: Token, at: datetime) -> None:
    """Someone behind a link asks for a new one. Whether the link was ever known stays untold."""
    link = session.get(Link, (practice.id, token.link_id))
    if link is None:
        return
    account = get_account(session, practice_id=practice.id, account_id=link.account_id, lock=True)
    ask_new_link(session, account=account, actor=PATIENT, at=at)
