"""« Ne plus demander une somme » at the desk, and documents of help that go once it is decided."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from ardoise import jobs_messages
from shared.aid import AidAnswers
from shared.messages import Document
from shared.orders import MoneyOrder, shares_asked
from tests.backoffice_office import token_of
from tests.integration.debt_desk import DebtDesk
from tests.integration.desk_world import Secretary
from tests.integration.plan_world import PlanWorld
from tests.integration.talks import SCAN, Talks, words
from tests.integration.test_decision_pages import at_window, plain, send
from tests.integration.till import at_once, on_postgres
from tests.security.portal_house import portal_app, visitor


@pytest.fixture
def world(database_url: str) -> PlanWorld:
    return PlanWorld(database_url)


@pytest.fixture
def claire(world: PlanWorld) -> Secretary:
    return Secretary.of(world)


def orders(world: PlanWorld) -> list[MoneyOrder]:
    with world.database.reading(world.practice_id) as session:
        return list(session.scalars(select(MoneyOrder).order_by(MoneyOrder.asked_at)))


def test_one_sees_what_it_does_before_one_asks_and_asks_once(world: PlanWorld, claire: Secretary):
    Secretary.of(world, "Paul Morel", "manager")
    account = world.account(owes=(4250, 1500))
    client = at_window(claire)
    here = f"/accounts/{account.number}/forgive"
    fields = {"amount": "50,00", "reason": "aid", "note": "vue avec elle"}
    shown = send(client, here, f"{here}/check", **fields)
    for said in ("N’est plus demandé 50,00 €", "Reste dû ensuite 7,50 €", "remise accordée"):
        assert said in plain(shown), said
    assert orders(world) == [], "nothing is asked for by looking"
    form = shown.text.split(f'action="{here}"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    for _ in range(2):
        assert client.post(here, data=hidden).status_code == 303
    DebtDesk(claire).work()
    assert world.reload(account).balance_cents == 750
    assert len(orders(world)) == 1
    page = plain(client.get(f"/accounts/{account.number}"))
    assert "Sommes à ne plus demander" in page
    assert "vue avec elle" in page
    assert "n’est plus demandé : 42,50 €" in page
    world.check()


def test_what_comes_in_meanwhile_is_not_given_up_instead_of_what_was_shown(
    world: PlanWorld, claire: Secretary
):
    Secretary.of(world, "Paul Morel", "manager")
    account = world.account(owes=(4250, 1500))
    shown_first, shown_then = (invoice.id for invoice in world.invoices(account))
    client = at_window(claire)
    here = f"/accounts/{account.number}/forgive"
    shown = send(client, here, f"{here}/check", amount="50,00", reason="aid", note="")
    world.bill_more(account, 6000, due_days=-90)
    form = shown.text.split(f'action="{here}"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    assert client.post(here, data=hidden).status_code == 303
    [order] = orders(world)
    with world.database.reading(world.practice_id) as session:
        assert shares_asked(session, order) == {shown_first: 4250, shown_then: 750}


def test_a_form_that_was_used_asks_for_nothing_else(world: PlanWorld, claire: Secretary):
    Secretary.of(world, "Paul Morel", "manager")
    account = world.account(owes=(4250,))
    client = at_window(claire)
    here = f"/accounts/{account.number}/forgive"
    fields = {"reason": "aid", "once": "e1" * 16}
    assert send(client, here, here, amount="10", **fields).status_code == 303
    assert send(client, here, here, amount="10,00", **fields).status_code == 303
    for other in ({"amount": "20"}, {f"share-{world.invoices(account)[0].id}": "20"}):
        refused = send(client, here, here, **(fields | other))
        assert refused.status_code == 422
        assert "Cette page a déjà servi" in plain(refused)
        assert "20" in refused.text
    assert [order.amount_cents for order in orders(world)] == [1000]


def test_what_was_asked_for_already_is_not_filled_in_again(world: PlanWorld, claire: Secretary):
    Secretary.of(world, "Paul Morel", "manager")
    account = world.account(owes=(4250,))
    client = at_window(claire)
    here = f"/accounts/{account.number}/forgive"
    shown = send(client, here, f"{here}/check", amount="10", reason="aid")
    kept = client.get_cookie("choice", path=here)
    assert kept is not None
    form = shown.text.split(f'action="{here}"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    assert client.post(here, data=hidden).status_code == 303
    client.set_cookie("choice", kept.value, path=here)  # as if the answer had never arrived
    again = client.get(here)
    assert "est déjà demandé" in plain(again)
    assert hidden["once"] not in again.text
    assert 'value="10"' not in again.text
    assert client.post(here, data=hidden).status_code == 303
    assert [order.amount_cents for order in orders(world)] == [1000]


def test_a_share_of_an_invoice_that_was_paid_meanwhile_is_not_left_out_in_silence(
    world: PlanWorld, claire: Secretary
):
    Secretary.of(world, "Paul Morel", "manager")
    account = world.account(owes=(2750, 1500))
    client = at_window(claire)
    here = f"/accounts/{account.number}/forgive"
    shown = send(client, here, f"{here}/check", amount="30", reason="aid")
    form = shown.text.split(f'action="{here}"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    world.list_says(account, 0)
    refused = client.post(here, data=hidden)
    assert refused.status_code == 422
    assert "relisez ce qui reste" in plain(refused)
    assert orders(world) == []


def test_what_is_too_much_is_told_and_what_was_typed_stays(world: PlanWorld, claire: Secretary):
    account = world.account(owes=(4250,))
    here = f"/accounts/{account.number}/forgive"
    client = at_window(claire)
    answer = send(client, here, f"{here}/check", amount="42,51", reason="aid", note="une note")
    assert answer.status_code == 422
    assert "42,51" in answer.text
    assert "une note" in answer.text
    both = {f"share-{world.invoices(account)[0].id}": "1", "amount": "1", "reason": "aid"}
    assert "pas les deux" in plain(send(client, here, f"{here}/check", **both))


def test_above_the_limit_somebody_else_agrees_to_what_they_were_shown(
    world: PlanWorld, claire: Secretary
):
    paul = Secretary.of(world, "Paul Morel", "manager")
    world.settle_rules(four_eyes_cents=2000)
    account = world.account(owes=(4250,))
    order = DebtDesk(claire).ask(account, 3000, reason="uncollectable")
    DebtDesk(claire).work()
    assert world.reload(account).balance_cents == 4250, "it waits"
    client = at_window(paul)
    assert "30,00 € à ne plus demander" in plain(client.get("/agreements"))
    here = f"/agreements/{order}"
    assert "créance irrécouvrable" in plain(client.get(here))
    assert send(client, here, f"{here}/approve").status_code == 303
    DebtDesk(claire).work()
    assert world.reload(account).balance_cents == 1250
    assert DebtDesk(claire).order(order).decided_name == "Paul Morel"
    world.check()


def test_what_was_paid_since_cant_be_agreed_to(world: PlanWorld, claire: Secretary):
    paul = Secretary.of(world, "Paul Morel", "manager")
    world.settle_rules(four_eyes_cents=2000)
    account = world.account(owes=(4250,))
    order = DebtDesk(claire).ask(account, 3000)
    here = f"/agreements/{order}"
    client = at_window(paul)
    world.paid_at_desk(account, 2000)
    assert "ne peut plus être accordée" in plain(client.get(here))
    assert DebtDesk(claire).order(order).status == "waiting"


@on_postgres
def test_of_two_who_give_up_the_same_at_once_one_does(world: PlanWorld, claire: Secretary):
    Secretary.of(world, "Paul Morel", "manager")
    account = world.account(owes=(4250,))
    desks = [DebtDesk(claire), DebtDesk(Secretary.of(world, "Anne Le Roux"))]

    def asks(desk: DebtDesk) -> None:
        try:
            desk.ask(account, 4250)
        except Exception as error:
            assert "Rien de ce compte" in str(error)  # noqa: PT017 - as above

    at_once(*[lambda one=desk: asks(one) for desk in desks])
    desks[0].work()
    assert [order.status for order in orders(world)] == ["done"]
    assert world.reload(account).balance_cents == 0
    world.check()


def test_documents_are_opened_with_a_trace_and_go_after_the_decision(
    world: PlanWorld, claire: Secretary
):
    account = world.account(owes=(11_700,))
    talks = Talks(world)
    asked = talks.ask_aid(account, AidAnswers(("later",), (), None, "Plus tard"))
    client = at_window(claire)
    here = f"/aid/{asked.id}"
    wants = {"decision": "want_documents", "body": "Bonjour, un document nous aiderait."}
    assert send(client, here, f"{here}/answer", **wants).status_code == 303
    assert "Documents attendus" in plain(client.get("/plans?what=documents"))
    world.later(minutes=1)
    talks.follow_up(asked, words("Voici", SCAN))
    page = client.get(here)
    assert "pas encore vu" in plain(page)
    address = re.search(rf'action="({here}/documents/[^"]+)"', page.text)
    assert address
    assert send(client, here, address[1]).data == SCAN.content
    assert "vu par Claire Le Goff" in plain(client.get(here))
    with world.database.reading(world.practice_id) as session:
        document = session.scalars(select(Document.id)).one()
    moved = client.get(f"/accounts/{account.number}/documents/{document}")
    assert moved.status_code == 303, "from its account it is opened on its own page"
    world.later(minutes=1)
    fields = {"then": "pause", "until": "2026-12-24", "body": "Bonjour, nous pouvons attendre."}
    assert send(client, here, f"{here}/grant", **fields).status_code == 303
    assert "supprimés à partir du" in plain(client.get(here))
    world.clock.instant += timedelta(days=6)
    assert jobs_messages.delete_documents_of_aid(world.house, world.practice_id) == 0
    world.clock.instant += timedelta(days=1)
    assert jobs_messages.delete_documents_of_aid(world.house, world.practice_id) == 1
    assert jobs_messages.delete_documents_of_aid(world.house, world.practice_id) == 0
    assert "Les documents ont été supprimés le" in plain(at_window(claire).get(here))
    assert world.count(Document) == 0
    world.check()


def test_the_patient_reads_it_on_the_invoice_and_among_what_is_settled(
    world: PlanWorld, claire: Secretary
):
    account = world.account(owes=(4250, 1500))
    DebtDesk(claire).forgives(account, 4500, reason="aid")
    browser = visitor(portal_app(world), world.token(account))
    first, second = world.invoices(account)
    partly = plain(browser.get(f"/invoice/{second.id}"))
    assert "N’est plus demandé − 2,50 €" in partly
    assert "Payé autrement" not in partly
    settled = plain(browser.get("/payments"))
    assert "42,50 € ne vous sont plus demandés." in settled
    assert first.number in settled


def test_no_paper_calls_paid_what_nobody_paid(world: PlanWorld, claire: Secretary):
    account = world.account(owes=(3520,))
    DebtDesk(claire).forgives(account, 3000)
    client = at_window(claire)
    address = f"/accounts/{account.number}/file"
    answer = client.post(address, data={"csrf_token": token_of(client)})
    pages = PdfReader(BytesIO(answer.data)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    words = words.replace("\u202f", " ").replace("\xa0", " ")
    assert "À charge Réglé N’est plus demandé Reste" in words
    assert "35,20 € 0,00 € 30,00 € 5,20 €" in words
    assert "Sommes qui ne sont plus demandées" in words
    [number] = [one.number for one in world.invoices(account)]
    assert re.search(rf"le \S+ \w+ \d{{4}} facture n° {number}, remise accordée 30,00 €", words)
    assert "geste" not in words, "why is nobody's business"
    page = plain(client.get(f"/accounts/{account.number}"))
    assert "En tout" in page
    assert "n’est plus demandé : 30,00 €" in page
    assert "30,00 € plus demandés" not in page
