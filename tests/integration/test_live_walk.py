"""The walk for a real test-mode account goes its whole way against the sandbox, and refuses live keys."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.live.__main__ import DONE, FAILED, REFUSED, VARIABLE, main
from tests.live.walk import NOT_CHECKED
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Its clock is the machine's: the walk asks for what was made just now."""
    with servers.running() as running:
        yield running


def pay(sandbox: Sandbox, url: str, card: str) -> None:
    """As somebody at a browser does it."""
    session = urlsplit(url).path.rpartition("/")[2]
    sandbox.control("pay", session=session, card=card, authentication="confirm")


@pytest.mark.parametrize("payouts", [0, 1])
def test_the_whole_walk_goes_through(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], payouts: int
) -> None:
    key = f"sk_test_{uuid4().hex}"

    def person(url: str, card: str) -> None:
        pay(sandbox, url, card)
        if payouts:
            sandbox.control("payout/send", key=key)

    assert main({VARIABLE: key}, person=person, address=sandbox.url) == DONE
    said = capsys.readouterr().out
    assert said.count("as we count on: ") == 10
    assert ("the latest payout is the sum" in said) == bool(payouts)
    assert ("NONE WAS CHECKED" in said) == (not payouts)
    assert all(one in said for one in NOT_CHECKED)


def test_what_is_not_as_we_count_on_is_said_and_ends_it(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    key = {VARIABLE: f"sk_test_{uuid4().hex}"}
    assert main(key, person=lambda _url, _card: None, address=sandbox.url) == FAILED
    assert "NOT as we count on" in capsys.readouterr().out


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {VARIABLE: "sk_live_abc"},
        {VARIABLE: "rk_live_abc"},
        {VARIABLE: "pk_test_abc"},
        {VARIABLE: "sk_test_abc", "CI": "true"},
    ],
)
def test_live_keys_and_ci_are_refused_before_anything_is_asked(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(environment, address="http://127.0.0.1:9") == REFUSED
    assert capsys.readouterr().err.count("\n") == 1
