"""Wrong answers behind a link, asking for a new one, and what the database keeps of a link."""

import base64
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from ardoise import jobs
from shared.accounts import Account, IdentityFailure, Practice
from shared.audit import Actor, timeline_of
from shared.base.errors import NotAllowedError
from shared.links import TOKEN_LENGTH, Link, PortalSession, reopen_door
from shared.worklist import open_tasks_of
from tests.backoffice_office import tables_of, text_of
from tests.security.portal_house import Browser, bare, identity, portal_app, visitor
from tests.world import BORN, World

CLAIRE = Actor("staff", "Claire Le Goff")
THREADS = 12


def wrong(number: int = 0) -> date:
    """A birth date that is not the right one."""
    return BORN + timedelta(days=number + 1)


def miss(browser: Browser, token: str, times: int) -> list[int]:
    return [browser.enter(token, wrong(number)).status_code for number in range(times)]


def failures(world: World, account: Account) -> int:
    with world.database.reading(world.practice_id) as session:
        return session.scalar(
            select(func.count())
            .select_from(IdentityFailure)
            .where(IdentityFailure.account_id == account.id)
        )


def kill(world: World, browser: Browser, token: str) -> None:
    """Five wrong answers, waiting each time that one is asked to."""
    assert miss(browser, token, 3) == [422, 422, 429]
    for last in (429, 410):
        world.later(minutes=15)
        assert miss(browser, token, 1) == [last]


def test_three_wrong_answers_wait_a_quarter_of_an_hour_even_for_the_right_one(world: World):
    account = world.account()
    token = world.token(account)
    browser = Browser(portal_app(world))
    first = browser.enter(token, wrong())
    assert "Il vous reste 2 essais" in text_of(first)
    assert "Il vous reste un essai" in text_of(browser.enter(token, wrong()))
    waiting = browser.enter(token, wrong())
    assert waiting.status_code == 429
    assert "à partir de 10 h 55" in text_of(waiting)
    world.later(minutes=14)
    before = tables_of(world.database)
    right = browser.enter(token)
    assert right.status_code == 429
    assert "à partir de 10 h 55" in text_of(right)
    assert not browser.cookie
    assert tables_of(world.database) == before
    world.later(minutes=1)
    assert browser.enter(token).location == "/statement"
    assert browser.get("/statement").status_code == 200


def test_a_right_answer_gives_the_tries_back_but_not_the_days(world: World):
    account = world.account()
    token = world.token(account)
    browser = Browser(portal_app(world))
    for _ in range(3):
        assert miss(browser, token, 2) == [422, 422]
        assert browser.enter(token).location == "/statement"
    assert failures(world, account) == 6


def test_five_wrong_answers_end_the_link_and_the_visits_it_opened(world: World):
    account = world.account()
    token, other = world.token(account), world.token(account)
    app = portal_app(world)
    inside, elsewhere = visitor(app, token), visitor(app, other)
    assert inside.get("/statement").status_code == 200
    kill(world, Browser(app), token)
    assert inside.get("/statement").status_code == 401
    assert Browser(app).enter(token).status_code == 410
    assert elsewhere.enter(other).location == "/statement"


def test_ten_wrong_answers_a_day_over_all_links_close_the_door_until_staff_open_it(world: World):
    account, neighbour = world.account(), world.account()
    first, second, third = (world.token(account) for _ in range(3))
    app = portal_app(world)
    kill(world, Browser(app, address="192.0.2.10"), first)
    kill(world, Browser(app, address="192.0.2.11"), second)
    assert world.reload(account).door_closed_at == world.clock.now()
    assert Browser(app).enter(third).status_code == 410
    with pytest.raises(NotAllowedError, match="porte"):
        world.token(world.reload(account))
    world.later(days=2)
    assert Browser(app).enter(third).status_code == 410
    assert Browser(app).post(f"/l/{third}/new").location == "/asked"
    assert jobs.answer_link_requests(world.house, world.practice_id) == 0
    assert Browser(app).enter(world.token(neighbour)).location == "/statement"
    with world.database.unit_of_work(world.practice_id) as work:
        [task] = open_tasks_of(work.session, practice_id=world.practice_id, account_id=account.id)
        assert task.kind == "door_closed"
        reopen_door(
            work.session,
            practice=work.session.get_one(Practice, world.practice_id),
            account=work.session.get_one(Account, (world.practice_id, account.id)),
            actor=CLAIRE,
            at=world.clock.now(),
        )
        work.commit()
    assert Browser(app).enter(third).location == "/statement"
    with world.database.reading(world.practice_id) as session:
        assert not open_tasks_of(session, practice_id=world.practice_id, account_id=account.id)
        kinds = {
            event.kind
            for event in timeline_of(session, practice_id=world.practice_id, account_id=account.id)
        }
    assert {"door.closed", "door.reopened", "identity.wrong", "link.opened"} <= kinds


def test_after_staff_opened_the_door_one_slip_does_not_close_it_again(small_world: World):
    world = small_world
    account = world.account()
    tokens = [world.token(account) for _ in range(3)]
    app = portal_app(world)
    for token in tokens[:2]:
        kill(world, Browser(app), token)
    with world.database.unit_of_work(world.practice_id) as work:
        reopen_door(
            work.session,
            practice=work.session.get_one(Practice, world.practice_id),
            account=work.session.get_one(Account, (world.practice_id, account.id)),
            actor=CLAIRE,
            at=world.clock.now(),
        )
        work.commit()
    browser = Browser(app)
    assert miss(browser, tokens[2], 1) == [422]
    assert browser.enter(tokens[2]).location == "/statement"


def test_wrong_answers_of_the_day_before_yesterday_close_no_door(small_world: World):
    world = small_world
    account = world.account()
    app = portal_app(world)
    for _ in range(4):
        kill(world, Browser(app), world.token(account))
        world.later(hours=25)
    assert world.reload(account).door_closed_at is None


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], TestResponse]]], list[int]]:
    """Runs requests in threads that start together; gives their statuses."""

    def run(requests: list[Callable[[], TestResponse]]) -> list[int]:
        start, statuses = threading.Barrier(len(requests)), []

        def work(request: Callable[[], TestResponse]) -> None:
            start.wait()
            statuses.append(request().status_code)

        threads = [threading.Thread(target=work, args=(request,)) for request in requests]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return statuses

    return run


Together = Callable[[list[Callable[[], TestResponse]]], list[int]]


def guesses(world: World, tokens: list[str]) -> list[Callable[[], TestResponse]]:
    """Different wrong dates from different browsers, one for each token."""
    app = portal_app(world)
    ready = []
    for number, token in enumerate(tokens):
        browser = Browser(app, address=f"192.0.2.{number}")
        browser.post("/language", {"language": "fr", "back": "/"})
        ready.append(lambda b=browser, t=token, n=number: b.enter(t, wrong(n)))
    return ready


def test_of_many_guesses_at_once_three_are_looked_at(world: World, at_once: Together):
    account = world.account()
    token = world.token(account)
    statuses = at_once(guesses(world, [token] * THREADS))
    assert sorted(statuses) == [422, 422, *[429] * (THREADS - 2)]
    assert failures(world, account) == 3
    with world.database.reading(world.practice_id) as session:
        [link] = session.scalars(select(Link))
        assert (link.wrong_tries, link.status) == (3, "live")


def test_of_many_guesses_at_once_over_many_links_ten_are_looked_at(world: World, at_once: Together):
    account = world.account()
    statuses = at_once(guesses(world, [world.token(account) for _ in range(THREADS)]))
    assert sorted(statuses) == [*[410] * 3, *[422] * 9]
    assert failures(world, account) == 10
    assert world.reload(account).door_closed_at is not None


def test_a_new_link_goes_to_the_contact_on_file_three_times_a_day(world: World):
    account = world.account()
    token = world.token(account)
    app = portal_app(world)
    for _ in range(5):
        asked = Browser(app).post(
            f"/l/{token}/new", {"phone": "+33639980666", "email": "stranger@example.org"}
        )
        assert (asked.status_code, asked.location) == (303, "/asked")
    jobs.answer_link_requests(world.house, world.practice_id)
    jobs.send_new_links(world.office, world.practice_id)
    assert [message.to for message in world.sms.sent] == ["+33639980118"] * 3
    assert not world.mail.sent
    world.later(hours=25)
    Browser(app).post(f"/l/{token}/new")
    jobs.answer_link_requests(world.house, world.practice_id)
    jobs.send_new_links(world.office, world.practice_id)
    assert len(world.sms.sent) == 4
    fresh = world.sms.sent[-1].text.partition("/l/")[2][:TOKEN_LENGTH]
    assert Browser(app).enter(fresh).location == "/statement"


def test_asking_for_a_new_link_tells_nothing_of_the_one_at_hand(world: World):
    account = world.account()
    live, old = world.token(account), world.token(account)
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(
            update(Link)
            .where(Link.id == world.house.signer.read(old).link_id)
            .values(status="revoked")
        )
        work.commit()
    soon = world.clock.now() + timedelta(days=1)
    _, unknown = world.house.signer.mint(practice_id=world.practice_id, expires_at=soon)
    app = portal_app(world)
    answers = set()
    for token in (live, old, unknown, live, live, live):
        browser = Browser(app)
        answers.add((bare(browser.post(f"/l/{token}/new"), token), bare(browser.get("/asked"), "")))
    assert len(answers) == 1
    forged = Browser(app)
    assert forged.post("/l/forged/new").location == "/asked"
    assert "C’est demandé" in text_of(forged.get("/asked"))


def test_without_a_birth_date_postcode_and_telephone_are_asked_for(world: World):
    account = world.account(born=None)
    token = world.token(account)
    browser = Browser(portal_app(world))
    asked = browser.enter(token)
    assert asked.status_code == 200
    assert {"postcode", "phone_end"} <= set(asked.text.replace('"', " ").split())
    assert not browser.cookie
    more = {"postcode": "44200", "phone_end": "01 18"}
    for almost in ({"postcode": "44201"}, {"phone_end": "0119"}):
        refused = browser.post(f"/l/{token}", identity() | more | almost)
        assert refused.status_code == 422
    assert browser.post(f"/l/{token}", identity() | more).location == "/statement"
    assert failures(world, account) == 2


def test_where_the_practice_asks_for_more_the_birth_date_alone_does_not_open(small_world: World):
    world = small_world
    with world.database.unit_of_work() as work:
        work.session.execute(update(Practice).values(asks_more=True))
        work.commit()
    token = world.token(world.account())
    browser = Browser(portal_app(world))
    more = {"postcode": "44200", "phone_end": "0118"}
    assert "postcode" in browser.get(f"/l/{token}").text
    assert browser.enter(token).status_code == 422
    assert browser.post(f"/l/{token}", identity(wrong()) | more).status_code == 422
    assert not browser.cookie
    assert browser.post(f"/l/{token}", identity() | more).location == "/statement"


def test_nobody_gets_a_link_who_could_not_prove_who_they_are(small_world: World):
    account = small_world.account(born=None, postcode="")
    with pytest.raises(NotAllowedError, match="Ni date de naissance"):
        small_world.token(account)


def test_a_visit_ends_by_itself_by_leaving_and_with_its_cookie_elsewhere(world: World):
    app = portal_app(world)
    token = world.token(world.account())
    browser = visitor(app, token)
    world.later(minutes=14)
    assert browser.get("/statement").status_code == 200
    world.later(minutes=14)
    assert browser.get("/statement").status_code == 200
    world.later(minutes=2)
    assert browser.get("/statement").status_code == 401
    browser.enter(token)
    thief = Browser(app)
    thief.client.set_cookie("visit", browser.cookie, domain="127.0.0.1")
    assert thief.get("/statement").status_code == 200
    assert browser.post("/leave").location == "/left"
    assert thief.get("/statement").status_code == 401
    jobs.end_visits(world.house, world.practice_id)
    assert not tables_of(world.database)["portal_session"]


def test_a_visit_goes_on_when_somebody_elses_wrong_answers_close_the_door(small_world: World):
    world = small_world
    account = world.account()
    app = portal_app(world)
    inside = visitor(app, world.token(account))
    with world.database.unit_of_work(world.practice_id) as work:
        closed = update(Account).where(Account.id == account.id)
        work.session.execute(closed.values(door_closed_at=world.clock.now()))
        work.commit()
    assert not Browser(app).enter(world.token(account)).location
    assert inside.get("/statement").status_code == 200
    world.later(minutes=16)
    assert inside.get("/statement").status_code == 401


def test_a_visit_can_be_made_longer_ten_times(small_world: World):
    world = small_world
    browser = visitor(portal_app(world), world.token(world.account()))
    for _ in range(14):
        browser.post("/extend")
    with world.database.reading() as session:
        [row] = session.scalars(select(PortalSession))
    assert row.extensions == 10
    assert row.ends_at - row.started_at == timedelta(minutes=30 + 150)


def test_what_a_link_is_made_of(small_world: World):
    world = small_world
    account = world.account()
    for _ in range(200):
        token = world.token(account)
        assert len(token) == TOKEN_LENGTH == 47
        assert token[-1].isalnum()
        parsed = world.house.signer.read(token)
        assert parsed is not None
        assert len(parsed.secret) == 16
        assert parsed.expires_at == world.clock.now().replace(microsecond=0) + timedelta(days=14)
        assert parsed.secret not in parsed.link_key
        assert parsed.link_id.bytes not in parsed.link_key


def spellings(raw: bytes) -> list[bytes]:
    """The ways in which these bytes could stand in a file."""
    return [
        raw,
        raw.hex().encode(),
        raw.hex().upper().encode(),
        base64.b64encode(raw).rstrip(b"="),
        base64.urlsafe_b64encode(raw).rstrip(b"="),
    ]


def test_the_database_holds_neither_the_links_secret_nor_the_visits(
    small_world: World, sqlite_url: str
):
    world = small_world
    token = world.token(world.account())
    browser = visitor(portal_app(world), token)
    parsed = world.house.signer.read(token)
    assert parsed is not None
    visit = base64.urlsafe_b64decode(browser.cookie + "=")
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    kept = b"".join(file.read_bytes() for file in folder.glob("ardoise.db*"))
    # The ids that are derived from both secrets are there, so this looks where it should.
    assert parsed.link_id.hex.encode() in kept
    for secret in (parsed.secret, parsed.link_key, visit, visit[4:], token.encode()):
        for spelling in spellings(secret):
            assert spelling not in kept
    assert token[:32].encode() not in kept
