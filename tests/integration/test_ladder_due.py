"""Who is due tonight: each fact that decides it, one by one."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from shared.accounts import HOLD_TITLES, get_practice
from shared.ladder import DEFAULT_POLICY, policy_of
from shared.ladder.due import due_steps
from shared.ladder.rules import due_day
from tests.integration.ladder_world import LadderWorld


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    opened = LadderWorld(database_url)
    yield opened
    opened.database.dispose()


# What speaks against a message


def test_any_pause_of_an_account_stops_it_until_it_is_lifted(world: LadderWorld) -> None:
    kinds = sorted(set(HOLD_TITLES) - {"absent"})
    held = {kind: world.account() for kind in kinds}
    free = world.account()
    placed = [world.hold(account, kind) for kind, account in held.items()]
    run = world.night()
    assert run.withheld == {f"hold_{kind}": 1 for kind in kinds}
    assert run.planned == {"pre_due": 1}
    assert world.notices(free)
    for hold_id in placed:
        world.release(hold_id)
    world.later(days=1)
    assert world.night().planned == {"pre_due": len(kinds)}


def test_of_two_pauses_lifting_one_changes_nothing(world: LadderWorld) -> None:
    account = world.account()
    first = world.hold(account, "dispute")
    world.hold(account, "message")
    world.night()
    world.release(first)
    assert world.night().withheld == {"hold_message": 1}


def test_a_paused_invoice_is_not_asked_for_while_the_others_are(world: LadderWorld) -> None:
    alone, beside = world.account(), world.account(owes=(4250, 800))
    world.hold(alone, "dispute", world.invoices(alone)[0])
    world.hold(beside, "absent", world.invoices(beside)[0])
    run = world.night()
    assert (run.planned, run.seen) == ({"pre_due": 1}, 1)
    assert not world.cycles(alone), "there is nothing to talk about"
    assert len(world.notices(beside)) == 1


def test_a_pause_of_one_invoice_leaves_less_than_is_worth_a_message(world: LadderWorld) -> None:
    account = world.account(owes=(4250, 99))
    world.hold(account, "dispute", world.invoices(account)[0])
    assert world.night().seen == 0


def test_while_a_payment_is_under_way_nothing_goes_out(world: LadderWorld) -> None:
    accounts = {status: world.account() for status in ("created", "redirected", "processing")}
    for status, account in accounts.items():
        world.attempt(account, status)
    for status in ("failed", "expired"):
        world.attempt(accounts["created"], status)
    run = world.night()
    assert run.withheld == {"paying": 1}
    assert run.planned == {"pre_due": 2}, "a page that was opened is no payment"
    assert world.cycle(accounts["processing"]).withheld == "paying"


def test_the_oldest_source_of_what_is_owed_counts(world: LadderWorld) -> None:
    fresh, mixed, paid = (world.account(owes=(4250, 1000)) for _ in range(3))
    world.source_of(world.invoices(mixed)[1], days_old=8)
    world.source_of(world.invoices(paid)[1], days_old=8)
    world.adjust(paid, -1000, place=1)
    run = world.night()
    assert run.withheld == {"stale": 1}
    assert world.cycle(mixed).withheld == "stale"
    assert world.notices(fresh)
    assert world.notices(paid), "what is paid is as old as it likes"


def test_a_source_of_exactly_seven_days_is_fresh(world: LadderWorld) -> None:
    week, more = world.account(), world.account()
    world.source_of(world.invoices(week)[0], days_old=7)
    world.source_of(world.invoices(more)[0], days_old=8)
    run = world.night()
    assert (run.planned, run.withheld) == ({"pre_due": 1}, {"stale": 1})


def test_nobody_is_written_to_behind_a_closed_door_or_without_identity(world: LadderWorld) -> None:
    closed, unknown, letters = (
        world.account(),
        world.account(born=None, postcode=""),
        world.account(),
    )
    world.change(closed, door_closed_at=world.clock.now())
    world.change(letters, channel="letter")
    run = world.night()
    assert run.withheld == {"door_closed": 1, "no_identity": 1, "letter_only": 1}
    tasks = {task.account_id: task.kind for task in world.tasks()}
    assert tasks == {unknown.id: "ladder_no_identity", letters.id: "ladder_letter_only"}


# On which contact


@pytest.mark.parametrize(
    ("wish", "reached"),
    [("any", "+33639980118"), ("sms", "+33639980118"), ("email", "nadia@ferhat.example")],
)
def test_a_person_is_reached_where_they_wish(world: LadderWorld, wish: str, reached: str) -> None:
    account = world.account(email="nadia@ferhat.example")
    world.change(account, channel=wish)
    world.night_and_send()
    assert world.letters() == [reached]


def test_a_wish_that_no_contact_fits_is_a_task(world: LadderWorld) -> None:
    by_mail, by_text = world.account(), world.account(phone="", email="a@b.example")
    world.change(by_mail, channel="email")
    world.change(by_text, channel="sms")
    assert world.night().withheld == {"no_contact": 2}
    assert [task.kind for task in world.tasks()] == ["ladder_no_contact"] * 2


def test_a_landline_never_gets_a_message(world: LadderWorld) -> None:
    only, beside = world.account(phone=""), world.account(phone="", email="nadia@ferhat.example")
    for account in (only, beside):
        world.add_contact(account, "landline", "+33465712012", 0)
    assert world.night().withheld == {"no_contact": 1}
    world.send()
    assert world.letters() == ["nadia@ferhat.example"]
    assert [task.account_id for task in world.tasks()] == [only.id]


@pytest.mark.parametrize("status", ["bounced", "opted_out", "replaced"])
def test_a_contact_that_is_out_gives_way_to_the_next(world: LadderWorld, status: str) -> None:
    second, none = world.account(email="nadia@ferhat.example"), world.account()
    for account in (second, none):
        world.change_contacts(account, "phone", status=status)
    run = world.night()
    assert (run.planned, run.withheld) == ({"pre_due": 1}, {"no_contact": 1})
    world.later(days=1)
    world.night()
    assert [task.account_id for task in world.tasks()] == [none.id], "asked for once"
    world.send()
    assert world.letters() == ["nadia@ferhat.example"]


def test_the_first_contact_on_file_comes_first(world: LadderWorld) -> None:
    account = world.account(phone="", email="nadia@ferhat.example")
    world.add_contact(account, "phone", "+33639980199", 1)
    world.change_contacts(account, "email", position=2)
    world.night_and_send()
    assert world.letters() == ["+33639980199"]


# How much, and since when


def test_a_sum_too_small_to_be_worth_a_message_is_left_alone(world: LadderWorld) -> None:
    world.account(owes=(99,))
    world.account(owes=(60, 39))
    enough = world.account(owes=(60, 40))
    assert world.night().planned == {"pre_due": 1}
    assert world.notices(enough)


def test_what_was_paid_in_part_may_be_too_small_for_the_next_step(world: LadderWorld) -> None:
    account = world.account(owes=(4250,))
    world.night_and_send()
    world.adjust(account, -3751)
    world.days(30)
    assert world.night().seen == 0
    world.adjust(account, 1)
    assert world.night().planned == {"reminder": 1}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_nights_query_finds_each_step_on_the_day_that_the_rules_name(
    world: LadderWorld, place: int
) -> None:
    accounts = [world.account(due_days=days) for days in (-50, -20, 3)]
    for _ in range(place):
        world.night_and_send()
        world.days(30)
    world.night_and_send()
    step = DEFAULT_POLICY[place + 1]
    for account in accounts:
        [invoice] = world.invoices(account)
        day = due_day(
            step,
            first_issued_on=invoice.issued_on,
            oldest_due_on=invoice.due_on,
            stepped_on=world.cycle(account).stepped_on,
        )
        assert account.id in due_on(world, day)
        assert account.id not in due_on(world, day - timedelta(days=1))


def due_on(world: LadderWorld, day: date) -> set[UUID]:
    with world.database.reading(world.practice_id) as session:
        practice = get_practice(session, world.practice_id)
        steps = policy_of(session, practice.id)
        return {d.account_id for d in due_steps(session, practice=practice, steps=steps, today=day)}


def test_of_two_invoices_the_one_that_is_longer_due_counts(world: LadderWorld) -> None:
    account = world.account(owes=(4250,), due_days=-6)
    world.night_and_send()
    world.bill(account, 3000, due_days=20)
    world.days(7)
    assert world.night().planned == {"reminder": 1}


def test_a_new_invoice_joins_the_conversation_that_runs(world: LadderWorld) -> None:
    account = world.account()
    world.night_and_send()
    world.bill(account, 3000, due_days=-1)
    world.days(1)
    assert world.night().opened == 0
    assert world.send() == 0
    world.days(6)
    assert world.night().planned == {"reminder": 1}
    assert len(world.cycles(account)) == 1


def test_when_the_older_invoice_is_paid_the_younger_ones_day_counts(world: LadderWorld) -> None:
    account = world.account(owes=(4250,), due_days=-10)
    world.bill(account, 3000, due_days=5)
    world.night_and_send()
    world.adjust(account, -4250)
    world.days(11)
    assert world.night().seen == 0, "six days after the younger one's day"
    world.days(1)
    assert world.night().planned == {"reminder": 1}
