"""The form of a sum that is no longer asked for, as it was typed, and what it asks for."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from werkzeug.datastructures import MultiDict

from backoffice.desks.decision_words import FORGIVE_REASONS
from backoffice.flaws import FieldError
from backoffice.order_forms import check_once, sealed_note
from shared.base.errors import NotAllowedError
from shared.base.formats import money
from shared.base.money import AmountError, Cents, parse_amount, total_of
from shared.base.vault import Vault
from shared.forgiving import oldest_first
from shared.orders import FORGIVE, Wish

AMOUNT = ("amount", "Somme")
SHARE = "share-"
INVOICE = "Somme de la facture"


@dataclass(frozen=True, slots=True)
class DebtForm:
    """What was typed: one sum for the oldest invoices first, or one for each invoice."""

    amount: str = ""
    reason: str = ""
    note: str = ""
    once: str = ""
    shares: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def fresh(cls) -> "DebtForm":
        """A form that nobody has filled in yet."""
        return cls(once=secrets.token_hex(16))

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> "DebtForm":
        """A form as it came."""
        return cls(
            amount=form.get("amount", "").strip()[:20],
            reason=form.get("reason", ""),
            note=form.get("note", "").strip(),
            once=form.get("once", ""),
            shares={
                name.removeprefix(SHARE): value.strip()[:20]
                for name, value in form.items()
                if name.startswith(SHARE) and value.strip()
            },
        )

    def shared(self, left: Mapping[UUID, Cents]) -> dict[UUID, Cents]:
        """What it asks for of each invoice. Raises NotAllowedError with what to mend."""
        if not self.shares:
            cents = _amount(self.amount, *AMOUNT)
            if cents > total_of(left):
                raise FieldError(
                    *AMOUNT, "C’est plus que ce qui peut être abandonné : vérifiez la somme."
                )
            return oldest_first(cents, left)
        if self.amount:
            raise FieldError(
                *AMOUNT, "Donnez une somme en tout, ou une somme par facture : pas les deux."
            )
        if not self.shares.keys() <= {str(invoice_id) for invoice_id in left}:
            raise NotAllowedError(
                "De l’une de ces factures rien ne peut plus être abandonné : relisez ce qui reste."
            )
        wanted = {}
        for invoice_id in left:
            text = self.shares.get(str(invoice_id), "")
            if text:
                wanted[invoice_id] = _amount(text, f"{SHARE}{invoice_id}", INVOICE)
        return {invoice_id: cents for invoice_id, cents in wanted.items() if cents}

    def repeats(self, asked: Mapping[UUID, Cents]) -> bool:
        """Whether it asks for what was asked by the same form before. Raises NotAllowedError with what to
        mend."""
        if not self.shares:
            return _amount(self.amount, *AMOUNT) == total_of(asked)
        each = {key: _amount(text, f"{SHARE}{key}", INVOICE) for key, text in self.shares.items()}
        return each == {str(invoice_id): cents for invoice_id, cents in asked.items()}

    def of_these(self, shares: Mapping[UUID, Cents]) -> "DebtForm":
        """The same, of these invoices alone: what was shown is asked for, whatever comes in meanwhile."""
        each = {str(invoice_id): money(cents) for invoice_id, cents in shares.items()}
        return replace(self, amount="", shares=each)

    def wish(self, shares: Mapping[UUID, Cents], *, account_id: UUID, vault: Vault | None) -> Wish:
        """What is asked for, its note sealed. Raises NotAllowedError with what to mend."""
        check_once(self.once)
        if self.reason not in FORGIVE_REASONS:
            raise FieldError(
                "reason", "Pourquoi", "Choisissez pourquoi la somme n’est plus demandée."
            )
        order_id, sealed = sealed_note(self.note, vault)
        return Wish(
            kind=FORGIVE,
            once=self.once,
            reason=self.reason,
            amount_cents=total_of(shares),
            note=sealed,
            id=order_id,
            account_id=account_id,
        )


def _amount(text: str, name: str, label: str) -> Cents:
    try:
        return parse_amount(text)
    except AmountError as error:
        raise FieldError(name, label, str(error)) from None
