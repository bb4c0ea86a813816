"""The phone page of the demo says whose phone it is and what the portal will ask."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sandbox.app import create_app
from sandbox.messages import Inbox, Message
from sandbox.settings import Settings
from sandbox.store import Books
from sandbox.webhooks import Courier

NADIA = {
    "addresses": ["+33639981234", "nadia.ferhat@courriel.example"],
    "name": "Nadia Ferhat",
    "birth_date": "1945-02-08",
}
PAUL = {"addresses": ["+33639980000"], "name": "Paul Sarr", "birth_date": "1980-07-01"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.json"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def phone(file: Path, inbox: Inbox) -> FlaskClient:
    settings = Settings.from_environment({"ARDOISE_SANDBOX_PEOPLE": str(file)})
    app = create_app(settings, Books(settings.base_url, Courier()), inbox)
    return app.test_client()


def told(phone: FlaskClient, recipient: str) -> str:
    answer = phone.get(f"/telephone/{recipient}", base_url="http://127.0.0.1")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("recipient", NADIA["addresses"])
def test_it_tells_name_and_birth_date_and_that_the_person_is_invented(
    phone: FlaskClient, file: Path, recipient: str
) -> None:
    file.write_text(json.dumps([PAUL, NADIA]))
    said = told(phone, recipient)
    for words in ("Nadia Ferhat", "personne inventée", "8 février 1945"):
        assert words in said
    assert "Sarr" not in said
    assert "code postal" not in said


def test_it_tells_the_postcode_where_the_portal_asks_for_it(phone: FlaskClient, file: Path) -> None:
    file.write_text(json.dumps([PAUL | {"postcode": "35000"}]))
    assert "35000" in told(phone, "+33639980000")


def test_a_stranger_is_nobody_and_so_is_everyone_without_the_file(
    phone: FlaskClient, file: Path
) -> None:
    assert "inventée" not in told(phone, "+33639981234")
    file.write_text(json.dumps([NADIA]))
    assert "inventée" not in told(phone, "+33639989999")


@pytest.mark.parametrize("typed", ["ferhat", "NADIA", "Nadiä F"])
def test_a_person_is_found_by_name_and_all_their_messages_are_there(
    phone: FlaskClient, file: Path, inbox: Inbox, typed: str
) -> None:
    file.write_text(json.dumps([PAUL, NADIA]))
    inbox.add(Message("sms", "+33639981234", "R12", "Un mot"))
    inbox.add(Message("sms", "+33639980000", "R12", "Un autre mot"))
    page = phone.get(f"/telephone?q={typed}", base_url="http://127.0.0.1").text
    assert "Nadia Ferhat · +33639981234" in page
    assert "Paul" not in page
    [address] = re.findall(r'href="(/telephone/[^"]+)"', page)
    assert "Un mot" in phone.get(address, base_url="http://127.0.0.1").text
