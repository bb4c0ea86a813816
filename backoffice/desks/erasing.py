"""« Vie privée › Effacement »: what would go and stay, what stands in the way, what became of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backoffice.desks.timeline_privacy import TOLD_WORDS
from backoffice.flaws import FieldError
from shared.accounts import Account
from shared.base.errors import NotAllowedError
from shared.erasing import (
    APPEAL,
    ASKERS,
    CHECKS,
    DECLINES,
    OPEN,
    Asked,
    By,
    Erasure,
    Foretold,
    foretell,
    kept_until,
    last_erasure,
    obstacles_of,
)
from shared.staff import SignedIn

LABELS: Mapping[str, str] = {
    "asker": "Qui demande",
    "checked": "Identité vérifiée",
    "received_on": "Demande arrivée le",
}


@dataclass(frozen=True, slots=True)
class ErasingShown:
    """The card. ``foretold`` and ``obstacles`` are read while the account's data are held; ``late`` once the
    month to answer is over; ``until`` is how long the vouchers of an erased account keep the debtor's
    name."""

    erasure: Erasure | None
    obstacles: tuple[str, ...]
    foretold: Foretold | None
    late: bool
    until: date | None

    @property
    def is_open(self) -> bool:
        """Whether a request waits or is being carried out."""
        return self.erasure is not None and self.erasure.status in OPEN

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide."""
        return self.erasure is not None and self.erasure.status == "received"

    @property
    def asker(self) -> str:
        """Whose wish it is, in words."""
        return ASKERS.get(self.erasure.asker, "") if self.erasure else ""

    @property
    def checked(self) -> str:
        """How the identity was checked, in words."""
        return CHECKS.get(self.erasure.checked, "") if self.erasure else ""

    @property
    def told(self) -> str:
        """What became of the last word to the person."""
        return TOLD_WORDS.get(self.erasure.told or "", "") if self.erasure else ""

    @property
    def declined(self) -> tuple[str, str] | None:
        """Why it was declined, and the sentence that can be told."""
        if self.erasure is None or self.erasure.status != "declined":
            return None
        why, sentence = DECLINES.get(self.erasure.why or "", ("", ""))
        return why, f"{sentence} {APPEAL}"


def read_erasing(session: Session, account: Account, *, today: date) -> ErasingShown:
    """The card's facts; six statements at most."""
    erasure = last_erasure(session, account)
    if account.erased_at is not None:
        return ErasingShown(erasure, (), None, late=False, until=kept_until(session, account))
    return ErasingShown(
        erasure,
        tuple(obstacles_of(session, account).values()),
        foretell(session, account),
        late=erasure is not None and erasure.status == "received" and erasure.due_on < today,
        until=None,
    )


def asked_in(form: Mapping[str, str], *, today: date) -> Asked:
    """What the form says of a request. Raises FieldError for what can't be."""
    if form.get("asker", "") not in ASKERS:
        raise _flaw("asker", "Choisissez qui demande l’effacement.")
    if form.get("checked", "") not in CHECKS:
        raise _flaw("checked", "Choisissez comment l’identité a été vérifiée.")
    try:
        received_on = date.fromisoformat(form.get("received_on", ""))
    except ValueError:
        raise _flaw("received_on", "Écrivez le jour où la demande est arrivée.") from None
    asked = Asked(form["asker"], form["checked"], received_on)
    try:
        asked.check(today=today)
    except NotAllowedError as refused:
        raise _flaw("received_on", str(refused)) from None
    return asked


def by(who: SignedIn) -> By:
    """Who acts, as the concept names them."""
    return By(who.user_id, who.name, who.actor)


def _flaw(field: str, text: str) -> FieldError:
    return FieldError(field, LABELS[field], text)
