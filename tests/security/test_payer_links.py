"""Links for someone else who pays: they open nothing else, and the dead all look the same."""

import random
import re
import string
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from portal.views import paying
from shared.base.vault import KeyRing
from shared.links import OF_PAYERS, TOKEN_LENGTH, LinkSigner
from shared.payments import PayLink, revoke_pay_link
from shared.web.limits import FAILURES_AN_HOUR
from tests.integration.payer_world import pay_link, payer_signer
from tests.security.canary_house import CanaryHouse, canary_house
from tests.security.conftest import Logged
from tests.security.planted import Seeker
from tests.security.portal_house import Bare, Browser, identity, portal_app, visitor
from tests.security.portal_house import bare as bare_of_account
from tests.security.portal_stories import Stories, cells_of
from tests.world import World, fresh_key

SIGNS = string.ascii_letters + string.digits + "-_"


def bare(browser: Browser, token: str, method: str = "GET") -> Bare:
    """What the link answers, without the link itself."""
    answer = browser.get(f"/p/{token}") if method == "GET" else browser.post(f"/p/{token}")
    status, headers, page = bare_of_account(answer, token)
    return status, headers, page.replace(f"/p/{token}", "/p/(link)")


@pytest.fixture
def house(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CanaryHouse]:
    monkeypatch.setattr(paying, "WAIT_SECONDS", 0.0)
    with canary_house(sqlite_url) as made:
        yield made


def live(stories: Stories) -> tuple[PayLink, str]:
    """A link of somebody who has made none yet."""
    return pay_link(stories.world, stories.world.account())


def unknown(world: World) -> str:
    """Well signed and never given out."""
    return payer_signer(world).mint(
        practice_id=world.practice_id, expires_at=world.clock.now() + timedelta(days=7)
    )[1]


def expired(world: World) -> str:
    return payer_signer(world).mint(
        practice_id=world.practice_id, expires_at=world.clock.now() - timedelta(days=1)
    )[1]


def revoked(stories: Stories) -> str:
    link, token = live(stories)
    world = stories.world
    with world.database.unit_of_work(link.practice_id) as work:
        revoke_pay_link(
            work.session,
            practice_id=link.practice_id,
            account_id=link.account_id,
            link_id=link.id,
            at=world.clock.now(),
        )
        work.commit()
    return token


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_dead_links_of_every_kind_look_the_same(stories: Stories, method: str) -> None:
    world = stories.world
    tokens = [unknown(world), expired(world), revoked(stories), unknown(world)]
    answers = {bare(Browser(stories.app), token, method) for token in tokens}
    assert len(answers) == 1
    [(status, _, page)] = answers
    assert status == 410
    assert "Ce lien ne marche plus" in page
    assert "R12" in page


def test_reading_changes_nothing_and_tells_nobodys_name(stories: Stories) -> None:
    _, token = live(stories)
    before = cells_of(stories.world.database)
    page = Browser(stories.app).get(f"/p/{token}")
    assert page.status_code == 200
    assert cells_of(stories.world.database) == before
    for private in ("Ferhat", "Nadia", "F-0"):
        assert private not in page.text
    assert not re.search(r"\bRF\d\d", page.text), "the reference of a transfer"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "visit" not in str(page.headers)


def test_one_kind_of_link_is_nothing_where_the_other_belongs(stories: Stories) -> None:
    mine = stories.accounts["mine"]
    of_account = stories.world.token(mine)
    _, of_payer = live(stories)
    browser = Browser(stories.app)
    assert browser.get(f"/p/{of_account}").status_code == 404
    assert browser.post(f"/p/{of_account}").status_code == 404
    assert browser.get(f"/l/{of_payer}").status_code == 404
    assert browser.post(f"/l/{of_payer}", identity()).status_code == 404
    assert browser.post(f"/l/{of_payer}/new").location == "/asked"
    assert not browser.cookie


def test_forged_links_reach_no_database(stories: Stories, dice: random.Random) -> None:
    world = stories.world
    _, token = live(stories)
    stranger = LinkSigner(KeyRing.parse(fresh_key(), "TEST"), OF_PAYERS)
    body, _, signature = token.rpartition(".")
    forged = [
        "".join(dice.choices(SIGNS, k=TOKEN_LENGTH)),
        token[:-1],
        token + "A",
        f"{body}.{''.join(dice.choices(SIGNS, k=len(signature)))}",
        stranger.mint(practice_id=world.practice_id, expires_at=world.clock.now())[1],
        *("x", "done.", "%00", "' OR 1=1 --"),
    ]
    answers = {Browser(stories.app).get(f"/p/{text}").status_code for text in forged}
    assert answers == {404}
    for _ in range(200):
        place = dice.randrange(len(token))
        other = dice.choice([sign for sign in SIGNS if sign != token[place]])
        changed = token[:place] + other + token[place + 1 :]
        assert payer_signer(world).read(changed) is None


def test_another_practices_number_opens_nothing_here(stories: Stories) -> None:
    """The real secret, signed anew with the real key for another practice."""
    world = stories.world
    _, token = live(stories)
    parsed = payer_signer(world).read(token)
    assert parsed
    theirs = stories.accounts["stranger"].practice_id
    moved = payer_signer(world).mint(
        practice_id=theirs,
        expires_at=parsed.expires_at,
        secrets=iter([parsed.secret] * 1000),
    )[1]
    answer = Browser(stories.app).get(f"/p/{moved}")
    assert answer.status_code == 410
    assert "B7" in answer.text


def test_guessing_is_stopped_and_payers_of_real_links_are_not_counted(small_world: World) -> None:
    app: Flask = portal_app(small_world)
    guessing = Browser(app)
    statuses = [guessing.post("/p/x").status_code for _ in range(FAILURES_AN_HOUR + 1)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert guessing.get("/p/x").status_code == 404
    inside = visitor(portal_app(small_world), small_world.token(small_world.account()))
    assert inside.get("/statement").status_code == 200


def test_a_visit_and_a_link_for_someone_else_know_nothing_of_each_other(stories: Stories) -> None:
    _, token = live(stories)
    mine = stories.inside()
    page = mine.get(f"/p/{token}")
    assert "Ferhat" not in page.text
    assert mine.get("/statement").status_code == 200
    payer = Browser(stories.app)
    payer.get(f"/p/{token}")
    for path in ("/statement", "/pay", "/receipt/" + str(stories.ids["mine"]["payment_id"])):
        assert payer.get(path).status_code == 401


def test_the_token_stands_in_no_log_and_in_no_row(
    stories: Stories, logged: Logged, capfd: pytest.CaptureFixture[str]
) -> None:
    _, token = live(stories)
    browser = Browser(stories.app)
    browser.get(f"/p/{token}")
    gone = browser.post(f"/p/{token}")
    assert gone.status_code == 303
    browser.get("/thanks")
    secret = token.partition(".")[0]
    out, err = capfd.readouterr()
    for said in (logged.text, out, err, gone.location):
        assert secret not in said
    for said in cells_of(stories.world.database).values():
        assert secret not in said


def test_what_she_is_called_reaches_neither_payer_nor_processor(
    house: CanaryHouse, logged: Logged
) -> None:
    house.look()
    seeker = Seeker.of(house.planted.marks)
    _, token = pay_link(house.world, house.planted.account)
    payer = Browser(house.app, site=house.world.settings.site)
    seen = [payer.get(f"/p/{token}"), gone := payer.post(f"/p/{token}")]
    house.pay(gone.location)
    seen += [payer.get("/thanks"), payer.get(f"/p/{token}")]
    assert "Merci, c’est payé." in seen[-1].text.replace("\u202f", " ")
    for answer in seen:
        assert seeker.found(answer.data) | seeker.found(str(answer.headers)) == set()
    assert token.encode() not in house.web.sent
    assert b"%2Fthanks" in house.web.sent
    assert seeker.found(logged.text) == set()
