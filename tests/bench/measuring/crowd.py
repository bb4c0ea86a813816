"""A practice with very many accounts, written straight into the tables.

There is no journal: what is measured does not read it. Accounts share one sealed name, which nothing
here opens; those in ``keyed`` have their own keys and contacts, so that messages can be made for them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table

from shared.accounts import Account, ContactPoint, Party, new_contact
from shared.base.database import Database, Model
from shared.base.ids import CROCKFORD, new_id
from shared.base.vault import KeyRing, Vault, new_key
from shared.billing import Invoice, Source
from shared.delivery import LADDER, Notice
from shared.ladder import LadderCycle
from tests.world import World

ROWS_AT_ONCE = 2000
CENTS = 4250
KEYED = "k:"
"""How the external key of an account with own keys begins."""
STEPPED_DAYS = 30
"""How long ago the first message of everyone's cycle went out."""
DUE_DAYS = 20
"""Days past the due date of those whose reminder is due, and days before it of all others."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many accounts there are, how many of them are due, and how many of these have own keys."""

    accounts: int
    due: int
    keyed: int = 0


Row = dict[str, Any]
Rows = dict[type[Model], list[Row]]
TABLES: tuple[type[Model], ...] = (Account, Party, ContactPoint, Invoice, LadderCycle, Notice)


def fill(world: World, crowd: Crowd) -> None:
    """Write the crowd into the world's practice.

    The due ones come at even distances among the others. All had their first message; the due ones
    were withheld yesterday because the export was old, which it is no more.
    """
    maker = Maker(world, crowd)
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.add(
            Source(practice_id=world.practice_id, id=maker.source, name="export", as_of=maker.now)
        )
        work.session.flush()
        connection = work.session.connection()
        if world.database.is_postgresql:  # rows come whole: no need to look each reference up
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for places in batches(range(crowd.accounts)):
            rows: Rows = {table: [] for table in TABLES}
            for place in places:
                maker.add(place, rows)
            for table in TABLES:
                pour(connection, Model.metadata.tables[table.__tablename__], rows[table])
        work.commit()
    refresh(world.database)


def batches(places: Iterable[int]) -> Iterator[list[int]]:
    """The places in lists, so that memory stays flat."""
    rest = iter(places)
    while batch := list(islice(rest, ROWS_AT_ONCE)):
        yield batch


def pour(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Write rows the fastest way that the database has: COPY, or one statement for many."""
    dialect = connection.dialect
    columns = [column.name for column in table.columns]
    makers = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    written = (
        tuple(
            make(row[name]) if make else row[name]
            for name, make in zip(columns, makers, strict=True)
        )
        for row in rows
    )
    cursor: Any = connection.connection.cursor()
    if dialect.name == "postgresql":
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in written:
                copy.write_row(row)
    else:
        cursor.executemany(str(table.insert().compile(dialect=dialect)), written)
    cursor.close()


def refresh(database: Database) -> None:
    """Let the database know its tables' sizes, as PostgreSQL's autovacuum does within a minute."""
    if database.is_postgresql:
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                "VACUUM ANALYZE"
            )


class Maker:
    """Makes one account's rows after the other."""

    def __init__(self, world: World, crowd: Crowd) -> None:
        self._world = world
        self._every = max(crowd.accounts // crowd.due, 1) if crowd.due else crowd.accounts + 1
        self._due_left, self._keyed_left = crowd.due, crowd.keyed
        self.now: datetime = world.clock.now()
        self._today: date = self.now.date()
        self._ids = count(new_id().int)  # one after the other, as the product's own are
        self.source = self._id()
        self._practice = world.practice_id
        self._keys: KeyRing = world.house.keys
        self._vault = Vault(new_key())
        self._sealed = self._vault.seal("shared", table="party", row=0, column="name")
        self._key_id, self._wrapped = self._keys.wrap(self._vault, "account|shared")

    def _id(self) -> UUID:
        return UUID(int=next(self._ids))

    def add(self, place: int, rows: Rows) -> None:
        """One account with its debtor, contact, invoice, booking, cycle and first message."""
        is_due = place % self._every == 0 and self._due_left > 0
        self._due_left -= is_due
        keyed = is_due and self._keyed_left > 0
        self._keyed_left -= keyed
        account_id, party_id, invoice_id, cycle_id = (self._id() for _ in range(4))
        mine: Row = {"practice_id": self._practice, "account_id": account_id}
        rows[Account].append(self._account(place, account_id))
        rows[Party].append(
            mine
            | {
                "id": party_id,
                "role": "debtor",
                "external_ref": f"C{place}",
                "name": self._sealed,
                "birth_date": None,
                "address": None,
                "surname_index": b"s" * 16,
                "surname3_index": b"3" * 16,
                "given_index": b"g" * 16,
            }
        )
        contact = self._contact(place, account_id, rows[Account][-1], keyed=keyed)
        rows[ContactPoint].append(mine | contact)
        self._bill(mine, party_id, invoice_id, place, rows, is_due=is_due)
        self._climb(mine, cycle_id, contact["id"], rows, is_due=is_due)

    def _account(self, place: int, account_id: UUID) -> Row:
        return {
            "practice_id": self._practice,
            "id": account_id,
            "number": numbered(place),
            "external_key": f"c:{place}",
            "transfer_reference": f"RF00{place:012}",
            "language": "fr",
            "channel": "any",
            "source_language": None,
            "source_channel": None,
            "represented": False,
            "status": "open",
            "balance_cents": CENTS,
            "protection": None,
            "checkable": True,
            "door_closed_at": None,
            "erased_at": None,
            "opened_at": self.now,
            "key_id": self._key_id,
            "wrapped_key": self._wrapped,
        }

    def _contact(self, place: int, account_id: UUID, account: Row, *, keyed: bool) -> Row:
        contact: Row = {
            "id": self._id(),
            "kind": "email",
            "position": 1,
            "status": "usable",
            "by_person": False,
            "of_representative": False,
            "replaces_id": None,
            "value": self._sealed,
            "value_index": b"c" * 16,
        }
        if keyed:
            vault = Vault(new_key())
            account["external_key"] = f"{KEYED}{place}"
            account["key_id"], account["wrapped_key"] = self._keys.wrap(
                vault, f"account|{account_id}"
            )
            made = new_contact(
                Account(practice_id=self._practice, id=account_id),
                kind="email",
                value=f"c{place}@patients.example",
                position=1,
                status="usable",
                vault=vault,
                index=self._world.house.index,
            )
            contact |= {"id": made.id, "value": made.value, "value_index": made.value_index}
        return contact

    def _bill(
        self,
        mine: Row,
        party_id: UUID,
        invoice_id: UUID,
        place: int,
        rows: Rows,
        *,
        is_due: bool,
    ) -> None:
        due_on = self._today - timedelta(days=DUE_DAYS if is_due else -DUE_DAYS)
        issued_on = due_on - timedelta(days=30)
        rows[Invoice].append(
            mine
            | {
                "id": invoice_id,
                "patient_id": party_id,
                "source_id": self.source,
                "number": f"C-{place}",
                "status": "issued",
                "issued_on": issued_on,
                "due_on": due_on,
                "total_cents": CENTS,
                "amo_cents": 0,
                "amc_cents": 0,
                "patient_cents": CENTS,
                "open_cents": CENTS,
                "source_left_cents": CENTS,
                "unacknowledged_cents": 0,
                "lines": None,
            }
        )

    def _climb(
        self,
        mine: Row,
        cycle_id: UUID,
        contact_id: UUID,
        rows: Rows,
        *,
        is_due: bool,
    ) -> None:
        sent_at = self.now - timedelta(days=STEPPED_DAYS)
        rows[LadderCycle].append(
            mine
            | {
                "id": cycle_id,
                "status": "open",
                "opened_on": sent_at.date(),
                "closed_at": None,
                "position": 1,
                "stepped_on": sent_at.date(),
                "asked_position": 0,
                "asked_at": None,
                "messages": 1,
                "withheld": "stale" if is_due else None,
                "withheld_since": self.now - timedelta(days=1) if is_due else None,
            }
        )
        rows[Notice].append(
            mine
            | {
                "id": self._id(),
                "purpose": LADDER,
                "cause_id": cycle_id,
                "step": 1,
                "template": "pre_due",
                "channel": "email",
                "language": "fr",
                "contact_id": contact_id,
                "status": "sent",
                "planned_at": sent_at,
                "not_before": sent_at,
                "claimed_at": sent_at,
                "outcome_at": sent_at,
                "outcome": None,
                "link_id": None,
                "message_ref": None,
                "tries": 1,
                "words_version": None,
            }
        )


def numbered(place: int) -> str:
    """An account number for a place in the crowd."""
    digits = ""
    for _ in range(6):
        place, digit = divmod(place, len(CROCKFORD))
        digits = CROCKFORD[digit] + digits
    return f"P{digits}"
