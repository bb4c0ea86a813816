"""The form of a refund as it was typed, and what it asks for."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from werkzeug.datastructures import MultiDict

from backoffice.desks.order_words import HANDED, REFUND_REASONS
from backoffice.flaws import FieldError
from backoffice.order_forms import check_once, sealed_note
from shared.base.money import AmountError, Cents, parse_amount
from shared.base.vault import Vault
from shared.orders import REFUND, Wish

AMOUNT = ("amount", "Somme à rendre")


@dataclass(frozen=True, slots=True)
class RefundForm:
    """What was typed; ``again`` names the request for the same sum beside which this one is wanted."""

    amount: str
    reason: str = ""
    method: str = ""
    note: str = ""
    once: str = ""
    again: str = ""

    @classmethod
    def fresh(cls, cents: Cents, method: str) -> "RefundForm":
        """A form that nobody has filled in yet: all that is left."""
        amount = f"{cents // 100},{cents % 100:02}"
        return cls(amount=amount, method=method, once=secrets.token_hex(16))

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> "RefundForm":
        """A form as it came."""
        return cls(
            amount=form.get("amount", ""),
            reason=form.get("reason", ""),
            method=form.get("method", ""),
            note=form.get("note", "").strip(),
            once=form.get("once", ""),
            again=form.get("again", ""),
        )

    def wish(self, payment_id: UUID, *, by_hand: bool, vault: Vault | None) -> Wish:
        """What is asked for, its note sealed. Raises NotAllowedError with what to mend."""
        try:
            cents = parse_amount(self.amount)
        except AmountError as error:
            raise FieldError(*AMOUNT, str(error)) from None
        check_once(self.once)
        if self.reason not in REFUND_REASONS:
            raise FieldError("reason", "Pourquoi", "Choisissez la raison du remboursement.")
        if by_hand and self.method not in HANDED:
            raise FieldError(
                "method", "Comment vous le rendez", "Choisissez comment l’argent est rendu."
            )
        order_id, sealed = sealed_note(self.note, vault)
        return Wish(
            kind=REFUND,
            once=self.once,
            reason=self.reason,
            amount_cents=cents,
            payment_id=payment_id,
            method=self.method if by_hand else None,
            note=sealed,
            id=order_id,
        )
