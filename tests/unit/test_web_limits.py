"""Guessing in bulk from one address stops; ordinary visits never notice."""

import pytest
from flask import Flask, request

from shared.web.limits import FAILURES_AN_HOUR, address_key, count_failure, install_failure_limit
from tests.unit.web_apps import bare_app

MINE, OTHER = "192.0.2.7", "192.0.2.8"
UNREACHABLE = "redis://127.0.0.1:1/0"


def app(redis_url: str = "", an_hour: int = 3) -> Flask:
    made = bare_app()
    forms = frozenset({"check"})
    install_failure_limit(made, redis_url=redis_url, forms=forms, an_hour=an_hour)

    @made.route("/check", methods=["GET", "POST"])
    def check() -> str:
        if request.form.get("right") != "yes":
            count_failure()
        return "checked"

    @made.post("/leave")
    def leave() -> str:
        return "left"

    return made


def post(made: Flask, *, right: bool, address: str = MINE) -> int:
    data = {"right": "yes"} if right else {}
    answer = made.test_client().post("/check", data=data, environ_base={"REMOTE_ADDR": address})
    return answer.status_code


@pytest.fixture(params=["memory", "redis", "unreachable"])
def limited(request: pytest.FixtureRequest) -> Flask:
    """An app whose counts are in this process, in a real Redis, or in a Redis that is not there."""
    if request.param == "redis":
        return app(request.getfixturevalue("redis_url"))
    return app(UNREACHABLE if request.param == "unreachable" else "")


def test_only_failures_count(limited: Flask) -> None:
    assert [post(limited, right=True) for _ in range(10)] == [200] * 10
    assert [post(limited, right=False) for _ in range(4)] == [200, 200, 200, 429]
    assert post(limited, right=True) == 429


def test_another_address_is_not_held_up(limited: Flask) -> None:
    for _ in range(4):
        post(limited, right=False)
    assert post(limited, right=True, address=OTHER) == 200


def test_pages_stay_open_for_an_address_that_is_held_up(limited: Flask) -> None:
    for _ in range(4):
        post(limited, right=False)
    client = limited.test_client()
    assert client.get("/check", environ_base={"REMOTE_ADDR": MINE}).status_code == 200


def test_whoever_is_inside_is_not_held_up_by_whoever_guesses_next_door(limited: Flask) -> None:
    for _ in range(4):
        post(limited, right=False)
    client = limited.test_client()
    assert client.post("/leave", environ_base={"REMOTE_ADDR": MINE}).status_code == 200


def test_who_is_held_up_is_told_what_to_do() -> None:
    made = app()
    for _ in range(3):
        post(made, right=False)
    answer = made.test_client().post("/check", environ_base={"REMOTE_ADDR": MINE})
    assert answer.status_code == 429
    assert "attendez une heure" in answer.text


def test_counts_are_shared_by_all_portals_of_one_redis(redis_url: str) -> None:
    first, second = app(redis_url), app(redis_url)
    assert [post(first, right=False) for _ in range(3)] == [200] * 3
    assert post(second, right=False) == 429


def test_a_mobile_carriers_shared_address_is_not_reached() -> None:
    # A thousand people within an hour behind one address, one in five of them mistyping once.
    assert FAILURES_AN_HOUR >= 1_000 / 5


def test_addresses_are_kept_as_fingerprints_only() -> None:
    key = address_key(MINE, "secret")
    assert MINE not in key
    assert key == address_key(MINE, "secret")
    assert key != address_key(MINE, "another secret")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("", "not an address", False),
    ],
)
def test_a_home_counts_as_one_whatever_its_ipv6_address(one: str, other: str, same: bool) -> None:
    assert (address_key(one, "s") == address_key(other, "s")) is same
