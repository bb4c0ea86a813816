"""Asking for a code, drawing it, and giving it back."""

import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import (
    KINDS_OF_WISH,
    Account,
    ContactPoint,
    contacts_of,
    get_account,
    open_text,
)
from shared.audit import PATIENT, SYSTEM, Actor, advance, record
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import marked
from shared.base.vault import Vault
from shared.codes.model import OneTimeCode
from shared.codes.rules import (
    CODES_A_DAY,
    DIGITS,
    LIFE,
    MOST_TRIES,
    ONE_TIME_CODE,
    Given,
    code_contact,
    is_live,
)

TOO_MANY = marked("Vous avez demandé 3 codes en un jour. Appelez-nous, ou revenez demain.")


def ask_code(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    visit_id: UUID,
    purpose: str,
    subject_id: UUID,
    at: datetime,
) -> OneTimeCode:
    """Note that a code is wanted; the worker draws and sends it. One that is on its way is enough.

    An older one for the same subject ends. Raises NotAllowedError for the fourth in a day, and while
    the account's door is closed.
    """
    account = get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    known = latest_code(session, practice_id=practice_id, visit_id=visit_id, subject_id=subject_id)
    if known is not None and known.status == "asked":
        return known
    if account.door_closed_at is not None or _asked_today(session, account, at) >= CODES_A_DAY:
        raise NotAllowedError(TOO_MANY)
    if known is not None and known.status == "drawn":
        _move(session, known, "kill", actor=PATIENT, at=at, reason="replaced")
        session.flush()
    code = OneTimeCode(
        practice_id=practice_id,
        account_id=account_id,
        visit_id=visit_id,
        purpose=purpose,
        subject_id=subject_id,
        status="asked",
        asked_at=at,
        wrong_tries=0,
    )
    session.add(code)
    record(
        session,
        practice_id=practice_id,
        account_id=account_id,
        kind="one_time_code.asked",
        actor=PATIENT,
        at=at,
        purpose=purpose,
    )
    session.flush()
    wake_worker(session)
    return code


def _asked_today(session: Session, account: Account, at: datetime) -> int:
    asked = session.scalar(
        select(func.count())
        .select_from(OneTimeCode)
        .where(
            OneTimeCode.practice_id == account.practice_id,
            OneTimeCode.account_id == account.id,
            OneTimeCode.asked_at > at - timedelta(days=1),
        )
    )
    return asked or 0


def answer_code(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    visit_id: UUID,
    subject_id: UUID,
    typed: str | None,
    vault: Vault,
    at: datetime,
) -> Given:
    """Whether this is the visit's code for the subject. Tries count under the account's lock.

    A code that was right stays so for its visit: giving it twice does no harm. Wrong, late and
    unknown are one. The caller commits a wrong try too.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    code = latest_code(
        session, practice_id=practice_id, visit_id=visit_id, subject_id=subject_id, fresh=True
    )
    if code is not None and code.status == "used":
        return Given.AGAIN
    if code is None or not is_live(code.status, code.expires_at, now=at) or typed is None:
        return Given.WRONG
    if hmac.compare_digest(open_code(vault, code), typed):
        _move(session, code, "use", actor=PATIENT, at=at)
        session.flush()  # PostgreSQL lets the portal go on behind a code that is used alone
        return Given.RIGHT
    code.wrong_tries += 1
    if code.wrong_tries >= MOST_TRIES:
        _move(session, code, "kill", actor=PATIENT, at=at, reason="wrong_tries")
    return Given.WRONG


def latest_code(
    session: Session, *, practice_id: int, visit_id: UUID, subject_id: UUID, fresh: bool = False
) -> OneTimeCode | None:
    """The last code that a visit asked for about a subject; ``fresh`` reads it again behind a lock."""
    query = (
        select(OneTimeCode)
        .where(
            OneTimeCode.practice_id == practice_id,
            OneTimeCode.visit_id == visit_id,
            OneTimeCode.subject_id == subject_id,
        )
        .order_by(OneTimeCode.asked_at.desc(), OneTimeCode.id.desc())
        .limit(1)
    )
    return session.scalar(query.execution_options(populate_existing=fresh))


def waiting_codes(session: Session, *, practice_id: int, limit: int = 50) -> list[OneTimeCode]:
    """Codes that the worker has still to draw, oldest first."""
    query = (
        select(OneTimeCode)
        .where(OneTimeCode.practice_id == practice_id, OneTimeCode.status == "asked")
        .order_by(OneTimeCode.asked_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def where_codes_go(session: Session, account: Account) -> ContactPoint | None:
    """The contact that gets the codes of an account; None where a person has to be asked instead.

    Who wants letters only gets none, whether they said so in their space or to the practice; what
    the practice was told before somebody represented them was not about the representative.
    """
    on_file = contacts_of(session, practice_id=account.practice_id, account_id=account.id)
    whose = account.represented
    said = "any" if whose else account.source_channel or account.channel
    kinds = KINDS_OF_WISH[said] if KINDS_OF_WISH[account.channel] else ()
    return code_contact([one for one in on_file if one.of_representative == whose], kinds=kinds)


def draw_code(
    session: Session, code: OneTimeCode, *, contact_id: UUID, vault: Vault, at: datetime
) -> None:
    """Draw six digits for a contact; they live five minutes and stand nowhere but sealed."""
    drawn = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    code.code = vault.seal(drawn, table="one_time_code", row=code.id, column="code")
    code.contact_id, code.expires_at = contact_id, at + LIFE
    _move(session, code, "draw", actor=SYSTEM, at=at)


def decline_code(session: Session, code: OneTimeCode, *, at: datetime) -> None:
    """No code can be sent."""
    _move(session, code, "decline", actor=SYSTEM, at=at)


def open_code(vault: Vault, code: OneTimeCode) -> str:
    """The digits. Raises NotFoundError before they are drawn."""
    if code.code is None:
        raise NotFoundError("Ce code n’est pas encore tiré.")
    return open_text(vault, code.code, table="one_time_code", row=code.id, column="code")


def end_codes(session: Session, *, practice_id: int, subject_id: UUID, at: datetime) -> None:
    """No code about this subject opens anything any more."""
    query = select(OneTimeCode).where(
        OneTimeCode.practice_id == practice_id,
        OneTimeCode.subject_id == subject_id,
        OneTimeCode.status.in_(("asked", "drawn")),
    )
    for code in session.scalars(query).all():
        _move(session, code, "kill", actor=PATIENT, at=at, reason="withdrawn")


def _move(
    session: Session, code: OneTimeCode, event: str, *, actor: Actor, at: datetime, reason: str = ""
) -> None:
    facts = {"reason": reason} if reason else {}
    advance(
        session,
        code,
        ONE_TIME_CODE,
        event,
        account_id=code.account_id,
        actor=actor,
        at=at,
        purpose=code.purpose,
        **facts,
    )
