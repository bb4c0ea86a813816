"""A portal with something behind each of its addresses, for walks over its URL map."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from ardoise.settling import settle_one
from portal.app import create_app
from shared import plans
from shared.accounts import Account, account_vault, contacts_of, get_practice
from shared.aid import AidAnswers
from shared.base.clock import FixedClock
from shared.base.config import PortalSettings
from shared.base.database import Database, Model
from shared.messages import Document
from shared.payments import Choice
from shared.preferences import Proposed, propose
from tests.integration.payer_world import pay_link
from tests.integration.plan_world import PlanWorld
from tests.integration.talks import SCAN, Talks, words
from tests.integration.till import Till
from tests.security.portal_house import Browser, visitor
from tests.servers.sandbox import Sandbox
from tests.world import NOON, SITE, World, fresh_key

Cells = dict[tuple[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Route:
    """One way in: an endpoint, a method, an address with variables."""

    endpoint: str
    method: str
    rule: Rule

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def has_id(self) -> bool:
        """Whether a row is named in the address."""
        return "<uuid:" in self.rule.rule


def routes_of(app: Flask) -> list[Route]:
    """Every way in, HEAD and OPTIONS apart."""
    return [
        Route(rule.endpoint, method, rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def empty_app(site: str = SITE) -> Flask:
    """A portal without any data, to read its URL map."""
    settings = PortalSettings(
        database_url="sqlite://",
        site_url=site,
        link_keys=fresh_key(),  # type: ignore[arg-type]
        gateway_keys=fresh_key(),  # type: ignore[arg-type]
        portal_secret="p" * 40,  # type: ignore[arg-type]
    )
    return create_app(settings, Database("sqlite://"), clock=FixedClock(NOON))


ROUTES = routes_of(empty_app())


@dataclass
class Stories:
    """Three people who paid, begin to pay, had a plan, wrote to us, asked for help and made a link for
    someone else.

    They are mine, a neighbour and a stranger, who is a patient of another practice.
    """

    till: Till
    accounts: dict[str, Account] = field(default_factory=dict)
    pay_tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, dict[str, UUID]] = field(default_factory=dict)

    @classmethod
    def tell(cls, url: str, sandbox: Sandbox) -> "Stories":
        """Make them."""
        stories = cls(Till.open(url, sandbox))
        elsewhere = stories.world.open_practice("Secrétariat B7")
        stories.till.take_cards(elsewhere)
        for name, practice_id in (("mine", None), ("neighbour", None), ("stranger", elsewhere)):
            stories.add(name, practice_id)
        return stories

    @property
    def world(self) -> World:
        """The practices' world."""
        return self.till.world

    @property
    def app(self) -> Flask:
        """The portal."""
        return self.till.app

    def add(self, name: str, practice_id: int | None) -> None:
        """One person who paid one of two invoices and has begun to pay the other."""
        account = self.world.account(owes=(1500, 4250), practice_id=practice_id)
        paid, unpaid = (invoice.id for invoice in self.world.invoices(account))
        self.till.press(self.till.begin(account, Choice("some", frozenset({paid})), keeps=True))
        settle_one(self.world.house, account.practice_id, self.till.attempt(account).id)
        self.till.begin(account, Choice("some", frozenset({unpaid})))
        world = PlanWorld.around(self.world)
        plan = world.plan(account).plan
        world.at_desk(plan, plans.end)
        [payment] = self.till.payments(account)
        begun = next(a for a in self.till.attempts(account) if a.id != payment.attempt_id)
        self.accounts[name] = account
        link, self.pay_tokens[name] = pay_link(self.world, account)
        self.ids[name] = {
            "link_id": link.id,
            "invoice_id": unpaid,
            "payment_id": payment.id,
            "attempt_id": begun.id,
            "plan_id": plan.id,
            **self.talk(account),
            **self.prefer(account),
        }

    def talk(self, account: Account) -> dict[str, UUID]:
        """A question with a document, answered and not read yet, and a request for help."""
        talks = Talks(self.world)
        thread = talks.open(account, "unclear", words("Pourquoi ?", SCAN))
        talks.answer(thread, words("Parce que."))
        request = talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
        with self.world.database.reading(account.practice_id) as session:
            document = session.scalars(
                select(Document.id).where(Document.account_id == account.id)
            ).one()
        return {"thread_id": thread.id, "request_id": request.id, "document_id": document}

    def prefer(self, account: Account) -> dict[str, UUID]:
        """A contact on file, and another one that is proposed."""
        with self.world.database.unit_of_work(account.practice_id) as work:
            proposal = propose(
                work.session,
                practice=get_practice(work.session, account.practice_id),
                account_id=account.id,
                visit_id=uuid4(),
                vault=account_vault(self.world.house.keys, account),
                proposed=Proposed("phone", "+33639980777"),
                once="0" * 32,
                at=self.world.clock.now(),
            )
            [contact] = contacts_of(
                work.session, practice_id=account.practice_id, account_id=account.id
            )
            work.commit()
        return {"proposal_id": proposal.id, "contact_id": contact.id}

    def inside(self) -> Browser:
        """My browser, within a visit."""
        return visitor(self.app, self.world.token(self.accounts["mine"]))

    def address(self, route: Route, of: str = "mine") -> str:
        """The route's address with a live link and ids that exist; a new variable must be told here."""
        mine = self.accounts["mine"]
        unknown = dict.fromkeys(self.ids["mine"], uuid4())
        values: dict[str, Any] = {
            "token": self.world.token(mine),
            "pay_token": self.pay_tokens["mine"],
            "practice_id": mine.practice_id,
            "mark": "ab" * 16,  # of a form that nobody sent: « back » leads to the statement
            **self.ids.get(of, unknown),
        }
        adapter = self.app.url_map.bind("127.0.0.1")
        return adapter.build(route.endpoint, {n: values[n] for n in route.rule.arguments})


def cells_of(database: Database) -> Cells:
    """Every cell of every table, to see what a request changed."""
    cells = {}
    with database.engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                key = "|".join(str(row[column.name]) for column in table.primary_key)
                for column, value in row.items():
                    cells[(table.name, key, column)] = repr(value)
    return cells


def changed(before: Cells, after: Cells) -> set[str]:
    """What differs, as table.column."""
    return {f"{table}.{column}" for (table, _, column), _ in before.items() ^ after.items()}
