"""An invented practice whose software exports its unpaid invoices, week after week."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ardoise.importing import ImportReport, run_import
from ardoise.invariants import ALL
from shared.accounts import (
    Account,
    ContactPoint,
    Hold,
    Party,
    Practice,
    account_vault,
    new_practice_key,
    open_contact,
    open_name,
)
from shared.audit import TimelineEvent
from shared.base.clock import FixedClock
from shared.base.database import Database, Model
from shared.base.ids import new_id
from shared.base.invariants import find_breaches
from shared.base.vault import BlindIndex, KeyRing
from shared.billing import Invoice
from shared.payments import AttemptShare, PaymentAttempt, settle
from shared.processor import Checkout

T = TypeVar("T", bound=Model)

PRACTICE = 1
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STARTED_ON = date(2026, 1, 1)
KEYS = KeyRing({"m1": b"m" * 32})
INDEX = BlindIndex(b"i" * 32)

ROW = {
    "N° dossier": "D-1",
    "Nom": "Lacroix",
    "Prénom": "Inès",
    "Date de naissance": "02/07/1949",
    "Portable": "06 39 98 12 34",
    "E-mail": "ines.lacroix@exemple.fr",
    "N° facture": "F-1",
    "Date facture": "01/09/2026",
    "Montant total": "60,00",
    "Part AMO": "30,00",
    "Part AMC": "10,00",
    "Part patient": "20,00",
    "Reste dû": "20,00",
}
MOTHER = {
    "Nom débiteur": "Marchand",
    "Prénom débiteur": "Sophie",
    "Date de naissance débiteur": "12/11/1984",
    "Portable débiteur": "06 39 98 00 11",
}


def row(number: str = "F-1", ref: str = "D-1", left: str = "20,00", **more: str) -> dict[str, str]:
    """A row of the export; underscores in the names of further cells stand for spaces."""
    cells = {"N° facture": number, "N° dossier": ref, "Reste dû": left}
    return ROW | cells | {title.replace("_", " "): cell for title, cell in more.items()}


def csv_of(*rows: Mapping[str, str]) -> bytes:
    """The export's bytes; its columns are those of all rows together."""
    titles = list(dict.fromkeys(title for some in rows for title in some))
    lines = [titles, *([some.get(title, "") for title in titles] for some in rows)]
    return "".join(";".join(cells) + "\r\n" for cells in lines).encode()


@dataclass
class ImportWorld:
    """The practice with its database, to which exports are fed."""

    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def export(self, *rows: Mapping[str, str], **options: object) -> ImportReport:
        """Import the rows as the practice's list, and see that every invariant holds."""
        return self.feed(csv_of(*rows), **options)

    def feed(
        self,
        data: bytes,
        *,
        full: bool = True,
        dry_run: bool = False,
        source: str = "logiciel",
        as_of: datetime | None = None,
        progress: Callable[[int], object] = lambda _rows: None,
    ) -> ImportReport:
        """Import a file."""
        report = run_import(
            self.database,
            practice_id=PRACTICE,
            source_name=source,
            data=data,
            filename="export.csv",
            mapping=None,
            full=full,
            as_of=as_of or self.clock.now(),
            keys=KEYS,
            index=INDEX,
            clock=self.clock,
            dry_run=dry_run,
            progress=progress,
        )
        self.assert_sound()
        return report

    def a_week_later(self) -> None:
        """Let a week pass."""
        self.clock.instant += timedelta(days=7)

    def assert_sound(self) -> None:
        """Every invariant of every concept holds."""
        with self.database.reading(PRACTICE) as session:
            breaches = find_breaches(session, ALL)
            assert not breaches, [(b.invariant.sentence, b.examples) for b in breaches]

    def pay_here(self, number: str, cents: int) -> str:
        """A card payment meant for one invoice, settled by the worker; gives the receipt's number."""
        with self.paying(number, cents) as receipt:
            pass
        self.assert_sound()
        return receipt

    @contextmanager
    def paying(self, number: str, cents: int) -> Iterator[str]:
        """The same, settled but committed at the end only."""
        at = self.clock.now()
        with self.database.unit_of_work(PRACTICE) as work:
            session = work.session
            account = account_of(session, number)
            attempt = _attempt(account, cents, at)
            session.add(attempt)
            session.flush()
            session.add(
                AttemptShare(
                    practice_id=PRACTICE,
                    attempt_id=attempt.id,
                    invoice_id=invoice_of(session, number).id,
                    amount_cents=cents,
                )
            )
            session.flush()
            payment = settle(
                session,
                practice=self.practice(session),
                account=account,
                attempt=attempt,
                state=_paid(attempt, at),
                livemode=False,
                at=at,
            )
            assert payment is not None
            yield payment.number
            work.commit()

    def invoice(self, number: str) -> Invoice:
        """The invoice of this number."""
        with self.database.reading(PRACTICE) as session:
            return invoice_of(session, number)

    def account_of(self, number: str) -> Account:
        """The account that owes an invoice."""
        with self.database.reading(PRACTICE) as session:
            return account_of(session, number)

    def names(self, number: str) -> dict[str, str]:
        """Who is on the account of an invoice: full name by role."""
        with self.database.reading(PRACTICE) as session:
            account = account_of(session, number)
            vault = account_vault(KEYS, account)
            parties = session.scalars(select(Party).where(Party.account_id == account.id))
            return {party.role: open_name(vault, party).full for party in parties}

    def contacts(self, number: str) -> dict[tuple[str, str], str]:
        """The contacts of an invoice's account: status by kind and value."""
        with self.database.reading(PRACTICE) as session:
            account = account_of(session, number)
            vault = account_vault(KEYS, account)
            query = select(ContactPoint).where(ContactPoint.account_id == account.id)
            return {(c.kind, open_contact(vault, c)): c.status for c in session.scalars(query)}

    def holds(self, number: str) -> list[tuple[str, str, bool]]:
        """The pauses of an invoice's account: kind, status, whether of an invoice only."""
        with self.database.reading(PRACTICE) as session:
            account = account_of(session, number)
            query = select(Hold).where(Hold.account_id == account.id).order_by(Hold.id)
            return [(h.kind, h.status, h.invoice_id is not None) for h in session.scalars(query)]

    def events(self, *kinds: str) -> list[str]:
        """The kinds of all that happened, in order, of these kinds."""
        with self.database.reading(PRACTICE) as session:
            query = select(TimelineEvent.kind).order_by(TimelineEvent.id)
            return [kind for kind in session.scalars(query) if kind in kinds]

    def everything(
        self, *, but: frozenset[str] = frozenset()
    ) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table, to see whether anything at all was written."""
        with self.database.reading(PRACTICE) as session:
            return {
                table.name: sorted((tuple(r) for r in session.execute(select(table))), key=repr)
                for table in Model.metadata.sorted_tables
                if table.name not in but
            }

    def practice(self, session: Session) -> Practice:
        """The practice."""
        return session.get_one(Practice, PRACTICE)

    def only(self, table: type[T]) -> T:
        """The one row of a table."""
        with self.database.reading(PRACTICE) as session:
            return session.scalars(select(table)).one()

    def numbers(self) -> list[str]:
        """The numbers of all accounts."""
        with self.database.reading(PRACTICE) as session:
            return list(session.scalars(select(Account.number)))

    def care(self, number: str) -> object:
        """The sealed lines of an invoice."""
        with self.database.reading(PRACTICE) as session:
            invoice = invoice_of(session, number)
            vault = account_vault(KEYS, account_of(session, number))
            assert invoice.lines is not None
            return vault.open(invoice.lines, table="invoice", row=invoice.id, column="lines")

    def count(self, table: type[Model]) -> int:
        """How many rows a table has."""
        with self.database.reading(PRACTICE) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


def _attempt(account: Account, cents: int, at: datetime) -> PaymentAttempt:
    attempt_id = new_id()
    return PaymentAttempt(
        practice_id=PRACTICE,
        id=attempt_id,
        account_id=account.id,
        status="created",
        amount_cents=cents,
        choice="some",
        language="fr",
        idempotency_key=attempt_id.hex,
        created_at=at,
        checks=0,
    )


def _paid(attempt: PaymentAttempt, at: datetime) -> Checkout:
    return Checkout(
        session_id=f"cs_{attempt.id.hex}",
        url=None,
        status="complete",
        paid=True,
        amount_cents=attempt.amount_cents,
        currency="eur",
        reference=attempt.id.hex,
        livemode=False,
        intent_id=f"pi_{attempt.id.hex}",
        failed=None,
        received_at=at,
    )


def invoice_of(session: Session, number: str) -> Invoice:
    """The invoice of this number."""
    return session.scalars(select(Invoice).where(Invoice.number == number)).one()


def account_of(session: Session, number: str) -> Account:
    """The account that owes an invoice."""
    account_id: UUID = invoice_of(session, number).account_id
    return session.get_one(Account, (PRACTICE, account_id))


def open_import_world(url: str, **practice: object) -> ImportWorld:
    """A practice on a migrated database; ``practice`` are settings of its."""
    world = ImportWorld(Database(url))
    key_id, wrapped = new_practice_key(KEYS, PRACTICE)
    settings: dict[str, object] = {
        "sender": "Secrétariat R12",
        "sms_sender": "R12",
        "phone": "04 65 71 20 12",
        "opening_hours": {"fr": "Lundi-vendredi, 9 h – 17 h"},
        "postal_address": "BP 12, 44200 Nantes",
        "siren": "900 412 876",
        "vat_mention": "261-4-1°",
        "started_on": STARTED_ON,
        "key_id": key_id,
        "wrapped_key": wrapped,
    }
    with world.database.unit_of_work() as work:
        work.session.add(Practice(id=PRACTICE, **(settings | practice)))
        work.commit()
    return world
