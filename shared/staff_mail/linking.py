"""The link that a mail carries, made when the mail leaves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.audit import SYSTEM, Actor
from shared.staff import FORGOTTEN as FORGOTTEN_LINK
from shared.staff import INVITE, Maker, StaffLink, keep_link, read_secret
from shared.staff_mail.model import StaffMail
from shared.staff_mail.rules import FORGOTTEN, INVITATION


@dataclass(frozen=True, slots=True, repr=False)
class MailedLink:
    """A link on its way: the end of its address, which nothing keeps."""

    token: str
    link_id: UUID
    ends_at: datetime


def link_for(session: Session, mail: StaffMail, *, to: str, at: datetime) -> MailedLink | None:
    """A new link for this mail; None for a mail that carries none."""
    if mail.kind == INVITATION:
        maker = Maker(mail.made_by, Actor("staff", mail.made_name))
        link = StaffLink(
            purpose=INVITE, user_id=mail.user_id, email=to, name=mail.name, role=mail.role
        )
    elif mail.kind == FORGOTTEN:
        maker = Maker(None, SYSTEM)
        link = StaffLink(purpose=FORGOTTEN_LINK, user_id=mail.user_id, email=to, name=mail.name)
    else:
        return None
    token = keep_link(session, link, practice_id=mail.practice_id, maker=maker, at=at)
    return MailedLink(token, read_secret(token).link_id, link.ends_at)
