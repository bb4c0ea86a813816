"""What the forms share by which staff ask for something to be done with money."""

from uuid import UUID

from werkzeug.datastructures import MultiDict

from backoffice.forms import note
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.base.vault import Vault

_LONGEST_ONCE = 64


def check_once(once: str) -> None:
    """Raises NotAllowedError for a form without the mark that it was given out with."""
    if not 0 < len(once) <= _LONGEST_ONCE:
        raise NotAllowedError("Cette page est incomplète : rouvrez-la depuis le compte.")


def sealed_note(typed: str, vault: Vault | None) -> tuple[UUID, bytes | None]:
    """The id that the order will have, and its note sealed for it; none without a vault. Raises FieldError
    for a note that is too long."""
    order_id, text = new_id(), note(MultiDict({"note": typed}))
    if text is None or vault is None:
        return order_id, None
    return order_id, vault.seal(text, table="money_order", row=order_id, column="note")
