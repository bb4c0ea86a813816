"""A receipt as it is shown and as a PDF letter: who received how much, when, for which invoices."""

from dataclasses import dataclass

from flask import g

from portal.context import visit
from portal.pages.payments import by_bank
from shared.base.formats import marked, money
from shared.base.money import Cents
from shared.base.pdf import typeset
from shared.base.vault import Json
from shared.payments import OF_DISPUTE, Payment, Received, Refund
from shared.web.filters import clock, full_day, t

# How money came to the secretary's, or went back from there.
BY_HAND = {
    "cash": marked("en espèces"),
    "cheque": marked("par chèque"),
    "transfer": marked("par virement"),
}
BY_TERMINAL = marked("par le terminal du secrétariat")
OTHER_WAY = marked("autre moyen")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment with what was given back of it since, and the sums that it settled by invoice number,
    when it came and (``used``) by its credit since. ``by_link``: someone else paid."""

    received: Received
    shares: tuple[tuple[str, Cents], ...]
    used: tuple[tuple[str, Cents], ...]
    by_link: bool

    @property
    def payment(self) -> Payment:
        """What was received, as it was."""
        return self.received.payment

    @property
    def file_name(self) -> str:
        """Neutral, and another one for each receipt."""
        return f"recu-{self.payment.number.removeprefix('R-')}.pdf"

    @property
    def way(self) -> str:
        """How it was paid, in the page's language."""
        if self.payment.method == "debit":
            return t("prélèvement, par votre lien") if self.by_link else t("prélèvement")
        if self.by_link:
            return t("carte, par votre lien")
        return {
            "card": t("carte"),
            "terminal": t("carte, au secrétariat"),
        }.get(self.payment.method) or t(BY_HAND.get(self.payment.method, OTHER_WAY))

    @property
    def hour_known(self) -> bool:
        """Whether we know the hour: of what came at the secretary's, only the day is written down."""
        return self.payment.method == "card"

    @property
    def when(self) -> str:
        """When it came, in the page's language."""
        at = self.payment.received_at
        return f"{full_day(at)}, {clock(at)}" if self.hour_known else full_day(at)


def letter_of(receipt: Receipt) -> bytes:
    """The receipt as a letter, in the page's language."""
    here, payment, language = visit(), receipt.payment, g.language
    practice, taken = here.practice, by_bank(receipt.received)
    rows: list[Json] = [
        [t("Facture n° {number}", number=number), money(cents, language)]
        for number, cents in receipt.shares
    ]
    if payment.credit_cents:
        rows.append([t("Payé de trop"), money(payment.credit_cents, language)])
    used: list[Json] = [
        [t("Utilisé depuis pour la facture n° {number}", number=number), money(cents, language)]
        for number, cents in receipt.used
    ]
    notes: list[Json] = [
        [t("Restait à payer ce jour-là"), money(payment.left_cents, language)],
        *used,
        [t("TVA"), practice.vat_mention],
    ]
    title = t("Reçu n° {number}", number=payment.number)
    if payment.cancelled_on is not None:
        cancelled = t("Annulé le {day}", day=full_day(payment.cancelled_on))
        title = f"{title} – {cancelled}"
    return typeset(
        "receipt",
        {
            "lang": language,
            "title": title,
            "sender": {
                "name": practice.sender,
                "address": practice.postal_address,
                "siren": practice.siren,
            },
            "foot": t(
                "{sender}, compte {number}", sender=practice.sender, number=here.account.number
            ),
            "marks": [
                [t("Date"), receipt.when],
                [t("Au nom de"), here.name.full],
                [t("Référence du compte"), here.account.number],
                [t("Paiement"), receipt.way],
            ],
            "sums_title": t("Ce qui est payé"),
            "head": [t("Pour"), t("Somme")],
            "rows": rows,
            "total": [
                t("Somme reçue")
                if payment.cancelled_on is None
                else t("Somme notée, puis annulée"),
                money(payment.amount_cents, language),
            ],
            "refunds_title": t("Rendu ou repris depuis") if taken else t("Remboursé depuis"),
            "refunds": [
                [
                    _way_back(refund),
                    f"−\u00a0{money(refund.amount_cents, language)}",
                ]
                for refund in receipt.received.returned
            ],
            "kept": [
                t("Payé, tout compté") if taken else t("Payé, après remboursement"),
                money(receipt.received.kept_cents, language),
            ],
            "notes": notes,
        },
        at=payment.received_at,
    )


def _way_back(refund: Refund) -> str:
    day = full_day(refund.refunded_at)
    if refund.kind == OF_DISPUTE:
        return t("Le {day}, repris par la banque", day=day)
    if refund.method is None:
        return t("Le {day}, par le même moyen", day=day)
    way = t(BY_HAND.get(refund.method, BY_TERMINAL))
    return t("Rendu le {day}, {way}", day=day, way=way)
