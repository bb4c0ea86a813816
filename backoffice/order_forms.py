"""What the forms share by which staff ask for something to be done with money."""

from uuid import UUID

from flask import flash
from sqlalchemy.orm import Session
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from backoffice.forms import note
from backoffice.kept_choice import ONCE, chosen_before
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.orders import order_of_form

_LONGEST_ONCE = 64


def check_once(once: str) -> None:
    """Raises NotAllowedError for a form without the mark that it was given out with."""
    if not 0 < len(once) <= _LONGEST_ONCE:
        raise NotAllowedError("Cette page est incomplète : rouvrez-la depuis le compte.")


def chosen_unasked(session: Session, *, practice_id: int) -> "ImmutableMultiDict[str, str] | None":
    """What was chosen on this page before, unless it was asked for since; then that is told."""
    before = chosen_before()
    if before is None:
        return None
    if order_of_form(session, practice_id=practice_id, once=before.get(ONCE, "")) is None:
        return before
    flash(
        "Ce que vous aviez choisi ici est déjà demandé. Une nouvelle demande s’y ajouterait.", "ok"
    )
    return None


def sealed_note(typed: str, vault: Vault | None) -> tuple[UUID, bytes | None]:
    """The id that the order will have, and its note sealed for it; none without a vault. Raises FieldError
    for a note that is too long."""
    order_id, text = new_id(), note(MultiDict({"note": typed}))
    if text is None or vault is None:
        return order_id, None
    return order_id, vault.seal(text, table="money_order", row=order_id, column="note")
