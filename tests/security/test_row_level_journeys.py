"""Each front door does its whole work with the rights of its role, and nothing fails for want of one."""

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlsplit

import pyotp
import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from portal.app import create_app as create_portal
from shared.accounts import Practice
from shared.base.database import Database
from shared.codes import MOST_TRIES
from shared.links.rules import MOST_EXTENSIONS
from shared.messages.rules import OFFERED, SUBJECTS
from shared.orders import MoneyOrder
from shared.staff import ROLES, StaffSession
from tests import papers
from tests.backoffice_office import PASSWORD, Samples, press, text_of
from tests.backoffice_orders import mark_seen
from tests.backoffice_people import OURS
from tests.integration.desk_world import Secretary
from tests.integration.spaces import Space
from tests.integration.talks import Talks, words
from tests.integration.test_backoffice_messages import ask, fields
from tests.integration.test_backoffice_messages import send as send_answer
from tests.integration.till import REFUSED
from tests.security.conftest import Logged
from tests.security.office_role import opened_in_role
from tests.security.portal_house import Browser, identity, portal_settings, visitor
from tests.security.portal_stories import ROUTES as PORTAL_ROUTES
from tests.security.portal_stories import Stories, cells_of, changed
from tests.security.secured import Secured
from tests.security.test_backoffice_routes import ROUTES as OFFICE_ROUTES
from tests.security.test_backoffice_routes import address_of, send, token_of
from tests.world import BORN, World


@pytest.fixture
def portal(secured: Secured) -> Iterator[tuple[Stories, Flask]]:
    """The stories, and a portal that connects in its role."""
    url = secured.log_in("ardoise_portal")
    database = Database(url)
    world = secured.stories.world
    settings = portal_settings(world, database_url=url)
    yield secured.stories, create_portal(settings, database, clock=world.clock)
    database.dispose()


def miss(browser: Browser, token: str, times: int) -> list[int]:
    wrong = BORN.replace(year=1985)
    return [browser.enter(token, wrong).status_code for _ in range(times)]


def test_a_patient_comes_in_pays_and_gets_a_receipt(portal: tuple[Stories, Flask]):
    stories, app = portal
    till, world = stories.till, stories.world
    account = world.account(owes=(4250, 1500))
    token = world.token(account)
    browser = Browser(app)
    assert browser.get(f"/l/{token}").status_code == 200
    assert miss(browser, token, 2) == [422, 422]
    assert browser.enter(token).location == "/statement"
    assert "57,50" in browser.get("/statement").text
    [first, second] = world.invoices(account)
    assert browser.get(f"/invoice/{first.id}").status_code == 200
    to_pay = browser.post("/pay", {"choice": "some", "invoice": str(second.id)})
    assert to_pay.location.startswith(till.processor.url)
    changed_mind = browser.post("/pay", {"choice": "all"})
    back = urlsplit(till.press(changed_mind.location)).path
    assert browser.get(back).status_code == 200
    for event in till.events():
        assert tell(app, stories, event) == 200
    till.work()
    receipt = browser.get(back).location
    assert "Merci" in browser.get(receipt).text
    assert till.owed(account) == 0
    assert browser.post("/extend").location == "/statement"
    assert browser.post("/leave").location == "/left"
    assert browser.get("/left").status_code == 200
    assert Browser(app).post(f"/l/{token}/new").location == "/asked"
    world.check()


def test_a_patient_reads_what_is_in_hand_what_it_settled_and_what_was_cancelled(
    portal: tuple[Stories, Flask],
):
    stories, app = portal
    world = stories.world
    account, claire = world.account(owes=(4250,)), Secretary.of(world)
    kept, none = claire.receives(account, 5000), claire.receives(account, 300)
    browser = visitor(app, world.token(account))
    assert "Ce trop-perçu est à vous." in browser.get("/statement").text
    world.bill_more(account, 2000)
    claire.cancels(account, none)
    claire.uses_credit(account)
    claire.work()
    assert "12,50" in browser.get("/statement").text
    assert "Utilisé depuis" in browser.get(f"/receipt/{kept.id}").text
    assert "Annulé le" in browser.get(f"/receipt/{none.id}").text
    assert browser.get(f"/receipt/{none.id}.pdf").status_code == 200
    assert "Annulé le" in browser.get("/payments").text
    used = world.invoices(account)[1]
    assert kept.number in browser.get(f"/invoice/{used.id}").text
    world.check()


def tell(app: Flask, stories: Stories, event: dict[str, object]) -> int:
    """A webhook of the processor, to this very portal."""
    till = stories.till
    till.app, kept = app, till.app
    try:
        return till.tell(event).status_code
    finally:
        till.app = kept


def test_after_a_declined_card_another_sum_can_be_paid(portal: tuple[Stories, Flask]):
    stories, app = portal
    till = stories.till
    account = stories.world.account(owes=(4250,))
    browser = visitor(app, stories.world.token(account))
    page = browser.post("/pay", {"choice": "all"}).location
    assert "/payment/" not in till.press(page, REFUSED)
    other = browser.post("/pay", {"choice": "other", "amount": "10,00"})
    assert other.location.startswith(till.processor.url)
    assert other.location != page


def test_a_payment_that_the_portal_itself_finds_done_is_booked_by_the_worker(
    portal: tuple[Stories, Flask],
):
    """A second click after paying, before any webhook: the portal notes it and books nothing."""
    stories, app = portal
    till, world = stories.till, stories.world
    account = world.account(owes=(4250,))
    browser = visitor(app, world.token(account))
    page = browser.post("/pay", {"choice": "all"}).location
    till.press(page)
    again = browser.post("/pay", {"choice": "other", "amount": "10,00"})
    assert again.location.startswith("/payment/")
    assert till.owed(account) == 4250
    till.work()
    assert browser.get(again.location).location.startswith("/receipt/")
    assert till.owed(account) == 0
    world.check()


def test_wrong_answers_wait_end_links_and_close_the_door(portal: tuple[Stories, Flask]):
    stories, app = portal
    world: World = stories.world
    account = world.account()
    for token in [world.token(account), world.token(account)]:
        browser = Browser(app)
        assert miss(browser, token, 3) == [422, 422, 429]
        world.later(minutes=15)
        miss(browser, token, 1)
        world.later(minutes=15)
        assert miss(browser, token, 1) == [410]
    assert world.reload(account).door_closed_at is not None


def test_a_patient_writes_reads_the_answer_and_asks_for_help(portal: tuple[Stories, Flask]):
    stories, app = portal
    world, talks = stories.world, Talks(stories.world)
    account = world.account()
    browser = visitor(app, world.token(account))
    scan = (BytesIO(papers.picture()), "x.jpg")
    asked = {"subject": "wrong", "text": "Pas à moi", "documents": scan}
    thread = browser.post("/messages", asked).location.partition("?")[0]
    assert "Photo 1" in browser.get(thread).text
    [opened] = talks.threads(account)
    talks.answer(opened, words("Nous vérifions."))
    assert "Nous vérifions." in browser.get(thread).text
    assert not talks.thread(opened.id).patient_unread
    assert browser.post(thread, {"text": "Merci"}).status_code == 303
    help_page = browser.post("/help", {"wish": "later"}).location.partition("?")[0]
    assert talks.holds(account) == ["aid", "dispute"]
    assert browser.post(f"{help_page}/withdraw").location == help_page
    assert talks.holds(account) == ["dispute"]
    world.check()


def test_a_patient_may_write_about_everything_and_stay_for_long(portal: tuple[Stories, Flask]):
    """Each subject has its own pause and work, whatever the database is told of them."""
    stories, app = portal
    world, talks = stories.world, Talks(stories.world)
    account = world.account()
    browser = visitor(app, world.token(account))
    for subject in OFFERED:
        assert browser.post("/messages", {"subject": subject, "text": "?"}).status_code == 303
    assert talks.holds(account) == sorted({SUBJECTS[name].hold for name in OFFERED})
    assert set(talks.work(account)) == {"message_waiting", "payment_search", "payer_claim"}
    for _ in range(MOST_EXTENSIONS + 1):
        world.later(minutes=14)
        assert browser.post("/extend").location == "/statement"
    world.check()


def test_three_wrong_codes_end_one_and_another_can_be_asked_for(
    secured: Secured, portal: tuple[Stories, Flask]
):
    _, app = portal
    space = Space.__new__(Space)
    space.__dict__ = secured.stories.world.__dict__
    account = space.account()
    page = f"/details/{space.keep_lines(account)}"
    browser = visitor(app, space.token(account))
    space.later(minutes=1)
    browser.post(f"{page}/code")
    space.work()
    for _ in range(MOST_TRIES):
        assert browser.post(page, {"code": "000000"}).status_code == 422
    assert space.codes()[-1] == ("dead", MOST_TRIES)
    space.later(minutes=1)
    browser.post(f"{page}/code")
    space.work()
    assert browser.post(page, {"code": space.code()}).location == page
    assert "Zorbectomie" in browser.get(page).text


def test_no_route_of_the_portal_wants_for_a_right(portal: tuple[Stories, Flask], logged: Logged):
    stories, app = portal
    for route in PORTAL_ROUTES:
        address = stories.address(route)
        browser = visitor(app, stories.world.token(stories.accounts["mine"]))
        stories.world.later(minutes=2)
        if route.method == "GET":
            assert browser.get(address).status_code in {200, 303, 410}, route
        else:
            fields = identity() | {"choice": "all", "language": "en", "back": "/pay"}
            fields |= {"subject": "other", "text": "Bonjour", "wish": "later"}
            fields |= {"plan": str(stories.ids["mine"]["plan_id"]), "ok": "1", "what": "pause"}
            fields |= {"how": "sum", "sum": "20", "once": "0" * 32}  # agreed to in other words: 422
            assert browser.post(address, fields).status_code in {303, 400, 404, 410, 422}, route
    assert "InsufficientPrivilege" not in logged.text


@pytest.fixture
def office(postgres_roles_url: str) -> Iterator[Samples]:
    with opened_in_role(postgres_roles_url) as samples:
        yield samples


def test_staff_sign_in_with_the_second_factor(office: Samples):
    client = office.app.test_client()
    email = "secretary@cabinet.example"
    token = token_of(client, "/sign-in")
    wrong = client.post("/sign-in", data={"csrf_token": token, "email": email, "password": "no"})
    assert wrong.status_code == 422
    half = client.post("/sign-in", data={"csrf_token": token, "email": email, "password": PASSWORD})
    assert half.location == "/sign-in/code"
    code = pyotp.TOTP(office.staff["secretary"].totp_secret).at(office.clock.now())
    done = client.post(
        "/sign-in/code", data={"csrf_token": token_of(client, "/sign-in/code"), "code": code}
    )
    assert done.status_code == 303
    assert "Nadia Ferhat" in text_of(client.get("/accounts"))
    office.later(minutes=2)
    assert client.get("/accounts").status_code == 200
    assert press(client, "/sign-out").status_code in {303, 404, 405}


def test_somebody_with_a_role_of_the_practices_own_does_what_it_allows_and_no_more(office: Samples):
    client = office.app.test_client()
    fields = {"email": "own@cabinet.example", "password": PASSWORD}
    client.post("/sign-in", data={"csrf_token": token_of(client, "/sign-in")} | fields)
    fields = {"csrf_token": token_of(client, "/sign-in/code"), "code": office.code("own")}
    assert client.post("/sign-in/code", data=fields).status_code == 303
    assert "Accueil du lundi" in text_of(client.get("/sessions"))
    assert office.numbers["held"] in text_of(client.get("/accounts"))
    assert client.get("/journal").status_code == 403
    assert press(client, "/sign-out").location == "/sign-in"


def test_wrong_passwords_keep_out_whoever_types_them_and_nobody_else(office: Samples):
    def tried(password: str, address: str) -> int:
        client = office.app.test_client()
        token = token_of(client, "/sign-in")
        fields = {"csrf_token": token, "email": "secretary@cabinet.example", "password": password}
        there = {"REMOTE_ADDR": address}
        return client.post("/sign-in", data=fields, environ_overrides=there).status_code

    assert [tried("not the right one", "192.0.2.7") for _ in range(5)] == [422] * 5
    assert tried(PASSWORD, "192.0.2.7") == 422
    assert tried(PASSWORD, "192.0.2.8") == 303


def test_staff_may_say_that_a_message_in_doubt_never_left(office: Samples):
    client = office.client("secretary")
    notice, number = office.ids["doubt_notice"], office.numbers["doubt"]
    told = press(client, f"/accounts/{number}/notices/{notice}/doubt", sent="no")
    assert told.status_code == 303
    assert "notice.deny" in str(cells_of(office.database).values())


@pytest.mark.parametrize("decision", ["want_documents", "grant", "decline"])
def test_staff_decide_about_a_request_for_help(office: Samples, decision: str):
    thread_id, client = ask(office), office.client("secretary")
    given = fields(client, office) | {"body": "Voici.", "decision": decision}
    told = send_answer(client, office, thread_id, given | {"pause_until": "2027-01-15"})
    assert told.status_code == 303
    assert f"aid_request.{decision}" in str(cells_of(office.database).values())


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_route_of_the_back_office_wants_for_a_right(office: Samples, logged: Logged, role: str):
    for route in OFFICE_ROUTES:
        client = office.client(role)
        status, _ = send(client, route, address_of(office, route), token_of(client))
        assert status < 500, f"{route}: {status}"
    assert "InsufficientPrivilege" not in logged.text


def test_each_act_of_staff_is_done_with_the_rights_of_the_role(office: Samples, logged: Logged):
    for route in OFFICE_ROUTES:
        if route.method == "POST":
            client = office.client("secretary")
            address, token = address_of(office, route), token_of(client)
            before = cells_of(office.database)
            status, _ = send(client, route, address, token)
            assert status < 500, route
            if route.endpoint.startswith(("account_acts.", "account_messages.", "account_desk.")):
                assert status == 303, route
                changes = changed(before, cells_of(office.database))
                assert "timeline_event.kind" in changes, route
    assert "InsufficientPrivilege" not in logged.text


def test_a_payment_of_nobody_known_is_asked_back_and_agreed_to_in_the_role(
    office: Samples, postgres_roles_url: str
):
    stray, page = office.ids["stray"], "/payments/unassigned"
    owner = Database(postgres_roles_url)
    with owner.unit_of_work() as work:
        work.session.execute(update(Practice).values(four_eyes_cents=0))
        work.commit()

    def pressed(role: str, address: str, **fields: str) -> str:
        client = office.client(role)
        if address.endswith("/approve"):
            fields["seen"] = mark_seen(client, address)
        with owner.unit_of_work() as work:
            work.session.execute(update(StaffSession).values(confirmed_at=office.clock.now()))
            work.commit()
        sent = {"csrf_token": token_of(client)} | fields
        return text_of(client.post(address, data=sent, follow_redirects=True))

    said = pressed("secretary", f"{page}/{stray}/refund", reason="other", once="one")
    assert "à valider par un responsable" in said
    with owner.reading(OURS) as session:
        [order] = session.scalars(select(MoneyOrder).where(MoneyOrder.stray_id == stray)).all()
    assert "Validé" in pressed("manager", f"/agreements/{order.id}/approve")
    with owner.unit_of_work(OURS) as work:
        row = work.session.get_one(MoneyOrder, (OURS, order.id))
        row.status = "sent"
        work.commit()
    said = pressed("manager", f"/agreements/{order.id}/decline")
    assert "Cette opération n’attend plus : elle est partie." in said
    number = office.numbers["held"]
    said = pressed("secretary", f"{page}/{stray}", number=number, once="two")
    assert "retirez-le d’abord" in said
    with owner.unit_of_work(OURS) as work:
        work.session.execute(delete(MoneyOrder).where(MoneyOrder.stray_id == stray))
        work.commit()
    said = pressed("secretary", f"{page}/{stray}", number=number, once="three")
    assert f"Le paiement est attribué au compte {number}" in said
    owner.dispose()
