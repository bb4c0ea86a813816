"""A stolen database and a stolen portal open nothing; each key opens what is its own."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from ardoise.office import House
from ardoise.rewrapping import rewrap_accounts, rewrap_practices, rewrap_staff
from shared.accounts import PersonName, Practice, account_vault, practice_vault
from shared.base.config import (
    FORBIDDEN_IN_PORTAL,
    BackofficeSettings,
    OfficeSettings,
    PortalSettings,
    WorkerSettings,
)
from shared.base.database import Database
from shared.base.errors import ConfigurationError, SealError
from shared.base.vault import KEY_BYTES, BlindIndex, KeyRing, decrypt, derive
from shared.staff import StaffUser
from shared.staff.second_factor import open_secret
from tests.security.planted import BORN as HER_BIRTH
from tests.security.planted import (
    ROW,
    Planted,
    Seeker,
    binary_columns,
    plant,
    sealed_columns,
)
from tests.security.portal_house import Browser, portal_app, portal_settings
from tests.world import World, fresh_key

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ardoise", "portal", "backoffice", "shared")
OPENED_BY_PORTAL = {"processor_account.secret_key", "processor_account.webhook_secrets"}
OWNERS = {
    "account": "account",
    "practice": "practice",
    "link": "link",
    "portal_session": "session",
}


def purposes() -> set[str]:
    """Every purpose for which the product derives a key."""
    source = "\n".join(p.read_text() for name in PACKAGES for p in (ROOT / name).rglob("*.py"))
    named = set(re.findall(r'(?:derive|subkey)\(.*"([a-z-]+)"', source))
    return named | set(re.findall(r'^_PURPOSE = "([a-z-]+)"', source, re.MULTILINE))


@dataclass(frozen=True, slots=True)
class Value:
    """One sealed value or wrapped key, and what it is bound to."""

    column: str
    row: str
    bound_to: str
    sealed: bytes


def values_of(database: Database) -> Iterator[Value]:
    """Every sealed value and wrapped key of the database."""
    with database.engine.connect() as connection:
        for table, column in binary_columns():
            for row in connection.execute(select(table)).mappings():
                if row[column] is None or column.endswith("_index"):
                    continue
                bound_to = f"{table.name}|{row['id']}|{column}"
                if column == "wrapped_key":
                    bound_to = f"wrap|{OWNERS[table.name]}|{row['id']}"
                yield Value(f"{table.name}.{column}", str(row["id"]), bound_to, row[column])


def stored_texts(database: Database) -> Iterator[bytes]:
    """Whatever stands in the database beside sealed content."""
    with database.engine.connect() as connection:
        for table in {table for table, _ in binary_columns()}:
            for row in connection.execute(select(table)):
                for value in row:
                    if isinstance(value, bytes):
                        yield value
                    elif value is not None:
                        yield getattr(value, "bytes", str(value).encode())


def keys_from(secrets: Iterable[bytes]) -> set[bytes]:
    """All keys that these secrets could mean, read and derived in every way that the product knows."""
    keys: set[bytes] = set()
    for secret in secrets:
        keys |= {secret, hashlib.sha256(secret).digest()}
        keys |= {derive(secret, purpose) for purpose in purposes()}
    return {key for key in keys if len(key) == KEY_BYTES}


def environment(settings: OfficeSettings | PortalSettings) -> Iterator[bytes]:
    """Everything that a process knows from its settings, as bytes; key rings key by key."""
    for value in settings.model_dump().values():
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        yield text.encode()
        try:
            yield from KeyRing.parse(text, "TEST").keys.values()
        except ConfigurationError:
            continue


def break_in(database: Database, keys: set[bytes]) -> set[Value]:
    """All that opens, each key that is found being tried in its turn."""
    values, opened = list(values_of(database)), set()
    while keys:
        found = set()
        for value in set(values) - opened:
            plain = next(filter(None, (opens(key, value) for key in keys)), None)
            if plain is not None:
                opened.add(value)
                found |= {plain} if len(plain) == KEY_BYTES else set()
        keys = found
    return opened


def opens(key: bytes, value: Value) -> bytes | None:
    try:
        return decrypt(key, value.sealed, value.bound_to)
    except SealError:
        return None


@dataclass(frozen=True, slots=True)
class Stolen:
    """A practice with everything planted, a live link and an open visit."""

    world: World
    planted: Planted
    token: str
    cookie: str


@pytest.fixture
def stolen(world: World) -> Stolen:
    planted = plant(world)
    world.account(name=PersonName("Jules", "Petit"), email="jules@other.example")
    token = world.token(planted.account)
    browser = Browser(portal_app(world))
    assert browser.enter(token, HER_BIRTH).location == "/statement"
    return Stolen(world, planted, token, browser.cookie)


def columns(values: Iterable[Value]) -> set[str]:
    return {value.column for value in values}


def test_every_sealed_column_is_planted(stolen: Stolen):
    there = columns(values_of(stolen.world.database))
    assert sealed_columns() <= there
    assert sealed_columns() <= {column for column, texts in stolen.planted.marks.items() if texts}
    assert {f"{table}.wrapped_key" for table in OWNERS} <= there


def test_the_portals_keys_open_nothing_of_anyone(stolen: Stolen):
    database = stolen.world.database
    long_enough = {text for text in stored_texts(database) if len(text) >= 16}
    secrets = [*environment(portal_settings(stolen.world)), *long_enough]
    opened = break_in(database, keys_from(secrets))
    # The portal must speak to the processor; these two tell nothing of any person.
    assert columns(opened) == OPENED_BY_PORTAL


def test_the_attack_knows_how_the_product_derives_its_keys():
    assert {"id", "key", "staff", "staff-session", "blind-index"} <= purposes()


def test_the_same_attack_with_the_master_key_opens_everything(stolen: Stolen):
    """So that the test above fails when it should: only what a browser's secret opens stays shut."""
    database = stolen.world.database
    opened = break_in(database, keys_from(environment(stolen.world.settings)))
    assert columns(opened) == columns(values_of(database)) - {
        "link.wrapped_key",
        "portal_session.wrapped_key",
        "late_form.content",
    }


def test_a_link_opens_its_own_account_and_no_other(stolen: Stolen):
    database, signer = stolen.world.database, stolen.world.house.signer
    parsed = signer.read(stolen.token)
    assert parsed
    opened = break_in(database, keys_from([parsed.secret]))
    assert "party.name" in columns(opened)
    with database.engine.connect() as connection:
        owner = {
            str(row["id"]): row.get("account_id", row["id"])
            for table, _ in binary_columns()
            for row in connection.execute(select(table)).mappings()
        }
    assert {owner[value.row] for value in opened} == {stolen.planted.account.id}


def test_no_sealed_word_stands_in_the_database_file(small_world: World, sqlite_url: str):
    planted = plant(small_world)
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    kept = b"".join(file.read_bytes() for file in folder.glob("ardoise.db*"))
    # Invoice numbers are not sealed, so one of them must be found, plain.
    assert Seeker.of({"plain": (ROW["N° facture"],)}).found(kept)
    assert Seeker.of(planted.marks).found(kept) == set()


def test_no_sealed_word_stands_in_any_cell(stolen: Stolen):
    seeker = Seeker.of(stolen.planted.marks)
    for text in stored_texts(stolen.world.database):
        assert seeker.found(text) == set()


@pytest.mark.parametrize("spelled", ["utf-8", "utf-16-le", "utf-16-be", "hex", "base64"])
def test_a_leak_would_be_found_however_it_is_spelled(spelled: str):
    raw = "…Zéphyrinde Wyzkowiak…".encode("utf-8" if spelled in {"hex", "base64"} else spelled)
    shown = {"hex": raw.hex().encode(), "base64": base64.urlsafe_b64encode(raw)}.get(spelled, raw)
    seeker = Seeker.of({"name": ("Zéphyrinde", "Wyzkowiak")})
    assert seeker.found(b"\x00\xff" + shown + b"\xff\x00")


def test_a_sealed_value_opens_in_its_own_place_only(stolen: Stolen):
    database = stolen.world.database
    vault = account_vault(stolen.world.house.keys, stolen.planted.account)
    values = list(values_of(database))
    hers = [value for value in values if opens(vault.key, value)]
    assert len(hers) >= 6
    for value in hers:
        for elsewhere in values:
            if elsewhere != value:
                moved = Value(value.column, value.row, elsewhere.bound_to, value.sealed)
                assert opens(vault.key, moved) is None


def test_a_changed_or_shortened_sealed_value_does_not_open(stolen: Stolen):
    vault = account_vault(stolen.world.house.keys, stolen.planted.account)
    value = next(v for v in values_of(stolen.world.database) if opens(vault.key, v))
    for place in range(len(value.sealed)):
        changed = bytearray(value.sealed)
        changed[place] ^= 1
        with pytest.raises(SealError):
            decrypt(vault.key, bytes(changed), value.bound_to)
    for length in range(len(value.sealed)):
        with pytest.raises(SealError):
            decrypt(vault.key, value.sealed[:length], value.bound_to)


def test_blind_indexes_show_equality_and_nothing_else(stolen: Stolen):
    index = stolen.world.house.index
    marks = {
        (practice, field, name): index.of(practice, field, name)
        for practice in (1, 2)
        for field in ("surname", "given", "email")
        for name in ("Ferhat", "Ferhan", "Ferha", "Wyzkowiak")
    }
    assert len(set(marks.values())) == len(marks)
    assert index.of(1, "surname", "FERHÂT ") == marks[(1, "surname", "Ferhat")]
    # Whoever guesses names still needs the key: none of the portal's makes these marks.
    kept = {raw for raw in stored_texts(stolen.world.database) if len(raw) == 16}
    assert index.of(stolen.world.practice_id, "surname", ROW["Nom"]) in kept
    for key in keys_from(environment(portal_settings(stolen.world))):
        for field in ("surname", "given"):
            for name in (ROW["Nom"], ROW["Prénom"]):
                assert BlindIndex(key).of(stolen.world.practice_id, field, name) not in kept


def test_after_a_change_of_master_key_the_old_one_is_not_needed(stolen: Stolen):
    world, old = stolen.world, stolen.world.settings.master_keys.get_secret_value()
    new = "k2" + fresh_key().removeprefix("k1")
    before = set(values_of(world.database))

    def house(keys: str) -> House:
        changed = world.settings.model_copy(update={"master_keys": SecretStr(keys)})
        return House.of(changed, world.clock)

    both, new_only, old_only = house(f"{new},{old}"), house(new), house(old)
    assert rewrap_practices(both) == 1
    assert rewrap_staff(both) == 1
    assert sum(rewrap_accounts(both)) == 2
    assert sum(rewrap_accounts(both)) == rewrap_staff(both) == rewrap_practices(both) == 0
    account = world.reload(stolen.planted.account)
    with world.database.reading() as session:
        practice = session.get_one(Practice, world.practice_id)
        user = session.scalars(select(StaffUser)).one()
    vault = account_vault(new_only.keys, account)
    practice_vault(new_only.keys, practice)
    assert open_secret(user, keys=new_only.keys) == stolen.planted.staff.totp_secret
    for ends in (
        lambda: account_vault(old_only.keys, account),
        lambda: practice_vault(old_only.keys, practice),
        lambda: open_secret(user, keys=old_only.keys),
    ):
        with pytest.raises(SealError):
            ends()
    # Only wrappings changed: what is sealed stayed as it was, links and visits go on.
    changed = columns(set(values_of(world.database)) - before)
    assert changed == {"account.wrapped_key", "practice.wrapped_key", "staff_user.totp_secret"}
    assert vault.key == account_vault(world.house.keys, stolen.planted.account).key
    assert Browser(portal_app(world)).enter(stolen.token, date(1931, 7, 19)).status_code == 303
    for one in (both, new_only, old_only):
        one.database.dispose()


def portal_environment(world: World) -> dict[str, str]:
    """The portal's settings as its environment holds them."""
    settings = portal_settings(world)
    told = {
        f"ARDOISE_{name.upper()}": value.get_secret_value()
        if isinstance(value, SecretStr)
        else str(value)
        for name, value in settings.model_dump().items()
    }
    return {name: value for name, value in told.items() if value not in {"", "None"}}


@pytest.mark.parametrize("name", FORBIDDEN_IN_PORTAL)
def test_the_portal_does_not_start_with_a_key_that_is_not_its_own(
    small_world: World, monkeypatch: pytest.MonkeyPatch, name: str
):
    for known, value in portal_environment(small_world).items():
        monkeypatch.setenv(known, value)
    PortalSettings.from_environment()
    monkeypatch.setenv(name, "x")
    with pytest.raises(ConfigurationError, match=name):
        PortalSettings.from_environment()


def test_whatever_only_the_others_know_is_forbidden_to_the_portal():
    """A new secret of worker or back-office fails here until the portal refuses it too."""
    secret = {
        f"ARDOISE_{name.upper()}"
        for settings in (WorkerSettings, BackofficeSettings)
        for name, field in settings.model_fields.items()
        if field.annotation is SecretStr and name not in PortalSettings.model_fields
    }
    assert secret == set(FORBIDDEN_IN_PORTAL)


@pytest.mark.slow
def test_the_real_process_refuses_too_and_does_not_tell_the_key(small_world: World):
    secret = fresh_key()
    told = subprocess.run(
        [sys.executable, "-m", "ardoise", "serve", "portal", "--port", "1"],
        cwd=ROOT,
        env=os.environ | portal_environment(small_world) | {"ARDOISE_MASTER_KEYS": secret},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 2
    [line] = told.stderr.splitlines()
    assert line.startswith("ARDOISE_MASTER_KEYS is in the portal's environment: remove it")
    assert secret not in told.stdout + told.stderr


def test_settings_never_show_their_secrets(small_world: World):
    for settings in (small_world.settings, portal_settings(small_world)):
        shown = repr(settings) + str(settings)
        for name, field in type(settings).model_fields.items():
            if field.annotation is SecretStr:
                value = getattr(settings, name).get_secret_value()
                assert not value or value not in shown
    vault = account_vault(small_world.house.keys, small_world.account())
    for thing in (small_world.house.keys, small_world.house.index, vault):
        assert "bytes" not in repr(thing)
        assert "\\x" not in repr(thing)
