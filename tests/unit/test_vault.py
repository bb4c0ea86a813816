"""Sealing: a value opens with its key, at its place, unaltered; otherwise not at all."""

import base64
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import ConfigurationError, SealError
from shared.base.vault import (
    KEY_BYTES,
    BlindIndex,
    Json,
    KeyRing,
    Vault,
    decrypt,
    derive,
    encrypt,
    folded,
    format_key,
    new_key,
)

ROW = UUID("01930000-0000-7000-8000-000000000001")
VAULT = Vault(new_key())
INDEX = BlindIndex(new_key())

values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def sealed(value: Json = "Nadia", vault: Vault = VAULT) -> bytes:
    return vault.seal(value, table="party", row=ROW, column="name")


def opened(
    value: bytes,
    vault: Vault = VAULT,
    *,
    table: str = "party",
    row: UUID | int = ROW,
    column: str = "name",
) -> Json:
    return vault.open(value, table=table, row=row, column=column)


@given(values)
def test_what_is_sealed_opens_as_it_was(value: Json) -> None:
    assert opened(sealed(value)) == value


@given(st.text(min_size=6, max_size=40))
def test_nothing_of_a_value_shows_in_its_seal(text: str) -> None:
    assert text.encode() not in sealed(text)


def test_the_same_value_never_looks_the_same_twice() -> None:
    assert len({sealed() for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "place", [{"table": "account"}, {"row": uuid4()}, {"row": 1}, {"column": "address"}]
)
def test_a_value_opens_nowhere_else(place: dict[str, Any]) -> None:
    with pytest.raises(SealError):
        opened(sealed(), **place)


def test_a_value_opens_with_no_other_key() -> None:
    with pytest.raises(SealError):
        opened(sealed(), Vault(new_key()))


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_value_with_one_altered_byte_does_not_open(where: int, change: int) -> None:
    altered = bytearray(sealed())
    altered[where % len(altered)] ^= change
    with pytest.raises(SealError):
        opened(bytes(altered))


@given(st.integers(0, 200))
def test_a_value_that_was_cut_short_does_not_open(length: int) -> None:
    whole = sealed()
    if length < len(whole):
        with pytest.raises(SealError):
            opened(whole[:length])


@given(st.binary(max_size=80))
def test_any_bytes_at_all_are_refused_in_one_way(noise: bytes) -> None:
    for given_bytes in (noise, b"\x01" + noise):
        with pytest.raises(SealError):
            decrypt(VAULT.key, given_bytes, "party|1|name")


def test_the_words_of_a_refusal_tell_nothing_of_the_value() -> None:
    with pytest.raises(SealError) as refused:
        opened(sealed("Ferhat"), Vault(new_key()))
    assert refused.value.__cause__ is None
    assert "Ferhat" not in str(refused.value)


def test_keys_do_not_show_where_a_vault_is_printed() -> None:
    ring = KeyRing({"k1": VAULT.key})
    for thing in (VAULT, ring, INDEX):
        assert VAULT.key.hex() not in repr(thing)
        assert str(VAULT.key)[2:-1] not in repr(thing)


# Wrapped keys


def test_a_data_key_opens_for_whom_it_was_wrapped() -> None:
    link_key, other = new_key(), new_key()
    wrapped = VAULT.wrapped(link_key, "link|1")
    assert opened(sealed(), Vault.unwrapped(link_key, wrapped, "link|1")) == "Nadia"
    for key, owner in ((other, "link|1"), (link_key, "link|2"), (link_key, "session|1")):
        with pytest.raises(SealError):
            Vault.unwrapped(key, wrapped, owner)


def test_a_wrapped_key_is_no_sealed_value_and_the_other_way_round() -> None:
    wrapped = VAULT.wrapped(VAULT.key, "party|1")
    with pytest.raises(SealError):
        decrypt(VAULT.key, wrapped, "party|1")


def test_a_new_key_seals_what_is_new_and_the_old_one_still_opens_what_is_old() -> None:
    old = KeyRing({"k1": new_key()})
    both = KeyRing({"k2": new_key(), **old.keys})
    new_only = KeyRing({"k2": both.keys["k2"]})
    name, wrapped = old.wrap(VAULT, "account|1")
    assert both.unwrap(name, wrapped, "account|1") == VAULT
    fresh_name, fresh = both.wrap(VAULT, "account|1")
    assert (name, fresh_name) == ("k1", "k2")
    assert new_only.unwrap(fresh_name, fresh, "account|1") == VAULT
    with pytest.raises(SealError, match="k1"):
        new_only.unwrap(name, wrapped, "account|1")


def test_a_ring_for_another_purpose_opens_nothing_of_the_first() -> None:
    ring = KeyRing({"k1": new_key()})
    name, wrapped = ring.wrap(VAULT, "account|1")
    other = ring.subkey("audit")
    assert other.current == "k1"
    with pytest.raises(SealError):
        other.unwrap(name, wrapped, "account|1")


@given(st.binary(min_size=16, max_size=16), st.text(max_size=10), st.text(max_size=10))
def test_purposes_tell_nothing_of_each_other(secret: bytes, one: str, other: str) -> None:
    assert (derive(secret, one) == derive(secret, other)) == (one == other)
    assert len(derive(secret, one)) == KEY_BYTES
    assert len(derive(secret, one, 16)) == 16


# Keys as settings write them


@given(
    st.lists(st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True), min_size=1, max_size=4, unique=True)
)
def test_a_ring_is_read_as_it_was_written_the_first_key_first(names: list[str]) -> None:
    keys = {name: new_key() for name in names}
    text = ", ".join(format_key(name, key) for name, key in keys.items())
    ring = KeyRing.parse(text, "ARDOISE_MASTER_KEYS")
    assert ring.keys == keys
    assert ring.current == names[0]


GOOD = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        *("", " , ", "k1", "k1:", f":{GOOD}", GOOD, f"k1={GOOD}"),
        "k1:" + base64.b64encode(bytes(31)).decode(),
        "k1:" + base64.b64encode(bytes(33)).decode(),
        "k1:" + bytes(32).hex(),
        "k1:" + GOOD[:-1],
        "k1:clé-de-trente-deux-octets-en-tout",
        f"k1:{GOOD},k2:oops",
        f"k1:{GOOD},k1:{GOOD}",
    ],
)
def test_a_ring_that_is_none_is_refused_by_the_name_of_its_setting(text: str) -> None:
    with pytest.raises(ConfigurationError, match="ARDOISE_MASTER_KEYS") as refused:
        KeyRing.parse(text, "ARDOISE_MASTER_KEYS")
    assert GOOD not in str(refused.value)


# Finding a sealed name


@pytest.mark.parametrize(
    ("typed", "on_file"),
    [
        ("ferhat", "FERHAT"),
        ("Le Goff", "LE-GOFF"),
        ("legoff", "Le Goff"),
        ("D’Angelo", "d'angelo"),
        ("Hélène", "helene"),
        ("Lebœuf", "LEBOEUF"),
        ("Lætitia", "Laetitia"),
        ("Nguyễn", "nguyen"),
        ("Müller", "Mu\u0308ller"),
        ("Sørensen", "SORENSEN"),
        ("Weiß", "WEISS"),
    ],
)
def test_a_name_is_found_however_it_is_typed(typed: str, on_file: str) -> None:
    assert INDEX.of(1, "surname", typed) == INDEX.of(1, "surname", on_file)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert all(c.isalnum() for c in folded(text))


@given(st.text(max_size=20), st.text(max_size=20))
def test_only_names_that_fold_alike_show_as_equal(one: str, other: str) -> None:
    equal = INDEX.of(1, "surname", one) == INDEX.of(1, "surname", other)
    assert equal == (folded(one) == folded(other))


def test_equal_names_show_as_equal_within_one_practice_and_field_only() -> None:
    mark = INDEX.of(1, "surname", "Ferhat")
    assert len(mark) == 16
    others = {
        INDEX.of(2, "surname", "Ferhat"),
        INDEX.of(1, "given", "Ferhat"),
        BlindIndex(new_key()).of(1, "surname", "Ferhat"),
    }
    assert mark not in others
    assert len(others) == 3


def test_a_fingerprint_holds_nothing_of_the_name() -> None:
    assert b"ferhat" not in INDEX.of(1, "surname", "Ferhat")
    assert encrypt(VAULT.key, b"x", "c") != encrypt(VAULT.key, b"x", "c")
