"""Every page of the back-office costs twelve statements at most, for an owner, who sees the most."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from backoffice.kept_choice import SHOWS_CHOICE
from shared.accounts import Practice
from shared.ladder import preview
from tests.backoffice_aid import add_request
from tests.backoffice_erasure import add_erasures
from tests.backoffice_ladder import add_bulk, add_letter
from tests.backoffice_office import Samples, opened, token_of
from tests.backoffice_orders import add_orders, confirm
from tests.backoffice_people import OURS, add_invoice
from tests.security.office_forms import FORMS
from tests.security.test_backoffice_routes import READS, Route, address_of
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


def test_a_page_that_shows_what_a_form_would_do_costs_no_more(office: Samples) -> None:
    add_letter(office)
    with office.database.unit_of_work(OURS) as work:
        add_invoice(office.stories, work.session, "settled", "settled-9", date(2026, 10, 1), 30_000)
        work.commit()
    with office.database.unit_of_work() as work:  # a second person must agree to the least sum
        work.session.execute(update(Practice).where(Practice.id == OURS).values(four_eyes_cents=0))
        work.commit()
    checks = [route for route in READS if shows_choice(office, route)]
    client = office.client("owner")
    costs = {str(route): cost_of_choice(office, client, route) for route in checks}
    dear = {page: seen for page, seen in costs.items() if len(seen) > MOST_STATEMENTS}
    assert len(checks) >= 9
    assert not dear, "\n".join(f"{page}: {len(seen)}" for page, seen in dear.items())


def shows_choice(office: Samples, route: Route) -> bool:
    return hasattr(office.app.view_functions[route.endpoint], SHOWS_CHOICE)


def cost_of_choice(office: Samples, client: FlaskClient, route: Route) -> list[str]:
    """What the page costs once something was chosen."""
    address = address_of(office, route)
    chosen = FORMS[route.endpoint] | choice(office).get(route.endpoint, {})
    sent = client.post(address, data={"csrf_token": token_of(client)} | chosen)
    assert (sent.status_code, sent.location) == (303, address), sent.text
    with counting(office.database.engine) as seen:
        assert client.get(address).status_code == 200, address
    return list(seen)


def choice(office: Samples) -> dict[str, dict[str, str | list[str]]]:
    """What is chosen of the samples, where the walk over the routes chooses nothing that is there."""
    threads = [office.ids["settled_thread"], office.ids["settled_answered"]]
    return {
        "inbox_bulk.check": {
            "do": "assign",
            "to": str(office.staff["manager"].user.id),
            "pick": [f"{one} waiting-1" for one in threads],
        },
        "ladder_bulks.check_letters": {"all": "", "account": str(office.ids["letter"])},
        "strays.check_assign": {"number": office.numbers["held"]},
    }


def cost(office: Samples, client: FlaskClient, address: str) -> list[str]:
    """What a page asks of the database, the visit's own part included."""
    with counting(office.database.engine) as seen:
        assert client.get(address).status_code < 500, address
    return list(seen)


def test_the_coming_night_costs_no_more_where_a_second_look_is_needed(
    office: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "LOOKS", ((1, 1), (100_000, 900)))
    for address in ("/ladder/night", "/ladder/night?show=held"):
        seen = cost(office, office.client("owner"), address)
        assert sum(one.startswith("WITH step") for one in seen) == 2
        assert len(seen) <= MOST_STATEMENTS, "\n".join(one[:150].replace("\n", " ") for one in seen)
