"""Opening a practice: its row, its own data key, its policy."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice, new_practice_key
from shared.audit import SYSTEM, record
from shared.base.errors import ArdoiseError
from shared.base.vault import KeyRing
from shared.delivery import NoticeRenderer, NoticeValues, lint_sender
from shared.ladder import install_policy

SAMPLE_TOKEN = "A" * 47
SMS_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


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
    if not SMS_SENDER.fullmatch(details.sms_sender) or lint_sender(details.sms_sender):
        raise UnfitPracticeError(
            "The SMS sender must be 1 to 11 unaccented letters, digits or spaces, and neutral."
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
