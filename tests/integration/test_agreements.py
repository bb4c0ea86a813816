"""« Validations »: what waits is found, what one agrees to is shown, as it is at that moment."""

import re
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from shared.accounts import Account
from shared.orders import RECEIVE, MoneyOrder
from shared.payments import Payment
from shared.staff import StaffSession
from shared.staff.rules import ROLES
from tests.backoffice_office import Samples, opened, press, text_of
from tests.backoffice_orders import add_lone_order, add_order, mark_seen, press_agreement
from tests.backoffice_people import OTHERS
from tests.integration.desk_world import Window
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid, told
from tests.integration.till import Till, on_sqlite

LIST = "/agreements"


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        yield samples


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def at_window(desk: RefundDesk, role: str) -> FlaskClient:
    """Somebody of the team who has just shown to be there."""
    world = desk.till.world
    client = Window.of(world, desk.people[role]).client
    with world.database.unit_of_work() as work:
        work.session.execute(update(StaffSession).values(confirmed_at=world.clock.now()))
        work.commit()
    return client


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def rich(till: Till) -> Account:
    return paid(till, owes=(25_000, 15_000))


def test_whoever_agrees_sees_what_it_does_and_who_asks_why_of_which_payment(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    order = desk.ask(account, 20_000, reason="paid_twice")
    page = plain(text_of(at_window(desk, "manager").get(f"{LIST}/{order}")))
    [first, second] = till.world.invoices(account)
    for words in (
        "Rendre 200,00 €",
        f"Compte {account.number}",
        "Camille Secretary",
        "payé deux fois",
        "400,00 €, carte",
        f"reçu {till.payments(account)[-1].number}",
        "Où va l’argent sur la carte",
        "Il en reste à rendre 400,00 €",
        f"De nouveau dû, facture {first.number}",
        f"De nouveau dû, facture {second.number}",
        "dès la validation",
        "Valider",
    ):
        assert words in page, words


def test_what_changed_since_it_was_shown_is_not_agreed_to_and_is_shown_anew(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    order = desk.ask(account, 20_000)
    manager = at_window(desk, "manager")
    address = f"{LIST}/{order}/approve"
    seen = mark_seen(manager, address)
    desk.ask(account, 10_000)
    desk.work()
    told = press(manager, address, seen=seen)
    said = plain(text_of(told))
    assert told.status_code == 422
    assert "a changé depuis que vous l’avez vu" in said
    assert "Il en reste à rendre 300,00 €" in said
    assert desk.order(order).status == "waiting"
    assert press(manager, address).status_code == 422, "nor without having seen anything"
    [fresh] = re.findall(r'name="seen" value="([^"]+)"', told.text)
    assert press(manager, address, seen=fresh).location == f"/accounts/{account.number}"
    desk.work()
    assert desk.given_back() == [30_000]
    till.check()


@on_sqlite
def test_what_cannot_be_given_back_any_more_can_only_be_declined(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    order = desk.ask(account, 40_000)
    till.processor.control(
        "refund", payment_intent=till.payments(account)[-1].processor_ref, amount=5000
    )
    till.tell_all()
    till.work()
    manager = at_window(desk, "manager")
    page = manager.get(f"{LIST}/{order}")
    assert "Il n’en reste plus que 350,00 € à rendre" in plain(text_of(page))
    assert "Valider" not in text_of(page)
    assert press(manager, f"{LIST}/{order}/approve").status_code == 422
    press_agreement(manager, order, "decline")
    assert desk.order(order).status == "declined"


@on_sqlite
def test_one_persons_large_sum_is_stopped_on_its_page_by_a_colleague(till: Till) -> None:
    desk = RefundDesk.of(till, "secretary", "owner")
    account = rich(till)
    order = desk.ask(account, 20_000, by="owner")
    owner, secretary = at_window(desk, "owner"), at_window(desk, "secretary")
    assert "Arrêter" not in text_of(owner.get(f"{LIST}/{order}"))
    assert "Retirer la demande" in text_of(owner.get(f"{LIST}/{order}"))
    assert "sauf si quelqu’un l’arrête" in text_of(secretary.get(LIST))
    assert "Voir ou arrêter" in text_of(secretary.get(f"/accounts/{account.number}"))
    assert "Arrêter cette demande" in text_of(secretary.get(f"{LIST}/{order}"))
    press_agreement(secretary, order, "stop")
    assert "arrêté par Camille Secretary" in text_of(secretary.get(f"/accounts/{account.number}"))
    till.later(hours=25)
    desk.work()
    assert desk.given_back() == [0]


@on_sqlite
def test_a_bank_that_asks_meanwhile_is_told_to_whoever_agrees(till: Till, desk: RefundDesk) -> None:
    account = rich(till)
    order = desk.ask(account, 20_000)
    manager = at_window(desk, "manager")
    address = f"{LIST}/{order}/approve"
    seen = mark_seen(manager, address)
    till.contest(account, inquiry=True)
    told(till)
    answer = press(manager, address, seen=seen)
    assert answer.status_code == 422, "nobody agrees to what they were not shown"
    assert "La banque pose des questions sur ce paiement" in plain(text_of(answer))
    assert "La banque pose des questions" in plain(text_of(manager.get(f"{LIST}/{order}")))


@on_sqlite
def test_money_of_a_bank_debit_is_said_to_go_to_the_account_it_came_from(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        work.session.execute(update(Payment).values(method="debit"))
        work.commit()
    order = desk.ask(account, 20_000)
    manager = at_window(desk, "manager")
    for address in (LIST, f"{LIST}/{order}", f"/accounts/{account.number}"):
        page = plain(text_of(manager.get(address)))
        assert "sur le compte en banque" in page, address
        assert "sur la carte" not in page, address


def test_what_waits_is_listed_the_oldest_first_and_counted_on_every_page(office: Samples) -> None:
    secretary, manager = office.client("secretary"), office.client("manager")
    assert "Rien n’attend d’être validé" in text_of(manager.get(LIST))
    assert "Validations Argent" in text_of(manager.get("/accounts"))
    add_order(office, cents=1200)
    office.later(minutes=1)
    add_order(office, cents=700, by="manager")
    assert "Validations 2 à traiter Argent" in text_of(manager.get("/accounts"))
    page = plain(text_of(manager.get(LIST)))
    assert page.index("12,00 €") < page.index("7,00 €")
    assert "demandé par Claire Le Goff" in page
    assert "trop-perçu" in page
    assert office.numbers["held"] in page
    assert page.count("Voir et décider") == 1
    assert "C’est votre demande : quelqu’un d’autre en décide." in page
    assert "Un responsable en décide." in plain(text_of(secretary.get(LIST)))


def test_what_is_decided_is_on_the_list_no_more_and_its_page_says_what_became_of_it(
    office: Samples,
) -> None:
    order = add_order(office)
    manager = office.client("manager")
    press_agreement(manager, order, "decline")
    assert "Rien n’attend d’être validé" in text_of(manager.get(LIST))
    page = text_of(manager.get(f"{LIST}/{order}"))
    assert "refusé par Camille Manager" in page
    assert "Refuser" not in page


def test_whose_money_it_is_stands_by_name_for_whoever_may_read_names(office: Samples) -> None:
    addresses = (LIST, f"{LIST}/{add_order(office)}")
    manager = office.client("manager")
    assert all("Nadia Ferhat" in text_of(manager.get(address)) for address in addresses)
    without = ROLES["manager"] - {"accounts.names"}
    with patch.dict(ROLES, {"manager": without}):
        for address in addresses:
            page = text_of(manager.get(address))
            assert "Ferhat" not in page
            assert office.numbers["held"] in page


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_roles_that_give_nothing_back_neither_see_nor_stop_it(office: Samples, role: str) -> None:
    order, client = add_lone_order(office), office.client(role)
    assert "Validations" not in text_of(client.get("/accounts"))
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}/{order}").status_code == 403
    assert press(client, f"{LIST}/{order}/stop").status_code == 403


def test_another_practices_order_is_not_there_nor_one_that_is_no_refund(office: Samples) -> None:
    order = add_order(office)
    stranger = office.client("stranger", practice_id=OTHERS)
    assert "Rien n’attend d’être validé" in text_of(stranger.get(LIST))
    with office.database.reading() as reading:
        came = reading.scalars(select(MoneyOrder.id).where(MoneyOrder.kind == RECEIVE)).first()
    manager = office.client("manager")
    for client, named in ((stranger, order), (manager, came)):
        assert client.get(f"{LIST}/{named}").status_code == 404
        for what in ("decline", "stop", "withdraw"):
            assert press(client, f"{LIST}/{named}/{what}").status_code == 404
