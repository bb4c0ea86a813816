"""A whole house of real processes for the kill tests: sandbox, portal, workers, and their database.

Built from the demo's own environments and processes; each wire from it to the world is one of
``kill_wires``.
"""

import os
import random
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import requests
from sqlalchemy import delete, func, select

from ardoise.demo.processes import READY_SECONDS, Processes
from ardoise.demo.setting import Ports, environments, free_port
from shared.accounts import Account, get_practice
from shared.delivery import Notice
from shared.ladder.model import LadderNight
from shared.payments import PaymentAttempt
from shared.processor import ProcessorKeys, register_webhook
from tests.functional.kill_wires import HOST, HttpWire, Wires, chance_of, http_wire, mail_wire
from tests.world import World

QUIET_PORTS = range(15_000, 30_000)


class Mortals(Processes):
    """Processes that can be killed as a power cut does it, and started again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._lives_from: dict[str, int] = {}

    def start(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        """Start, and remember where in the log this life begins."""
        self._lives_from[name] = len(self.said(name))
        super().start(name, arguments, environment)

    def start_again(self, name: str) -> None:
        """The same command with the same environment."""
        self.start(name, *self._commands[name])

    def kill(self, name: str) -> None:
        """SIGKILL to a process and to all that it started."""
        process = self._running[name]
        assert process.poll() is None, f"{name} ended by itself:\n{self._last_lines(name)}"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self, name: str) -> None:
        """Ask one to end, and wait until it has."""
        self._running[name].terminate()
        assert self._running[name].wait(30) == 0, self._last_lines(name)

    def check(self) -> None:
        """Nobody has ended but by being killed."""
        for name, process in list(self._running.items()):
            ended = process.poll() not in {None, -signal.SIGKILL}
            assert not ended, f"{name} ended by itself:\n{self._last_lines(name)}"

    def said(self, name: str) -> str:
        """The log of all lives of a process."""
        log = self._folder / f"{name}.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def wait_for_word(self, name: str, word: str) -> None:
        """Wait until a process has said a word in its present life."""
        until = time.monotonic() + READY_SECONDS
        while word not in self.said(name)[self._lives_from[name] :]:
            assert self._running[name].poll() is None, self._last_lines(name)
            assert time.monotonic() < until, f"{name} never said {word}"
            time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Person:
    """Who owes: how they are reached, what proves who they are, and how much it is."""

    account: Account
    born: date
    to: str
    owes: int


class KillHouse:
    """The running house. Its own hand in the database is the secretary's and the operator's."""

    def __init__(
        self,
        world: World,
        processes: Mortals,
        wires: Wires,
        ports: Ports,
        inside: dict[str, dict[str, str]],
    ) -> None:
        self.world, self.processes, self.wires = world, processes, wires
        self._inside = inside
        self.site = f"http://{HOST}:{ports.portal}"
        self.sandbox = f"http://{HOST}:{ports.sandbox}"
        self._port = ports.portal
        self.people: list[Person] = []
        self.over = threading.Event()
        self._peace_from: float | None = None
        self._serial = count(1)

    @property
    def workers(self) -> list[str]:
        """The names of the workers."""
        return [name for name in self._inside if name != "portal"]

    @property
    def seconds_of_peace(self) -> float:
        """For how long nobody has been killed any more; before, patients are patient without end."""
        return time.monotonic() - self._peace_from if self._peace_from is not None else 0.0

    def make_peace(self) -> None:
        """Nobody will be killed from now on."""
        self._peace_from = self._peace_from or time.monotonic()

    def start(self) -> None:
        """Start the portal and the workers."""
        for name, environment in self._inside.items():
            serve = ["ardoise", "serve", "portal", "--port", str(self._port)]
            command = serve if name == "portal" else ["ardoise", "worker"]
            self.processes.start(name, command, environment)

    def start_workers(self) -> None:
        """Start the workers alone: nobody comes to the portal."""
        for name in self.workers:
            self.processes.start(name, ["ardoise", "worker"], self._inside[name])

    def take_in(self, number: int, chance: random.Random) -> list[Person]:
        """New accounts that owe one to three invoices; the worker has its night once more for them."""
        self.be_now()
        new = [self._person(chance) for _ in range(number)]
        with self.world.database.unit_of_work() as work:
            work.session.execute(delete(LadderNight))
            work.commit()
        self.people += new
        return new

    def _person(self, chance: random.Random) -> Person:
        number, by_mail = next(self._serial), chance.random() < 0.5
        phone, email = f"+3363998{number:04d}", f"patient{number}@boite.example"
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(25_000))
        owes = [chance.randrange(600, 9_000) for _ in range(chance.randint(1, 3))]
        account = self.world.account(
            owes=owes,
            born=born,
            phone="" if by_mail else phone,
            email=email if by_mail else "",
            language=chance.choice(["fr", "en"]),
        )
        return Person(account, born, email if by_mail else phone, sum(owes))

    def printed_link(self, person: Person) -> str:
        """What the secretary gives to somebody who calls."""
        self.be_now()
        return f"{self.site}/l/{self.world.token(person.account)}"

    def links_received(self, person: Person) -> list[str]:
        """The links on a person's telephone or in their mailbox, the newest first."""
        messages = requests.get(f"{self.sandbox}/telephone/{person.to}.json", timeout=30).json()
        return [next(str(link) for link in m["links"] if "/l/" in link) for m in messages]

    def be_now(self) -> None:
        """Set the secretary's clock."""
        self.world.clock.instant = datetime.now(UTC)

    def count(self, *conditions: Any) -> int:
        """How many rows there are for which the conditions hold."""
        with self.world.database.reading() as session:
            return session.scalar(select(func.count()).where(*conditions)) or 0

    def claims(self) -> int:
        """Notices that a worker has claimed and whose outcome is not written down."""
        return self.count(Notice.status == "claimed")

    def attempts_created(self) -> int:
        """Attempts whose page at the processor we do not know (yet)."""
        return self.count(PaymentAttempt.status == "created")

    def attempts_of(self, account_id: UUID) -> list[PaymentAttempt]:
        """An account's attempts to pay, the latest first."""
        with self.world.database.reading() as session:
            query = select(PaymentAttempt).where(PaymentAttempt.account_id == account_id)
            return list(session.scalars(query.order_by(PaymentAttempt.id.desc())))

    def control(self, name: str) -> Any:
        """What the sandbox tells of itself."""
        return requests.get(f"{self.sandbox}/control/{name}", timeout=30).json()

    def webhooks_waiting(self) -> int:
        """Deliveries that the processor has still to make; it is urged to make them now."""
        url = f"{self.sandbox}/control/webhooks"
        return int(requests.post(url, json={"deliver": True}, timeout=30).json()["waiting"])

    def wait_ready(self, name: str) -> None:
        """Wait until a process that was just started does its work."""
        if name == "portal":
            self.processes.wait_for("portal", f"{self.site}/health")
        else:
            self.processes.wait_for_word(name, "worker.ready")


def quiet_port(chance: random.Random) -> int:
    """A free port out of the range that systems give to outgoing connections.

    While the portal is dead, a patient's own connection could be given its port otherwise.
    """
    while True:
        port = chance.choice(QUIET_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


@contextmanager
def kill_house(
    folder: Path, database_url: str, *, seed: int, workers: int = 1
) -> Iterator[KillHouse]:
    """The house with its sandbox and nothing else running yet; all of it ends with the ``with``."""
    chance = chance_of(seed)
    ports = Ports(
        portal=quiet_port(chance), backoffice=free_port(), sandbox=free_port(), smtp=free_port()
    )
    made = environments(folder, ports)
    known = {"ARDOISE_DATABASE_URL": database_url}
    wires, processes = Wires(seed), Mortals(folder)
    with ExitStack() as stack:
        stack.callback(processes.stop)

        def wire(owner: str, to_port: int) -> str:
            entry = stack.enter_context(http_wire(HttpWire(wires, owner, to_port)))
            return f"http://{HOST}:{entry}"

        processes.start("sandbox", ["sandbox"], made.sandbox)
        processes.wait_for("sandbox", f"http://{HOST}:{ports.sandbox}/health")
        world = _world(made.worker | known, webhooks=wire("portal", ports.portal))
        stack.callback(world.database.dispose)
        asks = {"ARDOISE_PROCESSOR_URL": wire("portal", ports.sandbox)}
        inside = {"portal": made.portal | known | asks}
        for number in range(1, workers + 1):
            name = f"worker{number}"
            web = wire(name, ports.sandbox)
            mail = stack.enter_context(mail_wire(wires, name, ports.smtp))
            asks = {
                "ARDOISE_PROCESSOR_URL": web,
                "ARDOISE_SMS_URL": f"{web}/sms",
                "ARDOISE_SMTP_URL": f"smtp://{HOST}:{mail}",
            }
            inside[name] = made.worker | known | asks
        yield KillHouse(world, processes, wires, ports, inside)


def _world(environment: Mapping[str, str], *, webhooks: str) -> World:
    """A practice in whose time zone it is about noon, so that no run meets the turn of a day."""
    settings = {
        name.removeprefix("ARDOISE_").lower(): value
        for name, value in environment.items()
        if name != "ARDOISE_DATABASE_URL"
    }
    now = datetime.now(UTC)
    world = World(environment["ARDOISE_DATABASE_URL"], now, **settings)
    key = f"sk_test_{secrets.token_hex(12)}"
    secret = register_webhook(
        key,
        base_address=environment["ARDOISE_PROCESSOR_URL"],
        url=f"{webhooks}/webhooks/{world.practice_id}",
    )
    with world.database.unit_of_work(world.practice_id) as work:
        get_practice(work.session, world.practice_id).timezone = f"Etc/GMT{now.hour - 12:+d}"
        work.commit()
    world.set_processor(world.practice_id, ProcessorKeys(portal=key, worker=key), secret)
    return world
