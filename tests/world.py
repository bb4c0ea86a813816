"""A small practice for tests: real keys, real tables, accounts made through the concepts' own doors."""

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ardoise.invariants import ALL
from ardoise.office import House, sending_office
from ardoise.opening import PracticeDetails, open_practice
from shared.accounts import (
    Account,
    PersonDetails,
    PersonName,
    Practice,
    account_vault,
    get_account,
    get_practice,
    new_account,
    new_contact,
    new_party,
)
from shared.audit import SYSTEM
from shared.base.clock import FixedClock
from shared.base.config import WorkerSettings
from shared.base.ids import new_id
from shared.base.invariants import find_breaches
from shared.billing import Invoice, Source, invoices_of, synchronise
from shared.delivery import (
    Envelope,
    NoticeRenderer,
    Office,
)
from shared.ladder import Run, run_night
from shared.ledger import Entry, adjustment_lines, invoice_lines, post
from shared.links import mint
from shared.processor import ProcessorKeys, set_processor_account

NOON = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)  # a Tuesday, 10 h 40 in Paris
BORN = date(1984, 3, 27)
SITE = "http://127.0.0.1:8000"
NADIA = PersonName("Nadia", "Ferhat")


def fresh_key() -> str:
    """A key as settings write it."""
    return "k1:" + base64.b64encode(os.urandom(32)).decode()


def worker_settings(url: str, **more: object) -> WorkerSettings:
    """A worker's settings for a test database."""
    values: dict[str, object] = {
        "database_url": url,
        "site_url": SITE,
        "demo": True,
        "link_keys": fresh_key(),
        "gateway_keys": fresh_key(),
        "worker_keys": fresh_key(),
        "audit_keys": fresh_key(),
        "master_keys": fresh_key(),
        "index_key": "i" * 40,
        "smtp_url": "smtp://127.0.0.1:1",
        "mail_from": "secretariat@r12.espace.example",
        "backoffice_url": "http://localhost:8001",
    }
    return WorkerSettings(**(values | more))  # type: ignore[arg-type]


@dataclass
class Outbox:
    """A carrier that keeps what it is handed, or raises what a test wants it to."""

    sent: list[Envelope] = field(default_factory=list)
    raises: Exception | None = None

    def send(self, envelope: Envelope) -> str:
        if self.raises is not None:
            raise self.raises
        self.sent.append(envelope)
        return f"<{envelope.reference}@test>"

    def close(self) -> None:
        """Nothing is open."""


class World:
    """One practice on a fresh database, with a clock that tests move."""

    def __init__(self, url: str, at: datetime = NOON, **settings: object) -> None:
        self.clock = FixedClock(at)
        self.settings = worker_settings(url, **settings)
        self.house = House.of(self.settings, self.clock)
        self.database = self.house.database
        self.mail, self.sms = Outbox(), Outbox()
        self.office: Office = sending_office(self.house, {"email": self.mail, "sms": self.sms})
        self.practice_id = self.open_practice("Secrétariat R12")
        self._serial = 0

    def open_practice(self, sender: str) -> int:
        """One more practice."""
        with self.database.unit_of_work() as work:
            practice = open_practice(
                work.session,
                details=PracticeDetails(
                    sender=sender,
                    sms_sender="R12",
                    phone="04 65 71 20 12",
                    opening_hours={"fr": "du lundi au vendredi", "en": "Monday to Friday"},
                    postal_address="BP 12, 44200 Nantes",
                    siren="900 412 876",
                    vat_mention="Exonération de TVA, article 261-4-1° du CGI",
                    started_on=date(2026, 1, 1),
                ),
                keys=self.house.keys,
                renderer=NoticeRenderer(loopback=True),
                site=SITE,
                at=self.clock.now(),
            )
            work.commit()
            return practice.id

    def account(
        self,
        *,
        owes: Iterable[int] = (4250,),
        due_days: int = -10,
        name: PersonName = NADIA,
        born: date | None = BORN,
        phone: str = "+33639980118",
        email: str = "",
        postcode: str = "44200",
        language: str = "fr",
        practice_id: int | None = None,
    ) -> Account:
        """An account that owes these sums (cents), due so many days from now."""
        self._serial += 1
        number = practice_id or self.practice_id
        now = self.clock.now()
        with self.database.unit_of_work(number) as work:
            practice = get_practice(work.session, number)
            account, vault = new_account(
                practice,
                external_key=f"p:T{self._serial}",
                language=language,
                channel="any",
                keys=self.house.keys,
                at=now,
            )
            account.checkable = born is not None or bool(postcode and phone)
            party = new_party(
                account,
                role="debtor",
                external_ref=f"T{self._serial}",
                details=PersonDetails(name, born, {"postcode": postcode} if postcode else None),
                vault=vault,
                index=self.house.index,
            )
            work.session.add(account)
            work.session.flush()
            work.session.add(party)
            for position, (kind, value) in enumerate((("phone", phone), ("email", email)), 1):
                if value:
                    work.session.add(
                        new_contact(
                            account,
                            kind=kind,
                            value=value,
                            position=position,
                            status="usable",
                            vault=vault,
                            index=self.house.index,
                        )
                    )
            work.session.flush()
            self._bill(work.session, practice, account, party.id, list(owes), due_days)
            work.commit()
        return self.reload(account)

    def _bill(
        self,
        session: Session,
        practice: Practice,
        account: Account,
        patient_id: UUID,
        owes: list[int],
        due_days: int,
    ) -> None:
        now = self.clock.now()
        source = session.scalar(select(Source).where(Source.practice_id == practice.id))
        if source is None:
            source = Source(practice_id=practice.id, id=new_id(), name="logiciel", as_of=now)
            session.add(source)
            session.flush()
        entries = []
        due = now.date() + timedelta(days=due_days)
        for place, cents in enumerate(owes):
            invoice = Invoice(
                practice_id=practice.id,
                id=new_id(),
                account_id=account.id,
                patient_id=patient_id,
                source_id=source.id,
                number=f"F-{self._serial:04d}-{place}",
                status="issued",
                issued_on=due - timedelta(days=30),
                due_on=due + timedelta(days=place),
                total_cents=cents + 600,
                amo_cents=500,
                amc_cents=100,
                patient_cents=cents,
                open_cents=0,
                source_left_cents=cents,
                unacknowledged_cents=0,
            )
            session.add(invoice)
            entries.append(
                Entry(
                    "invoice",
                    f"invoice:{invoice.id}",
                    invoice.issued_on,
                    invoice_lines(account.id, invoice.id, patient=cents, amo=500, amc=100),
                )
            )
        session.flush()
        post(session, entries, practice_id=practice.id, actor=SYSTEM, at=now)

    def bill_more(self, account: Account, cents: int, *, due_days: int = 5) -> None:
        """One more invoice of an account, as an import brings it."""
        self._serial += 1
        with self.database.unit_of_work(account.practice_id) as work:
            held = get_account(
                work.session, practice_id=account.practice_id, account_id=account.id, lock=True
            )
            known = invoices_of(
                work.session, practice_id=account.practice_id, account_id=account.id
            )
            practice = get_practice(work.session, account.practice_id)
            self._bill(work.session, practice, held, known[0].patient_id, [cents], due_days)
            work.commit()

    def list_says(self, account: Account, left: int, place: int = 0) -> None:
        """The practice's software states another remainder of one invoice, as an import takes it over."""
        practice_id, now = account.practice_id, self.clock.now()
        self._serial += 1
        with self.database.unit_of_work(practice_id) as work:
            get_account(work.session, practice_id=practice_id, account_id=account.id, lock=True)
            invoice = invoices_of(work.session, practice_id=practice_id, account_id=account.id)[
                place
            ]
            after = synchronise(
                source_left=invoice.source_left_cents,
                unacknowledged=invoice.unacknowledged_cents,
                new_left=left,
            )
            invoice.source_left_cents = left
            invoice.unacknowledged_cents = after.unacknowledged_cents
            if after.adjust_cents:
                lines = adjustment_lines(account.id, invoice.id, after.adjust_cents)
                cause = f"sync:{self._serial}:{invoice.id}"
                entry = Entry("adjustment", cause, now.date(), lines)
                post(work.session, [entry], practice_id=practice_id, actor=SYSTEM, at=now)
            work.commit()

    def set_processor(self, practice_id: int, keys: ProcessorKeys, *secrets: str) -> None:
        """A practice's keys at the processor and the secrets of its webhooks."""
        with self.database.unit_of_work(practice_id) as work:
            set_processor_account(
                work.session,
                practice_id=practice_id,
                keys=keys,
                webhook_secrets=secrets,
                gateway_keys=self.settings.gateway(),
                worker_keys=self.settings.own(),
            )
            work.commit()

    def reload(self, account: Account) -> Account:
        """The account as the database has it now."""
        with self.database.reading(account.practice_id) as session:
            return get_account(session, practice_id=account.practice_id, account_id=account.id)

    def invoices(self, account: Account) -> list[Invoice]:
        """The account's invoices, the oldest due first."""
        with self.database.reading(account.practice_id) as session:
            return invoices_of(session, practice_id=account.practice_id, account_id=account.id)

    def token(self, account: Account) -> str:
        """A fresh link's token."""
        with self.database.unit_of_work(account.practice_id) as work:
            minted = mint(
                work.session,
                practice=get_practice(work.session, account.practice_id),
                account=account,
                vault=account_vault(self.house.keys, account),
                signer=self.house.signer,
                at=self.clock.now(),
            )
            work.commit()
        return minted.token

    def night(self, practice_id: int | None = None) -> Run:
        """Decide the ladder for the clock's day."""
        number = practice_id or self.practice_id
        with self.database.unit_of_work(number) as work:
            run = run_night(
                work.session,
                practice=get_practice(work.session, number),
                today=self.clock.now().date(),
                at=self.clock.now(),
            )
            work.commit()
        return run

    def later(self, **delta: int) -> None:
        """Move the clock on."""
        self.clock.instant += timedelta(**delta)

    def check(self) -> None:
        """Everything that must always be true is true."""
        with self.database.reading() as session:
            breaches = find_breaches(session, ALL)
        assert not breaches, breaches
