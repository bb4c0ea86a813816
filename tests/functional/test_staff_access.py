"""Staff enrol a passkey and come in by it; who is invited begins with a keyboard and no script."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pyotp
import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from shared.delivery import NeverError
from tests.backoffice_office import PASSWORD, Samples, opened
from tests.backoffice_orders import confirm
from tests.conftest import OpenContext
from tests.functional.looking import DESK, Looking
from tests.integration.staff_doors import own, send
from tests.integration.staff_post import Mailroom, path_in
from tests.servers.process import free_port

NEW_PASSWORD = "quatre mots sans chiffre"


@contextmanager
def served(office: Samples, port: int) -> Iterator[str]:
    server = make_server("127.0.0.1", port, office.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def office(sqlite_url: str, port: int) -> Iterator[Samples]:
    with opened(sqlite_url, backoffice_url=f"http://localhost:{port}") as samples:
        yield samples


@pytest.fixture
def site(office: Samples, port: int) -> Iterator[str]:
    with served(office, port) as address:
        yield address


def sign_in(page: Page, office: Samples, site: str, role: str) -> None:
    page.goto(f"{site}/sign-in")
    page.get_by_label("Adresse e-mail").fill(f"{role}@cabinet.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label(re.compile("^Code affiché")).fill(office.code(role))
    page.get_by_role("button", name="Ouvrir la session").click()


def plug_in(page: Page) -> None:
    """A device that knows its person, in the browser itself."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {
        **{"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True},
        **{"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True},
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_a_passkey_is_enrolled_then_signs_in_and_confirms(
    office: Samples, site: str, open_context: OpenContext
) -> None:
    page = open_context(size=DESK).new_page()
    plug_in(page)
    sign_in(page, office, site, "secretary")
    page.get_by_role("link", name="Mon accès").click()
    page.get_by_label("Nom de la clé").fill("Mon portable")
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.get_by_role("heading", name="Confirmez que c’est vous")).to_be_visible()
    office.later(seconds=30)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label(re.compile("^Code affiché")).fill(office.code("secretary"))
    page.get_by_role("button", name="Confirmer et continuer").click()
    expect(page.get_by_role("status")).to_contain_text("est enregistrée")
    expect(page.get_by_text("Mon portable", exact=True)).to_be_visible()
    looking = Looking(page)
    looking.look()
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("button", name="Fermer la session").first.click()
    office.later(minutes=6)
    page.get_by_role("button", name="Ouvrir avec une clé d’accès").click()
    expect(page.get_by_role("heading", name="Comptes")).to_be_visible()
    page.goto(f"{site}/access")
    office.later(seconds=1)
    page.get_by_role("button", name="Tirer dix codes de secours").click()
    looking.look()
    page.get_by_role("button", name="Confirmer avec ma clé d’accès").click()
    expect(page.get_by_role("heading", name="Vos dix codes de secours")).to_be_visible()
    looking.look()
    assert looking.faults == []


def test_who_is_invited_begins_by_keyboard_and_without_script(
    office: Samples, site: str, open_context: OpenContext
) -> None:
    owner, page = (open_context(size=DESK, javascript=False).new_page() for _ in range(2))
    sign_in(owner, office, site, "owner")
    confirm(office)
    owner.get_by_role("link", name="Équipe", exact=True).click()
    owner.get_by_role("link", name="Inviter quelqu’un").click()
    owner.get_by_label("Adresse e-mail").fill("nina@cabinet.example")
    owner.get_by_label("Prénom et nom").fill("Nina Roche")
    owner.get_by_label("Rôle").select_option("secretary")
    owner.get_by_role("button", name="Inviter", exact=True).press("Enter")
    expect(owner.get_by_text("part dans un instant")).to_be_visible()
    [mail] = Mailroom(office).look()
    owner.reload()
    expect(owner.get_by_text("envoyée", exact=True)).to_be_visible()
    page.goto(f"{site}{path_in(mail)}")
    expect(page.get_by_role("button", name="Plutôt une clé d’accès")).to_be_hidden()
    secret = page.locator(".secret").inner_text()
    password = page.get_by_label("Nouveau mot de passe")
    password.focus()
    page.keyboard.type("court")
    page.keyboard.press("Tab")
    page.keyboard.type(pyotp.TOTP(secret).at(office.clock.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("12 caractères")
    assert page.locator(".secret").inner_text() == secret, "the drawing that was scanned stays"
    password.focus()
    page.keyboard.type(NEW_PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type(pyotp.TOTP(secret).at(office.clock.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="C’est enregistré")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    owner.reload()
    expect(owner.get_by_text("acceptée", exact=True)).to_be_visible()


def invite_by_mail(office: Samples) -> None:
    """An invitation that the mail server refused, for the team's page."""
    fields = {"email": "new@cabinet.example", "name": "Nina", "role": "secretary", "way": "mail"}
    send(own(office, "owner"), "/team/invite", **fields)
    room = Mailroom(office)
    room.outbox.raises = NeverError("refused with 550")
    room.look()


def test_the_teams_pages_can_be_read_by_everybody(
    office: Samples, site: str, open_context: OpenContext
) -> None:
    page = open_context(size=DESK).new_page()
    sign_in(page, office, site, "owner")
    confirm(office)
    looking = Looking(page)
    member = f"/team/{office.staff['secretary'].user.id}"
    for address in (
        "/team",
        "/team/invite",
        member,
        "/access",
        "/access/authenticator",
        "/practices",
    ):
        looking.at(f"{site}{address}")
    page.goto(f"{site}{member}")
    page.get_by_role("button", name=re.compile("^Mot de passe oublié")).click()
    looking.look()
    link = page.get_by_label("Pour choisir").input_value()
    invite_by_mail(office)
    for address in (
        link,
        *(f"{site}{path}" for path in ("/welcome/x", "/team", "/sign-in")),
        *(f"{site}/sign-in/{path}" for path in ("forgotten", "forgotten/asked")),
    ):
        looking.at(address)
    assert looking.faults == []
