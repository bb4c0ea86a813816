"""Asking for a new link: three a day, to the contact on file, at once, and outside every cap."""

import re
import threading
from collections.abc import Iterator

import pytest

from ardoise import jobs
from shared.accounts import Account, get_account
from shared.audit import PATIENT
from shared.delivery import NeverError
from shared.links import Link, LinkRequest, ask_new_link
from tests.integration.ladder_world import LadderWorld

PATIENCE = 60


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    opened = LadderWorld(database_url)
    yield opened
    opened.check()
    opened.database.dispose()


def ask(world: LadderWorld, account: Account) -> bool:
    """What the portal does when somebody behind a dead link asks for a new one."""
    with world.database.unit_of_work(world.practice_id) as work:
        row = get_account(
            work.session, practice_id=world.practice_id, account_id=account.id, lock=True
        )
        noted = ask_new_link(work.session, account=row, actor=PATIENT, at=world.clock.now())
        work.commit()
    return noted


def answer(world: LadderWorld) -> int:
    """What the worker does: plan, then send. How many messages left."""
    before = len(world.letters())
    jobs.answer_link_requests(world.house, world.practice_id)
    jobs.send_new_links(world.office, world.practice_id)
    return len(world.letters()) - before


def requests(world: LadderWorld) -> list[str]:
    with world.database.reading(world.practice_id) as session:
        found = session.query(LinkRequest).order_by(LinkRequest.asked_at, LinkRequest.id)
        return [request.status for request in found]


def tasks(world: LadderWorld) -> list[str]:
    return [task.kind for task in world.tasks()]


def test_a_new_link_comes_to_the_contact_on_file_and_opens(world: LadderWorld) -> None:
    account = world.account()
    assert ask(world, account)
    assert answer(world) == 1
    [message] = world.sms.sent
    assert message.to == "+33639980118"
    found = re.search(r"/l/([\w.-]{47})", message.text)
    assert found
    token = world.house.signer.read(found[1])
    assert token is not None
    with world.database.reading(world.practice_id) as session:
        link = session.get_one(Link, (world.practice_id, token.link_id))
    assert (link.account_id, link.status) == (account.id, "live")
    assert [n.template for n in world.notices(account)] == ["new_link"]
    assert requests(world) == ["answered"]


def test_three_are_given_in_a_day_and_a_fourth_the_day_after(world: LadderWorld) -> None:
    account, other = world.account(), world.account()
    assert [ask(world, account) for _ in range(4)] == [True, True, True, False]
    assert ask(world, other), "each account for itself"
    assert answer(world) == 4
    world.later(hours=23, minutes=59)
    assert not ask(world, account)
    world.later(minutes=1)
    assert ask(world, account)
    assert answer(world) == 1


def test_a_new_link_is_no_reminder_and_counts_in_no_cap(world: LadderWorld) -> None:
    account = world.account()
    assert world.night_and_send() == 1
    ask(world, account)
    assert answer(world) == 1, "though a reminder came today"
    cycle = world.cycle(account)
    assert (cycle.position, cycle.messages) == (1, 1)
    world.days(7)
    ask(world, account)
    answer(world)
    assert world.night().planned == {"reminder": 1}, "nor does it hold a reminder back"


def test_neither_a_pause_nor_a_payment_keeps_anybody_from_their_own_page(
    world: LadderWorld,
) -> None:
    paused, paid, paying = (world.account() for _ in range(3))
    world.hold(paused, "dispute")
    world.adjust(paid, -4250)
    world.attempt(paying, "processing")
    world.later(days=30)  # and the practice's export is old
    for account in (paused, paid, paying):
        ask(world, account)
    assert answer(world) == 3


def test_who_has_no_contact_that_works_is_a_task(world: LadderWorld) -> None:
    bounced, letters, landline = world.account(), world.account(), world.account(phone="")
    world.change_contacts(bounced, "phone", status="bounced")
    world.change(letters, channel="letter")
    world.add_contact(landline, "landline", "+33465712012", 1)
    for account in (bounced, letters, landline):
        ask(world, account)
    assert answer(world) == 0
    assert requests(world) == ["declined"] * 3
    assert sorted(tasks(world)) == ["new_link_by_letter", "new_link_unsent", "new_link_unsent"]


def test_who_asks_again_without_a_contact_is_one_task(world: LadderWorld) -> None:
    account = world.account(phone="")
    for _ in range(3):
        ask(world, account)
        answer(world)
    assert tasks(world) == ["new_link_unsent"]


def test_a_closed_door_gives_no_link_and_is_a_task(world: LadderWorld) -> None:
    account, late = world.account(), world.account()
    world.change(account, door_closed_at=world.clock.now())
    assert not ask(world, account)
    ask(world, late)
    world.change(late, door_closed_at=world.clock.now())
    assert answer(world) == 0
    assert requests(world) == ["declined"]
    assert tasks(world) == ["new_link_unsent"]


def test_a_door_that_closes_before_the_sending_keeps_the_link_here(world: LadderWorld) -> None:
    account = world.account()
    ask(world, account)
    jobs.answer_link_requests(world.house, world.practice_id)
    world.change(account, door_closed_at=world.clock.now())
    assert answer(world) == 0
    [notice] = world.notices(account)
    assert (notice.status, notice.outcome) == ("withheld", "door_closed")


def test_who_could_not_be_known_gets_no_link(world: LadderWorld) -> None:
    account = world.account(born=None, postcode="")
    ask(world, account)
    assert answer(world) == 0
    assert requests(world) == ["declined"]


def test_a_link_that_bounced_is_a_task_and_the_next_goes_elsewhere(world: LadderWorld) -> None:
    account = world.account(email="nadia@ferhat.example")
    ask(world, account)
    world.sms.raises = NeverError("unknown_number")
    assert answer(world) == 0
    assert tasks(world) == ["contact_bounced"]
    ask(world, account)
    assert answer(world) == 1
    assert world.letters() == ["nadia@ferhat.example"]


def test_a_wish_for_mail_holds_for_links_too(world: LadderWorld) -> None:
    account = world.account(email="nadia@ferhat.example", language="en")
    world.change(account, channel="email")
    ask(world, account)
    answer(world)
    [message] = world.mail.sent
    assert message.to == "nadia@ferhat.example"
    assert "link" in message.text.lower()


def test_a_request_is_answered_once_however_often_the_worker_looks(world: LadderWorld) -> None:
    account = world.account()
    ask(world, account)
    assert answer(world) == 1
    assert answer(world) == 0
    assert len(world.story(account, "link_request.answer")) == 1


def test_two_workers_answer_each_request_once(world: LadderWorld) -> None:
    reachable = [world.account() for _ in range(5)]
    unreachable = [world.account(phone="") for _ in range(5)]
    for account in [*reachable, *unreachable]:
        ask(world, account)
    start = threading.Barrier(2, timeout=PATIENCE)
    failed: list[Exception] = []

    def look() -> None:
        start.wait()
        try:
            answer(world)
        except Exception as error:
            failed.append(error)

    workers = [threading.Thread(target=look) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert not failed
    assert sorted(requests(world)) == ["answered"] * 5 + ["declined"] * 5
    assert len(world.letters()) == 5
    for account in reachable:
        assert len(world.story(account, "link_request.answer")) == 1
        assert [n.status for n in world.notices(account)] == ["sent"]
    for account in unreachable:
        assert len(world.story(account, "link_request.decline")) == 1
    assert tasks(world) == ["new_link_unsent"] * 5
