"""« Noter un paiement » on an account's page: what the secretary types, sees, and is told."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from tests.backoffice_office import text_of, token_of
from tests.integration.desk_world import Secretary, Window
from tests.integration.till import Till
from tests.servers.sandbox import Sandbox
from tests.world import World


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


@pytest.fixture
def claire(world: World) -> Secretary:
    return Secretary.of(world)


@pytest.fixture
def window(claire: Secretary) -> Window:
    return claire.window


def test_cash_is_noted_under_way_then_there_with_its_receipt(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    answer = window.notes(account, "12,50")
    assert (answer.status_code, answer.location) == (303, f"/accounts/{account.number}")
    said = window.says(account)
    assert "C’est noté : 12,50 € en espèces. Ardoise l’inscrit dans un instant." in said
    assert "12,50 € en espèces s’inscrit… Claire Le Goff" in said
    assert "R-2026-00001" not in said
    claire.work()
    said = window.says(account)
    assert "s’inscrit" not in said
    assert "R-2026-00001 24 novembre espèces 12,50 €" in said
    assert "Paiement reçu : 12,50 € en espèces, reçu R-2026-00001 Claire Le Goff" in said
    assert "Reste dû 17,50 €" in said
    world.check()


def test_a_double_click_notes_one_and_another_content_of_the_same_page_none(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    mark = window.mark(account)
    for _ in range(2):
        assert window.notes(account, "12,50", once=mark).status_code == 303
    claire.work()
    assert window.notes(account, "12,50", once=mark).status_code == 303
    other = window.notes(account, "13,50", once=mark)
    assert other.status_code == 422
    assert "Cette page a déjà servi pour autre chose" in unescape(other.text)
    claire.work()
    assert [one.payment.amount_cents for one in claire.payments(account)] == [1250]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"method": ""}, "Choisissez comment l’argent est arrivé."),
        ({"method": "card"}, "Choisissez comment l’argent est arrivé."),
        ({"amount": ""}, "Écrivez une somme en euros, par exemple 12,50."),
        ({"amount": "douze"}, "Écrivez une somme en euros, par exemple 12,50."),
        ({"amount": "-5"}, "Écrivez une somme en euros, par exemple 12,50."),
        ({"amount": "0"}, "La somme est entre 0,01 € et 10 000 € : vérifiez-la."),
        ({"amount": "10000,01"}, "La somme est entre 0,01 € et 10 000 € : vérifiez-la."),
        ({"received_on": "hier"}, "Donnez le jour où l’argent est arrivé"),
        ({"received_on": "2026-11-25"}, "Ce jour est à venir"),
        ({"received_on": "2025-12-31"}, "le premier possible est le 1er janvier 2026"),
        ({"reference": "x" * 36}, "La référence compte au plus 35 caractères"),
        (
            {"reference": "a\u202eb"},
            "La référence se compose de lettres, de chiffres et de signes courants",
        ),
        ({"once": "gone"}, "Cette page a vieilli : rechargez-la, puis recommencez."),
    ],
)
def test_what_cannot_be_noted_is_said_in_one_sentence_and_kept(
    world: World, claire: Secretary, window: Window, fields: dict[str, str], says: str
):
    account = world.account(owes=(3000,))
    typed = {"amount": "12,50", "method": "cheque", "reference": "n° 77"} | fields
    answer = window.notes(account, typed.pop("amount"), **typed)
    assert answer.status_code == 422
    page = unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")
    assert says in page
    assert f'value="{fields.get("reference", "n° 77")}"' in page
    assert f'value="{fields.get("amount", "12,50")}"' in page
    assert claire.orders(account) == []


def test_money_of_a_year_ago_is_too_old_wherever_the_practice_began(database_url: str):
    world = World(database_url)
    world.later(days=500)
    claire = Secretary.of(world)
    account = world.account(owes=(3000,))
    first = claire.today - timedelta(days=365)
    window = claire.window
    late = window.notes(account, "5", received_on=(first - timedelta(days=1)).isoformat())
    assert late.status_code == 422
    assert window.notes(account, "5", received_on=first.isoformat()).status_code == 303


def test_more_than_is_owed_is_told_and_stays_in_hand(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    window.notes(account, "20")
    window.notes(account, "25", method="cheque", reference="n° 4411")
    assert "C’est 15,00 € de plus que ce qui est dû" in window.says(account)
    claire.work()
    said = window.says(account)
    assert "Au secrétariat Trop-perçu : 15,00 €" in said
    assert "reçu R-2026-00002 : 15,00 €" in said
    assert "chèque n° 4411" in said
    assert "Utiliser" not in said
    assert "Trop-perçu à rendre ou à utiliser : 15,00 €, reçu R-2026-00002" in said
    world.check()


def test_of_two_payments_too_much_each_is_work_of_its_own_with_its_sum(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    claire.receives(account, 4500)
    claire.receives(account, 700, "cheque")
    todo = window.says(account).split("À faire")[1]
    assert todo.count("Trop-perçu à rendre ou à utiliser") == 2
    for sum_ in ("15,00 €, reçu R-2026-00001", "7,00 €, reçu R-2026-00002"):
        assert todo.count(f"utiliser : {sum_}") == 1


def test_the_same_money_noted_by_a_colleague_is_asked_about_first(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    marc = Secretary.of(world, "Marc Oyono", "manager").window
    window.notes(account, "12,50")
    for wait in (False, True):
        if wait:
            claire.work()
        asked = marc.notes(account, "12,50")
        assert asked.status_code == 422
        page = unescape(asked.text)
        assert "n’est-ce pas le même paiement" in page
        assert "Claire Le Goff" in page
        assert 'value="12,50"' in page
    assert marc.notes(account, "12,50", sure="like").status_code == 303
    claire.work()
    assert [one.payment.amount_cents for one in claire.payments(account)] == [1250, 1250]


def test_a_comma_that_slipped_is_asked_about_before_it_is_a_debt_of_the_practice(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(2400,))
    asked = window.notes(account, "2400", method="cheque", reference="n° 77")
    assert asked.status_code == 422
    said = text_of(asked)
    assert "À vérifier d’abord : la somme" in said
    assert "Le compte doit 24,00 € : noter 2 400,00 € ?" in said
    assert "Oui, tout est juste : noter" in said
    page = unescape(asked.text)
    for typed in ('value="2400"', 'value="n° 77"', '<option value="cheque" selected>'):
        assert typed in page
    assert claire.orders(account) == []
    assert window.notes(account, "24").status_code == 303


def test_a_sum_that_is_meant_is_noted_and_a_third_one_is_asked_about_again(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(2400,))
    sure = re.search(r'name="sure" value="([^"]+)"', window.notes(account, "240").text)
    assert sure
    other = window.notes(account, "2400", sure=sure[1])
    assert other.status_code == 422
    assert "noter 2 400,00 € ?" in text_of(other)
    assert window.notes(account, "240", sure=sure[1]).status_code == 303
    assert "C’est 216,00 € de plus que ce qui est dû" in window.says(account)
    claire.work()
    assert [one.payment.amount_cents for one in claire.payments(account)] == [24_000]
    world.check()


def test_what_is_noted_and_not_booked_yet_is_owed_no_more(world: World, window: Window):
    account = world.account(owes=(3000,))
    assert window.notes(account, "30").status_code == 303
    assert "Le compte ne doit rien : noter 25,00 € ?" in text_of(window.notes(account, "25"))


def test_the_same_sum_twice_a_day_is_asked_about_however_it_came(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    assert window.notes(account, "12,50", method="terminal").status_code == 303
    for receipt in ("Claire Le Goff", "Claire Le Goff, reçu R-2026-00001"):
        asked = window.notes(account, "12,50", method="cash")
        assert asked.status_code == 422
        assert f"{receipt} : 12,50 € par carte au terminal, le 24 novembre 2026" in text_of(asked)
        claire.work()


def test_a_card_payment_under_way_is_told_before_more_is_noted(
    database_url: str, processor: Sandbox
):
    till = Till.open(database_url, processor)
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(3000,))
    page = till.begin(account)
    window = claire.window
    asked = window.notes(account, "30")
    assert asked.status_code == 422
    assert "a ouvert une page de paiement par carte de 30,00" in unescape(asked.text).replace(
        "\u00a0", " "
    )
    assert window.notes(account, "10").status_code == 303  # another sum than the page's
    till.press(page)
    till.tell_all()
    till.work()
    again = window.notes(account, "30")
    assert again.status_code == 422
    assert "Le compte ne doit rien : noter 30,00 € ?" in text_of(again)
    assert "Reçu R-2026-00001 : 30,00 € par carte, le 24 novembre 2026" in text_of(again)
    assert window.notes(account, "30", sure="beyond-3000,like").status_code == 303
    till.close()


def test_ones_own_entry_of_the_day_is_cancelled_and_said_everywhere(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    payment = claire.receives(account, 3000)
    act = f"payments/{payment.id}/cancel"
    assert "Annuler le reçu R-2026-00001" in window.says(account)
    refused = window.send(account, act)
    assert refused.status_code == 422
    assert "Choisissez pourquoi ce paiement est annulé." in text_of(refused)
    mark = window.mark(account)
    for _ in range(2):
        window.send(account, act, reason="mistake", once=mark)
    said = window.says(account)
    assert "Annulation du reçu R-2026-00001 s’inscrit…" in said
    claire.work()
    said = window.says(account)
    assert "Annulé le 24 novembre par Claire Le Goff" in said
    assert "raison : erreur de saisie" in said
    assert "Reste dû 30,00 €" in said
    assert "Annuler le reçu" not in said
    window.send(account, act, reason="mistake")
    assert "Ce paiement est déjà annulé par Claire Le Goff, le 24 novembre 2026." in window.says(
        account
    )
    world.check()


def test_what_another_noted_or_yesterdays_is_cancelled_by_who_answers_for_the_till(
    world: World, claire: Secretary
):
    account = world.account(owes=(3000, 2000))
    payment = claire.receives(account, 3000)
    act = f"payments/{payment.id}/cancel"
    paul = Secretary.of(world, "Paul Sarr").window
    assert "Annuler le reçu" not in paul.says(account)
    paul.send(account, act, reason="mistake")
    assert "Seul un responsable annule ce qu’une autre personne a noté" in paul.says(account)
    world.later(days=1)
    own = claire.window
    own.send(account, act, reason="mistake")
    assert "Seul un responsable annule" in own.says(account)
    marc = Secretary.of(world, "Marc Oyono", "manager").window
    marc.send(account, act, reason="unpaid_cheque")
    assert "L’annulation du reçu R-2026-00001 s’inscrit." in marc.says(account)
    helene = Secretary.of(world, "Hélène Baudry", "owner").window
    helene.send(account, act, reason="mistake")
    assert "Marc Oyono a déjà demandé cette annulation : elle s’inscrit." in helene.says(account)
    claire.work()
    assert world.reload(account).balance_cents == 5000
    world.check()


def test_credit_is_used_by_a_button_and_said_where_it_came_from(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    claire.receives(account, 4500)
    world.bill_more(account, 2000)
    assert "Utiliser 15,00 € pour ce qui est dû" in window.says(account)
    mark = window.mark(account)
    for _ in range(2):
        window.send(account, "credit", once=mark)
    assert "Utilisation du trop-perçu s’inscrit…" in window.says(account)
    claire.work()
    said = window.says(account)
    assert "Au secrétariat Trop-perçu" not in said
    assert "Trop-perçu utilisé : 15,00 € pour la facture" in said
    assert "Reste dû 5,00 €" in said
    window.send(account, "credit")
    assert "Ce compte n’a pas de trop-perçu en ce moment." in window.says(account)
    world.check()


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_who_works_by_number_notes_nothing_and_reads_no_wording(
    world: World, claire: Secretary, role: str
):
    account = world.account(owes=(3000,))
    claire.notes(account, 3500, "transfer", reference="VIR NADIA FERHAT")
    claire.work()
    reader = Secretary.of(world, "Inès Carpentier", role).window
    said = reader.says(account)
    assert "Trop-perçu : 5,00 €" in said
    assert "virement" in said
    assert "NADIA" not in said
    assert "Noter un paiement" not in said
    fields = {"once": "0" * 24, "method": "cash", "amount": "1", "received_on": "2026-11-24"}
    token = token_of(reader.client)
    address = f"/accounts/{account.number}/payments"
    answer = reader.client.post(address, data={"csrf_token": token, **fields})
    assert answer.status_code == 403
    assert len(claire.orders(account)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "label"),
    [
        ("method", "", "Moyen"),
        ("amount", "douze", "Somme"),
        ("received_on", "hier", "Arrivé le"),
        ("reference", "x" * 36, "Référence"),
    ],
)
def test_what_is_to_be_mended_takes_the_focus_and_leads_to_its_field(
    world: World, window: Window, field: str, typed: str, label: str
):
    account = world.account(owes=(3000,))
    page = window.notes(account, **({"amount": "12,50"} | {field: typed})).text
    [told] = re.findall(
        r'<div class="note err" role="alert" tabindex="-1" autofocus>.*?</div>', page, re.S
    )
    assert f"<b>À corriger&nbsp;: {label}</b>" in told
    assert f'<a href="#{field}">' in told
    [there] = re.findall(rf'<(?:input|select)[^>]*id="{field}"[^>]*>', page)
    assert f'aria-invalid="true" aria-describedby="{field}-why"' in there
    assert f'id="{field}-why"' in page
    assert page.count("aria-invalid") == 1
    assert '<details id="payment" open>' in page


def test_a_day_may_be_typed_as_people_write_it(world: World, claire: Secretary, window: Window):
    account = world.account(owes=(3000,))
    assert window.notes(account, "5", received_on="24/11/2026").status_code == 303
    said = unescape(window.notes(account, "5", received_on="24 nov").text)
    assert "par exemple 24/11/2026" in said
    assert claire.orders(account)[0].received_on == date(2026, 11, 24)


def test_a_cancelling_without_its_reason_opens_its_form_again(
    world: World, claire: Secretary, window: Window
):
    account = world.account(owes=(3000,))
    payment = claire.receives(account, 1250)
    answer = window.send(account, f"payments/{payment.id}/cancel", reason="")
    assert answer.status_code == 422
    assert f'<a href="#cancel-{payment.id}">Choisissez pourquoi' in unescape(answer.text)
    assert re.search(r"<details open>\s*<summary>Annuler le reçu", answer.text)
