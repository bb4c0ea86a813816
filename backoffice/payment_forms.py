"""What staff type about money at the desk, read and checked; each refusal is one sentence."""

import re
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict

from backoffice.desks.words import CANCEL_REASONS, DESK_METHODS
from backoffice.flaws import FieldError
from backoffice.forms import typed_day
from shared.base.errors import NotAllowedError
from shared.base.formats import day
from shared.base.money import AmountError, Cents, parse_amount
from shared.desk import can_be_found_by
from shared.orders import first_receivable, is_receivable

LONGEST_REFERENCE = 35
BEYOND = "beyond-"  # begins the name of the question about a sum, which holds the sum in cents
ARRIVED = ("received_on", "Arrivé le")
NAMED = ("reference", "Référence")
_MARK = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class PaymentForm:
    """The form of a payment as it was typed. ``warnings`` is what to look at before it is noted, and
    ``sure`` which of them were seen; ``again`` where it was sent already."""

    method: str
    amount: str
    received_on: str
    reference: str
    once: str
    sure: str = ""
    warnings: tuple[str, ...] = ()
    again: bool = False

    @classmethod
    def fresh(cls, today: date, mark: str) -> "PaymentForm":
        """An empty form."""
        return cls("", "", today.isoformat(), "", mark)

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> "PaymentForm":
        """What came in, to be shown again if it can't be taken."""
        return cls(
            method=form.get("method", ""),
            amount=form.get("amount", ""),
            received_on=form.get("received_on", ""),
            reference=form.get("reference", ""),
            once=form.get("once", ""),
            sure=form.get("sure", ""),
            again=True,
        )

    def look_at(self, warnings: dict[str, str]) -> "PaymentForm":
        """The same with what is to be looked at first."""
        return replace(self, warnings=tuple(warnings.values()), sure=",".join(sorted(warnings)))

    @property
    def is_about_sum(self) -> bool:
        """Whether the sum itself is asked about."""
        return bool(self.warnings) and any(name.startswith(BEYOND) for name in self.seen)

    @property
    def seen(self) -> frozenset[str]:
        """Which warnings were read and answered."""
        return frozenset(self.sure.split(","))


@dataclass(frozen=True, slots=True)
class Came:
    """Money that came, as it is to be noted."""

    method: str
    cents: Cents
    day: date
    reference: str | None
    once: str


def read_payment(form: PaymentForm, *, today: date, started_on: date) -> Came:
    """What was typed, in the order of the form. Raises NotAllowedError."""
    if form.method not in DESK_METHODS:
        raise FieldError("method", "Moyen", "Choisissez comment l’argent est arrivé.")
    try:
        cents = parse_amount(form.amount)
    except AmountError as error:
        raise FieldError("amount", "Somme", str(error)) from None
    if not is_receivable(cents):
        raise FieldError("amount", "Somme", "La somme est entre 0,01 € et 10 000 € : vérifiez-la.")
    return Came(
        method=form.method,
        cents=cents,
        day=_day(form.received_on, today=today, started_on=started_on),
        reference=_reference(form.reference),
        once=mark_of(form.once),
    )


def _day(text: str, *, today: date, started_on: date) -> date:
    try:
        came = typed_day(text)
    except ValueError:
        raise FieldError(
            *ARRIVED, f"Donnez le jour où l’argent est arrivé, par exemple {today:%d/%m/%Y}."
        ) from None
    first = first_receivable(today, started_on=started_on)
    if came > today:
        raise FieldError(*ARRIVED, "Ce jour est à venir : notez le paiement quand il est arrivé.")
    if came < first:
        raise FieldError(
            *ARRIVED, f"Ce jour est trop ancien : le premier possible est le {day(first)}."
        )
    return came


def _reference(text: str) -> str | None:
    bare = " ".join(text.split())
    if len(bare) > LONGEST_REFERENCE:
        raise FieldError(
            *NAMED,
            f"La référence compte au plus {LONGEST_REFERENCE} caractères : raccourcissez-la.",
        )
    if bare and not can_be_found_by(bare):
        raise FieldError(
            *NAMED,
            "La référence se compose de lettres, de chiffres et de signes courants, sans émoji : écrivez-la "
            "comme sur le chèque ou le virement, ou laissez le champ vide.",
        )
    return bare or None


def mark_of(text: str) -> str:
    """A form's mark, by which sending it twice counts once."""
    if not _MARK.fullmatch(text):
        raise NotAllowedError("Cette page a vieilli : rechargez-la, puis recommencez.")
    return text


def cancel_reason(form: MultiDict[str, str], *, of: UUID) -> str:
    """Why a payment is none."""
    reason = form.get("reason", "")
    if reason not in CANCEL_REASONS:
        raise FieldError(f"cancel-{of}", "Pourquoi", "Choisissez pourquoi ce paiement est annulé.")
    return reason
