"""Opening a practice: its row, its own data key, its policy."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice, new_practice_key
from shared.audit import SYSTEM, record
from shared.base.errors import ArdoiseError
from shared.base.vault import KeyRing
from shared.delivery import (
    RULES,
    NoticeRenderer,
    UnfitDetailError,
    check_sender,
    check_sms_sender,
    check_texts,
)
from shared.inbox import install_canned
from shared.ladder import install_policy

LINK_DAYS = 14


@dataclass(frozen=True, slots=True)
class PracticeDetails:
    """What a practice says of itself; all of it is neutral, patients see it outside the portal."""

    sender: str
    sms_sender: str
    phone: str
    opening_hours: dict[str, str]
    postal_address: str
    siren: str
    vat_mention: str
    started_on: date
    timezone: str = "Europe/Paris"


class UnfitPracticeError(ArdoiseError):
    """What the practice says of itself can't stand in a message; the text says why."""


def open_practice(
    session: Session,
    *,
    details: PracticeDetails,
    keys: KeyRing,
    renderer: NoticeRenderer,
    site: str,
    at: datetime,
) -> Practice:
    """Make a practice. Raises UnfitPracticeError when its name or number can't stand in a message."""
    try:
        check_sender(details.sender)
        check_sms_sender(details.sms_sender)
        check_texts(
            renderer, sender=details.sender, phone=details.phone, site=site, link_days=LINK_DAYS
        )
    except UnfitDetailError as unfit:
        raise UnfitPracticeError(_said(unfit, details)) from None
    number = (session.scalar(select(func.max(Practice.id))) or 0) + 1
    key_id, wrapped = new_practice_key(keys, number)
    practice = Practice(
        id=number,
        sender=details.sender,
        sms_sender=details.sms_sender,
        phone=details.phone,
        opening_hours=details.opening_hours,
        postal_address=details.postal_address,
        siren=details.siren,
        vat_mention=details.vat_mention,
        timezone=details.timezone,
        started_on=details.started_on,
        key_id=key_id,
        wrapped_key=wrapped,
    )
    session.add(practice)
    session.flush()
    install_policy(session, practice_id=practice.id)
    install_canned(session, practice_id=practice.id, at=at)
    record(
        session,
        practice_id=practice.id,
        account_id=None,
        kind="practice.opened",
        actor=SYSTEM,
        at=at,
    )
    session.flush()
    return practice


def _said(unfit: UnfitDetailError, details: PracticeDetails) -> str:
    """Why a practice can't be so, as the command line says it."""
    if unfit.detail == "sender":
        return (
            "The sender must be one line of 3 to 30 letters, digits and usual signs, and neutral (no "
            f"word of care or debt): {unfit.excerpt!r} breaks rule {unfit.rule} ({RULES[unfit.rule]})."
        )
    if unfit.detail == "sms_sender":
        why = {
            "edge": f"“{unfit.excerpt}” begins or ends with a space",
            "length": f"“{unfit.excerpt}” has {len(unfit.excerpt)}",
            "sign": f"“{unfit.excerpt}” in “{details.sms_sender}” is none of them",
            "letter": f"“{unfit.excerpt}” has no letter",
            "rule": f"“{unfit.excerpt}” is not neutral",
        }[unfit.why]
        return (
            "The SMS sender must be 3 to 11 unaccented letters, digits or inner spaces, with a letter, "
            f"and neutral (no word of care or debt, none in capitals): {why}."
        )
    if unfit.why == "rule":
        return f"{unfit.__cause__} What breaks it: {unfit.excerpt}."
    return str(unfit.__cause__)
