"""The log says what happened, and of no one."""

import logging
from collections.abc import MutableMapping
from typing import Any

import pytest
import structlog
from flask import Flask

from shared.base.errors import ArdoiseError, SealError
from shared.base.log import describe_failure, redact
from tests.unit.web_apps import bare_app

MARKER = "Zq7Marker"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[MutableMapping[str, Any]]:
    """What is logged while the test runs."""
    capture = structlog.testing.LogCapture()
    logger = structlog.wrap_logger(None, processors=[capture])
    monkeypatch.setattr("shared.web.request_log._log", logger)
    return capture.entries


def app() -> Flask:
    made = bare_app()

    @made.get("/l/<token>")
    def link(token: str) -> str:
        return f"open {len(token)}"

    @made.get("/fails/<name>")
    def fails(name: str) -> str:
        try:
            raise KeyError(name)
        except KeyError as error:
            raise ValueError(f"no {name}") from error

    return made


def test_a_request_is_one_line_with_the_rule_and_not_the_path(
    lines: list[MutableMapping[str, Any]],
) -> None:
    app().test_client().get(f"/l/{MARKER}?{MARKER}=1", headers={"User-Agent": MARKER})
    [line] = lines
    assert (line["event"], line["rule"]) == ("request", "/l/<token>")
    assert (line["method"], line["status"], line["app"]) == ("GET", 200, "bare")
    assert 0 <= line["milliseconds"] < 60_000
    assert MARKER not in str(lines)


def test_a_path_that_is_not_ours_is_not_written_either(
    lines: list[MutableMapping[str, Any]],
) -> None:
    app().test_client().open(f"/{MARKER}", method=MARKER.upper())
    [line] = lines
    assert (line["rule"], line["method"], line["status"]) == ("(none)", "(other)", 404)
    assert MARKER.upper() not in str(lines).upper()


def test_a_failure_tells_its_kind_and_place_but_not_its_words(
    lines: list[MutableMapping[str, Any]],
) -> None:
    app().test_client().get(f"/fails/{MARKER}")
    failure, request = lines
    assert request["status"] == 500
    assert failure["error"] == "ValueError"
    assert failure["caused_by"] == ["KeyError"]
    assert any(place.endswith(" fails") for place in failure["went_through"])
    assert MARKER not in str(lines)


@pytest.mark.parametrize(
    ("error", "said"), [(SealError("wrong key"), "wrong key"), (ValueError("Nadia"), "")]
)
def test_only_errors_on_purpose_keep_their_words(error: Exception, said: str) -> None:
    assert describe_failure(error)["said"] == said
    assert issubclass(SealError, ArdoiseError)


def test_a_chain_of_failures_that_bites_its_tail_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    assert describe_failure(first)["caused_by"] == ["KeyError"]


def test_requests_are_told_apart_by_their_reference() -> None:
    seen: list[str] = []
    made = app()

    @made.get("/reference")
    def reference() -> str:
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        return "seen"

    client = made.test_client()
    client.get("/reference")
    client.get("/reference")
    assert len(set(seen)) == 2
    assert "request_id" not in structlog.contextvars.get_contextvars()


@pytest.mark.parametrize("drawn", ["123456789012", "0612345678ab", "000000000000"])
def test_a_reference_of_digits_is_not_taken_for_a_telephone_number(
    monkeypatch: pytest.MonkeyPatch, drawn: str
) -> None:
    monkeypatch.setattr("shared.web.request_log.secrets.token_hex", lambda _: drawn)
    seen: list[str] = []
    made = app()

    @made.get("/reference")
    def reference() -> str:
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        return "seen"

    made.test_client().get("/reference")
    assert drawn in seen[0]
    assert redact(seen[0]) == seen[0]


@pytest.mark.parametrize("name", ["werkzeug", "gunicorn.access"])
def test_servers_do_not_write_paths_beside_us(name: str) -> None:
    app()
    assert logging.getLogger(name).disabled
