"""`ardoise demo`: what it promises whoever starts it, and that it leaves nothing behind."""

import json
import re
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from ardoise.demo.setting import DemoError, Ports
from shared.base.clock import SystemClock, local_date
from shared.base.formats import money
from tests.functional import demo_run
from tests.functional.demo_run import SAID, DemoRun, Patient
from tests.functional.visitor import Visitor, plain
from tests.servers.process import answers, free_port

PROMISED_STORIES = {
    *("unpaid", "partly_paid", "paid", "expired_link", "plan", "aid", "dispute", "protected"),
    *("english", "representative", "not_due", "reminded", "reminded_twice", "call"),
    *(
        "formal_notice",
        "bounced",
        "email_only",
        "plan_running",
        "plan_asked",
        "aid_granted",
        "question",
    ),
    *("already_paid", "answered", "contested", "bank_asks", "paid_elsewhere"),
}
IN_TWO_WEEKS = 14
PROMISED_KEYS = {"story", "number", "name", "birth_date", "balance_cents", "link"}
# Beside the birth date: what the portal asks of whose date the practice's software does not know.
ASKED_MORE = {"postcode", "phone_end"}
# What else the statement of a story says, where one reads its markup away.
ALSO_SAID = {
    "reminded": "Un nouveau message Envoyé le",
    "reminded_twice": "Encore un message Envoyé le",
}


def test_demo_json_is_what_was_promised(demo: DemoRun):
    assert set(demo.told) == {"portal", "backoffice", "sandbox", "database", "staff", "accounts"}
    for name in ("portal", "sandbox"):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", demo.told[name])
    # Browsers keep passkeys for names, not for numbers.
    assert re.fullmatch(r"http://localhost:\d+", demo.told["backoffice"])
    assert demo.told["database"] == f"sqlite:///{demo.folder / 'ardoise.sqlite'}"
    assert {one["role"] for one in demo.told["staff"]} >= {"secretary", "manager", "owner"}
    for one in demo.told["staff"]:
        assert set(one) == {"role", "email", "password", "totp_secret"}
        assert all(one.values())


def test_demo_json_tells_at_least_sixty_stories(demo: DemoRun):
    accounts = demo.told["accounts"]
    for one in accounts:
        assert set(one) == PROMISED_KEYS | (ASKED_MORE if one["story"] == "ask_more" else set())
    assert len({one["number"] for one in accounts}) == len(accounts) >= 60
    assert {one["story"] for one in accounts} >= PROMISED_STORIES
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", one["birth_date"]) for one in accounts)
    prefix = f"{demo.portal}/l/"
    assert sum((one["link"] or "").startswith(prefix) for one in accounts) >= 20


def test_what_is_secret_is_for_its_owner_only(demo: DemoRun):
    for name in ("demo.json", "env"):
        assert stat.S_IMODE((demo.folder / name).stat().st_mode) == 0o600


def test_after_sourcing_env_the_command_line_speaks_to_the_demo(demo: DemoRun):
    told = subprocess.run(
        ["sh", "-c", f'. "{demo.folder}/env" && exec "{demo_run.ARDOISE}" check'],
        env=demo_run.without_settings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "BROKEN" not in told.stdout
    assert re.search(r"(\d+) of \1 hold\.", told.stdout)


def test_every_live_link_opens_its_own_account_and_no_other(demo: DemoRun):
    opened = 0
    for patient in demo.patients:
        if not patient.link or patient.story == "expired_link":
            continue
        visitor = Visitor(patient.link)
        answer = visitor.answer(patient.birth_date, **patient.more)
        # Other tests pay on the accounts that they claimed, or lock them; all others are as told.
        if demo.is_claimed(patient):
            continue
        page = statement_of(demo, patient, answer)
        assert patient.name in page
        assert (SAID | ALSO_SAID).get(patient.story, "").partition("{")[0] in page, patient
        opened += 1
    assert opened >= 20


def statement_of(demo: DemoRun, patient: Patient, answer: requests.Response) -> str:
    """The statement behind a link, which must show what demo.json says is owed."""
    assert answer.url == f"{demo.portal}/statement", (patient, answer.status_code)
    language = "en" if patient.story == "english" else "fr"
    assert f'<html lang="{language}">' in answer.text
    page = plain(answer.text)
    assert demo.balance(patient.number) == patient.balance_cents, patient
    assert joined(money(patient.balance_cents, language)) in joined(page), patient
    return page


def joined(text: str) -> str:
    """Without spaces: the big sum's sign is an element of its own."""
    return "".join(text.split())


def test_an_expired_link_says_so_only_to_who_answers_and_offers_another(demo: DemoRun):
    patient = next(one for one in demo.patients if one.story == "expired_link")
    visitor = Visitor(patient.link)
    assert visitor.get().status_code == 200
    answer = visitor.answer(patient.birth_date)
    assert answer.status_code == 410
    assert "Ce lien ne marche plus" in plain(answer.text)
    assert 'action="/l/' in answer.text


def test_who_has_no_birth_date_on_file_is_asked_for_more(demo: DemoRun):
    patient = demo.claim("ask_more")
    visitor = Visitor(patient.link)
    visitor.get()
    asked = visitor.answer(patient.birth_date)
    assert 'name="postcode"' in asked.text
    assert 'name="phone_end"' in asked.text
    wrong = visitor.answer(patient.birth_date, postcode="75001", phone_end="0000")
    assert wrong.status_code == 422
    answer = visitor.answer(patient.birth_date, **patient.more)
    assert patient.name in plain(answer.text)


def test_who_has_an_email_address_only_was_reminded_there(demo: DemoRun):
    patient = next(one for one in demo.patients if one.story == "email_only")
    person = demo_run.person_of(patient)
    assert person.phone == ""
    found = demo.messages(person.email)
    assert len(found) == 2, "a first message and a reminder"
    assert {message["channel"] for message in found} == {"email"}
    for message in found:
        assert [one for one in message["links"] if one.startswith(f"{demo.portal}/l/")]


def test_a_letter_waits_for_approval_where_the_story_says_so(demo: DemoRun):
    query = """
        SELECT count(*) FROM task JOIN account ON account.id = task.account_id
        WHERE account.number = ? AND task.kind = 'ladder_formal_notice'
    """
    stories = [one for one in demo.patients if one.story == "formal_notice"]
    assert [demo.one(query, one.number) for one in stories] == [1, 1]


def test_a_closed_door_and_a_bounced_address_look_as_their_stories_say(demo: DemoRun):
    (closed,) = [one for one in demo.patients if one.story == "door_closed"]
    assert closed.link == ""
    bounced = next(one for one in demo.patients if one.story == "bounced")
    assert demo.messages(demo_run.person_of(bounced).email) == []


# Refusals: one sentence that says what to do


def start_in_vain(**settings: str) -> str:
    """What a demo says that can't start."""
    told = demo_run.ardoise("demo", environment=settings)
    assert told.returncode == 2
    assert told.stdout == ""
    assert len(told.stderr.splitlines()) == 1
    return told.stderr.strip()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path):
    mine = tmp_path / "thesis.odt"
    mine.write_text("years of work")
    said = start_in_vain(**demo_run.asked_for(tmp_path))
    assert said == f"{tmp_path} holds something else: name another with ARDOISE_DEMO_DIR."
    assert mine.read_text() == "years of work"
    assert list(tmp_path.iterdir()) == [mine]


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path):
    folder = tmp_path / "demo"
    with taken_port() as port:
        settings = demo_run.asked_for(folder) | {"ARDOISE_BACKOFFICE_PORT": str(port)}
        said = start_in_vain(**settings)
    assert said == f"Port {port} is taken: stop what uses it, or set ARDOISE_BACKOFFICE_PORT."
    assert not folder.exists()


@pytest.mark.parametrize("name", demo_run.PORTS)
def test_a_taken_port_is_named_with_the_setting_that_changes_it(name: str):
    with taken_port() as port:
        numbers = {other.lower(): free_port() for other in ("SMTP", *demo_run.PORTS)}
        ports = Ports(**numbers | {name.lower(): port})
        with pytest.raises(DemoError, match=rf"Port {port} is taken: .*ARDOISE_{name}_PORT"):
            ports.check_free()


def test_a_port_that_is_none_is_refused(tmp_path: Path):
    settings = demo_run.asked_for(tmp_path) | {"ARDOISE_PORTAL_PORT": "65536"}
    said = start_in_vain(**settings)
    assert said == "ARDOISE_PORTAL_PORT must be a port number between 1 and 65535."


# From start to stop


def children_of(parent: int) -> set[int]:
    """All processes below one."""
    listed = subprocess.run(
        ["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found: set[int] = {parent}
    while more := {pid for pid, above in pairs if above in found} - found:
        found |= more
    return found - {parent}


def runs(pid: int) -> bool:
    """Whether a process is alive: one that ended and waits for its parent to notice is not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(state.stdout.strip()) and not state.stdout.strip().startswith("Z")


def test_it_starts_afresh_plays_tomorrow_and_ctrl_c_stops_it_all(tmp_path: Path):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "demo.mark").write_text("from an earlier start")
    (folder / "demo.json").write_text("{}")
    (folder / "old.log").write_text("from an earlier start")
    with demo_run.by_hand(folder) as process:
        assert not (folder / "old.log").exists()
        demo = DemoRun.read(folder)
        as_told(demo)
        play_tomorrow(demo)
        below = children_of(process.pid)
        assert len(below) >= 4
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=demo_run.STOP_SECONDS)
    assert process.returncode == 0, said
    assert said.rstrip().endswith("Stopped.")
    assert "starting it again" not in said
    assert "notice." not in said, "what happened in the past goes to a file"
    assert "notice." in (folder / "making.log").read_text()
    assert demo.told["staff"][0]["email"] in said
    assert [pid for pid in below if runs(pid)] == []
    for name in ("portal", "backoffice", "sandbox"):
        assert not answers(int(demo.told[name].rpartition(":")[2]))


def as_told(demo: DemoRun) -> None:
    """What answers is what demo.json says, to the cent."""
    for name in ("portal", "backoffice", "sandbox"):
        assert requests.get(f"{demo.told[name]}/health", timeout=10).status_code == 200
    for patient in demo.patients:
        assert demo.balance(patient.number) == patient.balance_cents, patient


def play_tomorrow(demo: DemoRun) -> None:
    """Days to come are played in the demo: what they decide arrives on the phones at once."""
    settled_down(demo)
    today = local_date(SystemClock().now(), "Europe/Paris")
    went = 0
    for days in (1, IN_TWO_WEEKS):
        before = messages_in(demo)
        told = demo.ardoise("run-ladder", "--on", (today + timedelta(days=days)).isoformat())
        assert told.returncode == 0, told.stderr
        sent = int(re.findall(r"Sent to the demo's phones: (\d+)\.", told.stdout)[0])
        assert messages_in(demo) == before + sent
        went += sent
    assert went > 0
    check = demo.ardoise("check")
    assert check.returncode == 0, check.stdout


def settled_down(demo: DemoRun) -> None:
    """Wait until the worker has sent what it decided at its start."""
    waiting = "SELECT count(*) = 0 FROM notice WHERE status IN ('planned', 'claimed')"
    decided = "SELECT count(*) FROM ladder_night"
    demo_run.until(lambda: demo.one(decided) and demo.one(waiting), seconds=60)


def messages_in(demo: DemoRun) -> int:
    answer = requests.get(f"{demo.sandbox}/telephone.json", timeout=10)
    return len(json.loads(answer.text))
