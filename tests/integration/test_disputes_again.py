"""Banks that change their minds, or take a part only: what is gone now is booked, and staff are told."""

from typing import Any

import pytest

from ardoise import disputing
from shared.accounts import Account
from shared.base.migrating import MigrationError, downgrade, upgrade
from shared.processor import Checkout
from tests.integration.stray_till import (
    Clerk,
    by_hand,
    check_to_the_cent,
    stray_disputes,
    strays,
    sweep,
)
from tests.integration.test_disputes import FEE, standing
from tests.integration.test_refunds import holds, paid, told
from tests.integration.till import Till, on_sqlite


def taken(till: Till, account: Account) -> list[int]:
    """What banks have of each disputed payment."""
    return [one.taken_cents for one in till.disputes(account)]


def test_what_was_won_and_is_taken_again_is_owed_again_and_told(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    till.end_contest(made, "won")
    told(till)
    assert (till.owed(account), till.tasks(account)) == (0, [])
    till.later(days=20)
    till.end_contest(made, "lost")
    for _ in range(3):
        told(till)
    assert standing(till, account) == [("lost", FEE)]
    assert till.owed(account) == 4250
    assert holds(till, account) == ["dispute_card"]
    assert till.tasks(account) == ["dispute_lost"]
    till.check()
    till.end_contest(made, "won", fee_returned=True)
    told(till)
    assert standing(till, account) == [("won", 0)]
    assert (till.owed(account), till.tasks(account), holds(till, account)) == (0, [], [])
    till.check()


def test_a_sweep_finds_what_was_taken_again(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    till.end_contest(made, "won")
    told(till)
    till.end_contest(made, "lost")
    house, number = till.world.house, till.world.practice_id
    assert disputing.sweep_disputes(house, number) == 1
    assert disputing.sweep_disputes(house, number) == 0
    assert standing(till, account) == [("lost", FEE)]
    assert till.owed(account) == 4250
    till.check()


def test_what_was_given_back_after_it_was_won_and_is_taken_again_is_owed_once(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    till.end_contest(made, "won")
    told(till)
    till.give_back(account)
    told(till)
    till.end_contest(made, "lost")
    told(till)
    assert till.owed(account) == 4250
    assert [(r.kind, r.status, r.beyond_cents) for r in till.refunds(account)] == [
        ("dispute", "failed", 0),
        ("refund", "succeeded", 0),
        ("dispute", "succeeded", 4250),
    ]
    till.check()


@on_sqlite
def test_an_answer_from_before_it_came_back_takes_nothing_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    door = type(till.desk().gateway)
    page = str(till.attempt(account).processor_session)
    before: list[Checkout] = [till.desk().gateway.retrieve_checkout(page)]
    till.end_contest(made, "won")
    told(till)
    with monkeypatch.context() as patched:
        patched.setattr(door, "retrieve_checkout", lambda *_: before[0])
        told(till)
    assert standing(till, account) == [("won", FEE)]
    assert till.owed(account) == 0
    till.check()


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_part_that_comes_back_is_booked_and_the_rest_is_lost(till: Till, end: str) -> None:
    account = paid(till, owes=(4000, 3000))
    made = till.contest(account)
    told(till)
    assert [i.open_cents for i in till.world.invoices(account)] == [4000, 3000]
    till.end_contest(made, end, reinstated=4500)
    for _ in range(3):
        told(till)
    assert standing(till, account) == [("lost", FEE)]
    assert taken(till, account) == [2500]
    assert [i.open_cents for i in till.world.invoices(account)] == [0, 2500]
    assert till.tasks(account) == ["dispute_lost"]
    assert holds(till, account) == ["dispute_card"]
    till.check()


@on_sqlite
def test_a_part_that_was_over_before_we_heard_of_it_is_booked_at_once(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    till.end_contest(made, "lost", reinstated=250)
    told(till)
    assert standing(till, account) == [("lost", FEE)]
    assert till.owed(account) == 4000
    till.check()


@pytest.mark.parametrize("assigned", [False, True])
def test_of_money_of_nobody_known_the_same_is_booked(till: Till, assigned: bool) -> None:
    account = till.world.account(owes=(5000,))
    intent = by_hand(till)
    made = str(till.processor.control("dispute", payment_intent=intent)["dispute"])
    sweep(till)

    def sees(end: str, gone: int, **more: Any) -> None:
        till.end_contest(made, end, **more)
        disputing.sweep_disputes(till.world.house, till.world.practice_id)
        assert [d.taken_cents for d in stray_disputes(till)] == [gone]
        check_to_the_cent(till)

    sees("won", 0)
    sees("lost", 5000)
    sees("won", 0)
    if assigned:
        Clerk.of(till).assign(strays(till)[0], account)
        assert till.owed(account) == 0
    sees("lost", 1000, reinstated=4000)
    if assigned:
        assert till.owed(account) == 1000
        assert till.tasks(account) == ["dispute_lost"]
    else:
        assert [(s.status, s.returned_cents) for s in strays(till)] == [("found", 1000)]


def test_a_database_from_before_knows_its_disputes_after_the_upgrade(
    till: Till, database_url: str
) -> None:
    accounts = [paid(till) for _ in range(3)]
    for account, end in zip(accounts, ("", "won", "lost"), strict=True):
        made = till.contest(account)
        if end:
            till.end_contest(made, end)
    told(till)
    till.world.database.dispose()
    downgrade(database_url, "0011")
    upgrade(database_url)
    known = {d.status: (d.taken_cents, d.moves) for a in accounts for d in till.disputes(a)}
    assert known == {"open": (4250, 1), "won": (0, 2), "lost": (4250, 1)}
    assert disputing.sweep_disputes(till.world.house, till.world.practice_id) == 0
    till.check()


def test_an_upgrade_is_not_undone_while_a_bank_has_a_part(till: Till, database_url: str) -> None:
    account = paid(till)
    till.end_contest(till.contest(account), "lost", reinstated=250)
    told(till)
    till.world.database.dispose()
    with pytest.raises(MigrationError, match="has a part"):
        downgrade(database_url, "0011")
    till.check()
