"""« Vie privée »: who may hand a person the copy of all their data, and what is noted of it."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.accounts import account_vault
from shared.audit import TimelineEvent
from shared.base.ids import new_id
from shared.privacy import EXPORTED, FORMAT, Opener, make_copy, open_details
from tests.backoffice_office import Samples, opened, press, text_of, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import OURS
from tests.command_line import run
from tests.integration.spaces import CARE, Space
from tests.security.office_role import opened_in_role
from tests.world import World


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def copied(office: Samples, story: str, form: str = "json", **fields: str) -> TestResponse:
    """The answer to the manager's press, who has just shown to be there."""
    client = office.client("manager")
    confirm(office)
    address = f"/accounts/{office.numbers[story]}/privacy/copy"
    return press(client, address, **({"reason": "person", "form": form} | fields))


def noted(office: Samples, story: str) -> list[TimelineEvent]:
    with office.database.reading(OURS) as session:
        return list(
            session.scalars(
                select(TimelineEvent).where(
                    TimelineEvent.account_id == office.ids[story], TimelineEvent.kind == EXPORTED
                )
            )
        )


def test_the_json_names_its_account_people_and_contacts_and_staff_by_role(office: Samples) -> None:
    answer = copied(office, "settled")
    number = office.numbers["settled"]
    assert answer.content_type == "application/json"
    assert answer.headers["Content-Disposition"] == (f"attachment; filename=donnees-{number}.json")
    told = json.loads(answer.data)
    assert (told["format"], told["account"][0]["number"]) == (FORMAT, number)
    assert told["people"][0]["name"]["surname"]
    assert told["contacts"][0]["value"]
    assert [one["body"] for one in told["messages"]]
    members = {made.user.name for made in office.staff.values()}
    assert not any(f'"{name}"' in answer.text for name in members)
    [event] = noted(office, "settled")
    assert event.facts == {"reason": "person", "form": "json", "digest": told["digest"]}


def test_the_paper_says_the_same_in_words(office: Samples) -> None:
    answer = copied(office, "held", "pdf")
    assert answer.content_type == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for part in ("Les personnes du compte", "Nadia", "Ferhat", "Factures", "Historique"):
        assert part in words
    [event] = noted(office, "held")
    assert event.facts["digest"] in words.replace(" ", "")


def test_the_very_same_copy_is_noted_once_and_the_story_tells_it(office: Samples) -> None:
    first, second = copied(office, "held"), copied(office, "held")
    assert json.loads(first.data)["digest"] == json.loads(second.data)["digest"]
    assert len(noted(office, "held")) == 1
    page = text_of(office.client("manager").get(f"/accounts/{office.numbers['held']}"))
    assert "Copie de toutes les données faite en JSON : la personne la demande" in page


def test_without_a_reason_nothing_is_handed_out_and_one_sentence_says_why(office: Samples) -> None:
    answer = copied(office, "held", reason="")
    assert answer.status_code == 422
    assert "Choisissez pourquoi vous faites cette copie." in text_of(answer)
    assert noted(office, "held") == []


def test_an_authority_is_named_as_it_is_written(office: Samples) -> None:
    page = text_of(office.client("manager").get(f"/accounts/{office.numbers['held']}/privacy"))
    assert "Une autorité la demande (CNIL, tribunal)" in page
    assert "Une autorité (CNIL, tribunal)" in page
    assert "cnil" not in page


def test_who_may_not_reads_who_may(office: Samples) -> None:
    for role in ("secretary", "auditor", "accountant"):
        client = office.client(role)
        page = client.get(f"/accounts/{office.numbers['held']}/privacy")
        assert "Le peuvent : Responsable, Propriétaire du cabinet." in text_of(page)
        confirm(office)
        answer = press(client, f"/accounts/{office.numbers['held']}/privacy/copy", reason="person")
        assert answer.status_code == 403
    assert noted(office, "held") == []


def test_the_database_lets_the_back_office_read_what_the_copy_needs(
    postgres_roles_url: str,
) -> None:
    with opened_in_role(postgres_roles_url) as office:
        for form in ("json", "pdf"):
            client = office.client("owner")
            confirm(office)
            token = token_of(client)
            answer = client.post(
                f"/accounts/{office.numbers['settled']}/privacy/copy",
                data={"csrf_token": token, "reason": "person", "form": form},
            )
            assert answer.status_code == 200
        assert len(noted(office, "settled")) == 2


def test_whose_lines_are_in_the_copy_reads_that_they_were_opened(database_url: str) -> None:
    space = Space(database_url)
    account = space.account()
    space.keep_lines(account)
    with space.database.unit_of_work(space.practice_id) as work:
        data = make_copy(
            work.session,
            account=account,
            vault=account_vault(space.house.keys, account),
            opener=Opener(new_id(), "Claire Le Goff", "manager"),
            roles={},
            reason="person",
            form="json",
            at=space.clock.now(),
        )
        work.commit()
    assert list(data.sections["invoices"][0]["lines"].values()) == list(CARE.values())
    [look] = space.looks(account)
    assert (look.by, look.role, look.reason) == ("staff", "manager", "copy")
    assert (
        "Pour faire une copie de toutes les données" in space.visitor(account).get("/looked").text
    )
    space.database.dispose()


def test_a_copy_made_while_one_reads_the_lines_for_another_reason_is_told_to_the_person_too(
    database_url: str,
) -> None:
    space = Space(database_url)
    account = space.account()
    space.keep_lines(account)
    opener = Opener(new_id(), "Claire Le Goff", "manager")
    vault = account_vault(space.house.keys, account)
    with space.database.unit_of_work(space.practice_id) as work:
        grant = open_details(
            work.session,
            account=account,
            vault=vault,
            opener=opener,
            reason="question",
            note="",
            at=space.clock.now(),
        )
        work.commit()
    assert grant.reason == "question"
    space.later(minutes=1)
    for _ in range(2):
        with space.database.unit_of_work(space.practice_id) as work:
            make_copy(
                work.session,
                account=account,
                vault=vault,
                opener=opener,
                roles={},
                reason="person",
                form="json",
                at=space.clock.now(),
            )
            work.commit()
    assert sorted(look.reason for look in space.looks(account)) == ["copy", "question"]
    page = space.visitor(account).get("/looked").text
    assert "Pour faire une copie de toutes les données" in page
    space.database.dispose()


def test_the_command_writes_a_new_file_for_oneself_and_notes_it(
    database_url: str, tmp_path: Path
) -> None:
    world = World(database_url)
    account = world.account()
    file = tmp_path / "copy.json"
    ran = run(world.settings, "privacy", "export", account.number, str(file))
    assert ran.exit_code == 0, ran.output
    assert "Ferhat" not in ran.output
    assert file.stat().st_mode & 0o077 == 0
    assert json.loads(file.read_text())["people"][0]["name"]["surname"] == "Ferhat"
    again = run(world.settings, "privacy", "export", account.number, str(file))
    assert again.exit_code != 0
    assert "is there already" in again.output
    world.check()
    world.database.dispose()
