"""Pages that show what a form would do: « Back » shows them again, to whoever sent the form alone."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from unittest.mock import patch

import pytest

from shared.staff.rules import ROLES
from tests.backoffice_office import Samples, checked, opened, tables_of, text_of, token_of
from tests.backoffice_orders import confirm, payment_of
from tests.security.office_forms import FORMS
from tests.statements import counting

BULKS = "backoffice.desks.ladder_bulks"

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
# By endpoint: the address, the page on which one chooses, and what the page says.
PAGES = {
    "account_refunds.check": (
        "/accounts/{held}/payments/{payment}/refund/check",
        "/accounts/{held}/payments/{payment}/refund",
        "Vérifier le remboursement",
    ),
    "debts.check": (
        "/accounts/{held}/forgive/check",
        "/accounts/{held}/forgive",
        "ne plus demander",
    ),
    "inbox_bulk.check": ("/inbox/several", "/inbox", "Finir"),
    "ladder_bulks.check": ("/ladder/acts/check", "/ladder/accounts", "Mettre en pause"),
    "ladder_bulks.check_letters": ("/ladder/acts/check-letters", "/ladder/letters", "lettres"),
    "settings_money.check": ("/settings/money/check", "/settings/money", "Vérifi"),
    "strays.check_refund": (
        "/payments/unassigned/{stray}/refund/check",
        "/payments/unassigned",
        "Rien n’est encore",
    ),
}


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def filled(office: Samples, address: str) -> str:
    return address.format(
        held=office.numbers["held"], payment=payment_of(office), stray=office.ids["stray"]
    )


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_a_check_page_is_shown_again_as_it_was_and_does_nothing(office: Samples, endpoint: str):
    address, chooses, says = (filled(office, text) for text in PAGES[endpoint])
    client = office.client("owner")
    assert client.get(address).location == chooses, "nothing was chosen yet"
    sent = client.post(address, data={"csrf_token": token_of(client)} | FORMS[endpoint])
    assert (sent.status_code, sent.location) == (303, address)
    before = tables_of(office.database)
    first, again = (
        re.sub(r'name="csrf_token" value="[^"]+"', "", client.get(address).text) for _ in range(2)
    )
    assert says in first
    assert again == first, "the mark of the form is the same too: pressed again it is done once"
    assert tables_of(office.database) == before
    assert client.get(address).headers["Cache-Control"] == "no-store"


def test_what_was_typed_stands_in_no_address_and_opens_in_this_session_alone(office: Samples):
    address = filled(office, PAGES["debts.check"][0])
    client = office.client("secretary")
    typed = FORMS["debts.check"] | {"note": "Vu avec elle au comptoir"}
    sent = client.post(address, data={"csrf_token": token_of(client)} | typed)
    assert "Vu avec elle" in text_of(client.get(address)) + client.get(address).text
    [cookie] = [c for c in sent.headers.getlist("Set-Cookie") if c.startswith("choice=")]
    assert {"HttpOnly", "SameSite=Strict", f"Path={address.removesuffix('/check')}"} <= set(
        cookie.split("; ")
    )
    assert "comptoir" not in cookie
    another = office.client("secretary")
    another.set_cookie("choice", cookie.split("=", 1)[1].split(";")[0], path=address)
    assert another.get(address).location == address.removesuffix("/check")
    spoilt = office.client("secretary")
    spoilt.set_cookie("choice", "x" * 40, path=address)
    assert spoilt.get(address).location == address.removesuffix("/check")


def test_what_is_too_long_for_a_cookie_is_answered_at_once_and_lost_nowhere(office: Samples):
    address = filled(office, PAGES["debts.check"][0])
    client = office.client("secretary")
    typed = FORMS["debts.check"] | {"note": "Vu avec elle au comptoir"}
    with patch("backoffice.kept_choice.MOST_BYTES", 100):
        sent = client.post(address, data={"csrf_token": token_of(client)} | typed)
    assert sent.status_code == 200
    assert typed["note"] in sent.text


def test_what_was_chosen_is_shown_again_for_twenty_minutes(office: Samples):
    address, chooses, _ = (filled(office, text) for text in PAGES["debts.check"])
    client = office.client("secretary")
    client.post(address, data={"csrf_token": token_of(client)} | FORMS["debts.check"])
    office.later(minutes=19)
    assert client.get(address).status_code == 200
    office.later(minutes=2)
    assert client.get(address).location == chooses


def test_after_what_is_too_long_for_a_cookie_nothing_chosen_before_is_shown(office: Samples):
    address, chooses, _ = (filled(office, text) for text in PAGES["debts.check"])
    client = office.client("secretary")
    token = token_of(client)
    client.post(address, data={"csrf_token": token} | FORMS["debts.check"])
    with patch("backoffice.kept_choice.MOST_BYTES", 100):
        client.post(address, data={"csrf_token": token} | FORMS["debts.check"] | {"note": "autre"})
    assert client.get(address).location == chooses


@pytest.mark.parametrize("endpoint", ["account_refunds.check", "debts.check"])
def test_back_from_the_check_page_the_form_holds_what_was_chosen_until_it_is_asked_for(
    office: Samples, endpoint: str
):
    address, form, _ = (filled(office, text) for text in PAGES[endpoint])
    client, another = office.client("owner"), office.client("owner")
    untouched = typed_in(client.get(form).text)
    shown = checked(client, address, **FORMS[endpoint] | {"amount": "1,07", "note": "au comptoir"})
    assert f'href="{form}">Modifier</a>' in shown.text
    before = tables_of(office.database)
    back = client.get(form)
    assert typed_in(back.text) == ("1,07", "au comptoir") != untouched
    assert "Ce que vous aviez choisi est repris ici." in text_of(back)
    assert typed_in(client.get(f"{form}?anew=1").text) == untouched
    assert typed_in(another.get(form).text) == untouched, "in this session alone"
    assert tables_of(office.database) == before
    mark = {"once": re.findall(r'name="once" value="(\w+)"', back.text)[0]}
    confirm(office)
    wish = FORMS[endpoint] | {"amount": "1,07", "csrf_token": token_of(client)} | mark
    assert client.post(form, data=wish).status_code == 303
    assert typed_in(client.get(form).text)[1] == "", "asked for: nothing is kept"


def typed_in(page: str) -> tuple[str, str]:
    """The sum and the note that stand in a form."""
    return (
        re.findall(r'name="amount"[^>]* value="([^"]*)"', page)[0],
        re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)[0],
    )


@pytest.mark.parametrize("endpoint", ["account_refunds.check", "debts.check"])
def test_whose_money_it_is_stands_by_name_on_the_form_and_before_it_is_asked_for(
    office: Samples, endpoint: str
):
    address, chooses, _ = (filled(office, text) for text in PAGES[endpoint])
    client = office.client("secretary")
    with counting(office.database.engine) as statements:
        assert "Nadia Ferhat" in text_of(client.get(chooses))
    assert len(statements) <= 12
    assert "Nadia Ferhat" in text_of(checked(client, address, **FORMS[endpoint]))
    with nameless():
        assert "Ferhat" not in text_of(client.get(chooses)) + text_of(client.get(address))


def test_an_act_on_many_names_some_before_it_is_done(office: Samples):
    client, address = office.client("secretary"), "/ladder/acts/check"
    said = text_of(checked(client, address, act="hold", all="1"))
    assert re.search(r"Pour qui .*Nadia Ferhat", said)
    with counting(office.database.engine) as statements, patch(f"{BULKS}.SHOWN", 1):
        said = text_of(client.get(address))
    assert len(statements) <= 12
    assert "Comptes 2 Reste" in said
    assert re.search(r"Pour qui [\w ]+ et 1 autre À revoir", said)
    with nameless():
        said = text_of(client.get(address))
    assert "Ferhat" not in said
    assert office.numbers["held"] in said


def nameless() -> AbstractContextManager[object]:
    """The secretary's role may read no names now."""
    return patch.dict(ROLES, {"secretary": ROLES["secretary"] - {"accounts.names"}})
