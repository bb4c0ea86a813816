"""A practice whose patients spread what they owe: in the browser, at the desk, in the worker."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from ardoise import jobs, jobs_plans
from shared import plans
from shared.accounts import (
    Account,
    Hold,
    Practice,
    account_vault,
    get_account,
    get_practice,
    place_hold,
)
from shared.audit import PATIENT, Actor
from shared.base.ids import new_id
from shared.billing import Invoice
from shared.delivery import Notice, notices_of
from shared.ledger import Entry, adjustment_lines, post
from shared.plans import Charger, Part, Plan, PlanView, Wish, Words
from shared.worklist import Task
from tests.security.portal_house import Browser, portal_app, visitor
from tests.world import World

STAFF = Actor("staff", "Claire Le Goff")
BY_SUM = {"how": "sum", "sum": "15", "day": "5"}
OUTSIDE = {"how": "sum", "sum": "5", "day": "5"}
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
TEXT = Words("1", "fr", "Entre nous.\n\nVous payez.\n\n5 décembre : 15,00 €")


def fields_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of one of a page's forms."""
    form = page.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    return {name: value for name, value in FIELD.findall(form) if name != "csrf_token"}


class PlanWorld(World):
    """One practice on a fresh database, and its portal."""

    @classmethod
    def around(cls, world: World) -> "PlanWorld":
        """A world that is there already, with all that is done here."""
        same = cls.__new__(cls)
        same.__dict__ = world.__dict__
        return same

    def settle_rules(self, **columns: Any) -> None:
        """The practice changes its rules."""
        with self.database.unit_of_work() as work:
            work.session.execute(update(Practice).values(**columns))
            work.commit()

    # The patient

    def visitor(self, account: Account) -> Browser:
        """A browser inside the account's space."""
        return visitor(portal_app(self), self.token(account))

    def propose(self, browser: Browser, wish: dict[str, str]) -> TestResponse:
        """See the dates of a wish, tick the box and agree."""
        query = "&".join(f"{name}={value}" for name, value in wish.items())
        page = browser.get(f"/spread?{query}")
        assert page.status_code == 200, page.text
        return browser.post("/spread/agree", fields_of(page.text, "/spread/agree") | {"ok": "1"})

    def plan(self, account: Account, wish: Wish | None = None) -> PlanView:
        """A plan that the patient made, by the service's own door."""
        number = account.practice_id
        with self.database.unit_of_work(number) as work:
            practice = get_practice(work.session, number)
            held = get_account(work.session, practice_id=number, account_id=account.id, lock=True)
            drafted = plans.draft(
                work.session,
                practice=practice,
                account_id=account.id,
                wish=wish or Wish(5, monthly_cents=1500),
                today=self.clock.now().date(),
            )
            made = plans.propose_plan(
                work.session,
                practice=practice,
                account=held,
                drafted=drafted,
                words=TEXT,
                way="card" if practice.card_plans else "link",
                once=new_id().hex,
                vault=account_vault(self.house.keys, held),
                actor=PATIENT,
                at=self.clock.now(),
            )
            work.commit()
        return self.view(made.id, number)

    # What is known

    def view(self, plan_id: UUID, practice_id: int | None = None) -> PlanView:
        """A plan as it stands."""
        number = practice_id or self.practice_id
        with self.database.reading(number) as session:
            return plans.get_plan(session, practice_id=number, plan_id=plan_id)

    def views(self, account: Account) -> list[PlanView]:
        """Every version of the account's plan, the latest first."""
        with self.database.reading(account.practice_id) as session:
            return plans.plans_of(session, practice_id=account.practice_id, account_id=account.id)

    def holds(self, account: Account) -> list[str]:
        """Kinds of the holds that are active."""
        with self.database.reading(account.practice_id) as session:
            return list(
                session.scalars(
                    select(Hold.kind).where(Hold.account_id == account.id, Hold.status == "active")
                )
            )

    def tasks(self, account: Account, status: str = "open") -> list[str]:
        """Kinds of the account's tasks."""
        with self.database.reading(account.practice_id) as session:
            query = select(Task.kind).where(Task.account_id == account.id, Task.status == status)
            return sorted(session.scalars(query))

    def told(self, account: Account) -> list[str]:
        """Templates of the notices that were planned, the first one first."""
        return [notice.template for notice in self.notices(account)][::-1]

    def notices(self, account: Account) -> list[Notice]:
        """The account's notices, the latest first."""
        with self.database.reading(account.practice_id) as session:
            return notices_of(session, practice_id=account.practice_id, account_id=account.id)

    def count(self, table: type[Any]) -> int:
        """How many rows a table has."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    # The desk and the worker

    def at_desk(self, plan: Plan, act: Any, **more: Any) -> Any:
        """Staff do something with a plan, under the account's lock."""
        with self.database.unit_of_work(plan.practice_id) as work:
            practice = get_practice(work.session, plan.practice_id)
            account = get_account(
                work.session,
                practice_id=plan.practice_id,
                account_id=plan.account_id,
                lock=True,
            )
            row = plans.get_plan(work.session, practice_id=plan.practice_id, plan_id=plan.id).plan
            if act in (plans.accept, plans.resume):
                more |= {"practice": practice, "account": account}
            if act is plans.ask:
                more |= {"practice": practice}
            done = act(work.session, row, actor=STAFF, at=self.clock.now(), **more)
            work.commit()
        return done

    def offer(self, account: Account, parts: list[tuple[date, int]], once: str = "") -> Plan:
        """Staff offer other dates."""
        with self.database.unit_of_work(account.practice_id) as work:
            held = get_account(
                work.session,
                practice_id=account.practice_id,
                account_id=account.id,
                lock=True,
            )
            made = plans.offer_dates(
                work.session,
                practice=get_practice(work.session, account.practice_id),
                account=held,
                parts=[Part(*part) for part in parts],
                way="link",
                once=once or new_id().hex,
                actor=STAFF,
                at=self.clock.now(),
            )
            work.commit()
        return made

    def answer(self, offer: Plan, *, agrees: bool) -> None:
        """The patient answers an offer of ours."""
        number = offer.practice_id
        with self.database.unit_of_work(number) as work:
            account = get_account(
                work.session, practice_id=number, account_id=offer.account_id, lock=True
            )
            row = work.session.get_one(Plan, (number, offer.id))
            known = {
                "practice": get_practice(work.session, number),
                "actor": PATIENT,
                "at": self.clock.now(),
            }
            if agrees:
                vault = account_vault(self.house.keys, account)
                plans.agree(work.session, row, account=account, words=TEXT, vault=vault, **known)
            else:
                plans.refuse(work.session, row, **known)
            work.commit()

    def hold(self, account: Account, kind: str, invoice_id: UUID | None = None) -> None:
        """Something is looked into."""
        with self.database.unit_of_work(account.practice_id) as work:
            place_hold(
                work.session,
                account=account,
                kind=kind,
                actor=STAFF,
                at=self.clock.now(),
                review_on=self.clock.now().date() + timedelta(days=30),
                invoice_id=invoice_id,
            )
            work.commit()

    def work(self, charger: Charger | None = None) -> int:
        """One look of the worker at plans, and its messages; how many went out."""
        jobs_plans.follow_plans(self.house, self.practice_id, charger)
        before = len(self.sms.sent)
        jobs.send_reminders(self.house, self.office, self.practice_id)
        return len(self.sms.sent) - before

    def work_on(self, *days: date) -> list[str]:
        """The worker looks at noon of these days; what it then sent, as day and template."""
        said = []
        for day in days:
            self.clock.instant = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
            known = self._sent()
            self.work()
            said += [f"{day:%d/%m} {self._sent()[one]}" for one in self._sent().keys() - known]
        return said

    def _sent(self) -> dict[UUID, str]:
        with self.database.reading(self.practice_id) as session:
            rows = session.execute(
                select(Notice.id, Notice.template).where(Notice.status == "sent")
            )
            return {row.id: row.template for row in rows}

    def paid_at_desk(self, account: Account, cents: int, place: int = 0) -> None:
        """The practice's own software took so much of an invoice."""
        number, now = account.practice_id, self.clock.now()
        invoice_id = self.invoices(account)[place].id
        with self.database.unit_of_work(number) as work:
            get_account(work.session, practice_id=number, account_id=account.id, lock=True)
            invoice = work.session.get_one(Invoice, (number, invoice_id))
            invoice.source_left_cents -= cents
            entry = Entry(
                "adjustment",
                f"adjustment:{new_id()}",
                now.date(),
                adjustment_lines(account.id, invoice.id, -cents),
            )
            post(work.session, [entry], practice_id=number, actor=STAFF, at=now)
            work.commit()
