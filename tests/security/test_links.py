"""Links that are not what they say: none opens, and none tells why."""

import random
import string
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from itsdangerous.encoding import base64_decode, base64_encode
from sqlalchemy import update

from shared.accounts import Account
from shared.audit import SYSTEM
from shared.base.vault import KeyRing
from shared.links import TOKEN_LENGTH, Link, LinkSigner, revoke
from tests.backoffice_office import tables_of
from tests.security.conftest import Logged
from tests.security.portal_house import Bare, Browser, bare, identity, portal_app
from tests.world import BORN, World, fresh_key

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"  # base64's order
Sample = Callable[[int, int], int]


def resigned(world: World, token: str, **changes: int | datetime) -> str:
    """The same secret with another practice or expiry, signed with the real key: worse than theft."""
    parsed = world.house.signer.read(token)
    assert parsed
    practice = changes.get("practice_id", parsed.practice_id)
    expires = changes.get("expires_at", parsed.expires_at)
    assert isinstance(practice, int)
    assert isinstance(expires, datetime)
    body = struct.pack(">16sII", parsed.secret, int(expires.timestamp()), practice)
    signed: bytes = world.house.signer._signer.sign(base64_encode(body))
    return signed.decode()


def flipped(token: str, dice: random.Random) -> str:
    """One bit of the text turned over; a slash would make it another address, so it is none."""
    while True:
        place, bit = dice.randrange(len(token)), 1 << dice.randrange(8)
        text = token[:place] + chr(ord(token[place]) ^ bit) + token[place + 1 :]
        if "/" not in text:
            return text


def flipped_inside(token: str, dice: random.Random) -> str:
    """One bit of what is signed turned over, written as cleanly as before."""
    body, _, signature = token.rpartition(".")
    raw = bytearray(base64_decode(body))
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    return f"{base64_encode(bytes(raw)).decode()}.{signature}"


def respelled(token: str) -> str:
    """The same signature bytes, spelled with other spare bits."""
    return token[:-1] + ALPHABET[ALPHABET.index(token[-1]) ^ 1]


def forgeries(world: World, tokens: list[str], dice: random.Random) -> Iterator[str]:
    """Texts that we never signed as they stand, without end."""
    stranger = LinkSigner(KeyRing.parse(fresh_key(), "TEST"))
    other_purpose = LinkSigner(world.settings.links().subkey("payer"))
    later = world.clock.now() + timedelta(days=9)

    def drawn(length: int) -> str:
        return "".join(dice.choices(ALPHABET, k=length))

    makes: list[Callable[[str], str]] = [
        lambda _: drawn(TOKEN_LENGTH),
        lambda _: f"{drawn(32)}.{drawn(14)}",
        lambda t: t[: dice.randrange(1, len(t))],
        lambda t: t[dice.randrange(1, len(t)) :],
        lambda t: t + drawn(dice.randrange(1, 40)),
        # a full stop or a quote behind a link is what stood there in the message, and led back from
        lambda t: t + dice.choice(["=", "-", "%", "\n", "\0", "é", "&", '"><script>']),
        lambda t: flipped(t, dice),
        lambda t: flipped_inside(t, dice),
        respelled,
        str.swapcase,
        lambda t: t.rpartition(".")[0] + "." + dice.choice(tokens).rpartition(".")[2][::-1],
        lambda _: stranger.mint(practice_id=world.practice_id, expires_at=later)[1],
        lambda _: other_purpose.mint(practice_id=world.practice_id, expires_at=later)[1],
        lambda t: resigned(world, t, practice_id=dice.randrange(900, 2**32)),
    ]
    while True:
        forged = dice.choice(makes)(dice.choice(tokens))
        if forged not in tokens:
            yield forged


@dataclass(frozen=True, slots=True)
class Dead:
    """Links signed by us that must not open, by the reason; and one that is alive."""

    tokens: dict[str, str]
    live: str
    account: Account

    @classmethod
    def make(cls, world: World) -> "Dead":
        """One account, one link for each way in which a link can end."""
        account, closed = world.account(), world.account()
        world.account(practice_id=world.open_practice("Secrétariat R12"))
        expired = world.token(account)
        world.later(days=15)
        live, revoked, killed = (world.token(account) for _ in range(3))
        behind_closed_door = world.token(closed)
        with world.database.unit_of_work(world.practice_id) as work:
            for token, reason in ((revoked, "staff"), (killed, "wrong_tries")):
                link = work.session.get_one(Link, (world.practice_id, link_id(world, token)))
                revoke(work.session, link, actor=SYSTEM, at=world.clock.now(), reason=reason)
            work.session.execute(
                update(Account)
                .where(Account.id == closed.id)
                .values(door_closed_at=world.clock.now())
            )
            work.commit()
        soon = world.clock.now() + timedelta(days=9)
        _, unknown = world.house.signer.mint(practice_id=world.practice_id, expires_at=soon)
        tokens = {
            "expired": expired,
            "revoked": revoked,
            "killed by wrong answers": killed,
            "door closed": behind_closed_door,
            "unknown": unknown,
            "other practice": resigned(world, live, practice_id=world.practice_id + 1),
            "expired, signed again for longer": resigned(world, expired, expires_at=soon),
            "alive, signed again as expired": resigned(world, live, expires_at=world.clock.now()),
        }
        return cls(tokens, live, account)


def link_id(world: World, token: str) -> object:
    parsed = world.house.signer.read(token)
    assert parsed
    return parsed.link_id


def address_of(number: int) -> str:
    """A network address of its own for each try: the limit on failures is not what is tested here."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def try_all(app: Flask, tokens: Iterator[str], count: int) -> set[tuple[Bare, Bare]]:
    """The different answers that these links get, the right birth date given each time."""
    browser = Browser(app)
    browser.enter("warming-up")
    answers = set()
    for number, token in zip(range(count), tokens, strict=False):
        browser.address = address_of(number)
        path = f"/l/{quote(token, safe='')}"
        seen = bare(browser.get(path), token), bare(browser.post(path, identity()), token)
        answers.add(seen)
        assert not browser.cookie
    return answers


def test_no_forged_link_opens_and_all_get_the_same_answer(
    world: World, dice: random.Random, sample: Sample, proof_record: Callable[[str, int], None]
):
    dead = Dead.make(world)
    tokens = [dead.live, *dead.tokens.values()]
    app, count = portal_app(world), sample(250, 5_000)
    before = tables_of(world.database)
    answers = try_all(app, forgeries(world, tokens, dice), count)
    assert len(answers) == 1
    [(page, answer)] = answers
    assert (page[0], answer[0]) == (404, 404)
    assert page[2] == answer[2]
    assert "Ouvrez le lien de votre message" in page[2]
    assert tables_of(world.database) == before
    assert not before["portal_session"]
    proof_record("forged links tried on each database, none opened, all answers alike", count)


def test_no_dead_link_opens_and_all_get_the_same_answer(
    world: World, dice: random.Random, sample: Sample, proof_record: Callable[[str, int], None]
):
    dead = Dead.make(world)
    app, count = portal_app(world), sample(250, 5_000)
    before = tables_of(world.database)
    order = dice.choices(list(dead.tokens.values()), k=count)
    answers = try_all(app, iter([*dead.tokens.values(), *order]), count)
    assert len(answers) == 1
    [(page, answer)] = answers
    assert (page[0], answer[0]) == (200, 410)
    assert "Ce lien ne marche plus" in answer[2]
    assert tables_of(world.database) == before
    assert not before["portal_session"]
    proof_record("dead links tried on each database, none opened, all answers alike", count)
    assert Browser(app).enter(dead.live).location == "/statement"


def test_the_first_page_is_the_same_for_every_link_and_changes_nothing(world: World):
    dead = Dead.make(world)
    app = portal_app(world)
    before = tables_of(world.database)
    pages = set()
    for token in (dead.live, *dead.tokens.values()):
        browser = Browser(app)
        pages.add(bare(browser.get(f"/l/{token}"), token))
        assert browser.send("HEAD", f"/l/{token}").status_code == 200
        browser.get(f"/l/{token}?day=27&month=3&year=1984")
    assert len(pages) == 1
    assert tables_of(world.database) == before
    assert "Secrétariat R12" in next(iter(pages))[2]


def test_an_unreadable_answer_is_told_alike_for_every_link(world: World):
    dead = Dead.make(world)
    app = portal_app(world)
    before = tables_of(world.database)
    for fields in ({}, {"day": "x"}, {"day": "31", "month": "2", "year": "1984"}):
        answers = {
            bare(Browser(app).post(f"/l/{token}", fields), token)
            for token in (dead.live, *dead.tokens.values())
        }
        assert [answer[0] for answer in answers] == [422]
    assert tables_of(world.database) == before


def test_a_link_opens_one_account_only(small_world: World):
    world = small_world
    first, second = world.account(owes=(1111,)), world.account(owes=(2222,))
    app = portal_app(world)
    browser = Browser(app)
    assert browser.enter(world.token(first)).location == "/statement"
    assert "11,11" in browser.get("/statement").text
    assert "22,22" not in browser.get("/statement").text
    assert browser.enter(world.token(second)).location == "/statement"
    assert "22,22" in browser.get("/statement").text


def test_the_link_stands_in_no_redirect_no_cookie_no_header_and_no_log(
    small_world: World, logged: Logged
):
    world = small_world
    app = portal_app(world)
    dead = Dead.make(world)
    for token in (dead.live, *dead.tokens.values()):
        browser = Browser(app)
        answers = [
            browser.get(f"/l/{token}"),
            browser.post(f"/l/{token}", {"day": "1"}),
            browser.enter(token, BORN.replace(year=1985)),
            browser.post(f"/l/{token}/new"),
            browser.enter(token),
            browser.get("/statement"),
            browser.get(f"/l/{token}/nowhere"),
            browser.send("PUT", f"/l/{token}"),
            browser.send("POST", f"/l/{token}", data={}),
        ]
        for answer in answers:
            assert token not in str(answer.headers)
            assert token.rpartition(".")[0] not in str(answer.headers)
        for inside in (browser.get("/statement"), browser.get("/asked"), browser.get("/left")):
            assert token not in inside.text
        # The one way back to it is the visitor's own: the page on which they chose a language.
        chosen = browser.post("/language", {"language": "en", "back": f"/l/{token}"})
        assert chosen.location == f"/l/{token}"
        assert token not in chosen.headers.get("Set-Cookie", "")
        assert token not in logged.text
        assert token[:20] not in logged.text
    assert "/l/<token>" in logged.text


def test_an_address_that_failed_too_often_must_wait_and_others_need_not(small_world: World):
    app = portal_app(small_world)
    token = small_world.token(small_world.account())
    bad, good = Browser(app, address="198.51.100.7"), Browser(app, address="198.51.100.8")
    statuses = [bad.post(f"/l/{number:047}", identity()).status_code for number in range(301)]
    assert statuses == [404] * 300 + [429]
    assert bad.get(f"/l/{token}").status_code == 200
    assert bad.enter(token).status_code == 429
    assert not bad.cookie
    assert good.enter(token).location == "/statement"


@pytest.mark.parametrize("address", ["2001:db8:1:2::9", "::ffff:198.51.100.7"])
def test_neighbours_in_one_network_share_the_limit(small_world: World, address: str):
    app = portal_app(small_world)
    browser = Browser(app, address="2001:db8:1:2::1" if "db8" in address else "198.51.100.7")
    for number in range(300):
        browser.post(f"/l/{number:047}", identity())
    browser.address = address
    assert browser.post("/l/x", identity()).status_code == 429
