"""Two practices with invented people, their staff, and the back-office over them."""

import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from uuid import UUID

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backoffice.app import create_app
from shared.accounts import place_hold
from shared.audit import SYSTEM
from shared.base.clock import FixedClock
from shared.base.config import BackofficeSettings
from shared.base.database import Database, Model
from shared.base.ids import new_id
from shared.base.vault import format_key
from shared.ladder import install_policy
from shared.orders import RECEIVE, MoneyOrder
from shared.payments import Payment
from shared.staff import ROLES, NewStaff, StaffRole, add_staff, open_session
from tests.backoffice_people import (
    KEYS,
    NOW,
    OTHERS,
    OURS,
    TODAY,
    Stories,
    add_account,
    practice_row,
)
from tests.backoffice_stories import fill

PASSWORD = "cheval correct agrafe pile"
HELP = "/help"


def settings_for(url: str, **changes: object) -> BackofficeSettings:
    """Settings of a back-office on this machine."""
    values: dict[str, object] = {
        "database_url": url,
        "site_url": "http://127.0.0.1:8000",
        "backoffice_url": "http://localhost:8001",
        "link_keys": SecretStr(format_key("l1", b"l" * 32)),
        "master_keys": SecretStr(format_key("m1", b"m" * 32)),
        "index_key": SecretStr("i" * 40),
        "staff_secret": SecretStr("s" * 40),
    }
    return BackofficeSettings(**(values | changes))  # type: ignore[arg-type]


@dataclass
class Samples:
    """A back-office with its staff by role, and account numbers by story."""

    app: Flask
    database: Database
    clock: FixedClock
    settings: BackofficeSettings
    stories: Stories
    staff: dict[str, NewStaff] = field(default_factory=dict)
    watched: "Watched | None" = None

    @property
    def numbers(self) -> dict[str, str]:
        """Account numbers by story."""
        return self.stories.numbers

    @property
    def ids(self) -> dict[str, UUID]:
        """Ids by what they belong to."""
        return self.stories.ids

    def client(self, role: str | None = None, *, practice_id: int = OURS) -> FlaskClient:
        """A browser, signed in with a role of a practice or not at all."""
        client = self.app.test_client()
        if role is not None:
            with self.database.unit_of_work(practice_id) as work:
                secret = open_session(
                    work.session,
                    user_id=self.staff[role].user.id,
                    practice_id=practice_id,
                    at=self.clock.now(),
                )
                work.commit()
            with client.session_transaction() as session:
                session["_user_id"] = secret
                session["csrf_token"] = secrets.token_hex(20)
        return client

    def code(self, role: str) -> str:
        """What the authenticator of a member of staff shows now."""
        return pyotp.TOTP(self.staff[role].totp_secret).at(self.clock.now())

    def tables(self) -> "Tables":
        """Every row of every table. Where SQLite says that nobody committed anything since they were read
        last, they are not read again."""
        if self.database.engine.dialect.name != "sqlite":
            return tables_of(self.database)
        if self.watched is None:
            file = str(self.database.engine.url.database)
            self.watched = Watched(sqlite3.connect(file, check_same_thread=False))
        [version] = self.watched.observer.execute("PRAGMA data_version").fetchone()
        if version != self.watched.version:
            self.watched.version, self.watched.rows = version, tables_of(self.database)
        return dict(self.watched.rows)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.clock.instant += timedelta(**span)


Tables = dict[str, list[str]]


@dataclass
class Watched:
    """A SQLite file as somebody sees it who never writes, and its rows as they were at a version."""

    observer: sqlite3.Connection
    version: int | None = None
    rows: Tables = field(default_factory=dict)


def tables_of(database: Database) -> Tables:
    """Every row of every table, as the driver reads it, to see what a request changed."""
    with database.engine.connect() as connection:
        return {
            name: sorted(
                repr(tuple(row))
                for row in connection.exec_driver_sql(f"SELECT * FROM {name}")  # noqa: S608 - our own
            )
            for name in Model.metadata.tables
        }


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The SQL statements run meanwhile."""
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def text_of(response: TestResponse) -> str:
    """What a page says, without markup and with plain spaces."""
    bare = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", response.text, flags=re.S)
    return " ".join(unescape(bare).split())


def token_of(client: FlaskClient, address: str = HELP) -> str:
    """The form token that a page hands out; « Aide » costs least, and what a session has is only signed."""
    if address == HELP:
        with client.session_transaction() as session:
            known = session.get("csrf_token")
        if known is not None:
            signer = URLSafeTimedSerializer(
                str(client.application.secret_key), salt="wtf-csrf-token"
            )
            return str(signer.dumps(known))
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found, f"{address} holds no form"
    return found[1]


def press(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Send a form as a browser does, with a fresh token."""
    return client.post(address, data={"csrf_token": token_of(client), **fields})


def checked(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Send a form that only shows what it would do, and read the page to which that leads."""
    filled = {"csrf_token": token_of(client), **fields}
    return client.post(address, data=filled, follow_redirects=True)


@contextmanager
def opened(url: str, **changes: object) -> Iterator[Samples]:
    """The samples over a migrated database, closed in the end; ``changes`` are to the settings."""
    samples = open_samples(url, **changes)
    yield samples
    samples.database.dispose()
    if samples.watched is not None:
        samples.watched.observer.close()


def open_samples(url: str, **changes: object) -> Samples:
    """Fill a migrated database and open the back-office over it."""
    database = Database(url)
    clock = FixedClock(NOW)
    settings = settings_for(url, **changes)
    stories = Stories(settings.index())
    app = create_app(settings, database, clock=clock)
    samples = Samples(app, database, clock, settings, stories)
    with database.unit_of_work() as work:
        for practice_id in (OURS, OTHERS):
            work.session.add(practice_row(practice_id))
        work.session.flush()
        install_policy(work.session, practice_id=OURS)
        for role in ROLES:
            samples.staff[role] = member(work.session, role, f"{role}@cabinet.example", OURS)
        samples.ids["own_role"] = add_own_role(work.session, OURS, "own-desk")
        samples.staff["own"] = member(work.session, "own-desk", "own@cabinet.example", OURS)
        samples.staff["stranger"] = member(
            work.session, "manager", "stranger@cabinet.example", OTHERS, name="Paul Ailleurs"
        )
        work.commit()
    with database.unit_of_work(OURS) as work:
        fill(stories, work.session)
        add_desk_payment(stories, work.session, "door", by=samples.staff["secretary"].user.id)
        work.commit()
    with database.unit_of_work(OTHERS) as work:
        other = add_account(stories, work.session, "other", "Marie", "Ferhat", practice_id=OTHERS)
        hold = place_hold(
            work.session, account=other, kind="staff", actor=SYSTEM, at=NOW, review_on=TODAY
        )
        samples.ids["other_hold"] = hold.id
        work.commit()
    return samples


def member(
    session: Session, role: str, email: str, practice_id: int, *, name: str = ""
) -> NewStaff:
    """Somebody with this role."""
    return add_staff(
        session,
        email=email,
        name=name or ("Claire Le Goff" if role == "secretary" else f"Camille {role.title()}"),
        role=role,
        practice_id=practice_id,
        password=PASSWORD,
        keys=KEYS,
        at=NOW,
    )


def add_own_role(session: Session, practice_id: int, slug: str) -> UUID:
    """A role of the practice's own with one right, which nobody else's sample has."""
    role = StaffRole(
        practice_id=practice_id,
        id=new_id(),
        slug=slug,
        title="Accueil du lundi",
        permissions=["accounts.read"],
        changed_at=NOW,
        changed_by=new_id(),
        changed_name="Camille Owner",
    )
    session.add(role)
    session.flush()
    return role.id


def add_desk_payment(stories: Stories, session: Session, story: str, *, by: UUID) -> None:
    """A cheque that the secretary noted today; nothing of it settles anything yet."""
    payment_id = stories.ids[f"{story}_payment"] = new_id()
    session.add(
        Payment(
            practice_id=OURS,
            id=payment_id,
            account_id=stories.ids[story],
            method="cheque",
            amount_cents=900,
            credit_cents=900,
            left_cents=6320,
            processor_ref=f"order:{payment_id}",
            number="R-2026-00002",
            received_at=NOW,
            booked_on=TODAY,
        )
    )
    session.flush()
    session.add(
        MoneyOrder(
            practice_id=OURS,
            id=payment_id,
            account_id=stories.ids[story],
            payment_id=payment_id,
            kind=RECEIVE,
            status="done",
            amount_cents=900,
            method="cheque",
            received_on=TODAY,
            reason="desk",
            once="0" * 24,
            idempotency_key="order-0",
            asked_by=by,
            asked_name="Claire Le Goff",
            asked_at=NOW,
            alone=False,
            not_before=NOW,
            ended_at=NOW,
        )
    )
