"""Payments of nobody known: what is checked before it is asked, what two ask at once, what was done."""

from collections.abc import Iterator
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from shared.accounts import Account
from shared.audit import PATIENT, PROCESSOR, SYSTEM, Actor, TimelineEvent
from shared.orders import MoneyOrder, end_order
from shared.payments import StrayPayment
from tests.backoffice_office import Samples, opened, text_of, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import OTHERS, OURS
from tests.integration.test_backoffice_strays import (
    LIST,
    STORY,
    asks_back,
    check,
    check_back,
    found,
    give,
    look_for,
    plain,
    refunds,
)

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        with samples.database.unit_of_work(OURS) as work:
            work.session.execute(delete(StrayPayment))
            work.commit()
        yield samples


def all_orders(office: Samples) -> list[MoneyOrder]:
    with office.database.reading(OURS) as session:
        query = select(MoneyOrder).where(MoneyOrder.stray_id.is_not(None))
        return list(session.scalars(query.order_by(MoneyOrder.asked_at)))


def gone(office: Samples, stray: UUID, status: str, account: str = "") -> None:
    """It went back in the processor's pages, or was assigned, meanwhile."""
    with office.database.unit_of_work(OURS) as work:
        row = work.session.get_one(StrayPayment, (OURS, stray))
        row.status = status
        if status == "returned":
            row.returned_cents = row.amount_cents
        else:
            row.account_id = office.ids[account]
        work.commit()


def list_of(office: Samples, role: str) -> str:
    return plain(text_of(office.client(role).get(LIST)))


def name_of(office: Samples, role: str) -> str:
    return office.staff[role].user.name


def test_the_account_is_confirmed_with_its_name_and_what_it_owes_before(office: Samples) -> None:
    stray, client = found(office, 10_000), office.client("secretary")
    said = plain(text_of(check(client, stray, office.numbers[STORY])))
    with office.database.reading(OURS) as session:
        owed = session.get_one(Account, (OURS, office.ids[STORY])).balance_cents
    assert "Odile Kerbrat" in said
    assert f"Reste dû sur ce compte {owed // 100},{owed % 100:02} €" in said
    assert "Ce paiement 100,00 €" in said
    left = 10_000 - owed
    assert f"Trop-perçu, à la personne {left // 100},{left % 100:02} €" in said
    assert "Un paiement attribué ne se reprend pas." in said
    assert all_orders(office) == []


@pytest.mark.parametrize("by", ["number", "name", "reference"])
def test_the_account_is_found_by_number_name_or_reference(office: Samples, by: str) -> None:
    with office.database.reading(OURS) as session:
        reference = session.get_one(Account, (OURS, office.ids[STORY])).transfer_reference
    fours = " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
    term = {"number": office.numbers[STORY], "name": "Kerbrat", "reference": fours}[by]
    said = text_of(look_for(office.client("secretary"), found(office), term))
    assert office.numbers[STORY] in said
    assert "Choisir ce compte" in said


def test_giving_back_is_checked_with_sum_card_and_who_agrees_before(office: Samples) -> None:
    stray, client = found(office, 20_000), office.client("secretary")
    said = plain(text_of(check_back(client, stray)))
    assert "Ce qui est rendu 200,00 €" in said
    assert "Comment par le chemin qu’il a pris pour venir" in said
    assert name_of(office, "manager") in said
    assert "dès la validation" in said
    assert all_orders(office) == []
    fields = {"csrf_token": token_of(client), "reason": ""}
    refused = client.post(f"{LIST}/{stray}/refund/check", data=fields, follow_redirects=True)
    assert "Choisissez la raison" in text_of(refused)


def test_another_practices_payment_can_not_be_checked(office: Samples) -> None:
    stray, client = found(office, practice_id=OTHERS), office.client("secretary")
    assert check(client, stray, office.numbers[STORY]).status_code == 404
    assert check_back(client, stray).status_code == 404


def test_of_two_who_assign_the_second_learns_who_did_what_also_to_the_same_account(
    office: Samples,
) -> None:
    stray, number = found(office), office.numbers[STORY]
    give(office.client("secretary"), stray, number, "one")
    for account in (number, office.numbers["door"]):
        said = give(office.client("manager"), stray, account, f"two-{account}")
        assert f"déjà en cours d’attribution au compte {number}" in said
        assert f"demandé par {name_of(office, 'secretary')}" in said
    assert len(all_orders(office)) == 1


def test_of_one_who_assigns_and_one_who_gives_back_the_second_learns_of_it(
    office: Samples,
) -> None:
    stray, number = found(office), office.numbers[STORY]
    confirm(office)
    manager = office.client("manager")
    give(office.client("secretary"), stray, number, "one")
    confirm(office)
    said = text_of(asks_back(manager, stray, "two"))
    assert f"demandé par {name_of(office, 'secretary')}" in said
    assert "Rien n’est fait deux fois." in said
    assert len(all_orders(office)) == 1


def test_at_the_very_same_moment_only_one_is_asked(office: Samples) -> None:
    stray, together = found(office), Barrier(4)
    numbers = [office.numbers[story] for story in (STORY, "door", "held", "settled")]
    clients = [office.client(role) for role in ("secretary", "manager", "owner", "secretary")]
    tokens = [token_of(client) for client in clients]
    said: list[str] = []

    def press(at: int) -> None:
        fields = {"csrf_token": tokens[at], "number": numbers[at], "once": f"mark-{at}"}
        together.wait()
        answer = clients[at].post(f"{LIST}/{stray}", data=fields, follow_redirects=True)
        said.append(text_of(answer))

    threads = [Thread(target=press, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(all_orders(office)) == 1
    assert sum("dans un instant" in text for text in said) == 1
    assert sum("déjà en cours d’attribution" in text for text in said) == 3


@pytest.mark.parametrize("status", ["assigned", "returned"])
def test_a_refund_that_waits_for_what_went_is_shown_with_what_became_and_cancelled(
    office: Samples, status: str
) -> None:
    stray = found(office, 20_000)
    client = office.client("secretary")
    confirm(office)
    asks_back(client, stray, "one")
    gone(office, stray, status, STORY)
    said = list_of(office, "secretary")
    assert "Demandes sur des paiements qui ne sont plus ici" in said
    became = {
        "assigned": f"Ce paiement est au compte {office.numbers[STORY]} maintenant.",
        "returned": "Ce paiement a été rendu entre-temps.",
    }[status]
    assert became in said
    assert "Retirer la demande" in said
    assert "Annuler cette demande" in list_of(office, "manager"), "who may agree may also refuse"
    assert "Annuler cette demande" not in said
    [order] = refunds(office)
    fields = {"csrf_token": token_of(client)}
    answer = client.post(f"/agreements/{order.id}/withdraw", data=fields, follow_redirects=True)
    assert "Demande retirée : rien ne part." in text_of(answer)
    said = list_of(office, "secretary")
    assert "Demandes sur des paiements" not in said
    assert "Remboursement : demande retirée" in said


def test_what_went_to_an_account_can_not_be_agreed_to_go_back(office: Samples) -> None:
    stray = found(office, 20_000)
    client, manager = office.client("secretary"), office.client("manager")
    confirm(office)
    asks_back(client, stray, "one")
    gone(office, stray, "assigned", STORY)
    [order] = refunds(office)
    fields = {"csrf_token": token_of(manager)}
    answer = manager.post(f"/agreements/{order.id}/approve", data=fields, follow_redirects=True)
    assert "Refusez cette demande." in text_of(answer)
    assert refunds(office)[0].status == "waiting"


def test_what_was_given_back_and_assigned_lately_stays_with_who_and_when(office: Samples) -> None:
    first, second = found(office, 5000), found(office, 3000)
    give(office.client("secretary"), first, office.numbers[STORY], "one")
    manager = office.client("manager")
    confirm(office)
    asks_back(manager, second, "two")
    with office.database.unit_of_work(OURS) as work:
        for order in work.session.scalars(
            select(MoneyOrder).where(MoneyOrder.stray_id.is_not(None))
        ):
            end_order(work.session, order, at=office.clock.now())
        work.commit()
    gone(office, first, "assigned", STORY)
    gone(office, second, "returned")
    said = list_of(office, "secretary").split("Rendus et attribués récemment")[1]
    assert f"Attribué au compte {office.numbers[STORY]} 50,00 €" in said
    assert "Rendu à qui l’avait payé 30,00 €" in said
    assert name_of(office, "secretary") in said
    assert name_of(office, "manager") in said
    office.later(days=61)
    assert "Rendus et attribués récemment" not in list_of(office, "secretary")


def test_what_went_back_in_the_processors_pages_is_said_too(office: Samples) -> None:
    found(office, 5000, returned=5000)
    said = list_of(office, "secretary").split("Rendus et attribués récemment")[1]
    assert "Rendu chez le prestataire 50,00 €" in said
    assert "repris" not in said


def test_what_a_bank_kept_is_not_said_to_have_been_given_back(office: Samples) -> None:
    found(office, 5000, disputed=5000, standing="lost")
    found(office, 4000, returned=1000, disputed=3000, standing="lost")
    said = list_of(office, "secretary").split("Rendus et attribués récemment")[1]
    assert "Repris par la banque 50,00 €" in said
    assert "Rendu en partie, le reste repris par la banque 40,00 €" in said
    assert "Rendu chez" not in said


def test_what_a_bank_has_while_it_decides_is_not_among_what_is_over(office: Samples) -> None:
    found(office, 5000, disputed=5000)
    said = list_of(office, "secretary")
    assert "en attendant de décider" in said
    assert "Rendus et attribués récemment" not in said


def test_what_went_at_the_processor_is_told_by_the_worker_alone(office: Samples) -> None:
    stray = found(office, 4000)
    gone(office, stray, "returned")

    def tells(actor: Actor, facts: object) -> None:
        with office.database.unit_of_work(OURS) as work:
            work.session.add(
                TimelineEvent(
                    practice_id=OURS,
                    account_id=None,
                    at=office.clock.now(),
                    actor_kind=actor.kind,
                    actor=actor.name,
                    kind="stray_payment.give_back",
                    facts=facts,
                )
            )
            work.commit()

    words = "Rendu chez le prestataire"
    for actor in (PATIENT, SYSTEM, Actor("staff", "processor")):
        tells(actor, {"id": str(stray)})
    for unread in ({"id": "x"}, {}, ["id"], {"id": [str(stray)]}):
        tells(PROCESSOR, unread)
    assert words not in list_of(office, "secretary")
    tells(PROCESSOR, {"id": str(stray)})
    assert words in list_of(office, "secretary")
