"""The digits that a notice carries in a link's place."""

from sqlalchemy.orm import Session

from shared.base.vault import Vault
from shared.codes import OneTimeCode, open_code
from shared.delivery.model import Notice

CODE_TEMPLATE = "code"


def code_of(session: Session, notice: Notice, vault: Vault) -> str | None:
    """The one-time code of a notice; none for a word that a change was asked for."""
    if notice.template != CODE_TEMPLATE:
        return None
    return open_code(vault, session.get_one(OneTimeCode, (notice.practice_id, notice.cause_id)))
