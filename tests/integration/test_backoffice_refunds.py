"""Refunds on the account's page: what is asked, what is said before, who confirms, who agrees."""

import re
from collections.abc import Iterator
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from shared.accounts import Practice
from shared.base.ids import new_id
from shared.orders import REFUND, MoneyOrder
from shared.payments import Payment, PaymentAttempt, SavedCard
from shared.staff import StaffUser
from tests.backoffice_office import (
    PASSWORD,
    Samples,
    checked,
    opened,
    press,
    tables_of,
    text_of,
    token_of,
)
from tests.backoffice_orders import add_order, confirm, payment_of, press_agreement
from tests.backoffice_people import OURS

TYPED = {"amount": "12,50", "reason": "overpaid", "note": "vu avec elle", "once": "b" * 32}
ASKED = "Confirmez que c\u2019est vous"


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        yield samples


def address(office: Samples) -> str:
    return f"/accounts/{office.numbers['held']}/payments/{payment_of(office)}/refund"


def page(office: Samples, client: FlaskClient) -> str:
    return text_of(client.get(f"/accounts/{office.numbers['held']}"))


def orders(office: Samples) -> list[MoneyOrder]:
    with office.database.reading(OURS) as reading:
        asked = select(MoneyOrder).where(MoneyOrder.kind == REFUND)
        return list(reading.scalars(asked.order_by(MoneyOrder.asked_at)))


def hidden(answer: TestResponse) -> dict[str, str]:
    """What the page sends on beside what is typed into it."""
    form = answer.text[answer.text.index('<form class="fields"') :]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def confirmed(
    office: Samples, client: FlaskClient, asked: TestResponse, role: str = "secretary", **more: str
) -> TestResponse:
    """Answer the page that asks who is there, as a browser does."""
    target = re.search(r'<form class="fields" method="post" action="([^"]+)"', asked.text)
    assert target
    typed = {"confirm_password": PASSWORD, "confirm_code": office.code(role)}
    return client.post(target[1], data=hidden(asked) | typed | more)


def decide(client: FlaskClient, order: UUID, what: str) -> TestResponse:
    return press_agreement(client, order, what)


def limit(office: Samples, cents: int) -> None:
    with office.database.unit_of_work() as work:
        work.session.execute(
            update(Practice).where(Practice.id == OURS).values(four_eyes_cents=cents)
        )
        work.commit()


def add_card(office: Samples, digits: str) -> None:
    """The payment came from a card that was kept."""
    payment_id, account_id, now = payment_of(office), office.ids["held"], office.clock.now()
    card = SavedCard(
        practice_id=OURS,
        id=new_id(),
        account_id=account_id,
        agreement_id=new_id(),
        status="kept",
        text_version="card-1",
        text_hash="0" * 64,
        agreed_at=now,
        last4=digits,
    )
    attempt = PaymentAttempt(
        practice_id=OURS,
        id=new_id(),
        account_id=account_id,
        status="succeeded",
        amount_cents=100,
        choice="all",
        language="fr",
        idempotency_key=new_id().hex,
        created_at=now,
        card_id=card.id,
    )
    with office.database.unit_of_work(OURS) as work:
        work.session.add_all([card, attempt])
        work.session.flush()
        work.session.get_one(Payment, (OURS, payment_id)).attempt_id = attempt.id
        work.commit()


def test_the_card_to_which_money_goes_back_is_named_before(office: Samples):
    client = office.client("secretary")
    fields = {"amount": "10", "reason": "overpaid", "once": "c" * 32}
    assert "sur la carte qui a payé" in text_of(
        checked(client, f"{address(office)}/check", **fields)
    )
    add_card(office, "4242")
    assert "sur la carte •••• 4242" in text_of(client.get(f"{address(office)}/check"))


def test_from_the_account_to_the_order_nothing_typed_is_lost(office: Samples):
    client = office.client("secretary")
    payment_of(office)
    assert f'href="{address(office)}"' in client.get(f"/accounts/{office.numbers['held']}").text
    form = client.get(address(office))
    assert 'value="27,50"' in form.text
    once = hidden(form)["once"]
    said = checked(client, f"{address(office)}/check", **(TYPED | {"once": once}))
    for words in ("12,50 €", "sur la carte qui a payé", "facture 2026-0188", "tout de suite"):
        assert words in text_of(said)
    assert orders(office) == []
    asked = press(client, address(office), **(TYPED | {"once": once}))
    assert ASKED in text_of(asked)
    assert orders(office) == []
    assert hidden(asked) | TYPED == hidden(asked) | {"once": TYPED["once"]}
    done = confirmed(office, client, asked)
    assert (done.status_code, done.location) == (303, f"/accounts/{office.numbers['held']}")
    [order] = orders(office)
    assert (order.amount_cents, order.reason, order.once) == (1250, "overpaid", once)
    assert order.asked_name == "Claire Le Goff"
    assert order.note is not None
    assert b"vu avec elle" not in order.note
    shown = page(office, client)
    assert "le remboursement part maintenant" in shown
    assert "vu avec elle" in shown
    assert "Remboursements demandés" in shown
    assert "Remboursements demandés" not in page(office, office.client("accountant"))


def test_a_sum_or_reason_to_be_mended_keeps_what_was_typed(office: Samples):
    client = office.client("secretary")
    confirm(office)
    for change, sentence in (
        ({"amount": "27,51"}, "Il reste 27,50"),
        ({"amount": "0"}, "Il reste 27,50"),
        ({"amount": "douze"}, "par exemple 12,50"),
        ({"reason": ""}, "Choisissez la raison"),
        ({"note": "x" * 1001}, "et 1000 au plus"),
        ({"once": ""}, "rouvrez-la"),
    ):
        for step in ("/check", ""):
            answer = press(client, f"{address(office)}{step}", **(TYPED | change))
            assert answer.status_code == 422, change
            assert sentence in text_of(answer)
            assert f'value="{(TYPED | change)["amount"]}"' in answer.text
    assert orders(office) == []


def test_a_form_that_was_used_for_another_sum_asks_for_nothing_else(office: Samples):
    client = office.client("secretary")
    confirm(office)
    press(client, address(office), **TYPED)
    answer = press(client, address(office), **(TYPED | {"amount": "1"}))
    assert "Cette page a déjà servi" in text_of(answer)
    assert len(orders(office)) == 1


def test_what_was_confirmed_holds_for_five_minutes_and_for_this_session_alone(office: Samples):
    client, other = office.client("secretary"), office.client("secretary")
    asked = press(client, address(office), **TYPED)
    confirmed(office, client, asked)
    again = press(client, address(office), **(TYPED | {"once": "c" * 32, "amount": "1"}))
    assert again.status_code == 303
    assert ASKED in text_of(press(other, address(office), **TYPED))
    office.later(minutes=5)
    assert ASKED in text_of(press(client, address(office), **(TYPED | {"once": "d" * 32})))
    assert len(orders(office)) == 2


def test_neither_a_wrong_password_nor_a_wrong_or_used_code_confirms_and_which_it_was_is_not_told(
    office: Samples,
):
    client = office.client("secretary")
    asked = press(client, address(office), **TYPED)
    code = office.code("secretary")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    first = confirmed(office, client, asked, confirm_password="not the right one")
    second = confirmed(office, client, asked, confirm_code=wrong)
    assert first.status_code == second.status_code == 422
    assert text_of(first) == text_of(second)
    assert hidden(first)["note"] == TYPED["note"]
    with office.database.reading() as reading:
        user = reading.get_one(StaffUser, office.staff["secretary"].user.id)
        assert user.wrong_tries == 2
    assert orders(office) == []
    assert confirmed(office, client, first).status_code == 303
    other = office.client("secretary")
    used = confirmed(office, other, press(other, address(office), **TYPED))
    assert used.status_code == 422


def test_a_password_manager_knows_whose_password_is_asked_for_and_what_is_wrong_is_one_sentence(
    office: Samples,
):
    client = office.client("secretary")
    asked = press(client, address(office), **TYPED)
    [who] = re.findall(r'<input[^>]*autocomplete="username"[^>]*>', asked.text)
    assert 'value="secretary@cabinet.example"' in who
    assert "readonly" in who
    assert "name=" not in who, "it is not sent: who confirms is who is signed in"
    said = text_of(confirmed(office, client, asked, confirm_password="not the right one"))
    assert (
        "Le mot de passe ou le code n’est pas le bon, le code a déjà servi, ou il y a eu trop "
        "d’essais : attendez le code suivant, puis redonnez les deux." in said
    )


@pytest.mark.parametrize(
    ("reason", "what"), [("goodwill", "le geste commercial"), ("corrected", "la correction")]
)
def test_what_a_gift_opens_again_is_said_with_what_to_do_in_the_practices_software(
    office: Samples, reason: str, what: str
):
    client = office.client("secretary")
    said = text_of(checked(client, f"{address(office)}/check", **(TYPED | {"reason": reason})))
    assert "De nouveau dû, facture 2026-0188 12,50 €" in said
    assert (
        "12,50 € seront de nouveau dus ici : inscrivez dans votre logiciel le paiement, ce "
        f"remboursement et {what}" in said
    )
    assert "La liste suivante qui nomme cette facture, même à 0,00 €, règle" in said


def test_a_refund_of_what_was_paid_twice_says_nothing_of_a_gift(office: Samples):
    client = office.client("secretary")
    said = text_of(checked(client, f"{address(office)}/check", **TYPED))
    assert "inscrivez dans votre logiciel" not in said


def test_wrong_tries_lock_here_as_at_the_door_and_a_right_one_sets_them_back(office: Samples):
    client = office.client("secretary")
    asked = press(client, address(office), **TYPED)
    for _ in range(5):
        confirmed(office, client, asked, confirm_password="not the right one")
    assert confirmed(office, client, asked).status_code == 422, "one waits a minute"
    door = office.client()
    token = token_of(door, "/sign-in")
    fields = {"csrf_token": token, "email": "secretary@cabinet.example", "password": PASSWORD}
    assert door.post("/sign-in", data=fields).status_code == 422, "at the door too"
    office.later(seconds=61)
    assert confirmed(office, client, asked).status_code == 303
    with office.database.reading() as reading:
        assert reading.get_one(StaffUser, office.staff["secretary"].user.id).wrong_tries == 0


def test_the_same_confirmation_sent_twice_asks_once(office: Samples):
    client = office.client("secretary")
    asked = press(client, address(office), **TYPED)
    code = office.code("secretary")
    for _ in range(2):
        assert confirmed(office, client, asked, confirm_code=code).status_code == 303
    assert len(orders(office)) == 1


def test_the_confirmation_leads_nowhere_else(office: Samples):
    client = office.client("secretary")
    asked = press(
        client,
        f"{address(office)}?next=https://evil.example",
        **TYPED,
        target="https://evil.example",
        action="//evil.example",
    )
    [target] = re.findall(r'<form class="fields" method="post" action="([^"]+)"', asked.text)
    assert target == address(office)
    done = confirmed(office, client, asked)
    assert done.location == f"/accounts/{office.numbers['held']}"


def test_what_was_typed_is_shown_as_text_only(office: Samples):
    client = office.client("secretary")
    asked = press(client, address(office), **(TYPED | {"note": '"><script>x</script>'}))
    assert "<script>x" not in asked.text
    assert hidden(asked)["note"] == '"><script>x</script>'


def test_above_the_limit_a_colleague_in_charge_agrees_on_the_page(office: Samples):
    limit(office, 1000)
    secretary, manager = office.client("secretary"), office.client("manager")
    said = text_of(checked(secretary, f"{address(office)}/check", **TYPED))
    assert "Camille Manager ou Camille Owner" in said
    assert "dès la validation" in said
    confirm(office)
    press(secretary, address(office), **TYPED)
    [order] = orders(office)
    assert order.status == "waiting"
    assert "Voir et décider" not in page(office, secretary)
    assert "à valider par un responsable" in page(office, secretary)
    assert "Une seconde personne doit valider" in page(office, manager)
    assert decide(secretary, order.id, "approve").status_code == 403
    assert "Validé" in page_after(office, manager, order.id, "approve")
    [order] = orders(office)
    assert (order.status, order.decided_name) == ("approved", "Camille Manager")
    told = page_after(office, office.client("owner"), order.id, "decline")
    assert "validée par Camille Manager" in told


def page_after(office: Samples, client: FlaskClient, order: UUID, what: str) -> str:
    confirm(office)
    decide(client, order, what)
    return page(office, client)


def test_agreeing_asks_who_is_there_and_declining_and_withdrawing_do_not(office: Samples):
    agreed, declined, mine = (add_order(office) for _ in range(3))
    manager = office.client("manager")
    before = tables_of(office.database)
    asked = decide(manager, agreed, "approve")
    assert ASKED in text_of(asked)
    assert tables_of(office.database) == before
    assert confirmed(office, manager, asked, "manager").status_code == 303
    office.later(minutes=6)
    assert decide(manager, declined, "decline").status_code == 303
    assert decide(office.client("secretary"), mine, "withdraw").status_code == 303
    stand = {order.id: order.status for order in orders(office)}
    assert [stand[o] for o in (agreed, declined, mine)] == ["approved", "declined", "withdrawn"]


def test_whoever_asked_neither_agrees_nor_has_the_button(office: Samples):
    order = add_order(office, by="manager")
    manager = office.client("manager")
    assert "Voir et décider" not in page(office, manager)
    assert "Valider" not in text_of(manager.get(f"/agreements/{order}"))
    assert "Une autre personne que vous" in page_after(office, manager, order, "approve")
    assert "Seule la personne" in page_after(office, office.client("owner"), order, "withdraw")
    assert [o.status for o in orders(office)] == ["waiting"]


def test_where_nobody_else_can_agree_the_page_says_when_it_leaves(office: Samples):
    limit(office, 1000)
    with office.database.unit_of_work() as work:
        work.session.execute(
            update(StaffUser)
            .where(StaffUser.id == office.staff["manager"].user.id)
            .values(status="suspended")
        )
        work.commit()
    owner = office.client("owner")
    said = text_of(checked(owner, f"{address(office)}/check", **TYPED))
    assert "personne d\u2019autre ne le peut" in said
    confirm(office)
    press(owner, address(office), **TYPED)
    shown = page(office, owner)
    assert "D\u2019ici là, vous pouvez la retirer" in shown
    assert "Retirer la demande" in shown
    [order] = orders(office)
    decide(owner, order.id, "withdraw")
    assert "retiré par Camille Owner" in page(office, owner)
