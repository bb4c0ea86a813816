"""A receipt as it is shown and as a PDF letter: who received how much, when, for which invoices."""

from dataclasses import dataclass

from flask import g

from portal.context import visit
from shared.base.formats import money
from shared.base.money import Cents
from shared.base.pdf import typeset
from shared.base.vault import Json
from shared.payments import Payment
from shared.web.filters import clock, full_day, t


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment and the sums that it settled, by invoice number. ``by_link``: someone else paid."""

    payment: Payment
    shares: tuple[tuple[str, Cents], ...]
    by_link: bool

    @property
    def file_name(self) -> str:
        """Neutral, and another one for each receipt."""
        return f"recu-{self.payment.number.removeprefix('R-')}.pdf"

    @property
    def way(self) -> str:
        """How it was paid, in the page's language."""
        if self.by_link:
            return t("carte, par votre lien")
        return t("carte") if self.payment.method == "card" else t("autre moyen")


def letter_of(receipt: Receipt) -> bytes:
    """The receipt as a letter, in the page's language."""
    here, payment, language = visit(), receipt.payment, g.language
    practice = here.practice
    rows: list[Json] = [
        [t("Facture n° {number}", number=number), money(cents, language)]
        for number, cents in receipt.shares
    ]
    if payment.credit_cents:
        rows.append([t("Payé de trop"), money(payment.credit_cents, language)])
    return typeset(
        "receipt",
        {
            "lang": language,
            "title": t("Reçu n° {number}", number=payment.number),
            "sender": {
                "name": practice.sender,
                "address": practice.postal_address,
                "siren": practice.siren,
            },
            "foot": t(
                "{sender}, compte {number}", sender=practice.sender, number=here.account.number
            ),
            "marks": [
                [t("Date"), f"{full_day(payment.received_at)}, {clock(payment.received_at)}"],
                [t("Au nom de"), here.name.full],
                [t("Référence du compte"), here.account.number],
                [t("Payé par"), receipt.way],
            ],
            "sums_title": t("Ce qui est payé"),
            "head": [t("Pour"), t("Somme")],
            "rows": rows,
            "total": [t("Somme reçue"), money(payment.amount_cents, language)],
            "notes": [
                [t("Restait à payer ce jour-là"), money(payment.left_cents, language)],
                [t("TVA"), practice.vat_mention],
            ],
        },
        at=payment.received_at,
    )
