"""The sender: claim in a short transaction, send with none open, write down the outcome.

The truth gate runs inside the claiming transaction, under the account's lock, so that a payment,
hold or dispute committed before it always wins.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    ContactPoint,
    Practice,
    account_vault,
    get_account,
    get_practice,
    open_contact,
    usable_contacts,
)
from shared.base.clock import Clock
from shared.base.database import Database
from shared.base.errors import NotAllowedError
from shared.base.log import describe_failure, get_logger
from shared.base.vault import KeyRing
from shared.delivery.carried import code_of, may_go_at_once
from shared.delivery.carriers import (
    Carrier,
    NeverError,
    NotNowError,
    UnknownOutcomeError,
    UnsendableError,
)
from shared.delivery.composing import Claimed, envelope_of, fitting
from shared.delivery.model import Notice
from shared.delivery.outcomes import (
    note_failed,
    note_in_doubt,
    note_later,
    note_refused,
    note_sent,
)
from shared.delivery.render import NoticeRenderer
from shared.delivery.rules import LEASE, MOST_TRIES
from shared.delivery.service import CODE, claim, lost_claims, next_planned, withhold
from shared.delivery.wording import OwnWords
from shared.links import LinkSigner, mint

log = get_logger(__name__)

Gate = Callable[[Session, Notice, Account, datetime], str | None]
"""Reads the truth afresh; the reason for withholding, or None when the notice may go."""

Wording = Callable[[Session, Notice], OwnWords | None]
"""The practice's own words for a notice, as they stand now; None for ours."""


@dataclass(frozen=True, slots=True)
class Office:
    """What it takes to send: keys, texts, carriers by channel, and a gate for each purpose."""

    database: Database
    clock: Clock
    keys: KeyRing
    signer: LinkSigner
    renderer: NoticeRenderer
    carriers: dict[str, Carrier]
    gates: dict[str, Gate]
    wording: Wording
    site: str


def send_next(office: Office, *, practice_id: int, purposes: frozenset[str]) -> str | None:
    """Send one notice. Returns what became of it (sent, withheld, planned…) or None: none is due."""
    claimed = _claim_next(office, practice_id=practice_id, purposes=purposes)
    if claimed is None or isinstance(claimed, str):
        return claimed
    try:
        envelope = envelope_of(office.renderer, claimed)
    except Exception as error:  # whatever it is: nothing has left, and staff must hear of it
        return _failed(office, claimed, error)
    try:
        reference = office.carriers[claimed.notice.channel].send(envelope)
    except UnsendableError as error:
        return _failed(office, claimed, error)
    except NotNowError as error:
        outcome = "failed" if claimed.notice.tries >= MOST_TRIES else "planned"
        return _write(office, claimed, outcome, str(error))
    except NeverError as error:
        return _write(office, claimed, "bounced", str(error))
    except UnknownOutcomeError as error:
        return _write(office, claimed, "in_doubt", str(error))
    return _write(office, claimed, "sent", reference)


def _claim_next(
    office: Office, *, practice_id: int, purposes: frozenset[str]
) -> Claimed | str | None:
    with office.database.unit_of_work(practice_id) as work:
        session = work.session
        notice = next_planned(
            session, practice_id=practice_id, purposes=purposes, at=office.clock.now()
        )
        if notice is None:
            return None
        account = get_account(
            session, practice_id=practice_id, account_id=notice.account_id, lock=True
        )
        now = office.clock.now()  # read under the lock: instants then follow the order of commits
        practice = get_practice(session, practice_id)
        reason = office.gates[notice.purpose](session, notice, account, now)
        contact = session.get(ContactPoint, (practice_id, notice.contact_id))
        if reason is None and (
            contact is None or not _may_go_to(session, notice, account, contact)
        ):
            reason = "no_contact"
        if reason is None and contact is not None:
            try:
                claimed = _filled(office, session, notice, account, contact, practice, now)
            except NotAllowedError:
                reason = "no_link"
            else:
                work.commit()
                return claimed
        withhold(session, notice, reason=reason or "no_contact", at=now)
        work.commit()
        return "withheld"


def _may_go_to(session: Session, notice: Notice, account: Account, contact: ContactPoint) -> bool:
    """Whether the account is still to be written to there."""
    if notice.purpose == CODE:
        return may_go_at_once(notice, contact)
    usable = usable_contacts(session, practice_id=notice.practice_id, account=account)
    return contact.id in {one.id for one in usable}


def _filled(
    office: Office,
    session: Session,
    notice: Notice,
    account: Account,
    contact: ContactPoint,
    practice: Practice,
    now: datetime,
) -> Claimed:
    """The notice claimed, with the link or the code that it carries. Raises NotAllowedError."""
    vault = account_vault(office.keys, account)
    to = open_contact(vault, contact)
    if notice.purpose == CODE:
        claim(session, notice, link_id=None, at=now)
        return Claimed(notice, practice, to, office.site, code=code_of(session, notice, vault))
    link = mint(
        session, practice=practice, account=account, vault=vault, signer=office.signer, at=now
    )
    claim(session, notice, link_id=link.link_id, at=now)
    claimed = Claimed(notice, practice, to, office.site, url=f"{office.site}/l/{link.token}")
    own = fitting(office.renderer, claimed, office.wording(session, notice))
    notice.words_version = own.version if own is not None else None
    return replace(claimed, own=own)


def _failed(office: Office, claimed: Claimed, error: Exception) -> str:
    log.error("notice.unsendable", notice=str(claimed.notice.id), **describe_failure(error))
    return _write(office, claimed, "failed", type(error).__name__)


def _write(office: Office, claimed: Claimed, outcome: str, detail: str) -> str:
    now = office.clock.now()
    practice = claimed.practice
    with office.database.unit_of_work(practice.id) as work:
        session = work.session
        notice = session.get(Notice, (practice.id, claimed.notice.id), with_for_update=True)
        if notice is None or notice.status != "claimed":
            return "in_doubt"
        if outcome == "sent":
            note_sent(session, notice, message_ref=detail, at=now)
        elif outcome == "planned":
            note_later(session, notice, reason=detail, at=now)
        elif outcome == "bounced":
            note_refused(session, notice, practice=practice, reason=detail, at=now)
        elif outcome == "failed":
            note_failed(session, notice, practice=practice, reason=detail, at=now)
        else:
            note_in_doubt(session, notice, practice=practice, reason=detail, at=now)
        work.commit()
    return outcome


def mark_lost(office: Office, *, practice_id: int, alone: bool = False) -> int:
    """Put notices whose sender was killed in doubt. Returns how many.

    A sender that others may run beside has its lease to come back; one that is ``alone`` and has
    claimed nothing yet knows that whoever claimed is gone.
    """
    now = office.clock.now()
    before = now if alone else now - LEASE
    with office.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        lost = lost_claims(work.session, practice_id=practice_id, before=before)
        for notice in lost:
            note_in_doubt(work.session, notice, practice=practice, reason="interrupted", at=now)
        if lost:
            work.commit()
    return len(lost)
