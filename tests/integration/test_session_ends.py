"""A session ends when it should, whatever pages and practices do with it meanwhile."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.permissions import BY_ITSELF
from shared.staff import StaffMembership
from tests.backoffice_office import PASSWORD, Samples, opened, press, token_of
from tests.backoffice_people import OTHERS, OURS
from tests.integration.staff_doors import send


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def works_in_both(office: Samples, role: str) -> None:
    with office.database.unit_of_work() as work:
        user_id = office.staff[role].user.id
        work.session.add(StaffMembership(practice_id=OTHERS, user_id=user_id, role=role))
        work.commit()


def test_going_from_practice_to_practice_makes_no_day_longer_than_ten_hours(office: Samples):
    works_in_both(office, "secretary")
    client = office.client("secretary")
    for step in range(39):
        office.later(minutes=15)
        assert client.get("/practices").status_code == 200
        if step % 10 == 0:
            there = OURS if step % 20 else OTHERS
            assert press(client, f"/practices/{there}/enter").location == "/accounts"
    office.later(minutes=15)
    assert client.get("/practices").location == "/sign-in"


def test_going_to_another_practice_and_back_gives_no_new_tries(office: Samples):
    works_in_both(office, "owner")
    client = office.client("owner")
    for _ in range(5):
        wrong = {"confirm_password": PASSWORD, "confirm_code": "000000"}
        assert send(client, "/access/codes", **wrong).status_code == 422
    for there in (OTHERS, OURS):
        assert press(client, f"/practices/{there}/enter").status_code == 303
    right = {"confirm_password": PASSWORD, "confirm_code": office.code("owner")}
    refused = send(client, "/access/codes", **right)
    assert (refused.status_code, "trop d’essais" in refused.text) == (422, True)
    office.later(minutes=2)
    right["confirm_code"] = office.code("owner")
    assert send(client, "/access/codes", **right).status_code == 200


def test_whoever_goes_on_elsewhere_is_asked_anew_who_they_are(office: Samples):
    works_in_both(office, "owner")
    client = office.client("owner")
    right = {"confirm_password": PASSWORD, "confirm_code": office.code("owner")}
    assert "confirm_password" not in send(client, "/access/codes", **right).text
    press(client, f"/practices/{OTHERS}/enter")
    assert "confirm_password" in send(client, "/access/codes").text


ASKING = re.compile(
    r"<[^>]*hx-get=\"{{ url_for\('([\w.]+)'[^>]*hx-trigger=\"[^\"]*(?:every|load|revealed|intersect)"
)


def test_what_pages_ask_by_themselves_is_marked_so_and_nothing_else_is(office: Samples):
    pages = (Path(__file__).parents[2] / "templates/backoffice").rglob("*.html")
    asking = {name for page in pages for name in ASKING.findall(page.read_text("utf-8"))}
    views = office.app.view_functions
    assert asking == {name for name, view in views.items() if hasattr(view, BY_ITSELF)}
    assert "inbox_thread.who_writes" in asking


def test_an_open_page_that_asks_by_itself_keeps_nobody_signed_in(office: Samples):
    left, at_work = office.client("secretary"), office.client("secretary")
    asked, token = f"/inbox/{office.ids['settled_thread']}/writing", token_of(at_work)
    for _ in range(19):
        office.later(minutes=1)
        assert left.get(asked).status_code == 200
        assert at_work.post(asked, data={"csrf_token": token}).status_code == 200, "types"
    office.later(minutes=1)
    by_itself = left.get(asked, headers={"HX-Request": "true"})
    assert (by_itself.status_code, by_itself.text) == (204, ""), "what was typed there stays"
    assert left.get("/accounts").location == "/sign-in"
    assert at_work.get("/accounts").status_code == 200
