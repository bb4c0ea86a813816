"""A process with a wrong setting does not start, and one sentence says which setting it is."""

import base64
import os
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from shared.base.config import (
    FORBIDDEN_IN_BACKOFFICE,
    FORBIDDEN_IN_PORTAL,
    BackofficeSettings,
    PortalSettings,
    ProcessSettings,
    WorkerSettings,
)
from shared.base.config_demands import is_loopback
from shared.base.errors import ConfigurationError
from shared.processor.stripe_gateway import StripeGateway
from tests import world

Process = type[ProcessSettings]
SECRET = "s3cret-that-must-not-be-told-to-anybody"


def a_key(letter: str) -> str:
    return "k1:" + base64.b64encode(letter.encode() * 32).decode()


COMMON = {
    "ARDOISE_DATABASE_URL": f"postgresql://ardoise:{SECRET}@127.0.0.1/ardoise",
    "ARDOISE_SITE_URL": "https://espace.example",
    "ARDOISE_LINK_KEYS": a_key("l"),
}
GATEWAY = {"ARDOISE_GATEWAY_KEYS": a_key("g")}
OFFICE = COMMON | {"ARDOISE_MASTER_KEYS": a_key("m"), "ARDOISE_INDEX_KEY": "i" * 32}
GOOD: Mapping[Process, dict[str, str]] = {
    PortalSettings: COMMON | GATEWAY | {"ARDOISE_PORTAL_SECRET": "p" * 32},
    BackofficeSettings: OFFICE
    | {"ARDOISE_STAFF_SECRET": "t" * 32, "ARDOISE_BACKOFFICE_URL": "https://bureau.example"},
    WorkerSettings: OFFICE
    | GATEWAY
    | {
        "ARDOISE_WORKER_KEYS": a_key("w"),
        "ARDOISE_AUDIT_KEYS": a_key("a"),
        "ARDOISE_SMTP_URL": f"smtps://bureau:{SECRET}@mail.example",
        "ARDOISE_MAIL_FROM": "secretariat@r12.example",
        "ARDOISE_BACKOFFICE_URL": "https://bureau.example",
        "ARDOISE_SMS_URL": "https://sms.example/messages",
        "ARDOISE_SMS_TOKEN": SECRET,
    },
}
NEEDED = [
    (process, name)
    for process, values in GOOD.items()
    for name in values
    if name not in {"ARDOISE_SMS_URL", "ARDOISE_SMS_TOKEN"}
]


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ARDOISE_")]:
        monkeypatch.delenv(name)


def start(
    monkeypatch: pytest.MonkeyPatch, process: Process, **changes: str | None
) -> ProcessSettings:
    for name in [name for name in os.environ if name.startswith("ARDOISE_")]:
        monkeypatch.delenv(name)
    for name, value in (GOOD[process] | changes).items():
        if value is not None:
            monkeypatch.setenv(name, value)
    return process.from_environment()


def refused(monkeypatch: pytest.MonkeyPatch, process: Process, **changes: str | None) -> str:
    """The sentence with which the process stops; it tells no value of any setting."""
    with pytest.raises(ConfigurationError) as stopped:
        start(monkeypatch, process, **changes)
    said = str(stopped.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert SECRET not in said
    assert stopped.value.__cause__ is None
    return said


@pytest.mark.parametrize("process", GOOD)
def test_a_process_starts_with_what_its_job_needs(
    monkeypatch: pytest.MonkeyPatch, process: Process
) -> None:
    settings = start(monkeypatch, process)
    assert settings.site == "https://espace.example"
    assert settings.secure_cookies
    assert not settings.demo


@pytest.mark.parametrize(("process", "name"), NEEDED)
def test_a_missing_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, process: Process, name: str
) -> None:
    assert name in refused(monkeypatch, process, **{name: None})


@pytest.mark.parametrize(("process", "name"), NEEDED)
def test_an_empty_setting_is_as_good_as_none(
    monkeypatch: pytest.MonkeyPatch, process: Process, name: str
) -> None:
    assert name in refused(monkeypatch, process, **{name: ""})


def test_all_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, WorkerSettings, ARDOISE_SITE_URL=None, ARDOISE_MASTER_KEYS=None)
    assert "ARDOISE_SITE_URL" in said
    assert "ARDOISE_MASTER_KEYS" in said


WRONG = [
    *(
        (PortalSettings, "ARDOISE_DATABASE_URL", url)
        for url in ("ardoise.db", "mysql://h/ardoise", "sqlite://", "sqlite:///", "postgresql://")
    ),
    *(
        (PortalSettings, "ARDOISE_SITE_URL", url)
        for url in (
            "http://espace.example",
            "espace.example",
            "https://",
            "https://[::1",
            "ftp://x",
        )
    ),
    *(
        (process, "ARDOISE_BACKOFFICE_URL", url)
        for process in (BackofficeSettings, WorkerSettings)
        for url in ("http://bureau.example", "//x")
    ),
    (BackofficeSettings, "ARDOISE_STAFF_MAIL", "perhaps"),
    *((PortalSettings, "ARDOISE_LINK_KEYS", k) for k in ("k1", "k1:short", "é:é")),
    (PortalSettings, "ARDOISE_GATEWAY_KEYS", "k1:short"),
    (WorkerSettings, "ARDOISE_MASTER_KEYS", f"{a_key('m')},{a_key('n')}"),
    *((p, "ARDOISE_INDEX_KEY", "i" * 31) for p in (BackofficeSettings, WorkerSettings)),
    (PortalSettings, "ARDOISE_PORTAL_SECRET", "p" * 31),
    (BackofficeSettings, "ARDOISE_STAFF_SECRET", "t" * 31),
    *((PortalSettings, "ARDOISE_PORTAL_THREADS", n) for n in ("0", "-1", "many")),
    *((BackofficeSettings, "ARDOISE_BACKOFFICE_THREADS", n) for n in ("0", "1.5")),
    *((PortalSettings, "ARDOISE_PROXIES", n) for n in ("-1", "one")),
    (PortalSettings, "ARDOISE_DEMO", "perhaps"),
    *((PortalSettings, "ARDOISE_REDIS_URL", u) for u in ("127.0.0.1:6379", "http://127.0.0.1")),
    *(
        (WorkerSettings, "ARDOISE_SMTP_URL", url)
        for url in ("mail.example", "http://mail.example", "smtp://", "smtp://mail.example:mail")
    ),
    *(
        (WorkerSettings, "ARDOISE_MAIL_FROM", address)
        for address in (
            "secretariat",
            "R12 <a@r12.example>",
            "a@b@c",
            "a@r12.example\nBcc: x@y",
            "é@x.fr",
        )
    ),
    *(
        (WorkerSettings, "ARDOISE_SMS_URL", url)
        for url in ("http://sms.example/messages", "sms.example", "https://")
    ),
    (WorkerSettings, "ARDOISE_SMS_TOKEN", ""),
]


@pytest.mark.parametrize(("process", "name", "value"), WRONG)
def test_a_wrong_or_unsafe_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, process: Process, name: str, value: str
) -> None:
    assert name in refused(monkeypatch, process, **{name: value})


@pytest.mark.parametrize(
    ("process", "name", "value"),
    [
        (PortalSettings, "ARDOISE_DATABASE_URL", "sqlite:///var/ardoise.sqlite"),
        (PortalSettings, "ARDOISE_DATABASE_URL", "postgresql+psycopg://h/ardoise"),
        (PortalSettings, "ARDOISE_SITE_URL", "http://127.0.0.1:8000"),
        (PortalSettings, "ARDOISE_SITE_URL", "http://localhost:8000"),
        (PortalSettings, "ARDOISE_REDIS_URL", f"rediss://:{SECRET}@cache.example/0"),
        (WorkerSettings, "ARDOISE_SMTP_URL", "smtp://127.0.0.1:8025"),
        (WorkerSettings, "ARDOISE_SMS_URL", "http://127.0.0.1:8002/sms"),
        (WorkerSettings, "ARDOISE_SMS_URL", ""),
        (WorkerSettings, "ARDOISE_LINK_KEYS", f"k1:{'A' * 43}=,k2:{'B' * 42}A="),
    ],
)
def test_what_is_unusual_but_right_is_taken(
    monkeypatch: pytest.MonkeyPatch, process: Process, name: str, value: str
) -> None:
    assert start(monkeypatch, process, **{name: value})


# Secrets at their place


@pytest.mark.parametrize("name", FORBIDDEN_IN_PORTAL)
def test_the_portal_refuses_what_it_must_not_hold(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    value = (GOOD[WorkerSettings] | GOOD[BackofficeSettings])[name]
    assert name in refused(monkeypatch, PortalSettings, **{name: value})


@pytest.mark.parametrize("spelled", [str.lower, str.title])
@pytest.mark.parametrize("name", FORBIDDEN_IN_PORTAL)
def test_no_spelling_of_a_forbidden_name_gets_past_the_portal(
    monkeypatch: pytest.MonkeyPatch, name: str, spelled: Callable[[str], str]
) -> None:
    """Settings are read whatever the case of their names, so they are refused likewise."""
    value = (GOOD[WorkerSettings] | GOOD[BackofficeSettings])[name]
    assert name in refused(monkeypatch, PortalSettings, **{spelled(name): value})


def test_the_back_office_refuses_the_keys_to_the_card_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in FORBIDDEN_IN_BACKOFFICE:
        said = refused(monkeypatch, BackofficeSettings, **{name: a_key("g")})
        assert f"{name} is in the back-office's environment: remove it" in said
    assert not {"gateway_keys", "worker_keys", "audit_keys"} & set(BackofficeSettings.model_fields)


def test_every_secret_of_the_others_is_refused_by_the_portal() -> None:
    mine = set(PortalSettings.model_fields)
    of_others = {
        f"ARDOISE_{name.upper()}"
        for process in (BackofficeSettings, WorkerSettings)
        for name, field in process.model_fields.items()
        if name not in mine and "SecretStr" in str(field.annotation)
    }
    assert of_others == set(FORBIDDEN_IN_PORTAL)


@pytest.mark.parametrize("process", GOOD)
def test_no_secret_shows_where_settings_are_printed(
    monkeypatch: pytest.MonkeyPatch, process: Process
) -> None:
    redis = f"redis://:{SECRET}@127.0.0.1/0"
    printed = repr(start(monkeypatch, process, ARDOISE_REDIS_URL=redis))
    assert SECRET not in printed
    for name in (
        "ARDOISE_LINK_KEYS",
        "ARDOISE_GATEWAY_KEYS",
        "ARDOISE_MASTER_KEYS",
        "ARDOISE_WORKER_KEYS",
        "ARDOISE_AUDIT_KEYS",
    ):
        assert GOOD[process].get(name, SECRET) not in printed
    assert "p" * 32 not in printed
    assert "i" * 32 not in printed


def test_settings_do_not_change_while_a_process_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Any = start(monkeypatch, PortalSettings)
    with pytest.raises(ValidationError):
        settings.demo = True


def test_the_keys_are_those_that_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = start(monkeypatch, WorkerSettings)
    assert isinstance(settings, WorkerSettings)
    assert settings.links().keys == {"k1": b"l" * 32}
    assert settings.gateway().keys == {"k1": b"g" * 32}
    assert settings.masters().keys == {"k1": b"m" * 32}
    assert b"i" * 8 not in settings.index().key


def test_cookies_are_bound_to_https_wherever_there_is_https(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert start(monkeypatch, PortalSettings).secure_cookies
    assert start(monkeypatch, BackofficeSettings).secure_cookies
    plain = start(monkeypatch, BackofficeSettings, ARDOISE_BACKOFFICE_URL="http://127.0.0.1:8001")
    assert not plain.secure_cookies


# The card processor's address


@pytest.mark.parametrize(
    ("demo", "url"),
    [
        ("0", "http://127.0.0.1:8002"),
        ("1", "http://pay.example"),
        ("1", "https://127.0.0.1.example"),
        ("1", "http://[::1"),
    ],
)
def test_another_processor_is_taken_in_the_demo_and_on_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, demo: str, url: str
) -> None:
    said = refused(monkeypatch, WorkerSettings, ARDOISE_DEMO=demo, ARDOISE_PROCESSOR_URL=url)
    assert "ARDOISE_PROCESSOR_URL" in said
    own = {"ARDOISE_DEMO": "1", "ARDOISE_PROCESSOR_URL": "http://127.0.0.1:8002"}
    assert start(monkeypatch, WorkerSettings, **own)


@pytest.mark.parametrize("key", ["sk_live_1234567890", "rk_live_1234567890", "1234567890"])
def test_a_live_key_never_goes_to_another_address(key: str) -> None:
    with pytest.raises(ConfigurationError, match="live"):
        StripeGateway(key, [], "http://127.0.0.1:8002")
    assert StripeGateway(key, []).livemode
    assert not StripeGateway("sk_test_1234567890", [], "http://127.0.0.1:8002").livemode


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost/x", True),
        ("http://[::1]:8000", True),
        ("http://127.0.0.1.example", False),
        ("http://localhost@espace.example", False),
        ("127.0.0.1", False),
    ],
)
def test_this_machine_is_told_from_look_alikes(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_a_master_key_that_the_portal_would_also_hold_is_refused() -> None:
    shared_key = world.fresh_key()
    for ring in ("link_keys", "gateway_keys"):
        settings = world.worker_settings(
            "sqlite:///x.db", master_keys=shared_key, **{ring: shared_key}
        )
        with pytest.raises(ConfigurationError, match="ARDOISE_MASTER_KEYS"):
            settings.check()


@pytest.mark.parametrize("ring", ["link_keys", "gateway_keys", "master_keys"])
def test_a_workers_key_that_others_would_also_hold_is_refused(ring: str) -> None:
    same = world.fresh_key()
    settings = world.worker_settings("sqlite:///x.db", worker_keys=same, **{ring: same})
    with pytest.raises(ConfigurationError, match="ARDOISE_WORKER_KEYS"):
        settings.check()


@pytest.mark.parametrize("ring", ["link_keys", "gateway_keys", "master_keys", "worker_keys"])
def test_a_key_of_the_chain_that_serves_elsewhere_is_refused(ring: str) -> None:
    same = world.fresh_key()
    settings = world.worker_settings("sqlite:///x.db", audit_keys=same, **{ring: same})
    with pytest.raises(ConfigurationError, match="ARDOISE_AUDIT_KEYS"):
        settings.check()
