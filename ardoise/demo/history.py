"""The demo's past, lived day by day through the real import, ladder, delivery and payments."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from ardoise import jobs, jobs_messages, jobs_plans
from ardoise.demo.desk import (
    answer_message,
    grant_help,
    note_call,
    note_message,
    note_payment,
    put_search_off,
)
from ardoise.demo.export import write_export
from ardoise.demo.in_charge import give_up, look_at_lines
from ardoise.demo.people import Act, DemoPerson
from ardoise.demo.setting import DemoError
from ardoise.demo.till import Till
from ardoise.demo.visitor import Visitor
from ardoise.importing import run_import
from ardoise.jobs_cards import CardCharger
from ardoise.office import House, is_holiday
from ardoise.using_credit import use_credit_by_itself
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

DAYS = 85
TIMEZONE = "Europe/Paris"


@dataclass(slots=True)
class History:
    """What is needed to live the past; ``paid`` is what the practice's software has struck off."""

    house: House
    office: Office
    visitor: Visitor
    clock: FixedClock
    till: Till
    practice_id: int
    people: list[DemoPerson]
    today: date
    paid: dict[str, Cents] = field(default_factory=dict)
    old_links: dict[str, str] = field(default_factory=dict)

    def live(self) -> None:
        """From the first day up to today's morning."""
        for ago in range(DAYS, -1, -1):
            self.day(ago)
        self.till.control("clock", now=None)

    def day(self, ago: int) -> None:
        """One day: the weekly export, what people do, the night's decision and its messages."""
        day = self.today - timedelta(days=ago)
        self.clock.instant = self._morning(day)
        self.till.control("clock", now=int(self.clock.instant.timestamp()))
        if ago % 7 == 0:
            self._import(day)
        for person in self.people:
            for act in person.acts:
                if act.days_ago == ago:
                    self._act(person, act)
        use_credit_by_itself(self.house, self.practice_id)
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
        elif act.kind == "desk":
            self._pay_at_desk(person, act.value)
        elif act.kind == "refund":
            self.till.give_back(self.account(person), int(act.value))
        elif act.kind == "contest":
            self.till.contest(self.account(person), inquiry=act.value == "inquiry")
        elif act.kind == "by_hand":
            bears = self.account(person).transfer_reference
            self.till.take_by_hand(int(act.value), reference=bears)
        elif act.kind in {"spread", "write", "ask_help"}:
            self._visit(person, act)
        elif act.kind == "answer":
            answer_message(self.house, self.account(person), act.value)
        elif act.kind == "note":
            note_message(self.house, self.account(person), act.value)
        elif act.kind == "grant":
            grant_help(self.house, self.account(person), act.value)
        elif act.kind == "call_done":
            note_call(self.house, self.account(person))
        elif act.kind == "later":
            put_search_off(self.house, self.account(person), act.value)
        elif act.kind == "give_up":
            self._give_up(person, act.value)
        elif act.kind == "look_at_lines":
            look_at_lines(self.house, self.account(person), act.value)
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
        for number, cents in self.till.pay(self.account(person), part=part):
            self.paid[number] = self.paid.get(number, 0) + cents

    def _pay_at_desk(self, person: DemoPerson, value: str) -> None:
        method, _, more = value.partition(" ")
        account = self.account(person)
        payment = note_payment(self.house, account, method, int(more))
        for number, cents in self.till.settled_by(account, payment):
            self.paid[number] = self.paid.get(number, 0) + cents

    def _give_up(self, person: DemoPerson, value: str) -> None:
        cents, _, reason = value.partition(" ")
        for number, done in give_up(self.house, self.account(person), int(cents), reason).items():
            self.paid[number] = self.paid.get(number, 0) + done

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
            if went_to.startswith(self.till.sandbox_url):
                self.till.give_card(self.account(person))

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
