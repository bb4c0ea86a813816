"""Whatever is logged, by us or by a library: no token, no key and nothing of a person."""

import base64
import json
import os
import string
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.base.errors import SealError
from shared.base.ids import new_id
from shared.base.log import redact, redact_event, tell_failure
from shared.base.vault import KeyRing, format_key
from shared.links import LinkSigner

ROOT = Path(__file__).parents[2]
SIGNER = LinkSigner(KeyRing({"k1": os.urandom(32)}))
EXPIRES = datetime(2026, 12, 8, tzinfo=UTC)

# What stands around a value in a log line, quoted or not.
frames = st.sampled_from(
    [
        "{}",
        "to {} now",
        "'{}'",
        '"{}"',
        "({})",
        "to={}",
        "<{}>",
        "[{}]",
        "a: {}, b",
        "{}.",
        "\n{}\n",
    ]
)
tokens = st.integers(1, 2**31 - 1).map(
    lambda practice: SIGNER.mint(practice_id=practice, expires_at=EXPIRES)[1]
)
locals_of_mail = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.+_'!#$%&*?^`{|}~-]{0,30}", fullmatch=True)
domains = st.from_regex(r"[a-z0-9-]{1,12}(\.[a-z0-9-]{1,12}){0,2}\.(fr|example)", fullmatch=True)
separators = st.sampled_from(["", " ", ".", "-", "/", "\u00a0", "\u202f", "\u2009"])
prefixes = st.sampled_from(["0", "+33", "0033", "+33 ", "+33 (0)", "0033 ", "+262 ", "+33(0)"])
processor_keys = st.builds(
    lambda kind, mode, rest: f"{kind}_{mode}{rest}",
    st.sampled_from(["sk", "rk", "pk", "whsec"]),
    st.sampled_from(["live_", "test_", ""]),
    st.text(string.ascii_letters + string.digits, min_size=8, max_size=60),
)


def number(prefix: str, separator: str, digits: str) -> str:
    pairs = [digits[0], *(digits[at : at + 2] for at in range(1, 9, 2))]
    return prefix + separator.join(pairs)


numbers = st.builds(number, prefixes, separators, st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))


@given(frames, tokens)
@example("{}", f"{'A' * 32}.pk_uToskid_F6g")  # a signature that begins as a key does
@example("{}", f"sk_{'A' * 29}.{'b' * 14}")
def test_no_links_token_is_written(frame: str, token: str) -> None:
    for text in (
        token,
        f"/l/{token}",
        f"https://espace.example/l/{token}",
        f"/l/{token}?x=1",
        f"/p/{token}",
    ):
        said = redact(frame.format(text))
        assert token[:20] not in said
        assert token[-12:] not in said


@given(tokens, st.integers(8, 46))
def test_no_beginning_of_a_link_is_written_either(token: str, length: int) -> None:
    for folder in ("l", "p"):
        assert token[:8] not in redact(f"GET /{folder}/{token[:length]} HTTP/1.1")


@given(frames, locals_of_mail, domains)
def test_no_mail_address_is_written(frame: str, local: str, domain: str) -> None:
    said = redact(frame.format(f"{local}@{domain}"))
    assert f"@{domain}" not in said
    assert "@" not in said
    if len(local) > 8:
        assert local not in said


@given(locals_of_mail, domains)
def test_no_mail_address_is_written_as_an_address_bar_writes_it(local: str, domain: str) -> None:
    assert domain not in redact(f"/find?q={local.replace('%', '')}%40{domain}")


@given(frames, numbers)
def test_no_telephone_number_is_written(frame: str, written: str) -> None:
    left = [c for c in redact(frame.format(written)) if c.isdigit()]
    assert len(left) <= 3, "of « +262 » the code may stay"


def test_no_number_of_the_health_insurance_is_written() -> None:
    for written in ("184037511601842", "1 84 03 75 116 018 42"):
        assert "184" not in redact(f"nir {written} refused").replace(" ", "")


@given(frames, processor_keys)
def test_no_key_of_the_processor_is_written(frame: str, key: str) -> None:
    assert key.rpartition("_")[2] not in redact(frame.format(key))


@given(frames, st.binary(min_size=32, max_size=32))
@example("{}", bytes(17) + b"?\xa7\xf0" + bytes(12))  # reads …/p/… in base 64
def test_no_key_of_ours_is_written(frame: str, key: bytes) -> None:
    said = redact(frame.format(format_key("k1", key)))
    assert base64.b64encode(key).decode()[:20] not in said


@given(st.from_regex(r"[A-Za-z0-9%;:.!-]{6,30}", fullmatch=True))
def test_no_password_of_an_address_is_written(password: str) -> None:
    for address in ("smtps://bureau:{}@mail.example:465", "postgresql://u:{}@localhost/ardoise"):
        assert password not in redact(f"can't reach {address.format(password)}")


@given(st.uuids(), st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 - Hypothesis wants naive bounds
def test_what_helps_an_operator_stays(row: Any, at: datetime) -> None:
    for text in (
        str(row),
        str(new_id()),
        f"{at:%Y-%m-%dT%H:%M:%S.%f}Z",
        f"{at:%Y-%m-%d}",
        "R-2026-00042",
        "ardoise/worker.py:116 _guarded",
        "answered 503",
        "12345678",
    ):
        assert redact(text) == text


@given(st.text(max_size=300))
def test_any_text_can_be_redacted_and_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_a_very_long_text_is_redacted_at_once() -> None:
    started = time.process_time()
    for piece in ("a", "1 ", "a@", "06-", "://", "/l/", "a.", "0"):
        redact(piece * (50_000 // len(piece)))
    assert time.process_time() - started < 10, "trying every beginning would take minutes"


# Values of every kind


def event(**values: Any) -> dict[str, Any]:
    return dict(redact_event(None, "info", {"event": "x", **values}))


class Patient:
    """A thing of ours that says who it is when it is printed."""

    def __str__(self) -> str:
        return "Patient nadia@ferhat.example"

    __repr__ = __str__


@pytest.mark.parametrize(
    "value",
    [
        "nadia@ferhat.example",
        ["nadia@ferhat.example"],
        ("a", {"b": ["nadia@ferhat.example"]}),
        {"nadia@ferhat.example"},
        {"nadia@ferhat.example": 1},
        {"deep": {"deeper": ("nadia@ferhat.example",)}},
        b"nadia@ferhat.example",
        bytearray(b"nadia@ferhat.example"),
        ValueError("nadia@ferhat.example"),
        Patient(),
        [Patient()],
    ],
    ids=str,
)
def test_nothing_hides_within_a_value(value: Any) -> None:
    said = json.dumps(event(value=value))
    assert "nadia" not in said
    assert "ferhat" not in said


@pytest.mark.parametrize(
    "name",
    [
        *("name", "surname", "given_name", "birth_date", "phone", "email", "address", "body"),
        *("token", "link_token", "secret", "password", "smtp_password", "cookie", "api_key"),
    ],
)
def test_what_is_called_personal_is_left_out_at_any_depth(name: str) -> None:
    assert event(**{name: "Ferhat"})[name] == "[redacted]"
    assert "Ferhat" not in str(event(facts={"more": [{name: "Ferhat"}]}))


def test_counts_and_plain_words_stay_as_they_are() -> None:
    facts = {"practice": 3, "ok": True, "share": 0.5, "none": None, "outcome": "sent"}
    assert event(**facts) == {"event": "x", **facts}
    assert event(seen=[1, 2])["seen"] == [1, 2]
    row = new_id()
    assert event(notice=row)["notice"] == str(row)


def test_of_a_failure_only_its_kind_and_place_are_told() -> None:
    try:
        try:
            raise KeyError("Ferhat")
        except KeyError as error:
            raise ValueError("no Ferhat") from error
    except ValueError as error:
        for given_as in (error, True, sys.exc_info()):
            told = dict(tell_failure(None, "error", {"event": "x", "exc_info": given_as}))
            assert "Ferhat" not in str(told)
            assert told["exception"]["error"] == "ValueError"
            assert told["exception"]["caused_by"] == ["KeyError"]
            assert Path(__file__).name in str(told["exception"]["went_through"])
    assert "exception" not in tell_failure(None, "info", {"event": "x", "exc_info": True})
    assert dict(tell_failure(None, "info", {"event": "x"})) == {"event": "x"}


def test_an_error_raised_on_purpose_keeps_its_words() -> None:
    told = tell_failure(None, "error", {"event": "x", "exc_info": SealError("wrong key")})
    assert told["exception"]["said"] == "wrong key"


# The real thing: a process that logs through us, through the standard library, and by failing

PROCESS = """
import logging, sys
from shared.base.log import configure_logging, get_logger

configure_logging("worker")
ours, theirs = get_logger("ours"), logging.getLogger("theirs")
SECRETS = ["nadia@ferhat.example", "06 39 98 01 18", "sk_live_" + "a1B2" * 6, sys.argv[1]]
for secret in SECRETS:
    ours.info("said " + secret, detail=secret, more=[secret], error=ValueError(secret))
    ours.warning("named", email="Zq7Marker", facts={"birth_date": "Zq7Marker"})
    theirs.warning("said %s", secret)
    theirs.error("dict %(it)s", {"it": secret})
    try:
        raise RuntimeError(secret + " Zq7Marker")
    except RuntimeError:
        ours.error("failed", exc_info=True)
        theirs.exception("failed with %s", secret)
ours.info("ended", practice=3)
"""


@pytest.fixture(scope="module")
def written() -> str:
    token = SIGNER.mint(practice_id=1, expires_at=EXPIRES)[1]
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, token], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert token not in done.stderr
    return done.stderr


def test_every_line_is_one_json_object_with_time_and_process(written: str) -> None:
    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) == 4 * 6 + 1
    for line in lines:
        assert line["process"] == "worker"
        assert line["level"] in {"info", "warning", "error"}
        assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None
    assert lines[-1]["event"] == "ended"
    assert lines[-1]["practice"] == 3


@pytest.mark.parametrize(
    "part", ["ferhat", "nadia", "98 01", "06 39", "sk_live", "a1B2", "Zq7Marker"]
)
def test_nothing_of_a_person_and_no_key_reaches_the_log(written: str, part: str) -> None:
    assert part not in written


def test_a_failure_is_told_by_kind_and_place(written: str) -> None:
    failures = [line for line in map(json.loads, written.splitlines()) if "exception" in line]
    assert len(failures) == 8
    for failure in failures:
        assert failure["exception"]["error"] == "RuntimeError"
        assert failure["exception"]["went_through"]
