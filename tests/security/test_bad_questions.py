"""Whatever stands in the address of a page is answered by a page: no question breaks one."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.datastructures import ImmutableMultiDict

from tests.backoffice_office import Samples, press
from tests.backoffice_orders import confirm
from tests.security.office_role import opened_in_role
from tests.security.test_backoffice_routes import READS, address_of

ROW = "00000000-0000-0000-0000-000000000001"


def key(by: str) -> str:
    """The address of a page of a list that begins after this."""
    return base64.urlsafe_b64encode(f"{by}|{ROW}".encode()).decode()


# What a database, a calendar or a number can't hold: hidden in the key of a page, or plain.
BAD_KEYS = (
    key("\0"),
    key("0001-01-01T00:00:00+23:59"),
    key("9999-12-31T23:59:59-23:59"),
    key("9" * 5000),
)
BAD_PLAIN = (
    "9" * 5000,
    "0001-01-01",
    "9999-12-31",
)


@pytest.fixture
def office(postgres_roles_url: str) -> Iterator[Samples]:
    with opened_in_role(postgres_roles_url) as samples:
        yield samples


def test_no_question_breaks_a_page(office: Samples):
    """Each name that a page asks for, with each bad value: a new page and a new name are met here by
    themselves."""
    asked: set[str] = set()

    class Watched(ImmutableMultiDict[str, str]):
        """What was typed, which notes the names that a view asks for."""

        def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
            asked.add(key)
            return super().get(key, *args, **kwargs)

        def getlist(self, key: str, *args: Any, **kwargs: Any) -> Any:
            asked.add(key)
            return super().getlist(key, *args, **kwargs)

        def __contains__(self, key: object) -> bool:
            asked.add(str(key))
            return super().__contains__(key)

    office.app.request_class = type(
        "Request", (office.app.request_class,), {"parameter_storage_class": Watched}
    )
    client, met, broken = office.client("owner"), set[str](), []
    for route in READS:
        address = address_of(office, route)
        asked.clear()
        client.get(address)
        names = {name for name in asked if name.isidentifier()} - {"csrf_token"}
        met |= names
        for name in sorted(names):
            # What is no key of a page is answered by 404 where one is read.
            is_key = client.get(address, query_string={name: "nonsense"}).status_code == 404
            for bad in BAD_KEYS if is_key else BAD_PLAIN:
                if client.get(address, query_string={name: bad}).status_code >= 500:
                    broken.append((str(route), name, bad[:40]))
    assert not broken
    assert {"after", "list", "show"} <= met, "the walk sees what the pages ask for"


def test_a_mark_of_a_role_that_no_number_holds_is_told_and_changes_nothing(office: Samples):
    client = office.client("owner")
    confirm(office)
    page = f"/settings/roles/{office.ids['own_role']}"
    fields = {"title": "Accueil du soir", "may": "accounts.read", "seen": "9" * 5000}
    refused = press(client, page, **fields)
    assert refused.status_code == 422
    assert "Accueil du soir" in refused.text
