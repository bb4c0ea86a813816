"""« Accords et aides »: what waits is found, one decides beside the rules, and of two only one does."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from ardoise import jobs_messages, ordering
from shared.accounts import Account, account_vault, get_practice
from shared.aid import AidAnswers, AidRequest, ask_aid
from shared.base.ids import new_id
from shared.orders import MoneyOrder
from shared.plans import Plan, PlanView, Wish
from shared.staff import StaffSession
from tests.backoffice_office import text_of, token_of
from tests.integration.desk_world import Secretary
from tests.integration.plan_world import PlanWorld
from tests.statements import counting

LIST = "/plans"
MOST_STATEMENTS = 12


@pytest.fixture
def world(database_url: str) -> PlanWorld:
    return PlanWorld(database_url)


@pytest.fixture
def claire(world: PlanWorld) -> Secretary:
    return Secretary.of(world)


def plain(response: TestResponse) -> str:
    return text_of(response).replace("\u202f", " ").replace("\xa0", " ")


def at_window(secretary: Secretary) -> FlaskClient:
    """In the back-office, having just shown that one is there."""
    client = secretary.window.client
    with secretary.world.database.unit_of_work() as work:
        now = secretary.world.clock.now()
        work.session.execute(update(StaffSession).values(confirmed_at=now))
        work.commit()
    return client


def send(client: FlaskClient, page: str, address: str, **fields: str) -> TestResponse:
    """Fill in one of a page's forms: what it hides is sent along."""
    text = client.get(page).text
    hidden: dict[str, str] = {}
    for form in re.findall(r"<form.*?</form>", text, re.S):
        if f'action="{address}"' in form:
            hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
            break
    hidden["csrf_token"] = token_of(client)
    looks = address.endswith("/check")
    return client.post(address, data=hidden | fields, follow_redirects=looks)


def long_plan(world: PlanWorld, account: Account) -> PlanView:
    """What the patient proposes is longer than the practice's rule."""
    return world.plan(account, Wish(5, months=8))


def plan_rows(world: PlanWorld, account: Account) -> list[str]:
    with world.database.reading(account.practice_id) as session:
        query = select(Plan.status).where(Plan.account_id == account.id).order_by(Plan.version)
        return list(session.scalars(query))


def helped(world: PlanWorld, account: Account) -> AidRequest:
    """The patient asks for help."""
    with world.database.unit_of_work(account.practice_id) as work:
        asked = ask_aid(
            work.session,
            practice=get_practice(work.session, account.practice_id),
            account_id=account.id,
            vault=account_vault(world.house.keys, account),
            answers=AidAnswers(("less_total",), ("less_money",), 2000, "C’est difficile."),
            once=new_id().hex,
            at=world.clock.now(),
        )
        work.commit()
        return asked


def test_one_sees_what_is_asked_beside_the_rule_and_what_would_be_inside(
    world: PlanWorld, claire: Secretary
):
    world.settle_rules(plan_most_months=6)
    account = world.account(owes=(31_200,))
    plan = long_plan(world, account).plan
    client = claire.window.client
    queue = plain(client.get(LIST))
    assert "Étalement proposé" in queue
    assert "312,00 € en 8 dates" in queue
    page = plain(client.get(f"{LIST}/{plan.id}"))
    for words in (
        "39,00 € × 8 mois",
        "Votre règle dit 6 mois.",
        "52,00 € × 6 mois",
        "C’est le premier.",
    ):
        assert words in page, words


def test_an_offer_is_shown_before_it_is_sent_and_the_patient_agrees_to_it(
    world: PlanWorld, claire: Secretary
):
    world.settle_rules(plan_most_months=6)
    account = world.account(owes=(31_200,))
    plan = long_plan(world, account).plan
    client = claire.window.client
    here = f"{LIST}/{plan.id}"
    fields = {"how": "months", "months": "6", "day": "5", "way": "link"}
    shown = send(client, here, f"{here}/offer/check", **fields)
    assert shown.status_code == 200
    assert "Aperçu : 52,00 € × 6 mois" in plain(shown)
    assert plan_rows(world, account) == ["proposed"], "nothing is sent by looking"
    form = shown.text.split(f'action="{here}/offer"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent = client.post(f"{here}/offer", data=hidden | {"body": "Bonjour, voici d’autres dates."})
    assert sent.status_code == 303
    assert plan_rows(world, account) == ["replaced", "offered"]
    again = client.post(f"{here}/offer", data=hidden | {"body": "Bonjour, voici d’autres dates."})
    assert again.status_code == 303
    assert plan_rows(world, account) == ["replaced", "offered"]
    jobs_messages.tell_messages(world.house, world.practice_id)
    world.work()
    assert world.told(account) == ["plan_answer"], "one message tells of offer and words"
    browser = world.visitor(account)
    page = browser.get("/plan").text
    assert "52,00" in page
    offered = dict(
        re.findall(r'name="(plan|words)" value="([^"]*)"', page.split('action="/plan/agree"')[1])[
            :2
        ]
    )
    assert browser.post("/plan/agree", offered | {"ok": "1"}).status_code == 303
    assert plan_rows(world, account) == ["replaced", "active"]
    world.check()


def test_free_dates_that_do_not_add_up_are_told_and_kept(world: PlanWorld, claire: Secretary):
    account = world.account(owes=(10_000,))
    plan = long_plan(world, account).plan
    client = claire.window.client
    here = f"{LIST}/{plan.id}"
    typed = "15/12/2026 40,00\n15/01/2027 50,00"
    shown = send(client, here, f"{here}/offer/check", how="dates", dates=typed)
    assert shown.status_code == 422
    assert "100,00 € en tout" in plain(shown)
    assert typed in shown.text


def test_a_proposal_is_declined_with_words_that_the_lint_has_seen(
    world: PlanWorld, claire: Secretary
):
    account = world.account(owes=(31_200,))
    plan = long_plan(world, account).plan
    client = claire.window.client
    here = f"{LIST}/{plan.id}"
    rude = "Vous devez payer immédiatement, sinon poursuites."
    warned = send(client, here, f"{here}/write", decision="decline", body=rude)
    assert warned.status_code == 422
    assert rude in warned.text
    assert "À relire avant d’envoyer" in plain(warned)
    kind = "Bonjour, nous ne pouvons pas accepter ces dates. Répondez ici."
    assert send(client, here, f"{here}/write", decision="decline", body=kind).status_code == 303
    assert plan_rows(world, account) == ["declined"]
    assert kind in world.visitor(account).get("/messages").text or any(
        kind in world.visitor(account).get(url).text
        for url in re.findall(
            r"/messages/[0-9a-f-]{36}", world.visitor(account).get("/messages").text
        )
    )
    world.check()


def test_of_two_who_decide_the_second_reads_who_did(world: PlanWorld, claire: Secretary):
    account = world.account(owes=(31_200,))
    plan = long_plan(world, account).plan
    paul = Secretary.of(world, "Paul Morel", "manager").window.client
    here = f"{LIST}/{plan.id}"
    assert send(claire.window.client, here, f"{here}/decide", decision="accept").status_code == 303
    second = send(paul, here, f"{here}/write", decision="decline", body="Bonjour, non.")
    assert second.status_code == 422
    assert "accepté par Claire Le Goff" in plain(second)
    assert "Bonjour, non." not in world.visitor(account).get("/messages").text
    assert plan_rows(world, account) == ["active"]


def test_a_pause_has_its_day_and_an_agreement_ends_with_its_words(
    world: PlanWorld, claire: Secretary
):
    account = world.account(owes=(6000,))
    plan = world.plan(account).plan
    client = claire.window.client
    here = f"{LIST}/{plan.id}"
    until = (world.clock.now().date() + timedelta(days=20)).isoformat()
    assert "entre demain et dans un an" in plain(
        send(client, here, f"{here}/decide", decision="pause", until="2020-01-01")
    )
    assert send(client, here, f"{here}/decide", decision="pause", until=until).status_code == 303
    assert "plan_pause_over" in world.tasks(account)
    fields = {"decision": "stop", "reason": "otherwise", "body": "Bonjour, nous arrêtons. Merci."}
    assert send(client, here, f"{here}/write", **fields).status_code == 303
    assert plan_rows(world, account) == ["ended"]
    assert world.holds(account) == []
    assert "plan_pause_over" not in world.tasks(account)
    world.check()


def test_help_is_granted_as_less_to_pay_and_dates_for_the_rest(world: PlanWorld, claire: Secretary):
    account = world.account(owes=(11_700,))
    asked = helped(world, account)
    client = at_window(claire)
    here = f"/aid/{asked.id}"
    page = plain(client.get(here))
    for words in ("Payer moins en tout", "moins d’argent qu’avant", "20,00 € par mois", "117,00 €"):
        assert words in page, words
    fields = {
        "give_up": "reduce",
        "reduce_to": "60",
        "then": "plan",
        "months": "3",
        "day": "5",
        "body": "Bonjour, nous pouvons vous aider. Le détail est dans votre espace.",
    }
    done = send(client, here, f"{here}/grant", **fields)
    assert done.status_code == 303, plain(done)
    ordering.carry_out_orders(world.house, world.practice_id)
    assert world.reload(account).balance_cents == 6000
    (offer,) = world.views(account)
    assert (offer.plan.status, [part.open_cents for part in offer.parts]) == ("offered", [2000] * 3)
    paul = Secretary.of(world, "Paul Morel", "manager").window.client
    second = send(paul, here, f"{here}/answer", decision="decline", body="Bonjour, non.")
    assert second.status_code == 422
    assert "accordée par Claire Le Goff" in plain(second)
    assert "Accordée par Claire Le Goff" in plain(paul.get(here))
    with world.database.reading(world.practice_id) as session:
        assert len(session.scalars(select(MoneyOrder)).all()) == 1
    world.check()


@pytest.mark.parametrize("what", ["plan", "paused", "declined", "aid", "list"])
def test_each_page_costs_few_statements(world: PlanWorld, claire: Secretary, what: str):
    world.settle_rules(plan_most_months=6)
    account = world.account(owes=(11_700, 2000))
    plan = long_plan(world, account).plan
    asked = helped(world, account)
    client = claire.window.client
    here = f"{LIST}/{plan.id}"
    if what == "paused":
        until = (world.clock.now().date() + timedelta(days=20)).isoformat()
        send(client, here, f"{here}/decide", decision="accept")
        send(client, here, f"{here}/decide", decision="pause", until=until)
        assert plan_rows(world, account) == ["paused"]
    elif what == "declined":
        send(client, here, f"{here}/write", decision="decline", body="Bonjour, non.")
        assert plan_rows(world, account) == ["declined"]
    address = {"aid": f"/aid/{asked.id}", "list": LIST}.get(what, here)
    engine = client.application.extensions["ardoise-office"].database.engine
    client.get(address)
    with counting(engine) as statements:
        assert client.get(address).status_code == 200
    assert len(statements) <= MOST_STATEMENTS, "\n\n".join(statements)
