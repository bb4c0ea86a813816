"""Every route of the back-office, walked: permission, practice, form token, and GET that only reads.

Routes are found by themselves. A new one is walked without being named here; one with a new kind of
variable, or a new form, fails until this file knows how to fill it in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from backoffice.app import create_app
from backoffice.permissions import GRAVE, OPEN, grave, install_guard, needs, permissions_for
from shared.base.clock import FixedClock
from shared.base.database import Database
from shared.base.errors import ConfigurationError
from shared.staff import PERMISSIONS, ROLES, StaffSession, permissions_of
from shared.worklist import Task
from tests.backoffice_aid import add_request
from tests.backoffice_erasure import add_erasures, give_up_list
from tests.backoffice_ladder import add_bulk
from tests.backoffice_office import (
    Samples,
    opened,
    press,
    settings_for,
    text_of,
    token_of,
)
from tests.backoffice_orders import add_orders, confirm, mark_seen, payment_of, unconfirm
from tests.backoffice_people import NOW, OTHERS
from tests.security.office_forms import (
    FORMS,
    GRAVE_ACTS,
    HANDS_OUT,
    NOTED_EACH_TIME,
    ONLY_SHOW,
    PRESSED_BY,
    STORIES,
)


@dataclass(frozen=True, slots=True)
class Route:
    """One way in."""

    endpoint: str
    method: str
    rule: Rule

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def routes_of(app: Flask) -> list[Route]:
    return [
        Route(rule.endpoint, method, rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static"
    ]


ROUTES = routes_of(
    create_app(settings_for("sqlite://"), Database("sqlite://"), clock=FixedClock(NOW))
)
# Whoever is not signed in may come in here, and nowhere else.
OPEN_DOORS = {
    "health.answer",
    "sign_in.ask_password",
    "sign_in.take_password",
    "sign_in.ask_code",
    "sign_in.take_code",
    "sign_in.ask_passkey",
    "sign_in.take_passkey",
    "sign_in.ask_second",
    "forgotten.show",
    "forgotten.ask",
    "forgotten.show_asked",
    "welcome.show",
    "welcome.ask",
    "welcome.follow",
}
GUARDED = [route for route in ROUTES if route.endpoint not in OPEN_DOORS]
READS = [route for route in ROUTES if route.method == "GET"]
WRITES = [route for route in ROUTES if route.method != "GET"]
# What whoever is not signed in is answered: a page leads to the door, a form is told that nothing was done.
AT_THE_DOOR = {"GET": (303, "/sign-in"), "POST": (401, "")}
ON_ACCOUNTS = [route for route in ROUTES if "number" in route.rule.arguments]


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        add_orders(samples)
        add_bulk(samples)
        add_request(samples)
        add_erasures(samples)
        yield samples


def address_of(office: Samples, route: Route, **changes: object) -> str:
    """The route's address with ids that exist in our practice."""
    with office.database.reading() as reading:
        story = STORIES.get(route.endpoint, "held")
        values = {
            "number": office.numbers[story],
            "hold_id": office.ids["held_hold"],
            "notice_id": office.ids["doubt_notice"],
            "task_id": reading.scalar(select(Task.id).where(Task.account_id == office.ids["held"])),
            "thread_id": office.ids[
                "settled_answered" if route.endpoint == "inbox_acts.wait" else "settled_thread"
            ],
            "other_id": office.ids["settled_answered"],
            "canned_id": office.ids["canned"],
            "document_id": office.ids["settled_document"],
            "proposal_id": office.ids["settled_proposal"],
            "payment_id": payment_of(office)
            if "refund" in route.endpoint
            else office.ids["door_payment"],
            "order_id": office.ids.get(
                f"to_{route.endpoint.split('.')[1]}", office.ids["to_approve"]
            ),
            "dispute_id": office.ids["held_dispute"],
            "plan_id": office.ids["settled_plan"],
            "stray_id": office.ids["stray"],
            "role_id": office.ids["own_role"],
            "member_id": office.staff["accountant"].user.id,
            "practice_id": OTHERS,
            "passkey_id": UUID(int=0),
            "link_id": UUID(int=0),
            "mail_id": UUID(int=0),
            "token": "A" * 32,
            "bulk_id": office.ids["bulk"],
            "request_id": office.ids["settled_request"],
            "erasure_id": office.ids.get(f"{story}_erasure", office.ids["leaving_erasure"]),
            "import_id": office.ids["import"],
            "mapping_id": office.ids["mapping"],
            "text_key": "reminder-sms-fr",
            "session_id": reading.scalar(select(StaffSession.id)) or UUID(int=0),
        } | changes
    adapter = office.app.url_map.bind("127.0.0.1")
    return adapter.build(route.endpoint, {n: values[n] for n in route.rule.arguments})


def send(client: FlaskClient, route: Route, address: str, token: str = "") -> tuple[int, str]:
    if route.method == "GET":
        answer = client.get(address)
    else:
        fields = {"csrf_token": token} | FORMS[route.endpoint]
        if route.endpoint == "agreements.approve":
            fields |= {"seen": mark_seen(client, address)}
        answer = client.post(address, data=fields)
    return answer.status_code, answer.location or ""


def is_own_page(office: Samples, path: str) -> bool:
    """Whether one may be led there after signing in."""
    return office.app.url_map.bind("").test(path.partition("?")[0], method="GET")


def test_every_form_is_known_here():
    assert {route.endpoint for route in WRITES} == set(FORMS)


def test_every_route_names_a_permission_that_some_role_has_or_is_an_open_door(office: Samples):
    for route in ROUTES:
        if route in GUARDED:
            wanted = permissions_for(office.app, route.endpoint)
            assert PERMISSIONS.issuperset(wanted), route
            assert wanted, route
        else:
            assert hasattr(office.app.view_functions[route.endpoint], OPEN), route


def test_an_app_with_a_view_that_names_no_permission_does_not_start():
    app = Flask("careless")
    app.add_url_rule("/free", "free", lambda: "free for all")
    with pytest.raises(ConfigurationError, match="free"):
        install_guard(app)
    with pytest.raises(ConfigurationError, match=r"no\.such"):
        needs("no.such")


def test_whoever_is_not_signed_in_is_sent_to_the_door_and_changes_nothing(office: Samples):
    for route in GUARDED:
        client = office.client()
        token = token_of(client, "/sign-in")
        before = office.tables()
        answer = send(client, route, address_of(office, route), token)
        assert answer == AT_THE_DOOR[route.method], route
        with client.session_transaction() as kept:
            assert is_own_page(office, kept.get("next", "/")), route
        assert office.tables() == before


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_may_do_what_its_permissions_say_and_nothing_else(office: Samples, role: str):
    for route in GUARDED:
        client = office.client(role)
        token = token_of(client)
        may = not permissions_of(role).isdisjoint(permissions_for(office.app, route.endpoint))
        before = office.tables()
        status, _ = send(client, route, address_of(office, route), token)
        assert (status != 403) is may, f"{role} {route}: {status}"
        assert status < 500
        if not may:
            assert office.tables() == before


@pytest.mark.parametrize("role", [None, *sorted(ROLES)])
def test_reading_changes_nothing(office: Samples, role: str | None):
    client = office.client(role)
    addresses = [(route, address_of(office, route)) for route in READS]
    before = office.tables()
    for route, address in addresses:
        queries = ("", "?state=owing&after=x&held=any&release=1&sent=yes")
        for query in queries:
            client.head(address + query)
        assert office.tables() == before, route
        for query in queries:
            client.get(address + query)
        now = office.tables()
        if route.endpoint == "inbox_thread.show":  # whoever opens a thread has seen it
            before["thread_seen"] = now["thread_seen"]
        assert now == before, route


def test_a_form_without_our_token_or_from_another_site_is_refused(office: Samples):
    for route in WRITES:
        client = office.client("secretary")
        address, token = address_of(office, route), token_of(client)
        before = office.tables()
        for forged in ("", "x", token[:-3] + "abc"):
            assert send(client, route, address, forged)[0] == 400
        foreign = client.post(
            address,
            data={"csrf_token": token} | FORMS[route.endpoint],
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert foreign.status_code == 400
        assert office.tables() == before


def test_another_practices_account_is_not_there(office: Samples):
    for route in ON_ACCOUNTS:
        client = office.client("owner")
        confirm(office)
        address = address_of(office, route, number=office.numbers["other"])
        token = token_of(client)
        before = office.tables()
        assert send(client, route, address, token)[0] == 404
        assert office.tables() == before


def test_another_practices_parts_are_not_there_under_our_accounts_either(office: Samples):
    for route in [r for r in ON_ACCOUNTS if len(r.rule.arguments) > 1]:
        client = office.client("stranger", practice_id=OTHERS)
        confirm(office)
        theirs = office.numbers["other"]
        token = token_of(client)
        address = address_of(office, route, number=theirs)
        before = office.tables()
        assert send(client, route, address, token)[0] == 404
        assert office.tables() == before


def test_money_rights_and_who_comes_in_are_grave_acts_and_nothing_happens_before_one_shows_to_be_there(
    office: Samples,
):
    acts = [r for r in ROUTES if hasattr(office.app.view_functions[r.endpoint], GRAVE)]
    assert {route.endpoint for route in acts} == GRAVE_ACTS
    for route in acts:
        client = office.client("owner")
        address, token = address_of(office, route), token_of(client)
        confirm(office)
        unconfirm(office)
        before = office.tables()
        for more in ({}, {"confirm_code": "000000"}, {"confirmed_at": "now", "next": "/accounts"}):
            fields = {"csrf_token": token} | FORMS[route.endpoint] | more
            answer = client.post(address, data=fields)
            assert answer.status_code == 200
            assert "Confirmez que c’est vous" in answer.text
            assert f'action="{address}"' in answer.text
        assert office.tables() == before, route


def test_an_app_with_a_page_that_is_a_grave_act_does_not_start():
    app = Flask("careless")
    app.add_url_rule("/page", "page", grave(needs("refunds.write")(lambda: "a page")))
    with pytest.raises(ConfigurationError, match="only acts are grave"):
        install_guard(app)


def test_lists_and_searches_hold_ones_own_practice_only(office: Samples):
    stranger = office.client("stranger", practice_id=OTHERS)
    token = token_of(stranger)
    listed = stranger.get("/accounts")
    assert "Marie Ferhat" in listed.text
    assert "Nadia" not in listed.text
    for term in ("Nadia Ferhat", "2026-0412", office.numbers["held"], "nadia@example.org"):
        found = stranger.post("/accounts/search", data={"csrf_token": token, "q": term})
        assert found.status_code == 200, term
        assert "Aucun compte" in text_of(found)


def test_pressing_twice_does_it_once(office: Samples):
    give_up_list(office)
    acts = [r for r in WRITES if r.endpoint.startswith(("account_", "agreements."))]
    for route in [r for r in acts if r.endpoint not in ONLY_SHOW]:
        client = office.client(PRESSED_BY.get(route.endpoint, "secretary"))
        confirm(office)
        address, token = address_of(office, route), token_of(client)
        before = office.tables()
        done = 200 if route.endpoint in HANDS_OUT else 303
        assert send(client, route, address, token)[0] == done
        once = office.tables()
        assert once != before
        assert send(client, route, address, token)[0] == done
        assert (office.tables() == once) is (route.endpoint not in NOTED_EACH_TIME)


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_no_page_tells_a_name_to_a_role_without_names(office: Samples, role: str):
    client = office.client(role)
    token = token_of(client)
    sealed = re.compile(r"Nadia|Ferhat|Vasseur|Kerbrat|Lemoine|1984|•• 18|example\.org|une note")
    press(
        office.client("secretary"),
        f"/accounts/{office.numbers['held']}/holds",
        kind="staff",
        review_on="2026-12-08",
        note="une note",
    )
    for route in READS:
        for story in ("held", "door", "doubt", "settled"):
            if "number" in route.rule.arguments or story == "held":
                page = client.get(address_of(office, route, number=office.numbers[story]))
                assert not sealed.search(page.text), f"{route} {sealed.search(page.text)}"
    for term in ("2026-04", "2026-0412", "PXXXXXX"):
        found = client.post(
            "/accounts/search", data={"csrf_token": token, "q": term}, follow_redirects=True
        )
        assert not sealed.search(found.text)


def test_headers_and_cookie_are_pinned_on_every_answer(sqlite_url: str):
    https = settings_for(sqlite_url, backoffice_url="https://equipe.example")
    client = create_app(https, Database(sqlite_url), clock=FixedClock(NOW)).test_client()
    for address in ("/sign-in", "/accounts", "/nowhere", "/static/backoffice.css"):
        headers = client.get(address, base_url="https://equipe.example").headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            "img-src 'self' data:; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
    page = client.get("/accounts", base_url="https://equipe.example")
    assert page.headers["Cache-Control"] == "no-store"
    name, *flags = page.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-ardoise-staff=")
    assert set(flags) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_no_page_holds_inline_style_script_or_foreign_address(office: Samples):
    client = office.client("secretary")
    for route in READS:
        page = client.get(address_of(office, route)).text
        assert not re.search(
            r"<script(?! src=\"/static/)|<style| style=|\son\w+=|https?://", page
        ), route
