"""A practice's own roles: what they let one do, who makes them, and what can't be."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.audit import TimelineEvent
from shared.staff import GRANTABLE, StaffRole, members_who_may
from tests.backoffice_office import Samples, counted, opened, text_of, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import OURS
from tests.integration.test_settings import second_owner

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
NEW = "/settings/roles/new"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def send(office: Samples, client: FlaskClient, page: str, *may: str, **fields: str) -> TestResponse:
    confirm(office)
    return client.post(page, data={"csrf_token": token_of(client), "may": list(may)} | fields)


def roles(office: Samples) -> dict[str, StaffRole]:
    with office.database.reading(OURS) as session:
        rows = session.scalars(select(StaffRole).where(StaffRole.practice_id == OURS))
        return {role.title: role for role in rows}


def events(office: Samples) -> list[TimelineEvent]:
    kinds = TimelineEvent.kind.like("staff\\_role.%", escape="\\")
    with office.database.reading(OURS) as session:
        query = select(TimelineEvent).where(kinds).order_by(TimelineEvent.at, TimelineEvent.id)
        return list(session.scalars(query))


def test_a_role_is_made_once_and_told(office: Samples) -> None:
    client = office.client("owner")
    for _ in range(2):
        made = send(office, client, NEW, "accounts.read", "payments.desk", title="Caisse")
        assert made.status_code == 303
    caisse = roles(office)["Caisse"]
    assert caisse.permissions == ["accounts.read", "payments.desk"]
    [event] = events(office)
    assert (event.kind, event.actor) == ("staff_role.made", "Camille Owner")
    assert event.facts["permissions"] == ["accounts.read", "payments.desk"]
    page = text_of(client.get("/settings/roles"))
    assert "Caisse" in page
    assert "Noter l’argent reçu au secrétariat" in page


def test_what_a_role_permits_holds_at_once_and_what_it_does_not_is_refused(office: Samples) -> None:
    theirs, owner = office.client("own"), office.client("owner")
    assert theirs.get("/accounts").status_code == 200
    assert theirs.get("/payments/unassigned").status_code == 403
    assert "Accueil du lundi" in text_of(theirs.get("/accounts"))
    role = office.ids["own_role"]
    changed = send(
        office,
        owner,
        f"/settings/roles/{role}",
        "accounts.read",
        "payments.desk",
        title="Accueil",
        seen="1",
    )
    assert changed.status_code == 303
    assert theirs.get("/payments/unassigned").status_code == 200
    said = text_of(owner.get("/settings/roles"))
    assert "Accueil changé, avant « Accueil du lundi », par Camille Owner" in said
    assert "Ajouté : Noter l’argent reçu" in said
    [event] = events(office)
    assert (event.facts["added"], event.facts["removed"]) == (["payments.desk"], [])
    send(office, owner, f"/settings/roles/{role}", "accounts.read", title="Accueil", seen="2")
    assert theirs.get("/payments/unassigned").status_code == 403


def test_who_may_agree_to_refunds_may_have_a_role_of_the_practices_own(office: Samples) -> None:
    def may() -> bool:
        with office.database.reading(OURS) as session:
            found = members_who_may(session, practice_id=OURS, permission="refunds.approve")
        return office.staff["own"].user.id in found

    assert not may()
    permissions = ("accounts.read", "refunds.write", "refunds.approve")
    send(
        office,
        office.client("owner"),
        f"/settings/roles/{office.ids['own_role']}",
        *permissions,
        title="Accueil",
        seen="1",
    )
    assert may()


@pytest.mark.parametrize(
    ("may", "title", "said"),
    [
        (("holds.write",), "Pauses", "ne va pas sans « Voir les comptes"),
        (("accounts.read", "refunds.approve"), "Validations", "Demander un remboursement"),
        ((), "Rien", "Cochez au moins un droit"),
        (("accounts.read", "roles.manage"), "Chef", "reste au propriétaire"),
        (("accounts.read", "settings.write"), "Chef", "reste au propriétaire"),
        (("accounts.read", "no.such"), "Chef", "reste au propriétaire"),
        (("accounts.read",), "x", "un nom de 3 à 40"),
        (("accounts.read",), "secrétariat", "porte déjà ce nom"),
        (("accounts.read",), "Accueil  du LUNDI", "porte déjà ce nom"),
    ],
)
def test_what_can_t_be_a_role_gets_one_sentence_and_keeps_what_was_typed(
    office: Samples, may: tuple[str, ...], title: str, said: str
) -> None:
    before = set(roles(office))
    answer = send(office, office.client("owner"), NEW, *may, title=title)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="{title}"' in answer.text
    for name in set(may) & GRANTABLE:
        assert f'value="{name}" checked' in answer.text
    assert set(roles(office)) == before
    assert not events(office)


def test_a_role_somebody_has_is_not_deleted_and_one_that_nobody_has_is(office: Samples) -> None:
    owner, page = office.client("owner"), f"/settings/roles/{office.ids['own_role']}"
    refused = send(office, owner, f"{page}/delete")
    assert refused.location == page
    assert "donnez-leur d’abord un autre rôle" in text_of(owner.get(page))
    assert "Accueil du lundi" in roles(office)
    send(office, owner, NEW, "accounts.read", title="Caisse")
    caisse = f"/settings/roles/{roles(office)['Caisse'].id}"
    assert send(office, owner, f"{caisse}/delete").status_code == 303
    assert "Caisse" not in roles(office)
    assert events(office)[-1].kind == "staff_role.deleted"
    assert send(office, owner, f"{caisse}/delete").status_code == 404


def test_of_two_owners_who_change_a_role_at_once_one_is_told_who_did(office: Samples) -> None:
    clients = [office.client("owner"), second_owner(office)]
    tokens = [token_of(client) for client in clients]
    confirm(office)
    page, ready = f"/settings/roles/{office.ids['own_role']}", Barrier(2)

    def press(which: int) -> TestResponse:
        fields = {"title": f"Accueil {which}", "may": "accounts.read", "seen": "1"}
        ready.wait()
        return clients[which].post(page, data=fields | {"csrf_token": tokens[which]})

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(press, range(2)))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    winner = [answer.status_code for answer in answers].index(303)
    name = ("Camille Owner", "Hélène Baudry")[winner]
    assert f"{name} a changé ce rôle" in text_of(answers[1 - winner])
    assert f"Accueil {winner}" in roles(office)
    assert len(events(office)) == 1


def test_a_role_of_the_practices_own_costs_one_statement(office: Samples) -> None:
    client = office.client("own")
    client.get("/sessions")
    with counted(office.database) as statements:
        client.get("/sessions")
    [found] = [one for one in statements if "staff_role" in one]
    assert "FROM staff_role" in found
