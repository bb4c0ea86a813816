"""The matrix of roles and routes is what the back-office does, with own and with foreign ids."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from shared.audit import Actor
from shared.staff import Maker, StaffSession, invite
from tests.backoffice_aid import add_request
from tests.backoffice_erasure import add_erasures
from tests.backoffice_ladder import add_bulk
from tests.backoffice_office import (
    Samples,
    add_own_role,
    member,
    opened,
    token_of,
)
from tests.backoffice_orders import add_orders, confirm
from tests.backoffice_people import OTHERS, OURS
from tests.security import matrix
from tests.security.test_backoffice_routes import (
    AT_THE_DOOR,
    GUARDED,
    ROUTES,
    Route,
    address_of,
    send,
)

ROLE_OF = {matrix.OWN: "own"}
SIGNED_IN = [name for name in matrix.COLUMNS if name != matrix.NOBODY]


def read() -> dict[str, dict[str, str]]:
    """The cells of the file, by route and column; columns begin where their titles do."""
    lines = matrix.FILE.read_text().removeprefix(matrix.LEGEND).strip().splitlines()
    starts = [lines[0].index(title) for title in ("route", "permission", "ids", *matrix.COLUMNS)]
    ends = [*starts[1:], None]
    cells = {}
    for line in lines[1:]:
        route, *rest = (line[a:b].strip() for a, b in zip(starts, ends, strict=True))
        method, rule = route.removesuffix(" *").split()
        names = ("permission", "ids", *matrix.COLUMNS)
        cells[f"{method} {rule}"] = dict(zip(names, rest, strict=True))
    return cells


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        add_orders(samples)
        add_bulk(samples)
        add_request(samples)
        add_erasures(samples)
        yield samples


def add_others(office: Samples, role: str) -> str:
    """Somebody of the other practice with the same role, by the name that samples know them by."""
    with office.database.unit_of_work() as work:
        slug = "own-desk" if role == matrix.OWN else role
        if role == matrix.OWN:
            add_own_role(work.session, OTHERS, slug)
        address = f"other-{slug}@cabinet.example"
        office.staff["other"] = member(work.session, slug, address, OTHERS)
        work.commit()
    return "other"


def invited(office: Samples) -> str:
    """The end of a link that somebody may follow without having signed in."""
    with office.database.unit_of_work(OURS) as work:
        owner = office.staff["owner"].user
        token = invite(
            work.session,
            practice_id=OURS,
            email="invited@cabinet.example",
            name="Nina Roche",
            role="secretary",
            maker=Maker(owner.id, Actor("staff", owner.name)),
            at=office.clock.now(),
        )
        work.commit()
    return token


def test_the_file_is_what_the_permissions_say():
    assert matrix.FILE.read_text() == matrix.text(), (
        "rights or routes changed: run `python -m tests.security.matrix --write` and read the difference"
    )


def test_the_file_has_a_line_for_each_way_in():
    assert set(read()) == {str(route) for route in ROUTES}


def test_whoever_is_not_signed_in_goes_where_the_matrix_says(office: Samples):
    cells, link = read(), invited(office)
    for route in ROUTES:
        client = office.client()
        token = token_of(client, "/sign-in")
        answer = send(client, route, address_of(office, route, token=link), token)
        is_sent_away = answer == AT_THE_DOOR[route.method]
        said = cells[str(route)][matrix.NOBODY]
        assert said in {matrix.YES, matrix.DOOR}
        if said == matrix.DOOR:
            assert is_sent_away, route
        else:
            assert answer[0] in {200, 303, 422}, route


@pytest.mark.parametrize("column", SIGNED_IN)
def test_each_role_goes_in_with_own_ids_where_the_matrix_says(office: Samples, column: str):
    cells = read()
    for route in GUARDED:
        client = office.client(ROLE_OF.get(column, column))
        token = token_of(client)
        before = office.tables()
        status, _ = send(client, route, address_of(office, route), token)
        said = cells[str(route)][column]
        assert said in {matrix.YES, matrix.NO}
        assert (status == 403) == (said == matrix.NO), f"{column} {route}: {status}"
        assert status < 500, f"{column} {route}: {status}"
        if said == matrix.NO:
            assert office.tables() == before, route


@pytest.mark.parametrize("column", SIGNED_IN)
def test_nobody_reaches_another_practice_by_its_ids(office: Samples, column: str):
    cells, name = read(), add_others(office, column)
    for route in [route for route in GUARDED if route.rule.arguments - matrix.NO_IDS]:
        client = office.client(name, practice_id=OTHERS)
        confirm(office)
        token = token_of(client)
        address = address_of(office, route, practice_id=OURS, **_session(office, route))
        before = office.tables()
        status, _ = send(client, route, address, token)
        said = cells[str(route)]
        expected = {"404": 404, "gone": 303}[said["ids"]] if said[column] == matrix.YES else 403
        assert status == expected, f"{column} {route}: {status}"
        assert office.tables() == before, route


def _session(office: Samples, route: Route) -> dict[str, object]:
    """A session of ours, where one is named."""
    if "session_id" not in route.rule.arguments:
        return {}
    office.client("secretary")
    with office.database.reading() as reading:
        ours = StaffSession.user_id == office.staff["secretary"].user.id
        return {"session_id": reading.scalar(select(StaffSession.id).where(ours))}
