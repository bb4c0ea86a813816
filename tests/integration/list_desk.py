"""A practice's staff who send lists, and the worker that reads, tries, books and takes them back."""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch
from uuid import UUID, uuid4

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ardoise.import_jobs import carry_out_imports
from ardoise.invariants import ALL
from shared.accounts import Account
from shared.base.database import Model
from shared.base.invariants import find_breaches
from shared.billing import Invoice, read_export, read_head
from shared.imports import ImportJob
from tests.backoffice_office import text_of, token_of
from tests.integration.desk_world import Secretary, Window
from tests.integration.import_world import csv_of
from tests.world import World


@dataclass
class ListDesk:
    """The desk; ``windows`` are the browsers of its people by role."""

    world: World
    windows: dict[str, Window] = field(default_factory=dict)
    url: str = ""

    def window(self, role: str = "manager") -> Window:
        """The browser of somebody in this role."""
        if role not in self.windows:
            colleague = Secretary.of(self.world, f"Camille {role.title()}", role).colleague
            self.windows[role] = Window.of(self.world, colleague, url=self.url)
        return self.windows[role]

    def send(
        self,
        data: bytes,
        *,
        role: str = "manager",
        name: str = "liste.csv",
        full: str = "yes",
        **fields: str,
    ) -> TestResponse:
        """Send a file from the desk."""
        client = self.window(role).client
        day = self.world.clock.now().date().isoformat()
        form = {
            "csrf_token": token_of(client, "/imports"),
            "once": uuid4().hex,
            "new_source": "logiciel",
            "as_of": day,
            "full": full,
        }
        return client.post("/imports", data=form | fields | {"file": (io.BytesIO(data), name)})

    def sent(self, *rows: Mapping[str, str], **options: str) -> str:
        """Send rows as a CSV; gives the address of the import's page, read by the worker."""
        answer = self.send(csv_of(*rows), **options)
        assert answer.status_code == 303, text_of(answer)
        self.work()
        assert answer.location
        return answer.location

    def work(self) -> None:
        """The worker does what waits, in this process."""
        with reading_here():
            carry_out_imports(self.world.house, self.world.practice_id)
        self.assert_sound()

    def press(
        self, address: str, way: str, *, role: str = "manager", **fields: str
    ) -> TestResponse:
        """A form of an import's page, sent as it stands there."""
        client = self.window(role).client
        token = token_of(client, address)
        return client.post(f"{address}/{way}", data={"csrf_token": token} | fields)

    def says(self, address: str, role: str = "manager") -> str:
        """What a page says."""
        return text_of(self.window(role).client.get(address))

    def form(self, address: str) -> dict[str, str]:
        """The columns as the page has chosen them."""
        page = self.window().client.get(address).text
        found = re.findall(r'name="(c\d+)">(.*?)</select>', page)
        return {
            name: next(iter(re.findall(r'value="(\w+)" selected', options)), "")
            for name, options in found
        }

    def tried(self, *rows: Mapping[str, str], **options: str) -> str:
        """Send rows and have them tried with the columns that are recognised."""
        address = self.sent(*rows, **options)
        self.press(address, "columns", **self.form(address))
        self.work()
        return address

    def seen(self, address: str) -> str:
        """The mark of what the page shows to be confirmed."""
        found = re.search(r'name="seen" value="(\w+)"', self.window().client.get(address).text)
        assert found, self.says(address)
        return found[1]

    def booked(self, *rows: Mapping[str, str], **options: str) -> str:
        """A list all the way through."""
        address = self.tried(*rows, **options)
        self.press(address, "confirm", seen=self.seen(address))
        self.work()
        assert self.job(address).status == "kept", self.says(address)
        return address

    def undone(self, address: str) -> str:
        """Ask for it to be taken back; gives the status then."""
        self.press(address, "undo", why="wrong_file")
        self.work()
        return self.job(address).status

    def job(self, address: str) -> ImportJob:
        """The import behind an address."""
        with self.world.database.reading(self.world.practice_id) as session:
            key = (self.world.practice_id, UUID(address.rsplit("/", 1)[1]))
            return session.get_one(ImportJob, key)

    def balances(self) -> dict[str, tuple[str, int]]:
        """Every invoice that counts, with its account's key and what is open of it."""
        with self.world.database.reading(self.world.practice_id) as session:
            query = (
                select(Invoice.number, Account.external_key, Invoice.open_cents)
                .join(Account, Account.id == Invoice.account_id)
                .where(Invoice.status != "withdrawn")
            )
            return {row[0]: (row[1], row[2]) for row in session.execute(query)}

    def accounts(self) -> dict[str, int]:
        """Every account that is shown, by key, with its balance."""
        with self.world.database.reading(self.world.practice_id) as session:
            query = select(Account.external_key, Account.balance_cents).where(
                Account.status == "open"
            )
            return {row[0]: row[1] for row in session.execute(query)}

    def count(self, table: type[Model]) -> int:
        """How many rows a table has."""
        with self.world.database.reading(self.world.practice_id) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def assert_sound(self) -> None:
        """Every invariant of every concept holds."""
        with self.world.database.reading(self.world.practice_id) as session:
            breaches = find_breaches(session, ALL)
            assert not breaches, [(b.invariant.sentence, b.examples) for b in breaches]


@contextmanager
def reading_here() -> Iterator[None]:
    """Without a program of its own for each list: that has its own tests, and takes a second."""
    with (
        patch("ardoise.import_jobs.read_head_apart", read_head),
        patch("ardoise.import_jobs.read_export_apart", read_export),
    ):
        yield
