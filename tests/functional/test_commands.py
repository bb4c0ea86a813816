"""The command line as an operator types it, on the demo and on copies of its database."""

import csv
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pyotp
import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from ardoise.__main__ import cli
from shared.base.clock import SystemClock, local_date
from shared.base.vault import format_key, new_key
from tests.commands import leaves
from tests.functional import demo_run
from tests.functional.demo_run import DemoRun
from tests.functional.staff_steps import fill_in
from tests.functional.visitor import Visitor, plain

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "imports"
# Every row of the sample with faults that is at fault, and a column of each.
FAULTS = {
    2: "Date de naissance",
    3: "Échéance",
    4: "Montant total",
    7: "Montant total",
    8: "N° dossier",
    9: "N° dossier",
    10: "Reste dû",
    11: "N° facture",
    12: "N° facture",
    14: "total",
}
PROMISED = {
    *("demo", "serve portal", "serve backoffice", "worker", "run-ladder", "import invoices"),
    *("staff add", "keys new", "keys rotate", "link new", "check", "export payments"),
    "db upgrade",
}


@dataclass
class Copy:
    """A copy of the demo's database with settings that lead to it, and to no other."""

    file: Path
    environment: dict[str, str] = field(default_factory=dict)

    def ardoise(self, *words: str, **changes: str) -> "CompletedProcess[str]":
        return demo_run.ardoise(*words, environment=self.environment | changes)

    def count(self, table: str) -> int:
        with closing(sqlite3.connect(self.file)) as database:
            return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - tables named here

    def counts(self) -> dict[str, int]:
        """How many rows the tables have that an import or a night writes to."""
        tables = ("invoice", "account", "party", "import_run", "notice", "ladder_step", "task")
        return {name: self.count(name) for name in tables}


@pytest.fixture
def copy(demo: DemoRun, tmp_path: Path) -> Copy:
    file = tmp_path / "copy.sqlite"
    source = str(demo.told["database"]).removeprefix("sqlite:///")
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as living,
        closing(sqlite3.connect(file)) as target,
    ):
        living.backup(target)
    return Copy(file, demo.environment | {"ARDOISE_DATABASE_URL": f"sqlite:///{file}"})


def well(told: "CompletedProcess[str]") -> str:
    """What a command said that went well."""
    assert told.returncode == 0, told.stderr + told.stdout
    return told.stdout


def refused(told: "CompletedProcess[str]") -> str:
    """The one sentence of a command that could not go on."""
    assert told.returncode == 2, told.stdout
    assert told.stdout == ""
    assert len(told.stderr.splitlines()) == 1, told.stderr
    return told.stderr.strip()


# Help


def test_help_lists_every_command_with_what_it_does(demo: DemoRun) -> None:
    listed = well(demo.ardoise("--help"))
    assert {" ".join(words) for words in leaves()} >= PROMISED
    for name in {words[0] for words in leaves()}:
        line = re.search(rf"^  {name} +(\S.*)$", listed, re.MULTILINE)
        assert line, name
        assert len(line[1]) > 12


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_each_command_has_a_help_of_its_own(words: tuple[str, ...]) -> None:
    told = CliRunner().invoke(cli, [*words, "--help"])
    assert told.exit_code == 0
    usage, _, rest = told.output.partition("\n\n")
    assert usage.startswith("Usage: ")
    assert re.match(r"\s*[A-Z].+\.\n", rest, re.DOTALL), told.output


# Import and export


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("impayes_soins_bom.csv", 3),
        ("impayes.xlsx", None),
    ],
)
def test_a_tried_import_says_what_it_would_do_and_does_nothing(
    copy: Copy, name: str, rows: int | None
) -> None:
    before = copy.counts()
    said = plain(well(copy.ardoise("import", "invoices", str(SAMPLES / name), "--dry-run")))
    found = re.search(r"Factures nouvelles : (\d+)", said)
    assert found
    assert int(found[1]) == rows or (rows is None and int(found[1]) > 0)
    assert "Essai : rien n’a été gardé, rien n’a été envoyé." in said
    assert copy.counts() == before


@pytest.mark.parametrize("tried", [(), ("--dry-run",)], ids=["in earnest", "tried"])
def test_a_file_with_faults_is_refused_whole_and_every_fault_is_listed(
    copy: Copy, tried: tuple[str, ...]
) -> None:
    before = copy.counts()
    told = copy.ardoise("import", "invoices", str(SAMPLES / "impayes_fautifs.csv"), *tried)
    assert told.returncode == 1
    said = [plain(line) for line in told.stdout.splitlines()]
    for row, word in FAULTS.items():
        assert [line for line in said if line.startswith(f"ligne {row},") and word in line], row
    assert f"{len(FAULTS)} lignes sont à corriger :" in said
    assert said[-1] == "Rien n’a été importé. Corrigez ces lignes, puis recommencez."
    assert copy.counts() == before


def test_an_import_adds_what_is_new_and_sends_nothing(copy: Copy) -> None:
    before = copy.counts()
    words = (
        "import",
        "invoices",
        str(SAMPLES / "impayes_windows.csv"),
        "--source",
        "autre",
        "--new-source",
    )
    assert "Import gardé. Rien n’a été envoyé." in plain(well(copy.ardoise(*words)))
    after = copy.counts()
    assert after["invoice"] == before["invoice"] + 3
    assert after["account"] == before["account"] + 2
    assert after["notice"] == before["notice"]
    well(copy.ardoise("check"))


def test_the_demos_own_list_can_be_imported_again_and_changes_nothing(
    demo: DemoRun, copy: Copy
) -> None:
    before = copy.counts()
    said = plain(well(copy.ardoise("import", "invoices", str(demo.folder / "impayes.csv"))))
    assert "Import de « logiciel du cabinet »" in said
    assert "Factures nouvelles : 0" in said
    assert "Reste dû ajusté" not in said
    after = copy.counts()
    assert (after["invoice"], after["account"]) == (before["invoice"], before["account"])
    well(copy.ardoise("check"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--source", "logiciel"), "“logiciel du cabinet”"),
        (("--source", "logiciel du cabinet", "--new-source"), "leave --new-source out"),
        (("--as-of", "2090-01-01"), "--as-of 2090-01-01 is yet to come"),
        (("--as-of", "2001-02-03"), "--as-of 2001-02-03 is more than a year ago"),
    ],
)
def test_a_list_of_an_unclear_source_or_day_is_refused(
    demo: DemoRun, copy: Copy, words: tuple[str, ...], sentence: str
) -> None:
    before = copy.counts()
    file = str(demo.folder / "impayes.csv")
    assert sentence in refused(copy.ardoise("import", "invoices", file, *words))
    assert copy.counts() == before


def test_payments_of_days_in_the_wrong_order_are_not_written(copy: Copy, tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    days = ("--since", "2026-11-20", "--until", "2026-11-02")
    said = refused(copy.ardoise("export", "payments", str(file), *days))
    assert said == "--since 2026-11-20 is after --until 2026-11-02: exchange the two days."
    assert not file.exists()


def test_payments_are_given_back_to_the_cent_and_without_names(
    demo: DemoRun, copy: Copy, tmp_path: Path
) -> None:
    file = tmp_path / "payments.csv"
    said = well(copy.ardoise("export", "payments", str(file)))
    text = file.read_text("utf-8-sig")
    lines = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert said.strip() == f"{len(lines)} line(s) written to {file}."
    with closing(sqlite3.connect(copy.file)) as database:
        (paid,) = database.execute("SELECT sum(amount_cents) FROM payment").fetchone()
        # Another journey may have asked for a refund that the worker is about to hand over.
        (back,) = database.execute(
            "SELECT sum(amount_cents) FROM refund WHERE status = 'succeeded'"
        ).fetchone()
    assert paid > back > 0
    given_up = {"remise accordée", "irrécouvrable"}  # by another journey: no money moved
    moved = [line["Montant"] for line in lines if line["Nature"] not in given_up]
    assert sum(int(cents.replace(",", "")) for cents in moved) == paid - back
    with closing(sqlite3.connect(copy.file)) as database:
        known = {ref for (ref,) in database.execute("SELECT external_ref FROM party")}
    numbers = {line["N° dossier"] for line in lines}
    assert numbers <= known  # empty where another journey had somebody erased
    assert all(re.fullmatch(r"D\d{5}", number) for number in numbers - {""})
    for patient in demo.patients:
        assert patient.name.split()[-1] not in text


# The ladder


def test_a_tried_night_says_what_it_would_decide_and_keeps_nothing(copy: Copy) -> None:
    before = copy.counts()
    said = well(copy.ardoise("run-ladder", "--dry-run"))
    assert re.match(r"\d+ account\(s\) whose turn has come, ", said)
    assert "withheld  no contact that works: " in said
    assert said.rstrip().endswith("Nothing was kept and nothing is sent.")
    assert copy.counts() == before


def in_two_weeks() -> str:
    return (local_date(SystemClock().now(), "Europe/Paris") + timedelta(days=14)).isoformat()


def test_in_the_demo_a_day_in_two_weeks_shows_steps_and_says_that_the_list_is_fresh(
    copy: Copy,
) -> None:
    before = copy.counts()
    said = well(copy.ardoise("run-ladder", "--on", in_two_weeks(), "--dry-run"))
    first, rest = said.split("\n", 1)
    assert (
        first
        == f"In the demo, the practice's unpaid list comes again, unchanged, on {in_two_weeks()}."
    )
    assert re.search(r"^  goes      reminder: \d+$", rest, re.MULTILINE)
    assert "withheld  a disagreement to be looked into: " in rest
    assert "too old" not in rest
    assert copy.counts() == before
    today = well(copy.ardoise("run-ladder", "--dry-run"))
    assert "comes again" not in today


def test_outside_the_demo_the_same_day_says_that_the_list_is_too_old(copy: Copy) -> None:
    del copy.environment["ARDOISE_PROCESSOR_URL"]
    words = ("run-ladder", "--on", in_two_weeks(), "--dry-run")
    said = well(copy.ardoise(*words, ARDOISE_DEMO="0"))
    assert "withheld  the software's list is too old: " in said
    assert "comes again" not in said


def test_outside_the_demo_another_day_is_only_shown(copy: Copy) -> None:
    before = copy.counts()
    del copy.environment["ARDOISE_PROCESSOR_URL"]
    said = well(copy.ardoise("run-ladder", "--on", "2031-05-06", ARDOISE_DEMO="0"))
    assert said.rstrip().endswith("Nothing was kept and nothing is sent.")
    assert copy.counts() == before


# Links, people, keys


def test_a_printed_link_opens_its_account(demo: DemoRun) -> None:
    patient = next(one for one in demo.patients if one.story == "letter_only")
    link = well(demo.ardoise("link", "new", patient.number)).strip()
    assert link.startswith(f"{demo.portal}/l/")
    assert link != patient.link
    assert patient.name in plain(Visitor(link).answer(patient.birth_date).text)


def test_an_account_that_is_not_there_is_told_in_a_sentence(demo: DemoRun) -> None:
    said = refused(demo.ardoise("link", "new", "P000000"))
    assert "P000000" in said
    assert said.endswith(".")


def test_a_new_member_of_staff_signs_in_with_what_was_printed(
    demo: DemoRun, page_mobile: Page
) -> None:
    email = "nouvelle@r12.example"
    words = ("--email", email, "--name", "Nora Vidal", "--role", "secretary")
    said = well(demo.ardoise("staff", "add", *words))
    password = re.search(r"^Password: (\S+)$", said, re.MULTILINE)
    secret = re.search(r"authenticator app now: ([A-Z2-7]+)$", said, re.MULTILINE)
    assert password
    assert secret
    fill_in(page_mobile, demo, email, password[1], lambda: pyotp.TOTP(secret[1]).now())
    expect(page_mobile.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")


def test_new_keys_are_all_that_a_new_house_needs(tmp_path: Path) -> None:
    printed = well(demo_run.ardoise("keys", "new", environment={}))
    house = dict(line.split("=", 1) for line in printed.splitlines()) | {
        "ARDOISE_DATABASE_URL": f"sqlite:///{tmp_path / 'house.sqlite'}",
        "ARDOISE_SITE_URL": "https://espace.example",
    }
    well(demo_run.ardoise("db", "upgrade", environment=house))
    assert "ardoise practice add" in refused(
        demo_run.ardoise("run-ladder", "--dry-run", environment=house)
    )
    words = "--sender", "Secrétariat R40", "--sms-sender", "R40", "--phone", "01 99 00 12 34"
    more = "--address", "BP 40, 35000 Rennes", "--siren", "900 412 876"
    opened = well(demo_run.ardoise("practice", "add", *words, *more, environment=house))
    assert opened.startswith("Practice 1 is open.")
    assert "BROKEN" not in well(demo_run.ardoise("check", environment=house))


def test_keys_are_rotated_and_the_old_one_can_go(copy: Copy) -> None:
    old = copy.environment["ARDOISE_MASTER_KEYS"]
    assert "new key before the old one" in refused(copy.ardoise("keys", "rotate"))
    new = format_key("next", new_key())
    said = well(copy.ardoise("keys", "rotate", ARDOISE_MASTER_KEYS=f"{new},{old}"))
    assert re.search(r"^\d+ key\(s\) are now wrapped by next\.$", said, re.MULTILINE)
    copy.environment["ARDOISE_MASTER_KEYS"] = new
    with closing(sqlite3.connect(copy.file)) as database:
        (number,) = database.execute("SELECT number FROM account LIMIT 1").fetchone()
    assert "/l/" in well(copy.ardoise("link", "new", number))


# Settings


def test_check_names_what_is_broken(copy: Copy) -> None:
    with closing(sqlite3.connect(copy.file)) as database:
        database.execute(
            "UPDATE account SET balance_cents = balance_cents + 1 WHERE number IN "
            "(SELECT number FROM account ORDER BY number LIMIT 1)"
        )
        database.commit()
    told = copy.ardoise("check")
    assert told.returncode == 1
    assert re.search(r"^  BROKEN  .*: 1 row\(s\), for example \S", told.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("worker",), "ARDOISE_SMTP_URL"),
        (("serve", "backoffice"), "ARDOISE_STAFF_SECRET"),
    ],
)
def test_a_missing_setting_is_named_in_one_sentence(
    demo: DemoRun, words: tuple[str, ...], name: str
) -> None:
    settings = {other: value for other, value in demo.environment.items() if other != name}
    said = refused(demo_run.ardoise(*words, environment=settings))
    assert name in said
    assert said.endswith(".")


def test_the_portal_refuses_to_start_beside_keys_that_it_must_not_hold(demo: DemoRun) -> None:
    said = refused(demo.ardoise("serve", "portal", ARDOISE_PORTAL_SECRET="p" * 40))
    assert said == (
        "ARDOISE_WORKER_KEYS is in the portal's environment: remove it, the portal must not hold it."
    )
