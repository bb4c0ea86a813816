"""The real `ardoise demo` of a test run: started once, its people handed out one by one.

All test processes share one demo. A test that changes an account takes it with ``claim``, so that no
other test meets it; what nobody claims stays as the demo made it.
"""

import fcntl
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

import pyotp
import requests

from ardoise.demo.people import DemoPerson, people
from tests.servers import process
from tests.servers.process import Home, ServerMissingError, free_port

T = TypeVar("T")
ARDOISE = Path(sys.executable).with_name("ardoise")
START_SECONDS = 300  # about twenty on two free cores; other tests take their share
STOP_SECONDS = 40
STEP_SECONDS = 30
RARE = 2  # accounts of a story: the demo keeps one of each as it made it
PORTS = ("PORTAL", "BACKOFFICE", "SANDBOX")
# What the statement of a story says beside its sum, up to what differs, whoever walks through the stories.
SAID = {
    "paid": "Il ne reste rien à payer.",
    "partly_paid": "Vous avez déjà payé",
    "refunded": "Nous vérifions cette somme.",
    "dispute": "Nous vérifions avec vous ce qui n’est pas juste.",
    "plan": "Votre accord est en cours.",
    "plan_running": "Votre accord est en cours.",
    "plan_asked": "Nous étudions votre proposition.",
    "aid": "Votre demande d’aide est en cours.",
    "question": "Nous vous devons une réponse.",
    "already_paid": "Nous vous devons une réponse.",
    "answered": "Nous vous avons répondu.",
    "aid_granted": "Nous avons dit oui : aucun rappel jusqu’au {day}.",
    "protected": "Nos messages sont en pause.",
    "absent": "Nous vérifions cette facture.",
}


@dataclass(frozen=True, slots=True)
class Patient:
    """An account of demo.json."""

    story: str
    number: str
    name: str
    birth_date: date
    balance_cents: int
    link: str
    postcode: str = ""
    phone_end: str = ""

    @property
    def more(self) -> dict[str, str]:
        """What the identity form asks for beside the birth date, where that is not on file."""
        asked = {"postcode": self.postcode, "phone_end": self.phone_end}
        return asked if self.postcode else {}


@dataclass(frozen=True, slots=True)
class DemoRun:
    """A running demo, as demo.json and the file beside it tell of it."""

    folder: Path
    told: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "DemoRun":
        """The demo of a folder."""
        return cls(folder, json.loads((folder / "demo.json").read_text()))

    @property
    def portal(self) -> str:
        return str(self.told["portal"])

    @property
    def backoffice(self) -> str:
        return str(self.told["backoffice"])

    @property
    def sandbox(self) -> str:
        return str(self.told["sandbox"])

    @property
    def patients(self) -> list[Patient]:
        """Everyone in demo.json; who has no link has an empty one."""
        return [
            Patient(
                **one
                | {
                    "birth_date": date.fromisoformat(one["birth_date"]),
                    "link": one["link"] or "",
                }
            )
            for one in self.told["accounts"]
        ]

    @property
    def environment(self) -> dict[str, str]:
        """What the file `env` sets, read by a shell."""
        return environment_of(self.folder / "env")

    # People

    def claim(self, *stories: str, invoices: int = 1) -> Patient:
        """An account for this test alone, of one of the stories, with as many open invoices; one of a story
        with many accounts is taken first, then one with fewer invoices, so that whoever needs what is rare
        finds it, in whatever order the tests come."""
        told = Counter(one.story for one in self.patients)

        def rarity(one: Patient) -> tuple[bool, int]:
            return told[one.story] <= RARE, self.open_invoices(one.number)

        for patient in sorted(self.patients, key=rarity):
            if patient.story not in stories or patient == self.kept(patient.story):
                continue
            if self.open_invoices(patient.number) >= invoices:
                try:
                    (self._notes / patient.number).touch(exist_ok=False)
                except FileExistsError:
                    continue
                return patient
        raise LookupError(f"The demo has no more accounts for {stories}.")

    def kept(self, story: str) -> Patient | None:
        """Someone whose pages are looked at and left as they are; nobody where a story has only one."""
        known = [one for one in self.patients if one.story == story]
        return known[-1] if len(known) > 1 else None

    def one_of(self, story: str) -> Patient:
        """Who is kept of a story, or the only one whom it has."""
        return self.kept(story) or next(one for one in self.patients if one.story == story)

    def is_claimed(self, patient: Patient) -> bool:
        """Whether some test changes the account."""
        return (self._notes / patient.number).exists()

    def open_invoices(self, number: str) -> int:
        """How many invoices of an account are open."""
        query = """
            SELECT count(*) FROM invoice JOIN account ON account.id = invoice.account_id
            WHERE account.number = ? AND invoice.open_cents > 0
        """
        return int(self.one(query, number))

    def balance(self, number: str) -> int:
        """What the database says is owed, in cents."""
        return int(self.one("SELECT balance_cents FROM account WHERE number = ?", number))

    def payments(self, number: str) -> list[int]:
        """The sums of an account's payments, in cents, the first one first."""
        query = """
            SELECT amount_cents FROM payment JOIN account ON account.id = payment.account_id
            WHERE account.number = ? ORDER BY payment.received_at
        """
        return [int(row[0]) for row in self.rows(query, number)]

    def one(self, query: str, *values: str) -> Any:
        """The only value of a query's only row."""
        return self.rows(query, *values)[0][0]

    def rows(self, query: str, *values: str) -> list[Any]:
        """The rows of a query on the demo's database, which is only read."""
        path = str(self.told["database"]).removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
            return database.execute(query, values).fetchall()

    # The phone

    def phone_of(self, patient: Patient) -> str:
        """The telephone number on a patient's file, as the sandbox writes it."""
        number = person_of(patient).phone.replace(" ", "")
        assert number, f"{patient.name} has no telephone"
        return f"+33{number[1:]}"

    def phone_page(self, patient: Patient) -> str:
        """The address of the page that stands for the patient's phone."""
        return f"{self.sandbox}/telephone/{quote(self.phone_of(patient))}"

    def messages(self, recipient: str) -> list[dict[str, Any]]:
        """What arrived for a number or an address, the newest first."""
        answer = requests.get(f"{self.sandbox}/telephone/{quote(recipient)}.json", timeout=10)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    # Staff and the command line

    def staff(self, role: str) -> dict[str, str]:
        """Who has a role, or a newcomer: email, password, totp_secret."""
        newcomer = self._notes / f"{role}.json"
        if newcomer.exists():
            told: dict[str, str] = json.loads(newcomer.read_text())
            return told
        found: dict[str, str] = next(one for one in self.told["staff"] if one["role"] == role)
        return found

    def newcomer(self, role: str) -> str:
        """Somebody else of a role, for this test alone: nobody else waits for a code of theirs. Returns
        what stands for them where a role does."""
        name = f"{role}-{uuid4().hex[:12]}"
        who = {"email": f"{name}@r12.example", "password": f"quatre mots pour {name}"}
        said = self.ardoise(
            *("staff", "add", "--role", role, "--name", f"Essai {name}", "--email", who["email"]),
            ARDOISE_NEW_PASSWORD=who["password"],
        )
        assert said.returncode == 0, said.stderr
        secret = re.search(r"app now: ([A-Z2-7]+)", said.stdout + said.stderr)
        assert secret is not None, said.stdout
        note = self._notes / f"{name}.json"
        note.write_text(json.dumps(who | {"role": role, "totp_secret": secret[1]}))
        return name

    def code(self, role: str) -> str:
        """A code of the person's authenticator that was not given out before; waits for one.

        The step that comes next is taken by the back-office too, so two in a row need no waiting.
        """
        with (self._notes / f"{role}.step").open("a+") as note:
            fcntl.flock(note, fcntl.LOCK_EX)
            note.seek(0)
            last = int(note.read() or 0)
            until(lambda: time.time() // STEP_SECONDS >= last, seconds=STEP_SECONDS + 5)
            step = max(int(time.time()) // STEP_SECONDS, last + 1)
            note.truncate(0)
            note.write(str(step))
        return pyotp.TOTP(self.staff(role)["totp_secret"]).generate_otp(step)

    def ardoise(self, *words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        """Run the command line with the demo's `env`, and ``changes`` to it."""
        return ardoise(*words, environment=self.environment | changes)

    @property
    def _notes(self) -> Path:
        notes = self.folder.parent / "claimed"
        notes.mkdir(exist_ok=True)
        return notes


def person_of(patient: Patient) -> DemoPerson:
    """The demo's person behind an account; their names are all different."""
    return next(one for one in people() if patient.name == debtor_name(one))


def debtor_name(person: DemoPerson) -> str:
    """Whose name the account bears."""
    given, surname, _ = person.debtor or (person.given, person.surname, None)
    return f"{given} {surname}"


def until(so: Callable[[], T], *, seconds: float = 20) -> T:
    """The first answer of ``so`` that is not empty; fails when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (answer := so()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return answer


# Command line


def ardoise(*words: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run the command line with these settings and none that this process happens to have."""
    return subprocess.run(
        [str(ARDOISE), *words],
        env=without_settings() | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=STOP_SECONDS * 3,
        stdin=subprocess.DEVNULL,
    )


def without_settings() -> dict[str, str]:
    """This process's environment without any of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ARDOISE_")}


def environment_of(file: Path) -> dict[str, str]:
    """The settings that sourcing a file brings."""
    told = subprocess.run(
        ["sh", "-c", f'. "{file}" && env'],
        env=without_settings(),
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = (line.partition("=") for line in told.stdout.splitlines())
    return {name: value for name, _, value in pairs if name.startswith("ARDOISE_")}


# Starting


def asked_for(folder: Path) -> dict[str, str]:
    """The settings of a demo in a folder, on ports that are free now."""
    ports = {f"ARDOISE_{name}_PORT": str(free_port()) for name in PORTS}
    return {"ARDOISE_DEMO_DIR": str(folder), **ports}


def start(home: Home, place: Path) -> str:
    """Start the run's demo under a keeper; returns its folder. Raises ServerMissingError."""
    folder = place / "demo"
    settings = [f"{name}={value}" for name, value in asked_for(folder).items()]
    process.start(
        ["env", *settings, str(ARDOISE), "demo"],
        home=home,
        place=place,
        is_ready=lambda: (folder / "demo.mark").exists(),
        stop_signal=signal.SIGINT,
    )
    deadline = time.monotonic() + START_SECONDS
    said = ""
    while not (folder / "demo.json").exists():
        if not place.exists() or time.monotonic() > deadline:
            raise ServerMissingError(f"The demo did not start. It said: {said[-1000:].strip()}")
        said = read_if_there(place / "server.log") or said
        time.sleep(0.2)
    return str(folder)


def read_if_there(file: Path) -> str:
    """A file's text, or nothing."""
    try:
        return file.read_text(errors="replace")
    except FileNotFoundError:
        return ""


@contextmanager
def by_hand(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A demo of a test's own, when all of it answers; stopped here if the test did not do so."""
    demo = subprocess.Popen(
        [str(ARDOISE), "demo"],
        env=without_settings() | asked_for(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for name in ("env", "demo.json"):  # the order in which they are written
            until(lambda file=folder / name: file.exists() or ended(demo), seconds=START_SECONDS)
        yield demo
    finally:
        if demo.poll() is None:
            demo.send_signal(signal.SIGINT)
            demo.wait(STOP_SECONDS)


def ended(demo: "subprocess.Popen[str]") -> bool:
    """Whether a demo ended by itself: what it said is then told."""
    assert demo.poll() is None, demo.stdout.read() if demo.stdout else ""
    return False
