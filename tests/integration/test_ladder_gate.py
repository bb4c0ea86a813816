"""Between the night and the sending the truth may change: the message then stays here."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from backoffice.desks.timeline_words import sentence
from shared.accounts import Account
from shared.delivery import NeverError, NotNowError
from tests.integration.ladder_world import LadderWorld

# What happens in between, what is told, and how it is taken back (None: it stays).
Change = Callable[[LadderWorld, Account], UUID | None]


def pay(cents: int) -> Change:
    return lambda world, account: world.adjust(account, -cents)


def write(**values: object) -> Change:
    return lambda world, account: world.change(account, **values)


CHANGES: dict[str, tuple[Change, str]] = {
    "paid in full": (pay(4250), "not_due"),
    "paid down to too little": (pay(4151), "not_due"),
    "paused by staff": (lambda w, a: w.hold(a), "hold_staff"),
    "disputed": (lambda w, a: w.hold(a, "dispute"), "hold_dispute"),
    "its invoice disputed": (lambda w, a: w.hold(a, "dispute", w.invoices(a)[0]), "not_due"),
    "paying right now": (lambda w, a: w.attempt(a, "processing"), "paying"),
    "door closed": (lambda w, a: w.change(a, door_closed_at=w.clock.now()), "door_closed"),
    "identity taken off file": (write(checkable=False), "no_identity"),
    "letters wished": (write(channel="letter"), "letter_only"),
    "opted out": (lambda w, a: w.change_contacts(a, "phone", status="opted_out"), "no_contact"),
    "its source forgotten": (lambda w, a: w.source_of(w.invoices(a)[0], days_old=8), "stale"),
}


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    opened = LadderWorld(database_url)
    yield opened
    opened.check()
    opened.database.dispose()


def test_whatever_changed_since_the_night_keeps_the_message_here(world: LadderWorld) -> None:
    accounts = {what: world.account() for what in CHANGES}
    untouched = world.account()
    assert world.night().planned == {"pre_due": len(CHANGES) + 1}
    world.later(minutes=5)
    for what, account in accounts.items():
        CHANGES[what][0](world, account)
    world.later(minutes=5)
    assert world.send() == 1
    assert [n.status for n in world.notices(untouched)] == ["sent"]
    told = {what: world.notices(account)[0] for what, account in accounts.items()}
    assert {what: (n.status, n.outcome) for what, n in told.items()} == {
        what: ("withheld", reason) for what, (_, reason) in CHANGES.items()
    }
    for what, account in accounts.items():
        [facts] = world.story(account, "notice.withhold")
        assert facts["reason"] == CHANGES[what][1]
        assert told[what].link_id is None, "no link was made for what was not sent"


def test_the_reason_found_at_the_last_moment_is_kept_with_the_account(world: LadderWorld) -> None:
    account = world.account()
    world.night()
    world.hold(account, "aid")
    world.send()
    assert world.cycle(account).withheld == "hold_aid"
    assert [f["reason"] for f in world.story(account, "ladder.withheld")] == ["hold_aid"]
    world.days(1)
    world.night()
    assert len(world.story(account, "ladder.withheld")) == 1, "nothing new to tell"


def test_a_message_that_stayed_here_goes_once_nothing_speaks_against_it(world: LadderWorld) -> None:
    account = world.account()
    world.night()
    hold_id = world.hold(account)
    assert world.send() == 0
    world.release(hold_id)
    assert world.send() == 0, "a night decides"
    world.days(1)
    assert world.night_and_send() == 1
    assert [n.status for n in world.notices(account)] == ["withheld", "sent"]
    assert world.cycle(account).withheld is None


def test_a_message_goes_to_the_contact_of_today_and_not_of_last_night(world: LadderWorld) -> None:
    account = world.account(email="nadia@ferhat.example")
    world.night()
    world.change_contacts(account, "phone", status="bounced")
    assert world.send() == 0
    assert world.notices(account)[0].outcome == "contact_changed"
    assert world.cycle(account).withheld is None, "nothing speaks against the account"
    world.days(1)
    world.night_and_send()
    assert world.letters() == ["nadia@ferhat.example"]


def test_a_contact_that_bounced_gives_way_to_the_next_without_losing_a_step(
    world: LadderWorld,
) -> None:
    account = world.account(email="nadia@ferhat.example")
    world.night()
    world.sms.raises = NeverError("unknown_number")
    assert world.send() == 0
    assert [task.kind for task in world.tasks()] == ["contact_bounced"]
    world.days(1)
    assert world.night_and_send() == 1
    assert world.letters() == ["nadia@ferhat.example"]
    assert world.cycle(account).position == 1


def test_a_contact_that_bounced_is_one_task_though_there_is_no_other(world: LadderWorld) -> None:
    account, other = world.account(), world.account(phone="")
    world.night()
    world.sms.raises = NeverError("unknown_number")
    world.send()
    world.days(1)
    assert world.night().withheld["no_contact"] >= 1
    kinds = {(task.account_id, task.kind) for task in world.tasks()}
    assert kinds == {(account.id, "contact_bounced"), (other.id, "ladder_no_contact")}
    assert len(world.tasks()) == 2


def test_a_message_is_given_up_after_five_tries_and_a_human_is_told(world: LadderWorld) -> None:
    account = world.account()
    world.night()
    world.sms.raises = NotNowError("busy")
    waits = []
    for _ in range(6):
        world.send()
        [notice] = world.notices(account)
        waits.append(notice.not_before - world.clock.now())
        world.later(hours=3)
    assert (notice.status, notice.tries) == ("failed", 5)
    assert waits[:4] == [timedelta(minutes=m) for m in (10, 20, 40, 80)]
    assert [task.kind for task in world.tasks()] == ["notice_failed"]
    world.sms.raises = None
    world.days(1)
    assert world.night_and_send() == 1, "the step itself is not lost"


def test_a_message_planned_long_ago_is_looked_at_afresh(world: LadderWorld) -> None:
    account = world.account()
    world.night()
    world.days(9, fresh=False)
    assert world.send() == 0
    assert world.notices(account)[0].outcome == "stale"


def test_a_step_is_taken_once_however_often_it_is_followed(world: LadderWorld) -> None:
    account = world.account()
    world.night()
    for _ in range(3):
        world.send()
    cycle = world.cycle(account)
    assert (cycle.position, cycle.messages, cycle.stepped_on) == (1, 1, world.today)


@pytest.mark.parametrize(
    ("kind", "trouble", "tries"),
    [
        ("notice.retry", NotNowError("busy"), 1),
        ("notice.refuse", NeverError("unknown number"), 1),
        ("notice.fail", NotNowError("busy"), 5),
    ],
)
def test_the_story_names_the_message_that_did_not_go(
    world: LadderWorld, kind: str, trouble: Exception, tries: int
) -> None:
    account = world.account()
    world.night()
    world.sms.raises = trouble
    for _ in range(tries):
        world.send()
        world.days(1)
    *_, last = world.story(account, kind)
    assert (last["template"], last["channel"]) == ("pre_due", "sms")
    named = "Message «\u00a0Premier message\u00a0» par SMS "
    assert sentence(kind, last).startswith(named)
