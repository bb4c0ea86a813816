"""Mails to staff: invitations, « mot de passe oublié », and a word on what was done with one's access."""

from shared.staff_mail.changes import forget_mails, plan_changes, untold_changes
from shared.staff_mail.forgotten import answer_requests, ask_password, forget_requests
from shared.staff_mail.invariants import INVARIANTS
from shared.staff_mail.inviting import (
    Invitation,
    ask_invitation,
    check_not_on_its_way,
    invitations,
    send_again,
    withdraw,
)
from shared.staff_mail.model import PasswordRequest, StaffMail
from shared.staff_mail.rules import INVITATION, STAFF_MAIL
from shared.staff_mail.sending import Post, lose_claimed, mail_is_due, send_next_mail

__all__ = [
    "INVARIANTS",
    "INVITATION",
    "STAFF_MAIL",
    "Invitation",
    "PasswordRequest",
    "Post",
    "StaffMail",
    "answer_requests",
    "ask_invitation",
    "ask_password",
    "check_not_on_its_way",
    "forget_mails",
    "forget_requests",
    "invitations",
    "lose_claimed",
    "mail_is_due",
    "plan_changes",
    "send_again",
    "send_next_mail",
    "untold_changes",
    "withdraw",
]
