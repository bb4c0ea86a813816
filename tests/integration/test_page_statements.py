"""Every page of the back-office costs twelve statements at most, for an owner, who sees the most."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.backoffice_aid import add_request
from tests.backoffice_erasure import add_erasures
from tests.backoffice_ladder import add_bulk
from tests.backoffice_office import Samples, opened
from tests.backoffice_orders import add_orders, confirm
from tests.security.test_backoffice_routes import READS, address_of
from tests.statements import counting

MOST_STATEMENTS = 12
STORIES = ("held", "door", "doubt", "settled")


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        add_orders(samples)
        add_bulk(samples)
        add_request(samples)
        add_erasures(samples)
        confirm(samples)
        yield samples


def test_every_page_costs_twelve_statements_at_most(office: Samples) -> None:
    client, costs = office.client("owner"), {}
    for route in READS:
        numbers = STORIES if "number" in route.rule.arguments else STORIES[:1]
        for story in numbers:
            address = address_of(office, route, number=office.numbers[story])
            costs[f"{route} ({story})"] = cost(office, client, address)
    dear = {page: seen for page, seen in costs.items() if len(seen) > MOST_STATEMENTS}
    assert len(costs) >= len(READS)
    assert not dear, "\n".join(f"{page}: {len(seen)}" for page, seen in dear.items())


def cost(office: Samples, client: FlaskClient, address: str) -> list[str]:
    """What a page asks of the database, the visit's own part included."""
    with counting(office.database.engine) as seen:
        assert client.get(address).status_code < 500, address
    return list(seen)
