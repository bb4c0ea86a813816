"""What must always be true of mails to staff."""

from sqlalchemy import or_, select

from shared.base.invariants import Invariant
from shared.staff import StaffLink
from shared.staff_mail.model import StaffMail
from shared.staff_mail.rules import INVITATION, STAFF_MAIL

INVARIANTS = (
    Invariant(
        "staff-mail-status",
        "every mail to staff is on its edge table, and an invitation names its owner, address and role",
        select(StaffMail.id).where(
            or_(
                StaffMail.status.not_in(STAFF_MAIL.statuses),
                (StaffMail.kind == INVITATION)
                & or_(
                    StaffMail.made_by.is_(None),
                    StaffMail.email.is_(None),
                    StaffMail.role.is_(None),
                ),
            )
        ),
    ),
    Invariant(
        "staff-mail-link",
        "no link opens whose mail to staff did not leave, or was withdrawn",
        select(StaffMail.id).where(
            StaffMail.practice_id == StaffLink.practice_id,
            StaffMail.link_id == StaffLink.id,
            StaffLink.status == "open",
            StaffMail.status.not_in(("claimed", "sent", "in_doubt")),
        ),
    ),
)
