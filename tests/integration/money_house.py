"""A practice with everything that moves money, put back to its first day before each history."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from shared.accounts import get_practice
from tests.integration.card_world import Cards
from tests.integration.desk_world import Secretary
from tests.integration.refund_desk import RefundDesk
from tests.integration.stray_till import Clerk
from tests.integration.till import Till
from tests.servers import postgres
from tests.servers.sandbox_inside import SandboxInside
from tests.world import NOON

FOUR_EYES_CENTS = 2500


@dataclass
class MoneyHouse:
    """One practice, its team, and a way back to how it began."""

    till: Till
    processor: SandboxInside
    cards: Cards
    desk: RefundDesk
    go_back: Callable[[], None]

    @classmethod
    def open(
        cls, url: str, processor: SandboxInside, keep: Callable[[str], Callable[[], None]]
    ) -> "MoneyHouse":
        """On a fresh database; ``keep`` remembers how it is and gives the way back to it."""
        till = Till.open(url, processor)
        cards = Cards.of(till)
        desk = RefundDesk.of(till)
        with till.world.database.unit_of_work(till.world.practice_id) as work:
            practice = get_practice(work.session, till.world.practice_id)
            practice.bank_debit, practice.four_eyes_cents = True, FOUR_EYES_CENTS
            work.commit()
        till.world.database.dispose()
        return cls(till, processor, cards, desk, keep(url))

    @property
    def secretary(self) -> Secretary:
        """Who takes money at the desk."""
        return Secretary(self.till.world, self.desk.people["secretary"])

    @property
    def clerk(self) -> Clerk:
        """Who says whose a payment is."""
        return Clerk(self.till, self.desk.people["secretary"])

    def begin_anew(self) -> None:
        """Nothing has happened yet, here and at the processor."""
        world = self.till.world
        world.database.dispose()
        self.go_back()
        self.processor.begin_anew()
        world.clock.instant = NOON
        world.mail.sent.clear()
        world.sms.sent.clear()
        self.till.later()


def kept_file(url: str) -> Callable[[], None]:
    """How a SQLite file is now, and the way back to it."""
    file = Path(str(make_url(url).database))
    first = shutil.copy(file, file.with_suffix(".first"))

    def go_back() -> None:
        for end in ("-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)
        shutil.copy(first, file)

    return go_back


@contextmanager
def keeping_database(server: str) -> Iterator[Callable[[str], Callable[[], None]]]:
    """The same for databases of a PostgreSQL ``server``."""
    kept: list[str] = []

    def keep(url: str) -> Callable[[], None]:
        name = str(make_url(url).database)
        first = f"{name}_first"
        postgres.create_database(server, first, like=name)
        kept.append(first)

        def go_back() -> None:
            postgres.drop_database(server, name)
            postgres.create_database(server, name, like=first)

        return go_back

    yield keep
    for name in kept:
        postgres.drop_database(server, name)
