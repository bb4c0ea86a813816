"""What happens to a practice's accounts between two nights, as tests make it happen."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from ardoise import jobs
from shared.accounts import (
    Account,
    ContactPoint,
    Hold,
    account_vault,
    get_practice,
    new_contact,
    place_hold,
    release_hold,
)
from shared.audit import SYSTEM, Actor, timeline_of
from shared.base.ids import new_id
from shared.billing import Invoice, Source
from shared.delivery import Notice, notices_of
from shared.ladder import LadderCycle, LadderLetter
from shared.ledger import Entry, adjustment_lines, post
from shared.payments import PaymentAttempt
from shared.payments.model import AttemptShare
from shared.worklist import KINDS, Task, close_tasks
from tests.world import World

STAFF = Actor("staff", "secretary")


class LadderWorld(World):
    """A practice whose accounts pay, pause, move house and answer."""

    def send(self) -> int:
        """What the worker does after the night; how many messages left."""
        before = len(self.letters())
        jobs.send_reminders(self.house, self.office, self.practice_id)
        jobs.follow_ladder(self.house, self.practice_id)
        return len(self.letters()) - before

    def letters(self) -> list[str]:
        """To whom something was sent, texts first."""
        return [e.to for e in [*self.sms.sent, *self.mail.sent]]

    def days(self, count: int, *, fresh: bool = True) -> None:
        """Move on; with ``fresh`` the practice's software gave its list again today."""
        self.later(days=count)
        if fresh:
            with self.database.unit_of_work(self.practice_id) as work:
                work.session.execute(update(Source).values(as_of=self.clock.now()))
                work.commit()

    def night_and_send(self) -> int:
        """Tonight's decision and what goes out of it."""
        self.night()
        return self.send()

    def change(self, account: Account, **values: Any) -> None:
        """Write these columns of the account."""
        with self.database.unit_of_work(self.practice_id) as work:
            work.session.execute(update(Account).where(Account.id == account.id).values(**values))
            work.commit()

    def change_contacts(self, account: Account, kind: str, **values: Any) -> None:
        """Write these columns of the account's contacts of one kind."""
        with self.database.unit_of_work(self.practice_id) as work:
            work.session.execute(
                update(ContactPoint)
                .where(ContactPoint.account_id == account.id, ContactPoint.kind == kind)
                .values(**values)
            )
            work.commit()

    def add_contact(self, account: Account, kind: str, value: str, position: int) -> None:
        """One more contact on file."""
        with self.database.unit_of_work(self.practice_id) as work:
            work.session.add(
                new_contact(
                    account,
                    kind=kind,
                    value=value,
                    position=position,
                    status="usable",
                    vault=account_vault(self.house.keys, account),
                    index=self.house.index,
                )
            )
            work.commit()

    def hold(self, account: Account, kind: str = "staff", invoice: Invoice | None = None) -> UUID:
        """Pause an account, or one of its invoices."""
        with self.database.unit_of_work(self.practice_id) as work:
            placed = place_hold(
                work.session,
                account=account,
                kind=kind,
                actor=STAFF,
                at=self.clock.now(),
                review_on=self.clock.now().date() + timedelta(days=14),
                invoice_id=invoice.id if invoice else None,
            )
            work.commit()
            return placed.id

    def release(self, hold_id: UUID) -> None:
        """End a pause."""
        with self.database.unit_of_work(self.practice_id) as work:
            hold = work.session.get_one(Hold, (self.practice_id, hold_id))
            release_hold(work.session, hold, actor=STAFF, at=self.clock.now(), reason="answered")
            work.commit()

    @staticmethod
    def page_of(attempt_id: UUID) -> str:
        """The processor's name of the page of an attempt."""
        return f"cs_test_{attempt_id.hex}"

    def attempt(self, account: Account, status: str, cents: int = 4250) -> UUID:
        """A try to pay by card, at this point of its life."""
        attempt_id = new_id()
        with self.database.unit_of_work(self.practice_id) as work:
            work.session.add(
                PaymentAttempt(
                    practice_id=self.practice_id,
                    id=attempt_id,
                    account_id=account.id,
                    status=status,
                    amount_cents=cents,
                    choice="all",
                    language="fr",
                    idempotency_key=attempt_id.hex,
                    processor_session=self.page_of(attempt_id),
                    created_at=self.clock.now(),
                )
            )
            work.session.flush()
            invoice_id = self.invoices(account)[0].id
            work.session.add(
                AttemptShare(
                    practice_id=self.practice_id,
                    attempt_id=attempt_id,
                    invoice_id=invoice_id,
                    amount_cents=cents,
                )
            )
            work.commit()
        return attempt_id

    def adjust(self, account: Account, cents: int, place: int = 0) -> None:
        """The practice's software states another remainder of one invoice: so many cents more or less."""
        with self.database.unit_of_work(self.practice_id) as work:
            session = work.session
            invoice = session.get_one(Invoice, (self.practice_id, self.invoices(account)[place].id))
            invoice.source_left_cents += cents
            entry = Entry(
                "adjustment",
                f"sync:{new_id()}",
                self.clock.now().date(),
                adjustment_lines(account.id, invoice.id, cents),
            )
            post(session, [entry], practice_id=self.practice_id, actor=SYSTEM, at=self.clock.now())
            work.commit()

    def bill(self, account: Account, cents: int, due_days: int) -> None:
        """One more invoice on the account, due so many days from now."""
        self._serial += 1
        with self.database.unit_of_work(self.practice_id) as work:
            patient = self.invoices(account)[0].patient_id
            practice = get_practice(work.session, self.practice_id)
            self._bill(work.session, practice, account, patient, [cents], due_days)
            work.commit()

    def source_of(self, invoice: Invoice, *, days_old: int) -> None:
        """The invoice came from another software, whose last list is so many days old."""
        with self.database.unit_of_work(self.practice_id) as work:
            source = Source(
                practice_id=self.practice_id,
                id=new_id(),
                name=f"source {invoice.number}",
                as_of=self.clock.now() - timedelta(days=days_old),
            )
            work.session.add(source)
            work.session.flush()
            work.session.execute(
                update(Invoice).where(Invoice.id == invoice.id).values(source_id=source.id)
            )
            work.commit()

    def finish_task(self, kind: str) -> None:
        """Staff did the only open task of this kind."""
        [task] = self.tasks(kind)
        with self.database.unit_of_work(self.practice_id) as work:
            close_tasks(
                work.session,
                KINDS[kind],
                practice_id=self.practice_id,
                key=task.key,
                event="done",
                actor=STAFF,
                at=self.clock.now(),
            )
            work.commit()
        jobs.follow_ladder(self.house, self.practice_id)

    def send_letter(self, account: Account) -> None:
        """Somebody approved the formal notice and noted that it was sent today."""
        with self.database.unit_of_work(self.practice_id) as work:
            work.session.add(
                LadderLetter(
                    practice_id=self.practice_id,
                    account_id=account.id,
                    cycle_id=self.cycle(account).id,
                    status="sent",
                    covers=[],
                    total_cents=0,
                    days=15,
                    decided_at=self.clock.now(),
                    decided_name="Camille",
                    sent_on=self.today,
                    tracking="2C 1",
                    sent_name="Claire",
                )
            )
            work.commit()
        self.finish_task("ladder_formal_notice")

    # What is known

    def tasks(self, kind: str | None = None) -> list[Task]:
        """Tasks that wait for somebody."""
        with self.database.reading(self.practice_id) as session:
            found = session.scalars(select(Task).where(Task.status == "open").order_by(Task.id))
            return [task for task in found if kind in {None, task.kind}]

    def cycles(self, account: Account) -> list[LadderCycle]:
        """The account's cycles, the oldest first."""
        with self.database.reading(self.practice_id) as session:
            query = select(LadderCycle).where(LadderCycle.account_id == account.id)
            return list(session.scalars(query.order_by(LadderCycle.id)))

    def cycle(self, account: Account) -> LadderCycle:
        """The account's last cycle."""
        return self.cycles(account)[-1]

    def notices(self, account: Account) -> list[Notice]:
        """The account's notices, the oldest first."""
        with self.database.reading(self.practice_id) as session:
            found = notices_of(session, practice_id=self.practice_id, account_id=account.id)
        return found[::-1]

    def story(self, account: Account, kind: str) -> list[dict[str, Any]]:
        """The facts of every event of one kind in the account's story, the oldest first."""
        with self.database.reading(self.practice_id) as session:
            found = timeline_of(session, practice_id=self.practice_id, account_id=account.id)
        return [event.facts for event in found[::-1] if event.kind == kind]

    @property
    def today(self) -> date:
        """The practice's day."""
        return self.clock.now().date()
