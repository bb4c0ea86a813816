"""A formal notice on paper: neutral outside, and inside whatever the law asks for, without a word of care."""

from datetime import date, datetime, timedelta

from backoffice.desks.ladder_letters import Debtor
from shared.accounts import Account, PersonName, Practice
from shared.base.errors import NotAllowedError
from shared.base.formats import day, money
from shared.base.pdf import typeset
from shared.base.vault import Json
from shared.ladder import LadderLetter


def render(
    letter: LadderLetter | None,
    account: Account,
    practice: Practice,
    debtor: Debtor,
    *,
    at: datetime,
    today: date,
) -> bytes:
    """The formal notice to print. Raises NotAllowedError before it is approved."""
    if letter is None or letter.status not in {"approved", "sent"}:
        raise NotAllowedError("Cette lettre n’est pas approuvée : il n’y a rien à imprimer.")
    dated = letter.sent_on or today
    until = dated + timedelta(days=letter.days)
    rows: list[Json] = [
        [
            f"Facture n° {bill['number']} du {day(date.fromisoformat(bill['issued_on']))}, "
            f"échue le {day(date.fromisoformat(bill['due_on']))}",
            money(bill["cents"]),
        ]
        for bill in letter.covers
    ]
    return typeset(
        "formal_notice",
        {
            "lang": "fr",
            "title": "Mise en demeure de payer",
            "sender": {
                "name": practice.sender,
                "address": practice.postal_address,
                "siren": practice.siren,
            },
            "to": [debtor.name.full, *debtor.lines],
            "sent": f"Lettre recommandée avec avis de réception, le {day(dated)}",
            "greeting": "Madame, Monsieur,",
            "before": [
                "Malgré nos rappels, les factures suivantes ne sont pas payées à ce jour."
                if len(rows) > 1
                else "Malgré nos rappels, la facture suivante n’est pas payée à ce jour."
            ],
            "head": ["Ce qui est dû", "Somme"],
            "rows": rows,
            "total": ["En tout", money(letter.total_cents)],
            "after": [
                f"Par la présente, nous vous mettons en demeure de payer {money(letter.total_cents)} "
                f"dans les {letter.days} jours qui suivent la réception de cette lettre. À compter de "
                "cette réception, les intérêts au taux légal peuvent courir (article 1231-6 du code civil).",
                "Aucuns frais ne s’ajoutent à cette somme. Si vous ne pouvez pas tout payer, ou si vous "
                "n’êtes pas d’accord, appelez-nous ou écrivez-nous avant ce jour : un paiement en plusieurs "
                "fois reste possible.",
                "Si vous avez payé entre-temps, ne tenez pas compte de cette lettre et recevez nos excuses.",
            ],
            "pay_title": "Comment payer",
            "pay": _ways(practice, account),
            "sign": [
                "Nous vous prions d’agréer, Madame, Monsieur, nos salutations distinguées.",
                f"Pour {practice.sender}, signature :",
            ],
            "foot": f"{practice.sender}, compte {account.number}",
            "until": f"Répondre ou payer avant le {day(until)}, si cette lettre vous parvient aujourd’hui.",
        },
        at=at,
    )


def specimen(practice: Practice, *, days: int, at: datetime, today: date) -> bytes:
    """The same letter about nobody, to be looked at."""
    issued = today - timedelta(days=90)
    bill = {
        "number": "EXEMPLE",
        "issued_on": issued.isoformat(),
        "due_on": (issued + timedelta(days=30)).isoformat(),
        "cents": 4_200,
    }
    letter = LadderLetter(status="approved", covers=[bill], total_cents=4_200, days=days)
    account = Account(number="EXEMPLE", transfer_reference="EXEMPLE")
    debtor = Debtor(PersonName("Camille", "Exemple"), ("1 rue de l’Exemple", "44000 Nantes"))
    return render(letter, account, practice, debtor, at=at, today=today)


def _ways(practice: Practice, account: Account) -> list[Json]:
    ways: list[Json] = [["Par téléphone", practice.phone]]
    if practice.iban:
        holder = practice.account_holder or practice.sender
        ways.append(["Par virement", f"{holder}, IBAN {practice.iban}"])
        ways.append(["Référence à indiquer", account.transfer_reference])
    if practice.cheque_order:
        ways.append(["Par chèque", f"à l’ordre de {practice.cheque_order}, à l’adresse ci-dessus"])
    return ways
