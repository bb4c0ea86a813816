"""Money by hand on the pages: agreed to, handed over or not after all; why a request came to nothing."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.accounts import Account
from tests.backoffice_office import checked, press, text_of
from tests.backoffice_orders import press_agreement
from tests.integration.desk_money import paid_at_desk
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_agreements import at_window, plain
from tests.integration.test_refunds import paid
from tests.integration.till import Till, on_sqlite

LIST = "/agreements"
TYPED = {"amount": "10,00", "reason": "overpaid", "method": "cash", "note": "vu avec elle"}


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def rich(till: Till) -> Account:
    return paid_at_desk(till, cents=40_000)


def shows(client: FlaskClient, address: str) -> str:
    return plain(text_of(client.get(address)))


def test_from_the_agreement_to_the_hand_each_page_says_who_does_what_next(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    claire, manager = at_window(desk, "secretary"), at_window(desk, "manager")
    order = desk.ask(account, 20_000, method="cash")
    page = shows(manager, f"{LIST}/{order}")
    assert "Quand Ardoise l’inscrit quand quelqu’un a noté que l’argent est remis" in page
    assert "Valider n’inscrit rien encore : Camille Secretary ou un collègue remet" in page
    press_agreement(manager, order, "approve")
    assert "Validé. Rien n’est encore inscrit" in shows(manager, f"/accounts/{account.number}")
    desk.work()
    assert till.refunds(account) == []
    assert "Validations 1 à traiter" in shows(claire, "/accounts")
    listed = shows(claire, LIST)
    assert "À remettre 200,00 € en espèces : trop-perçu à remettre" in listed
    assert "Validé par Camille Manager" in listed
    assert "Noter que c’est remis, ou y renoncer" in listed
    assert "Rien n’attend d’être validé." in listed
    account_page = shows(claire, f"/accounts/{account.number}")
    assert "Noter que c’est remis, ou y renoncer" in account_page
    assert "Argent à remettre" in account_page
    assert "L’argent est remis" in shows(claire, f"{LIST}/{order}")
    told = press(claire, f"{LIST}/{order}/hand-over")
    assert told.location == f"/accounts/{account.number}"
    assert "C’est noté : l’argent est remis." in shows(claire, f"/accounts/{account.number}")
    desk.work()
    assert [refund.amount_cents for refund in till.refunds(account)] == [20_000]
    page = shows(manager, f"{LIST}/{order}")
    assert "Remis par Camille Secretary" in page
    assert "Finalement non" not in page
    assert "Validations Argent" in shows(claire, "/accounts")
    listed = shows(manager, LIST)
    assert "À remettre" not in listed
    assert "Récemment décidées 200,00 € en espèces : trop-perçu fait" in listed
    assert "Remis par Camille Secretary" in listed


def test_what_is_not_handed_over_after_all_says_why_to_whoever_asked(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    claire, owner = at_window(desk, "secretary"), at_window(desk, "owner")
    order = desk.ask(account, 20_000, method="cash")
    desk.decide(order, "approve", by="manager")
    assert "Finalement non" in shows(owner, f"{LIST}/{order}")
    missing = press(owner, f"{LIST}/{order}/stop")
    assert missing.status_code == 422
    assert "Choisissez la raison : qui l’a demandé la lira." in text_of(missing)
    assert desk.order(order).status == "agreed"
    press(owner, f"{LIST}/{order}/stop", why="not_wanted")
    assert "ne remettez rien" in shows(owner, f"/accounts/{account.number}")
    why = "Raison : la personne n’est pas venue, ou y renonce."
    for page in (shows(claire, f"/accounts/{account.number}"), shows(claire, LIST)):
        assert "arrêté par Camille Owner" in page
        assert why in page
    story = shows(claire, f"/accounts/{account.number}")
    assert "200,00 € ; raison : la personne n’est pas venue, ou y renonce Camille Owner" in story
    assert "Demande d’argent refusée, ou arrêtée : à voir" in shows(
        claire, f"/accounts/{account.number}"
    )
    assert "C’était votre demande." in shows(claire, LIST)
    assert "C’était votre demande." not in shows(owner, LIST)
    second = desk.ask(account, 20_000, method="cash")
    desk.decide(second, "approve", by="manager")
    assert press(claire, f"{LIST}/{second}/withdraw").status_code == 422
    press(claire, f"{LIST}/{second}/withdraw", why="otherwise")
    assert (desk.order(second).status, desk.order(second).why) == ("withdrawn", "otherwise")


@on_sqlite
@pytest.mark.parametrize("event", ["decline", "stop"])
def test_refusing_and_stopping_ask_for_a_reason_and_take_no_other(till: Till, event: str) -> None:
    alone = event == "stop"
    desk = RefundDesk.of(till, "secretary", "owner", *([] if alone else ["manager"]))
    order = desk.ask(paid(till, owes=(40_000,)), 20_000, by="owner")
    other = at_window(desk, "secretary" if alone else "manager")
    said = press(other, f"{LIST}/{order}/{event}")
    assert said.status_code == 422
    assert "Choisissez la raison" in text_of(said)
    press(other, f"{LIST}/{order}/{event}", why="because")
    assert desk.order(order).ended_at is None
    press(other, f"{LIST}/{order}/{event}", why="wrong_sum")
    assert desk.order(order).why == "wrong_sum"
    assert "la somme, le paiement ou la raison sont à revoir" in shows(
        at_window(desk, "owner"), LIST
    )


@on_sqlite
def test_a_lone_persons_money_is_not_handed_over_before_its_day_on_the_page_either(
    till: Till,
) -> None:
    desk = RefundDesk.of(till, "secretary", "owner")
    account = rich(till)
    order = desk.ask(account, 20_000, by="owner", method="cash")
    owner, claire = at_window(desk, "owner"), at_window(desk, "secretary")
    page = shows(owner, f"{LIST}/{order}")
    assert "Ne remettez rien encore" in page
    assert "L’argent est remis" not in page
    assert "Voir ou arrêter" in shows(claire, LIST)
    press(owner, f"{LIST}/{order}/hand-over")
    assert "Cette somme se remet à partir du" in shows(owner, f"/accounts/{account.number}")
    till.later(hours=25)
    assert "L’argent est remis" in shows(at_window(desk, "owner"), f"{LIST}/{order}")


@on_sqlite
def test_whoever_agrees_sees_what_else_is_asked_of_the_same_payment(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    order = desk.ask(account, 20_000, method="cash")
    manager = at_window(desk, "manager")
    assert "autre demande" not in shows(manager, f"{LIST}/{order}")
    desk.ask(account, 16_000, method="cash")
    page = shows(manager, f"{LIST}/{order}")
    assert "Il en reste à rendre 240,00 €" in page
    assert "sans compter une autre demande en cours sur ce paiement, de 160,00 €" in page
    desk.ask(account, 1_000, method="cash", by="owner")
    assert "2 autres demandes en cours sur ce paiement, de 170,00 € en tout" in shows(
        manager, f"{LIST}/{order}"
    )
    desk.work()
    assert "une autre demande en cours sur ce paiement, de 160,00 €" in shows(
        manager, f"{LIST}/{order}"
    )


def asking(desk: RefundDesk, account: Account) -> tuple[FlaskClient, str]:
    [payment] = desk.till.payments(account)
    return at_window(desk, "secretary"), f"/accounts/{account.number}/payments/{payment.id}/refund"


def mark(answer: TestResponse) -> str:
    found = re.search(r'name="again" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def test_the_same_sum_of_the_same_payment_is_asked_for_again_only_when_it_is_meant(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    client, address = asking(desk, account)
    first = checked(client, f"{address}/check", **TYPED, once="1")
    assert "la même somme" not in text_of(first)
    assert "au moment où vous remettez la somme" in text_of(first)
    press(client, address, **TYPED, once="1")
    assert press(client, address, **TYPED, once="1").status_code == 303, "the same form asks once"
    desk.work()
    again = checked(client, f"{address}/check", **TYPED, once="2")
    question = "Un remboursement de la même somme a déjà été demandé sur ce paiement"
    assert question in text_of(again)
    assert "Camille Secretary, aujourd’hui" in plain(text_of(again))
    asked = press(client, address, **TYPED, once="2")
    assert asked.status_code == 422
    assert question in text_of(asked)
    for name, value in TYPED.items():
        assert f'name="{name}" value="{value}"' in asked.text
    assert len(till.refunds(account)) == 1
    assert press(client, address, **TYPED, once="2", again=mark(asked)).status_code == 303
    third = press(client, address, **TYPED, once="3", again=mark(asked))
    assert third.status_code == 422, "of yet another one it is asked anew"
    other = TYPED | {"amount": "11,00"}
    assert press(client, address, **other, once="4").status_code == 303
    desk.work()
    assert sum(refund.amount_cents for refund in till.refunds(account)) == 3100
    till.later(hours=25)
    client, address = asking(desk, account)
    assert press(client, address, **TYPED, once="5").status_code == 303, "a day later it is another"


@on_sqlite
def test_what_was_declined_or_withdrawn_is_asked_for_again_without_a_question(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    client, address = asking(desk, account)
    large = TYPED | {"amount": "200,00"}
    order = desk.ask(account, 20_000, method="cash")
    assert press(client, address, **large, once="1").status_code == 422
    desk.decide(order, "decline", by="manager")
    assert press(client, address, **large, once="2").status_code == 303


@on_sqlite
def test_what_was_decided_is_listed_for_a_month(till: Till, desk: RefundDesk) -> None:
    order = desk.ask(rich(till), 20_000, method="cash")
    desk.decide(order, "decline", by="manager", why="not_due")
    assert "Raison : la somme n’est pas à rendre." in shows(at_window(desk, "secretary"), LIST)
    till.later(days=29)
    assert "Récemment décidées" in shows(at_window(desk, "owner"), LIST)
    till.later(days=2)
    assert "Récemment décidées" not in shows(at_window(desk, "owner"), LIST)
