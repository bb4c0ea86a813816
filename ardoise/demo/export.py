"""What the fictional practice's software would export on a given day: its unpaid list as CSV."""

import csv
import io
from datetime import date, timedelta

from ardoise.demo.people import CITIES, DemoInvoice, DemoPerson
from shared.base.money import Cents

PAYMENT_DAYS = 30
EXPORT_FILE = "impayes.csv"
EXPORT_ENCODING = "cp1252"
TRIAL_FILE = "impayes-a-essayer.csv"
COLUMNS = (
    "N° dossier",
    "Nom",
    "Prénom",
    "Date de naissance",
    "Téléphone portable",
    "E-mail",
    "Adresse",
    "Code postal",
    "Ville",
    "N° facture",
    "Date facture",
    "Échéance",
    "Montant total",
    "Part AMO",
    "Part AMC",
    "Part patient",
    "Reste dû",
    "Protection",
    "Nom débiteur",
    "Prénom débiteur",
    "Date de naissance débiteur",
    "Téléphone portable débiteur",
    "E-mail débiteur",
    "Canal",
    "Langue",
    "Date des soins",
    "Acte",
)


def write_export(
    people: list[DemoPerson], *, today: date, on: date, paid: dict[str, Cents]
) -> bytes:
    """The list as of the day ``on``; ``paid`` are remainders the software has struck off, by number."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for person in people:
        for invoice in person.invoices:
            issued = today - timedelta(days=invoice.issued)
            left = _left(person, invoice, paid, today=today, on=on)
            if issued <= on and left > 0:
                writer.writerow(_row(person, invoice, issued, left))
    return out.getvalue().encode(EXPORT_ENCODING)


def write_trial(listed: bytes) -> bytes:
    """Another list to try in the back-office, made of today's: a title that nobody knows, one invoice
    fewer, one that is partly paid, somebody new, and a row that is refused."""
    titles, *rows = csv.reader(io.StringIO(listed.decode(EXPORT_ENCODING)), delimiter=";")
    left, number, ref, surname = (
        titles.index(title) for title in ("Reste dû", "N° facture", "N° dossier", "Nom")
    )
    rows = rows[:-1]
    rows[0][left] = "1,00"
    for place, (who, cents) in enumerate((("Ferrand", "12,00"), ("Brunet", "douze euros"))):
        new = list(rows[0])
        new[ref], new[number] = f"N-{place + 1}", f"ESSAI-{place + 1}"
        new[surname], new[left] = who, cents
        rows.append(new)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Réf. interne" if title == "N° dossier" else title for title in titles])
    writer.writerows(rows)
    return out.getvalue().encode(EXPORT_ENCODING)


def _left(
    person: DemoPerson, invoice: DemoInvoice, paid: dict[str, Cents], *, today: date, on: date
) -> Cents:
    left = invoice.patient - paid.get(invoice.number, 0)
    for act in person.acts:
        if on >= today - timedelta(days=act.days_ago):
            if act.kind == "vanish":
                return 0
            if act.kind == "correct":
                left -= int(act.value)
    return left


def _row(person: DemoPerson, invoice: DemoInvoice, issued: date, left: Cents) -> list[str]:
    postcode, city = CITIES[int(person.city)]
    due = issued + timedelta(days=PAYMENT_DAYS)
    given, surname, born = person.debtor or ("", "", None)
    contacts = [person.phone, person.email]
    mine, theirs = (["", ""], contacts) if person.debtor else (contacts, ["", ""])
    return [
        person.ref,
        person.surname,
        person.given,
        _day(person.birth if person.birth_on_file else None),
        *mine,
        "3 rue du Puits",
        postcode,
        city,
        invoice.number,
        _day(issued),
        _day(due),
        *(_euros(c) for c in (invoice.total, invoice.amo, invoice.amc, invoice.patient, left)),
        person.protection,
        surname,
        given,
        _day(born),
        *theirs,
        person.channel,
        person.language,
        _day(issued),
        "Séance de suivi",
    ]


def _day(value: date | None) -> str:
    return value.strftime("%d/%m/%Y") if value else ""


def _euros(cents: Cents) -> str:
    return f"{cents // 100},{cents % 100:02d}"
