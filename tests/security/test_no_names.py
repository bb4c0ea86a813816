"""Whoever works by number alone finds no person's name on any page or in any file: every route is walked."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from backoffice.permissions import permissions_for
from shared.accounts import Account, ContactPoint, Party, account_vault, open_contact, open_name
from shared.staff import permissions_of
from tests.backoffice_aid import add_request
from tests.backoffice_erasure import add_erasures
from tests.backoffice_ladder import add_bulk
from tests.backoffice_office import Samples, opened, token_of
from tests.backoffice_orders import add_orders, confirm
from tests.backoffice_people import KEYS, LINES, OURS
from tests.security.office_forms import FORMS
from tests.security.test_backoffice_routes import GUARDED, READS, Route, address_of

NAMELESS = ["accountant", "auditor"]
EVERY_QUERY = ("", "?state=owing", "?held=any", "?group=people", "?who=patient")


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        add_orders(samples)
        add_bulk(samples)
        add_request(samples)
        add_erasures(samples)
        yield samples


def secrets_of(office: Samples) -> re.Pattern[str]:
    """Every name, contact and line of care that is sealed in the practice."""
    words: set[str] = {str(value) for value in LINES.values()}
    with office.database.reading(OURS) as reading:
        accounts = {a.id: a for a in reading.scalars(select(Account))}
        for party in reading.scalars(select(Party).where(Party.practice_id == OURS)):
            name = open_name(account_vault(KEYS, accounts[party.account_id]), party)
            words |= {name.given, name.surname}
        for contact in reading.scalars(
            select(ContactPoint).where(ContactPoint.practice_id == OURS)
        ):
            words.add(open_contact(account_vault(KEYS, accounts[contact.account_id]), contact))
    assert {"Nadia", "Ferhat"} <= words
    return re.compile("|".join(rf"\b{re.escape(word)}" for word in sorted(words) if word))


def words_of(answer: TestResponse) -> str:
    """What an answer says, a PDF's words included."""
    if answer.content_type != "application/pdf":
        return answer.get_data().decode("utf-8", "replace")
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


def addresses(office: Samples, route: Route) -> Iterator[str]:
    if "number" not in route.rule.arguments:
        yield address_of(office, route)
        return
    for story in office.numbers:
        if story != "other":
            yield address_of(office, route, number=office.numbers[story])


@pytest.mark.parametrize("role", NAMELESS)
def test_no_page_and_no_file_holds_a_name(office: Samples, role: str) -> None:
    secret, client, seen = secrets_of(office), office.client(role), 0
    for route in READS:
        for address in addresses(office, route):
            for query in EVERY_QUERY:
                answer = client.get(address + query, follow_redirects=True)
                found = secret.search(words_of(answer))
                assert found is None, f"{route}{query}: {found}"
                seen += answer.status_code == 200
    assert seen > 20


@pytest.mark.parametrize("role", NAMELESS)
def test_no_form_answers_with_a_name(office: Samples, role: str) -> None:
    secret = secrets_of(office)
    confirm(office)
    pressed = 0
    for route in GUARDED:
        if route.method == "GET":
            continue
        if permissions_of(role).isdisjoint(permissions_for(office.app, route.endpoint)):
            continue
        client = office.client(role)
        for address in addresses(office, route):
            fields = {"csrf_token": token_of(client)} | FORMS[route.endpoint]
            if route.endpoint == "accounts.search_accounts":
                fields["q"] = "2026-04"
            answer = client.post(address, data=fields, follow_redirects=True)
            found = secret.search(words_of(answer))
            assert found is None, f"{route}: {found}"
            pressed += 1
            if route.endpoint in {"sessions.close", "sign_in.leave"}:
                client = office.client(role)
    assert pressed
