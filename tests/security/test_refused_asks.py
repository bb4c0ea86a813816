"""What no person types breaks nothing, and whoever is inside is not held up by whoever guesses."""

import base64
import os
from collections.abc import Iterator

import pytest
from flask import request

from backoffice.app import create_app
from shared.base.clock import FixedClock
from shared.base.database import Database
from shared.web.limits import FAILURES_AN_HOUR
from tests.backoffice_office import Samples, opened, settings_for, token_of
from tests.security.portal_house import Browser, identity, portal_app, visitor
from tests.world import NOON, World

NUL = "a\0b"


@pytest.fixture
def office(postgres_url: str) -> Iterator[Samples]:
    with opened(postgres_url) as samples:
        yield samples


@pytest.fixture
def world(postgres_url: str) -> Iterator[World]:
    opened_world = World(postgres_url)
    yield opened_world
    opened_world.database.dispose()


def test_a_nul_in_the_back_office_is_an_unclear_request(office: Samples):
    client = office.client("secretary")
    token = token_of(client)
    for address in ("/accounts?language=%00", "/accounts?held=%00x", "/accounts/%00P7K4Q9"):
        answer = client.get(address)
        assert answer.status_code == 400, address
        assert "pas compris" in answer.text
    for address, name in (("/sign-in", "email"), ("/accounts/search", "q"), ("/sign-in", "x\0")):
        answer = client.post(address, data={"csrf_token": token, name: f"{NUL}@y.fr"})
        assert answer.status_code == 400, address


def test_a_nul_in_the_portal_is_an_unclear_request(world: World):
    token = world.token(world.account())
    browser = visitor(portal_app(world), token)
    assert browser.get(f"/l/{token}?x=%00").status_code == 400
    for address in ("/l/%00", f"/l/{token}%00", "/receipt/%00"):
        assert browser.get(address).status_code == 404, address
    for address in ("/pay", f"/l/{token}", f"/l/{token}/new"):
        assert browser.post(address, {"choice": NUL, "day": NUL}).status_code == 400, address
    assert browser.get("/statement").status_code == 200


def test_a_page_of_the_list_beyond_any_sum_is_not_found(office: Samples):
    client = office.client("secretary")
    one = "018f0000-0000-7000-8000-000000000000"
    for cents in ("9" * 30, "-" + "9" * 30, str(2**63), "9" * 5000):
        key = urlsafe(f"{cents}|{one}")
        assert client.get("/accounts", query_string={"after": key}).status_code == 404, cents
    key = urlsafe(f"{2**62}|{one}")
    assert client.get("/accounts", query_string={"after": key}).status_code == 200


def urlsafe(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def test_whoever_is_inside_may_pay_stay_and_leave_while_a_neighbour_guesses(world: World):
    app = portal_app(world)
    inside = visitor(app, world.token(world.account()))
    guessing = Browser(app)
    assert guessing.address == inside.address
    statuses = [guessing.post("/l/x", identity()).status_code for _ in range(FAILURES_AN_HOUR + 1)]
    assert statuses[-1] == 429
    late = world.token(world.account())
    assert guessing.post(f"/l/{late}", identity()).status_code == 429
    assert guessing.post(f"/l/{late}/new").status_code == 429
    assert inside.post("/extend").location == "/statement"
    assert inside.post("/pay", {}).status_code != 429
    assert inside.send("POST", f"/webhooks/{world.practice_id}", data=b"{}").status_code == 404
    assert inside.post("/leave").location == "/left"


def test_a_made_up_visit_tells_of_no_practice(world: World):
    app = portal_app(world)
    made_up = Browser(app)
    secret = world.practice_id.to_bytes(4, "big") + os.urandom(28)
    cookie = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    made_up.client.set_cookie("visit", cookie, domain="127.0.0.1")
    assert made_up.post("/leave").location == "/left"
    left = made_up.get("/left")
    assert left.status_code == 200
    assert "04 65 71" not in left.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "R12" not in left.text


def test_whoever_leaves_is_told_by_whom_and_how_to_come_back(world: World):
    browser = visitor(portal_app(world), world.token(world.account()))
    browser.post("/leave")
    assert "R12" in browser.get("/left").text


@pytest.mark.parametrize(("proxies", "seen"), [(0, 1), (1, 3)])
def test_the_back_office_believes_as_many_proxies_as_are_named(
    sqlite_url: str, proxies: int, seen: int
):
    """Three visitors behind one proxy are three networks only when the proxy is named."""
    database = Database(sqlite_url)
    app = create_app(settings_for(sqlite_url, proxies=proxies), database, clock=FixedClock(NOON))
    addresses: list[str] = []

    @app.before_request
    def note() -> None:
        addresses.append(request.remote_addr or "")

    for number in range(3):
        app.test_client().get(
            "/sign-in",
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
            environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
        )
    assert len(set(addresses)) == seen
    database.dispose()
