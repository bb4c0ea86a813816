"""The demo's past, lived day by day through the real import, ladder, delivery and payments."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import requests
from sqlalchemy import select

from ardoise import jobs, jobs_messages, jobs_plans
from ardoise.demo.desk import answer_message, grant_help, note_call
from ardoise.demo.export import write_export
from ardoise.demo.people import Act, DemoPerson
from ardoise.demo.setting import DemoError
from ardoise.demo.visitor import Visitor
from ardoise.importing import run_import
from ardoise.jobs_cards import CardCharger
from ardoise.office import House, is_holiday
from ardoise.settling import settle_one
from shared.accounts import (
    Account,
    IdentityGiven,
    account_vault,
    get_practice,
)
from shared.base.clock import FixedClock, at_local
from shared.base.money import Cents
from shared.billing import Invoice
from shared.delivery import Office
from shared.ladder import run_night
from shared.links import knock, mint
from shared.payments import (
    Choice,
    PaymentAttempt,
    attempt_at_processor,
    get_payment,
    settle_attempt,
    start_payment,
)

DAYS = 85
TIMEZONE = "Europe/Paris"


@dataclass(slots=True)
class History:
    """What is needed to live the past; ``paid`` is what the practice's software has struck off."""

    house: House
    office: Office
    visitor: Visitor
    clock: FixedClock
    sandbox_url: str
    practice_id: int
    people: list[DemoPerson]
    today: date
    paid: dict[str, Cents] = field(default_factory=dict)
    old_links: dict[str, str] = field(default_factory=dict)

    def live(self) -> None:
        """From the first day up to today's morning."""
        for ago in range(DAYS, -1, -1):
            self.day(ago)
        self._control("clock", now=None)

    def day(self, ago: int) -> None:
        """One day: the weekly export, what people do, the night's decision and its messages."""
        day = self.today - timedelta(days=ago)
        self.clock.instant = self._morning(day)
        self._control("clock", now=int(self.clock.instant.timestamp()))
        if ago % 7 == 0:
            self._import(day)
        for person in self.people:
            for act in person.acts:
                if act.days_ago == ago:
                    self._act(person, act)
        if ago > 0:
            charger = CardCharger(self.house, self.practice_id)
            jobs_plans.follow_plans(self.house, self.practice_id, charger)
        if ago > 0 and self._open_day(day):
            self._night(day)

    def _morning(self, day: date) -> datetime:
        morning = at_local(day, 10, 30, TIMEZONE)
        return min(morning, self._now) if day == self.today else morning

    @property
    def _now(self) -> datetime:
        return datetime.now(self.clock.instant.tzinfo)

    def _open_day(self, day: date) -> bool:
        with self.house.database.reading(self.practice_id) as session:
            practice = get_practice(session, self.practice_id)
        return day.weekday() < 5 and not is_holiday(practice, self.clock)

    def _import(self, day: date) -> None:
        report = run_import(
            self.house.database,
            practice_id=self.practice_id,
            source_name="logiciel du cabinet",
            data=write_export(self.people, today=self.today, on=day, paid=self.paid),
            filename="impayes.csv",
            mapping=None,
            full=True,
            as_of=self.clock.now(),
            keys=self.house.keys,
            index=self.house.index,
            clock=self.clock,
            dry_run=False,
        )
        if not report.kept:
            raise DemoError("The demo's own export was refused; this is a defect of Ardoise.")

    def _night(self, day: date) -> None:
        with self.house.database.unit_of_work(self.practice_id) as work:
            practice = get_practice(work.session, self.practice_id)
            run_night(work.session, practice=practice, today=day, at=self.clock.now())
            work.commit()
        jobs_messages.tell_messages(self.house, self.practice_id)
        jobs.send_reminders(self.house, self.office, self.practice_id)
        jobs.follow_ladder(self.house, self.practice_id)

    def _act(self, person: DemoPerson, act: Act) -> None:
        if act.kind == "pay":
            self._pay(person, part=act.value == "part")
        elif act.kind in {"spread", "write", "ask_help"}:
            self._visit(person, act)
        elif act.kind == "answer":
            answer_message(self.house, self.account(person), act.value)
        elif act.kind == "grant":
            grant_help(self.house, self.account(person), act.value)
        elif act.kind == "call_done":
            note_call(self.house, self.account(person))
        elif act.kind == "old_link":
            self.old_links[person.ref] = self.link(person)
        elif act.kind == "wrong_tries":
            self._wrong_tries(person)

    def account(self, person: DemoPerson) -> Account:
        """The account that the import made of a person."""
        with self.house.database.reading(self.practice_id) as session:
            found = session.scalar(
                select(Account)
                .join(
                    Invoice,
                    (Invoice.practice_id == Account.practice_id)
                    & (Invoice.account_id == Account.id),
                )
                .where(
                    Account.practice_id == self.practice_id,
                    Invoice.number == person.invoices[0].number,
                )
            )
        if found is None:
            raise DemoError(f"{person.ref} has no account; this is a defect of Ardoise.")
        return found

    def link(self, person: DemoPerson) -> str:
        """A link to a person's account, minted now."""
        account = self.account(person)
        with self.house.database.unit_of_work(self.practice_id) as work:
            minted = mint(
                work.session,
                practice=get_practice(work.session, self.practice_id),
                account=account,
                vault=account_vault(self.house.keys, account),
                signer=self.house.signer,
                at=self.clock.now(),
            )
            work.commit()
        return f"{self.house.settings.site}/l/{minted.token}"

    def _pay(self, person: DemoPerson, *, part: bool) -> None:
        desk = self.house.desk(self.practice_id)
        account = self.account(person)
        if desk is None:
            raise DemoError("The demo's practice has no processor; this is a defect of Ardoise.")
        choice = (
            Choice("other", amount=max(account.balance_cents // 2, 500)) if part else Choice("all")
        )
        start_payment(desk, account_id=account.id, choice=choice, language=account.language)
        attempt = self._at_processor(account)
        self._control("pay", session=attempt.processor_session)
        payment = settle_attempt(desk, attempt_id=attempt.id)
        if payment is None:
            raise DemoError("A payment of the demo was not booked; this is a defect of Ardoise.")
        with self.house.database.reading(self.practice_id) as session:
            _, shares = get_payment(
                session,
                practice_id=self.practice_id,
                account_id=account.id,
                payment_id=payment.id,
            )
        for invoice, cents in shares:
            self.paid[invoice.number] = self.paid.get(invoice.number, 0) + cents

    def _give_card(self, person: DemoPerson) -> None:
        account = self.account(person)
        attempt = self._at_processor(account)
        self._control("pay", session=attempt.processor_session)
        settle_one(self.house, self.practice_id, attempt.id)

    def _at_processor(self, account: Account) -> PaymentAttempt:
        with self.house.database.reading(self.practice_id) as session:
            attempt = attempt_at_processor(
                session, practice_id=self.practice_id, account_id=account.id
            )
        if attempt is None:
            raise DemoError("A payment of the demo did not begin; this is a defect of Ardoise.")
        return attempt

    def _control(self, name: str, **fields: str | int | None) -> None:
        """Move the sandbox's clock, or pay on its page, without a browser."""
        answer = requests.post(f"{self.sandbox_url}/control/{name}", json=fields, timeout=10)
        answer.raise_for_status()

    def _visit(self, person: DemoPerson, act: Act) -> None:
        self.visitor.enter(self.link(person), person.identity)
        if act.kind == "write":
            subject, _, text = act.value.partition(": ")
            self.visitor.write(subject, text)
        elif act.kind == "ask_help":
            self.visitor.ask_help({"wish": act.value, "reason": "less_money"})
        else:
            how, _, value = act.value.partition(" ")
            soon = self.today + timedelta(days=2)  # today, then, its message is three days before
            day = str(min(soon.day, 28))
            went_to = self.visitor.spread({"how": how, how: value, "day": day})
            if went_to.startswith(self.sandbox_url):
                self._give_card(person)

    def _wrong_tries(self, person: DemoPerson) -> None:
        wrong = IdentityGiven(date(1901, 1, 1), None, None)
        for _ in range(2):
            token = self.house.signer.read(self.link(person).rpartition("/")[2])
            for _ in range(5):
                self.clock.instant += timedelta(minutes=16)
                with self.house.database.unit_of_work(self.practice_id) as work:
                    practice = get_practice(work.session, self.practice_id)
                    if token is not None:
                        knock(
                            work.session,
                            practice=practice,
                            token=token,
                            given=wrong,
                            language=None,
                            at=self.clock.now(),
                        )
                    work.commit()
