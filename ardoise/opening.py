"""Opening a practice: its row, its own data key, its policy."""

import string
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice, new_practice_key
from shared.audit import SYSTEM, record
from shared.base.errors import ArdoiseError
from shared.base.vault import KeyRing
from shared.delivery import RULES, NoticeRenderer, NoticeValues, SecrecyError, lint_sender
from shared.inbox import install_canned
from shared.ladder import install_policy

SAMPLE_TOKEN = "A" * 47
# Networks carry no more than eleven (3GPP TS 23.040, 9.1.2.5).
SMS_SENDER_LENGTH = range(3, 12)
_SMS_SENDER_SIGNS = frozenset(string.ascii_letters + string.digits + " ")


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
    for finding in lint_sender(details.sender):
        raise UnfitPracticeError(
            "The sender must be one line of 3 to 30 letters, digits and usual signs, and neutral (no "
            f"word of care or debt): {finding.excerpt!r} breaks rule {finding.rule} ({RULES[finding.rule]})."
        )
    if wrong := _wrong_with(details.sms_sender):
        raise UnfitPracticeError(
            "The SMS sender must be 3 to 11 unaccented letters, digits or inner spaces, with a letter, "
            f"and neutral (no word of care or debt, none in capitals): {wrong}."
        )
    values = NoticeValues(
        sender=details.sender,
        link=f"{site}/l/{SAMPLE_TOKEN}",
        site=site.partition("://")[2],
        phone=details.phone,
        link_days=14,
    )
    try:
        renderer.check(values)
    except SecrecyError as error:
        words = ", ".join(sorted({f"“{finding.excerpt}”" for finding in error.findings}))
        raise UnfitPracticeError(f"{error} What breaks it: {words}.") from None
    except ArdoiseError as error:
        raise UnfitPracticeError(str(error)) from None
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


def _wrong_with(sender: str) -> str:
    """What keeps the name from being an SMS's sender, or nothing."""
    if sender != sender.strip():
        return f"“{sender}” begins or ends with a space"
    if len(sender) not in SMS_SENDER_LENGTH:
        return f"“{sender}” has {len(sender)}"
    if strange := [sign for sign in sender if sign not in _SMS_SENDER_SIGNS]:
        return f"“{strange[0]}” in “{sender}” is none of them"
    if not any(sign.isalpha() for sign in sender):
        return f"“{sender}” has no letter"
    finding = next(iter(lint_sender(sender)), None)
    return f"“{finding.excerpt}” is not neutral" if finding is not None else ""
