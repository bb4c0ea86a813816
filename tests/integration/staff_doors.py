"""What staff do at their door and with their own access, in a browser without scripts."""

import re
from html import unescape

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.audit import TimelineEvent
from tests.authenticator import Authenticator
from tests.backoffice_office import PASSWORD, Samples, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import OURS

# Browsers bind no passkey to a bare number.
SITE = "http://localhost:8001"
NEW_PASSWORD = "quatre mots sans chiffre"


def own(office: Samples, role: str) -> FlaskClient:
    """Somebody signed in who has just shown that they are there."""
    client = office.client(role)
    confirm(office)
    return client


def send(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """A form with a fresh token, whether or not somebody is signed in."""
    is_out = client.get("/sign-in").status_code == 200
    token = token_of(client, "/sign-in" if is_out else "/practices")
    return client.post(address, data={"csrf_token": token, **fields})


def give_password(
    client: FlaskClient, role: str, *, password: str = PASSWORD, email: str = ""
) -> TestResponse:
    email = email or f"{role}@cabinet.example"
    return send(client, "/sign-in", email=email, password=password)


def enrol(office: Samples, role: str, device: Authenticator, name: str = "Mon téléphone") -> None:
    """A passkey of somebody's own, by the page."""
    client = own(office, role)
    options = send(client, "/access/passkeys/ask").get_json()
    kept = send(client, "/access/passkeys", passkey_name=name, passkey=device.make(options))
    assert kept.status_code == 303, kept.text
    office.later(seconds=1)


def draw(office: Samples, role: str) -> list[str]:
    """Recovery codes, as the page shows them once."""
    return re.findall(
        r"<code>([0-9A-Z-]{11})</code>", send(own(office, role), "/access/codes").text
    )


def invited(office: Samples, email: str = "new@cabinet.example", role: str = "secretary") -> str:
    """The path of a link that the owner made."""
    page = send(own(office, "owner"), "/team/invite", email=email, name="Nina Roche", role=role)
    return link_on(page)


def link_on(page: TestResponse) -> str:
    found = re.search(r'id="link" value="https?://[^/]+(/welcome/[^"]+)"', page.text)
    assert found, page.text
    return unescape(found[1])


def secret_on(page: TestResponse) -> str:
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page.text)
    assert found, page.text
    return found[1]


def now_of(office: Samples, secret: str) -> str:
    return pyotp.TOTP(secret).at(office.clock.now())


def follow(office: Samples, path: str, **fields: str) -> TestResponse:
    """Follow a link as somebody new: password, application, code."""
    client = office.app.test_client()
    secret = secret_on(client.get(path))
    typed = {"password": NEW_PASSWORD, "secret": secret, "code": now_of(office, secret)}
    return send(client, path, **(typed | fields))


def told(office: Samples, kind: str) -> list[TimelineEvent]:
    with office.database.reading(OURS) as reading:
        query = select(TimelineEvent).where(TimelineEvent.kind == kind)
        return list(reading.scalars(query.order_by(TimelineEvent.at)))
