"""The canary behind the counter: what staff see by their role, and what commands print."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from backoffice.app import create_app
from shared.accounts import account_vault, place_hold
from shared.aid import AidRequest
from shared.audit import SYSTEM
from shared.base.clock import SystemClock
from shared.base.config import BackofficeSettings
from shared.base.ids import new_id
from shared.imports import ImportJob
from shared.messages import Document, Thread
from shared.orders import FORGIVE, REFUND, MoneyOrder
from shared.plans import Plan
from shared.staff import ROLES, add_staff, open_session, permissions_of
from tests.backoffice_office import token_of
from tests.command_line import run
from tests.commands import leaves
from tests.security.conftest import Logged
from tests.security.planted import MARKS, PASSWORD, ROW, Planted, Seeker, export_of, plant
from tests.security.planted_lists import LIST_SHOWN
from tests.security.wiretap import errors_noted
from tests.world import World

# What the worker has besides, and what is set here in its place.
VENDORS = {"smtp_url", "mail_from", "sms_url", "sms_token", "backoffice_url"}

# What a role may see, by the permission that lets it; whoever has none of these sees nothing.
SHOWN = {
    "accounts.names": {"party.name", "account.protection", "hold.note"},
    "refunds.write": {"money_order.note"},
    "messages.write": {
        *("message.body", "document.content", "aid_request.answers", "thread_note.body"),
    },
    "imports.write": LIST_SHOWN,
}
TERMS = (ROW["Nom"], ROW["E-mail"], "0639984471", ROW["N° facture"], "19/07/1931", "QZFA004")


@dataclass(frozen=True, slots=True)
class Counter:
    """The back-office over the planted practice."""

    world: World
    planted: Planted
    app: Flask
    seeker: Seeker

    def client(self, role: str) -> FlaskClient:
        """A browser of somebody with this role."""
        number, at = self.world.practice_id, self.world.clock.now()
        with self.world.database.unit_of_work(number) as work:
            made = add_staff(
                work.session,
                email=f"{role}@r12.example",
                name="Camille Oger",
                role=role,
                practice_id=number,
                password=PASSWORD,
                keys=self.world.house.keys,
                at=at,
            )
            secret = open_session(work.session, user_id=made.user.id, practice_id=number, at=at)
            work.commit()
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = secret
        return client


@pytest.fixture
def counter(small_world: World) -> Counter:
    planted = plant(small_world)
    number = small_world.practice_id
    with small_world.database.unit_of_work(number) as work:
        place_hold(
            work.session,
            account=planted.account,
            kind="staff",
            actor=SYSTEM,
            at=small_world.clock.now(),
            review_on=small_world.clock.now().date(),
            note=MARKS["hold.note"][0],
            vault=account_vault(small_world.house.keys, planted.account),
        )
        work.commit()
    settings = BackofficeSettings(
        **small_world.settings.model_dump(exclude=VENDORS),
        staff_secret=SecretStr("s" * 40),
        backoffice_url="http://127.0.0.1:8001",
    )
    app = create_app(settings, small_world.database, clock=small_world.clock)
    return Counter(small_world, planted, app, Seeker.of(planted.marks))


def words_of(answer: TestResponse) -> str:
    """What a page or a paper says."""
    try:
        return answer.text
    except UnicodeDecodeError:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_staff_see_what_their_role_may_and_no_care_for_anyone(
    counter: Counter, logged: Logged, role: str
):
    allowed = set().union(*(SHOWN.get(may, set()) for may in permissions_of(role)))
    client = counter.client(role)
    with counter.world.database.reading() as session:
        document = session.scalars(select(Document.id)).one()
        thread = session.scalars(select(Thread.id).where(Thread.subject == "unclear")).one()
        orders = {row.kind: row.id for row in session.scalars(select(MoneyOrder))}
        plan = session.scalars(select(Plan.id)).first()
        request = session.scalars(select(AidRequest.id)).first()
        waiting = select(ImportJob.id).where(ImportJob.status == "preview")
        sent = session.scalars(waiting).one()
    assert orders.keys() == {REFUND, FORGIVE}
    seen = set()
    for rule in counter.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint == "static":
            continue
        values = {"number": counter.planted.account.number, "document_id": document}
        values |= {"payment_id": new_id(), "plan_id": plan, "request_id": request}
        values |= {"thread_id": thread, "import_id": sent, "token": "A" * 32}
        values |= {"text_key": "reminder-email-fr"}
        # Ids of what nobody planted lead nowhere.
        values |= {name: new_id() for name in rule.arguments - values.keys() - {"order_id"}}
        adapter = counter.app.url_map.bind("127.0.0.1")
        addresses = [
            adapter.build(rule.endpoint, {n: (values | {"order_id": o})[n] for n in rule.arguments})
            for o in (orders.values() if "order_id" in rule.arguments else [None])
        ]
        for path in (
            more
            for address in addresses
            for more in (address, f"{address}/x", f"{address}?state=x&after={ROW['N° facture']}")
        ):
            answer = client.get(path)
            found = counter.seeker.found(words_of(answer))
            assert found <= allowed, f"{role} {path}: {found}"
            assert counter.seeker.found(str(answer.headers)) == set()
            seen |= found
    token = token_of(client)
    for term in TERMS:
        answer = client.post("/accounts/search", data={"csrf_token": token, "q": term})
        typed = answer.text.replace(term, "")  # the field repeats what was typed into it
        assert counter.seeker.found(typed) <= allowed, f"{role} {term}"
        assert counter.seeker.found(str(answer.headers)) == set()
    assert seen == allowed
    assert counter.seeker.found(logged.text) == set()


def test_nobody_meets_a_sealed_word_in_an_error(
    counter: Counter, logged: Logged, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"{MARKS}")

    client = counter.client("owner")
    monkeypatch.setattr("backoffice.views.accounts.read_list", fail)
    monkeypatch.setattr("backoffice.views.accounts.read_page", fail)
    with errors_noted() as texts:
        for path in ("/accounts", f"/accounts/{counter.planted.account.number}"):
            answer = client.get(path)
            assert answer.status_code == 500
            assert counter.seeker.found(answer.text + str(answer.headers)) == set()
        assert client.get(f"/accounts/{ROW['Nom']}").status_code in {404, 500}
    assert "request failed" in logged.text
    for told in (logged.text, *texts):
        assert counter.seeker.found(told) == set()


# Commands that tell of accounts, with what they are tried with.
TOLD: dict[tuple[str, ...], tuple[str, ...]] = {
    ("import", "invoices"): ("bad.csv", "--partial"),
    ("export", "payments"): ("paid.csv",),
    ("run-ladder",): ("--dry-run",),
    ("check",): (),
    ("payments", "verify"): ("--from", "2026-11-01", "--to", "2026-11-30"),
}
NOBODY_THERE = "http://127.0.0.1:9"  # the processor, for commands that ask it
# The others make or show keys and access (that is what they are for), or go on until stopped.
OTHERS = {
    *(("demo",), ("worker",), ("serve", "portal"), ("serve", "backoffice")),
    *(("practice", "add"), ("practice", "processor"), ("staff", "add"), ("link", "new")),
    *(("practice", "rules"), ("practice", "ways")),
    *(("staff", word) for word in ("suspend", "restore", "unlock", "reset")),
    *(("keys", "new"), ("keys", "export"), ("keys", "rotate")),
    *(("db", "upgrade"), ("db", "downgrade")),
    *(("staff", "password-link"), ("audit", "head"), ("audit", "seal"), ("audit", "verify")),
    *(
        ("privacy", word)
        for word in ("periods", "keep", "preview", "on", "off", "sweep", "export", "erase")
    ),
}


def test_every_command_is_known_here():
    assert set(leaves()) == set(TOLD) | OTHERS


def test_commands_print_numbers_and_no_names(
    sqlite_url: str, logged: Logged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = SystemClock().now() - timedelta(minutes=1)
    world = World(sqlite_url, before, processor_url=NOBODY_THERE)
    planted = plant(world)
    seeker = Seeker.of(planted.marks)
    monkeypatch.setattr("ardoise.commands.context.configure_logging", lambda _process: None)
    monkeypatch.chdir(tmp_path)
    bad = {"Montant total": "Zorbectomie", "Échéance": "Wyzkowiak", "E-mail": "Xandreville"}
    Path("bad.csv").write_bytes(export_of(world, **bad))
    Path("good.csv").write_bytes(export_of(world))
    said = {}
    for words, more in (*TOLD.items(), (("import", "invoices"), ("good.csv", "--dry-run"))):
        ran = run(world.settings, *words, *more)
        said[words, more] = f"{ran.output}{ran.exception}"
    assert "ligne 2" in said[("import", "invoices"), ("bad.csv", "--partial")]
    assert "Essai" in said[("import", "invoices"), ("good.csv", "--dry-run")]
    assert "1 account(s)" in said[("run-ladder",), ("--dry-run",)]
    assert "hold." in said[("check",), ()]
    verify = ("payments", "verify")
    assert "APIConnectionError" in said[verify, TOLD[verify]]
    assert "line(s) written" in said[("export", "payments"), ("paid.csv",)]
    for told in (*said.values(), logged.text, Path("paid.csv").read_text()):
        assert seeker.found(told) == set()
    assert {path.name for path in tmp_path.iterdir()} >= {"paid.csv"}
    for path in tmp_path.iterdir():
        assert seeker.found(path.name) == set()
    world.database.dispose()
