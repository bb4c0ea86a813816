"""Staff say whose a payment is, on a page of its own."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from shared.accounts import Account, get_practice
from shared.base.ids import new_id
from shared.orders import ASSIGN, REFUND, MoneyOrder
from shared.payments import StrayPayment
from shared.payments.stray_booking import take_stray
from shared.processor import Checkout, Disputed, Refunded
from shared.reversals import take_disputes_of_stray
from tests.backoffice_office import Samples, opened, text_of, token_of
from tests.backoffice_orders import confirm, press_agreement
from tests.backoffice_people import OTHERS, OURS

STORY = "doubt"
pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
LIST = "/payments/unassigned"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def found(
    office: Samples,
    cents: int = 5000,
    *,
    reference: str | None = None,
    returned: int = 0,
    disputed: int = 0,
    standing: str = "open",
    practice_id: int = OURS,
) -> UUID:
    """Money that the worker found at the processor."""
    at, intent = office.clock.now(), f"pi_{new_id().hex}"
    refunds = (Refunded(f"re_{intent}", intent, "succeeded", returned, "eur", at),)
    state = Checkout(
        session_id=None,
        url=None,
        status="complete",
        paid=True,
        amount_cents=cents,
        currency="eur",
        reference=reference,
        livemode=False,
        intent_id=intent,
        failed=None,
        received_at=at - timedelta(days=1),
        refunds=refunds if returned else (),
    )
    with office.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        stray = take_stray(work.session, practice=practice, state=state, at=at)
        dispute = Disputed(
            dispute_id=f"du_{intent}",
            intent_id=intent,
            standing=standing,
            amount_cents=disputed,
            taken_cents=disputed,
            fee_cents=2000,
            currency="eur",
            reason="fraudulent",
            respond_by=None,
            at=at,
            taken_at=at,
            moves=1,
        )
        told = [dispute] if disputed else []
        take_disputes_of_stray(work.session, stray, told, practice=practice, at=at)
        work.commit()
        return stray.id


def plain(said: str) -> str:
    """With plain spaces."""
    return said.replace("\u202f", " ").replace("\xa0", " ")


def mark(page: str) -> str:
    shown = re.search(r'name="once" value="([^"]+)"', page)
    assert shown
    return shown[1]


def look_for(client: FlaskClient, stray: UUID, term: str) -> TestResponse:
    fields = {"csrf_token": token_of(client), "stray": str(stray), "q": term}
    return client.post(LIST, data=fields)


def check(client: FlaskClient, stray: UUID, number: str) -> TestResponse:
    fields = {"csrf_token": token_of(client), "number": number}
    return client.post(f"{LIST}/{stray}/check", data=fields, follow_redirects=True)


def check_back(client: FlaskClient, stray: UUID) -> TestResponse:
    fields = {"csrf_token": token_of(client), "reason": "other"}
    return client.post(f"{LIST}/{stray}/refund/check", data=fields, follow_redirects=True)


def give(client: FlaskClient, stray: UUID, number: str, once: str) -> str:
    fields = {"csrf_token": token_of(client), "number": number, "once": once}
    return text_of(client.post(f"{LIST}/{stray}", data=fields, follow_redirects=True))


def orders(office: Samples) -> list[MoneyOrder]:
    with office.database.reading(OURS) as session:
        return list(session.scalars(select(MoneyOrder).where(MoneyOrder.kind == ASSIGN)))


@pytest.fixture(autouse=True)
def none_waits(office: Samples) -> None:
    with office.database.unit_of_work(OURS) as work:
        work.session.execute(delete(StrayPayment))
        work.commit()


def test_nothing_waits(office: Samples) -> None:
    said = text_of(office.client("secretary").get(LIST))
    assert "Aucun paiement n’attend." in said


def test_what_came_is_listed_with_its_sum_and_day(office: Samples) -> None:
    found(office, 5000, returned=1200)
    found(office, 700, practice_id=OTHERS)
    said = text_of(office.client("secretary").get(LIST))
    assert "50,00 €, hier" in said.replace("\u202f", " ").replace("\xa0", " ")
    assert "Dont 12,00 € déjà remboursés." in said.replace("\u202f", " ").replace("\xa0", " ")
    assert "7,00" not in said


def test_the_account_is_looked_for_and_gets_it_once(office: Samples) -> None:
    stray, client = found(office), office.client("secretary")
    number = office.numbers[STORY]
    page = look_for(client, stray, number)
    assert page.status_code == 200
    assert "Choisir ce compte" in text_of(page)
    checked = check(client, stray, number)
    assert "Attribuer à ce compte" in text_of(checked)
    assert orders(office) == []
    once = mark(checked.text)
    for _ in range(2):
        assert f"Le paiement est attribué au compte {number} dans un instant." in give(
            client, stray, number, once
        )
    [order] = orders(office)
    assert (order.kind, order.stray_id, order.account_id) == ("assign", stray, office.ids[STORY])
    assert (order.status, order.amount_cents) == ("approved", 5000)
    assert f"Attribution au compte {number}" in text_of(client.get(LIST))


def test_a_second_person_is_told_that_it_is_under_way_to_another(office: Samples) -> None:
    stray, client = found(office), office.client("secretary")
    other = next(n for story, n in office.numbers.items() if n != office.numbers[STORY])
    give(client, stray, office.numbers[STORY], "one")
    said = give(office.client("manager"), stray, other, "two")
    assert f"déjà en cours d’attribution au compte {office.numbers[STORY]}" in said
    assert len(orders(office)) == 1


def test_what_can_not_be_done_is_said(office: Samples) -> None:
    stray, client = found(office), office.client("secretary")
    assert "Ce compte n’existe pas" in give(client, stray, "0000", "one")
    assert "rechargez-la" in give(client, stray, office.numbers[STORY], "")
    with office.database.unit_of_work(OURS) as work:
        row = work.session.get_one(StrayPayment, (OURS, stray))
        row.status, row.returned_cents = "returned", 5000
        work.commit()
    assert "n’est plus à attribuer. Ce paiement a été rendu" in give(
        client, stray, office.numbers[STORY], "x"
    )
    assert orders(office) == []


def test_what_a_bank_has_while_it_decides_is_said_and_nothing_can_be_asked(office: Samples) -> None:
    stray, client = found(office, 5000, disputed=5000), office.client("secretary")
    said = plain(text_of(client.get(LIST)))
    assert "La banque a repris 50,00 € en attendant de décider" in said
    assert "ce paiement ne peut être ni attribué ni rendu d’ici là" in said
    assert "Chercher le compte" not in said
    assert "Vérifier avant de demander" not in said
    assert "il ne peut être ni attribué ni rendu" in give(
        client, stray, office.numbers[STORY], "one"
    )
    confirm(office)
    assert "il ne peut être ni attribué ni rendu" in text_of(asks_back(client, stray, "two"))
    assert orders(office) == []


def test_of_what_a_bank_has_in_part_the_rest_can_be_asked_for(office: Samples) -> None:
    found(office, 5000, returned=1000, disputed=1500)
    said = plain(text_of(office.client("secretary").get(LIST)))
    assert "Dont 10,00 € déjà remboursés." in said
    assert "La banque a repris 15,00 € en attendant de décider : seuls 25,00 € peuvent" in said
    assert "Rendre 25,00 € à qui l’a payé" in said
    assert "Chercher le compte" in said


def test_what_a_bank_keeps_is_said(office: Samples) -> None:
    found(office, 5000, disputed=1500, standing="lost")
    found(office, 7000, disputed=7000, standing="lost")
    said = plain(text_of(office.client("secretary").get(LIST)))
    assert "Dont 15,00 € repris par la banque : contestation perdue." in said
    assert "en attendant de décider" not in said
    waits, ended = said.split("Rendus et attribués récemment")
    assert "70,00 €" not in waits
    assert "Repris par la banque 70,00 €" in ended


def test_the_account_whose_reference_it_bears_is_named(office: Samples) -> None:
    with office.database.reading(OURS) as session:
        account = session.get_one(Account, (OURS, office.ids[STORY]))
    found(office, reference=account.transfer_reference)
    said = text_of(office.client("secretary").get(LIST))
    assert f"C’est la référence du compte {account.number}." in said
    assert f"Choisir le compte {account.number}" in said


def test_a_reference_that_is_not_ours_may_name_a_person_and_is_not_kept(office: Samples) -> None:
    found(office, reference="Nadia Ferhat, mars")
    assert "Nadia" not in office.client("secretary").get(LIST).text
    with office.database.reading(OURS) as session:
        assert session.scalars(select(StrayPayment.reference)).all() == [None]


def test_another_practices_payment_is_none_of_ours(office: Samples) -> None:
    stray, client = found(office, practice_id=OTHERS), office.client("secretary")
    fields = {"csrf_token": token_of(client), "number": office.numbers[STORY], "once": "one"}
    assert client.post(f"{LIST}/{stray}", data=fields).status_code == 404
    assert orders(office) == []


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_roles_that_take_no_money_do_not_see_it(office: Samples, role: str) -> None:
    stray, client = found(office), office.client(role)
    assert client.get(LIST).status_code == 403
    fields = {"csrf_token": token_of(client), "number": office.numbers[STORY], "once": "one"}
    assert client.post(f"{LIST}/{stray}", data=fields).status_code == 403
    assert LIST not in client.get("/accounts").text


def asks_back(client: FlaskClient, stray: UUID, once: str, **more: str) -> TestResponse:
    fields = {"csrf_token": token_of(client), "reason": "other", "once": once}
    return client.post(f"{LIST}/{stray}/refund", data=fields | more, follow_redirects=True)


def refunds(office: Samples) -> list[MoneyOrder]:
    with office.database.reading(OURS) as session:
        query = select(MoneyOrder).where(MoneyOrder.stray_id.is_not(None))
        return list(session.scalars(query.where(MoneyOrder.kind == REFUND)))


def test_it_is_given_back_to_whoever_paid_it_by_somebody_who_is_there(office: Samples) -> None:
    stray, client = found(office, 5000, returned=1200), office.client("secretary")
    page = client.get(LIST)
    assert "Rendre 38,00 € à qui l’a payé" in plain(text_of(page))
    offered = page.text.split('name="reason"')[1].split("</select>")[0]
    assert "on ne sait pas de qui il est" in offered
    assert "geste commercial" not in offered
    assert "facture corrigée" not in offered
    checked = check_back(client, stray)
    assert refunds(office) == []
    assert "Confirmez que c’est vous" in text_of(asks_back(client, stray, mark(checked.text)))
    assert refunds(office) == []
    confirm(office)
    for _ in range(2):
        said = plain(text_of(asks_back(client, stray, "one")))
    assert "Remboursement de 38,00 €, autre raison va partir" in said
    [order] = refunds(office)
    assert (order.status, order.amount_cents, order.stray_id) == ("approved", 3800, stray)
    assert order.account_id is None
    assert "retirez-le d’abord" in give(client, stray, office.numbers[STORY], "two")
    assert "Chercher le compte" not in text_of(client.get(LIST))


def test_above_the_limit_a_second_person_agrees_on_the_same_page(office: Samples) -> None:
    stray, client = found(office, 20_000), office.client("secretary")
    confirm(office)
    said = text_of(asks_back(client, stray, "one"))
    assert "à valider par un responsable" in said
    assert "Valider" not in said
    [order] = refunds(office)
    manager = office.client("manager")
    confirm(office)
    assert f'href="/agreements/{order.id}"' in manager.get(LIST).text
    assert "Valider" in text_of(manager.get(f"/agreements/{order.id}"))
    done = press_agreement(manager, order.id, "approve")
    assert done.location == LIST
    assert "Validé" in text_of(manager.get(LIST))
    assert refunds(office)[0].status == "approved"


def test_whoever_asked_may_take_it_back_and_what_was_impossible_is_said(office: Samples) -> None:
    stray, client = found(office, 20_000), office.client("secretary")
    confirm(office)
    asks_back(client, stray, "one")
    [order] = refunds(office)
    fields = {"csrf_token": token_of(client)}
    done = client.post(f"/agreements/{order.id}/withdraw", data=fields, follow_redirects=True)
    assert "Demande retirée : rien ne part." in text_of(done)
    assert "Chercher le compte" in text_of(done), "it may be given to an account again"
    with office.database.unit_of_work(OURS) as work:
        row = work.session.get_one(MoneyOrder, (OURS, order.id))
        row.status, row.outcome = "refused", "no_balance"
        work.commit()
    assert "n’est pas assez approvisionné" in text_of(client.get(LIST))
