"""Staff accept or decline what a person proposes, on the account's page."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from shared.accounts import ContactPoint
from shared.preferences import Proposal
from tests.backoffice_office import Samples, opened, press, text_of
from tests.backoffice_people import OTHERS, OURS


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
    assert state(office) == ("accepted", {"usable", "replaced"})
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
