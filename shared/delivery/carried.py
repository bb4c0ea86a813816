"""Notices without a link: what they carry in its place, and to which contacts they may go."""

from sqlalchemy.orm import Session

from shared.accounts import ContactPoint
from shared.base.vault import Vault
from shared.codes import OneTimeCode, open_code
from shared.delivery.model import Notice

CODE_TEMPLATE = "code"
ASKED_TEMPLATE, DONE_TEMPLATE = "change_asked", "change_done"


def code_of(session: Session, notice: Notice, vault: Vault) -> str | None:
    """The one-time code of a notice; none for a word about a change."""
    if notice.template != CODE_TEMPLATE:
        return None
    return open_code(vault, session.get_one(OneTimeCode, (notice.practice_id, notice.cause_id)))


def may_go_at_once(notice: Notice, contact: ContactPoint) -> bool:
    """Whether a message without a link goes to a contact in this state.

    A proposed contact gets its code; one that rests is told of what concerns its safety, and one that
    was replaced learns that it was. A contact that others read gets nothing.
    """
    if contact.status == "proposed":
        return notice.template == CODE_TEMPLATE
    if contact.status == "replaced":
        return notice.template == DONE_TEMPLATE
    return contact.status in ("usable", "opted_out")
