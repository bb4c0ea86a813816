"""A practice whose secretary takes money at the desk: what she asks for, and the worker that does it."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ardoise import ordering, pages
from backoffice.app import create_app
from shared.accounts import Account, get_account, get_practice
from shared.base.clock import local_date
from shared.base.database import Database
from shared.desk import credit_of
from shared.ledger import CREDIT, JournalEntry, JournalLine
from shared.orders import (
    CANCEL,
    RECEIVE,
    USE_CREDIT,
    Colleague,
    MoneyOrder,
    Wish,
    ask_order,
    orders_of,
)
from shared.payments import Payment, Received, payments_of
from shared.staff import add_staff, open_session
from shared.worklist import open_tasks_of
from tests.backoffice_office import settings_for, text_of, token_of
from tests.world import World


@dataclass
class Window:
    """The back-office as one member of the team has it in the browser."""

    world: World
    client: FlaskClient

    @classmethod
    def of(cls, world: World, colleague: Colleague, *, url: str = "") -> "Window":
        """Signed in; ``url`` is another door to the same database, such as the back-office's role."""
        ours = world.settings
        settings = settings_for(
            url or ours.database_url,
            master_keys=ours.master_keys,
            link_keys=ours.link_keys,
            index_key=ours.index_key,
        )
        app = create_app(settings, Database(settings.database_url), clock=world.clock)
        with world.database.unit_of_work(world.practice_id) as work:
            secret = open_session(
                work.session,
                user_id=colleague.user_id,
                practice_id=world.practice_id,
                at=world.clock.now(),
            )
            work.commit()
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = secret
        return cls(world, client)

    def page(self, account: Account) -> TestResponse:
        """The account's page."""
        return self.client.get(f"/accounts/{account.number}")

    def says(self, account: Account) -> str:
        """What it says."""
        return text_of(self.page(account))

    def mark(self, account: Account) -> str:
        """The mark of its form."""
        found = re.search(r'name="once" value="([0-9a-f]+)"', self.page(account).text)
        assert found
        return found[1]

    def send(self, account: Account, act: str, **fields: str) -> TestResponse:
        """A form of the page, as it stands there."""
        fields = {"once": self.mark(account)} | fields
        token = token_of(self.client, f"/accounts/{account.number}")
        address = f"/accounts/{account.number}/{act}"
        return self.client.post(address, data={"csrf_token": token, **fields})

    def notes(self, account: Account, amount: str, **fields: str) -> TestResponse:
        """« Noter un paiement », filled in."""
        today = local_date(self.world.clock.now(), "Europe/Paris").isoformat()
        filled = {"method": "cash", "amount": amount, "received_on": today, "reference": ""}
        return self.send(account, "payments", **(filled | fields))


@dataclass
class Secretary:
    """Somebody at the desk of a world's practice."""

    world: World
    colleague: Colleague

    @classmethod
    def of(cls, world: World, name: str = "Claire Le Goff", role: str = "secretary") -> "Secretary":
        """A new member of the team."""
        with world.database.unit_of_work(world.practice_id) as work:
            new = add_staff(
                work.session,
                email=f"{uuid4().hex}@r12.example",
                name=name,
                role=role,
                practice_id=world.practice_id,
                password="cheval correct agrafe pile",
                keys=world.house.keys,
                at=world.clock.now(),
            )
            work.commit()
            return cls(world, Colleague(new.user.id, name))

    @property
    def window(self) -> Window:
        """Her back-office."""
        return Window.of(self.world, self.colleague)

    @property
    def today(self) -> date:
        """The practice's day."""
        return local_date(self.world.clock.now(), "Europe/Paris")

    def ask(self, account: Account, wish: Wish) -> UUID:
        """What the back-office does when a button is pressed."""
        with self.world.database.unit_of_work(account.practice_id) as work:
            held = get_account(
                work.session, practice_id=account.practice_id, account_id=account.id, lock=True
            )
            order = ask_order(
                work.session,
                wish,
                practice=get_practice(work.session, account.practice_id),
                account=held,
                by=self.colleague,
                others=(),
                at=self.world.clock.now(),
            )
            work.commit()
            return order.id

    def notes(
        self,
        account: Account,
        cents: int,
        method: str = "cash",
        *,
        on: date | None = None,
        reference: str | None = None,
    ) -> UUID:
        """Money came at the desk; nothing is booked yet."""
        return self.ask(
            account,
            Wish(
                RECEIVE,
                uuid4().hex,
                "desk",
                amount_cents=cents,
                method=method,
                received_on=on or self.today,
                reference=reference,
            ),
        )

    def cancels(self, account: Account, payment: Payment) -> UUID:
        """That money had not come."""
        return self.ask(account, Wish(CANCEL, uuid4().hex, "mistake", payment_id=payment.id))

    def uses_credit(self, account: Account) -> UUID:
        """What is too much shall settle what is owed."""
        return self.ask(account, Wish(USE_CREDIT, uuid4().hex, "staff"))

    def work(self) -> None:
        """One look of the worker at what the desk asked for."""
        ordering.carry_out_orders(self.world.house, self.world.practice_id)
        pages.close_overtaken_pages(self.world.house, self.world.practice_id)

    def receives(self, account: Account, cents: int, method: str = "cash") -> Payment:
        """Money came at the desk and is booked."""
        self.notes(account, cents, method)
        self.work()
        return self.payments(account)[-1].payment

    def payments(self, account: Account) -> list[Received]:
        """Payments of the account, in the order of their booking."""
        with self.world.database.reading(account.practice_id) as session:
            found = payments_of(session, practice_id=account.practice_id, account_id=account.id)
        return sorted(found, key=lambda one: one.payment.id)

    def orders(self, account: Account) -> list[MoneyOrder]:
        """What was asked for, the oldest first."""
        with self.world.database.reading(account.practice_id) as session:
            found = orders_of(session, practice_id=account.practice_id, account_id=account.id)
        return found[::-1]

    def credit(self, account: Account) -> int:
        """What the account has in hand, and the journal says the same."""
        with self.world.database.reading(account.practice_id) as session:
            left = credit_of(session, practice_id=account.practice_id, account_id=account.id)
        cents = sum(one.cents for one in left)
        assert cents == -self.booked(CREDIT, account)
        return cents

    def tasks(self, account: Account) -> list[str]:
        """Kinds of the tasks of an account that wait for somebody."""
        with self.world.database.reading(account.practice_id) as session:
            found = open_tasks_of(session, practice_id=account.practice_id, account_id=account.id)
        return [task.kind for task in found]

    def booked(self, ledger_account: str, account: Account | None = None) -> int:
        """What the journal says of one of its accounts, in cents."""
        query = select(func.coalesce(func.sum(JournalLine.amount_cents), 0)).where(
            JournalLine.ledger_account == ledger_account
        )
        if account is not None:
            query = query.where(JournalLine.account_id == account.id)
        with self.world.database.reading() as session:
            return int(session.scalar(query) or 0)

    def entries(self, kind: str) -> list[JournalEntry]:
        """Entries of the journal of a kind."""
        with self.world.database.reading() as session:
            query = select(JournalEntry).where(JournalEntry.kind == kind)
            return list(session.scalars(query.order_by(JournalEntry.at)))
