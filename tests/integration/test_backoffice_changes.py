"""Staff accept or decline what a person proposes, on the account's page."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from shared.accounts import (
    ContactPoint,
    PersonDetails,
    PersonName,
    account_vault,
    get_account,
    new_party,
    open_birth_date,
    parties_of,
)
from shared.base.vault import BlindIndex
from shared.preferences import Proposal
from tests.backoffice_office import Samples, opened, press, text_of
from tests.backoffice_people import KEYS, OTHERS, OURS

INDEX = BlindIndex(b"i" * 40)


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def address(office: Samples) -> str:
    number, proposal = office.numbers["settled"], office.ids["settled_proposal"]
    return f"/accounts/{number}/changes/{proposal}"


def decide(client: FlaskClient, office: Samples, **fields: str) -> str:
    """Press a button of the form; what the page says then."""
    answer = press(client, address(office), **fields)
    assert answer.status_code == 303
    return text_of(client.get(answer.location))


def state(office: Samples) -> tuple[str, set[str]]:
    """The proposal's status, and those of the account's contacts."""
    with office.database.reading() as reading:
        proposal = reading.scalars(select(Proposal)).one()
        contacts = reading.scalars(
            select(ContactPoint.status).where(ContactPoint.account_id == proposal.account_id)
        )
        return proposal.status, set(contacts)


def test_a_proposal_is_shown_masked_with_what_is_known_of_it(office: Samples) -> None:
    page = text_of(office.client("secretary").get(f"/accounts/{office.numbers['settled']}"))
    assert "Nouveau contact" in page
    assert "•• •• •• 77" in page
    assert "639980777" not in page
    assert "n’est pas prévenu" in page
    assert "Changement proposé à accepter ou à décliner" in page


def test_a_contact_is_shown_whole_to_check_and_to_note_and_each_look_is_written_down(
    office: Samples,
) -> None:
    client, page = office.client("secretary"), f"/accounts/{office.numbers['settled']}"
    assert "Montrer le contact" in text_of(client.get(page))
    shown = press(client, f"{address(office)}/contact")
    assert "06 39 98 07 77" in text_of(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    story = text_of(client.get(page)).split("Historique")[1]
    assert "montré en entier : nouveau contact" in story
    assert "06 39 98 07 77" not in story
    told = decide(client, office, decision="accept", checked="1")
    assert "Contacts donnés par la personne" in told
    assert "06 39 98 07 77" not in told
    assert "06 39 98 07 77" in text_of(press(client, f"{address(office)}/contact"))
    for role in ("accountant", "auditor"):
        assert press(office.client(role), f"{address(office)}/contact").status_code == 403


def test_a_declined_contact_is_shown_to_nobody(office: Samples) -> None:
    client = office.client("manager")
    decide(client, office, decision="mistake")
    refused = press(client, f"{address(office)}/contact")
    assert (refused.status_code, "07 77" in refused.text) == (409, False)


def test_the_head_says_whose_birth_date_and_contacts_these_are(office: Samples) -> None:
    with office.database.unit_of_work(OURS) as work:
        proposal = work.session.scalars(select(Proposal)).one()
        account = get_account(work.session, practice_id=OURS, account_id=proposal.account_id)
        own_year = next(
            born.year
            for one in parties_of(work.session, practice_id=OURS, account_id=account.id)
            if (born := open_birth_date(account_vault(KEYS, account), one))
        )
        work.session.add(
            new_party(
                account,
                role="representative",
                external_ref="",
                details=PersonDetails(PersonName("Solange", "Ferhat"), date(1931, 2, 3), None),
                vault=account_vault(KEYS, account),
                index=INDEX,
            )
        )
        account.represented = True
        contact = work.session.get_one(ContactPoint, (OURS, proposal.contact_id))
        contact.of_representative, contact.status = True, "usable"
        proposal.status = "accepted"
        work.commit()
    page = text_of(office.client("secretary").get(f"/accounts/{office.numbers['settled']}"))
    head = page.split("Reste dû")[0]
    own, theirs = head.split("Représenté(e) par")
    assert f"né(e) en {own_year}" in own
    assert "77" not in own.split("Compte")[-1].split("né(e)")[1]
    assert "Solange Ferhat · né(e) en 1931 · téléphone •• •• •• 77" in theirs
    assert "c’est sa date de naissance qui est demandée" in theirs


def test_nobody_is_sent_to_a_number_that_others_answer(office: Samples) -> None:
    page = f"/accounts/{office.numbers['settled']}"
    assert "appelez la personne" in text_of(office.client("secretary").get(page))
    with office.database.unit_of_work(OURS) as work:
        work.session.execute(
            update(ContactPoint)
            .where(ContactPoint.kind != "email", ContactPoint.status == "usable")
            .values(status="unsafe")
        )
        work.commit()
    told = text_of(office.client("secretary").get(page))
    assert "N’appelez pas" in told
    assert "appelez la personne" not in told


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_roles_that_write_to_nobody_do_not_see_it(office: Samples, role: str) -> None:
    client = office.client(role)
    assert "•• •• •• 77" not in client.get(f"/accounts/{office.numbers['settled']}").text
    assert press(client, address(office), decision="accept", checked="1").status_code == 403


def test_accepting_asks_to_check_first(office: Samples) -> None:
    client = office.client("secretary")
    page = decide(client, office, decision="accept")
    assert "Vérifiez d’abord avec la personne" in page
    assert state(office)[0] == "confirmed"
    page = decide(client, office, decision="accept", checked="1")
    assert "Changement accepté." in page
    assert state(office) == ("accepted", {"usable", "replaced", "opted_out"})
    page = decide(client, office, decision="accept", checked="1")
    assert "Changements proposés" not in page
    assert "Changement proposé à accepter" not in page.split("Historique")[0]


def test_declining_gives_a_reason(office: Samples) -> None:
    client = office.client("manager")
    assert "Choisissez pourquoi" in decide(client, office, decision="")
    page = decide(client, office, decision="unproven")
    assert "Changement décliné." in page
    assert state(office)[0] == "declined"


def test_another_practice_finds_nothing(office: Samples) -> None:
    client = office.client("stranger", practice_id=OTHERS)
    assert press(client, address(office), decision="call").status_code == 404
    assert state(office)[0] == "confirmed"
