"""Money that is not what was asked for: a person looks, once for each difference."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from shared.accounts import Account
from shared.audit import Actor
from shared.payments import ChoiceError
from shared.worklist import KINDS, Task, close_tasks
from tests.integration.doors import change_doors
from tests.integration.stray_till import by_hand, strays, sweep
from tests.integration.till import Till, on_sqlite

MARIE = Actor("staff", "Marie")


MISMATCHES: dict[str, dict[str, Any]] = {
    "amount": {"amount_cents": 4249},
    "currency": {"currency": "usd"},
    "reference": {"reference": "0" * 32},
    "no reference": {"reference": None},
    "mode": {"livemode": True},
    "page": {"session_id": "cs_test_other"},
    "no intent": {"intent_id": None},
}


def test_money_that_does_not_match_is_a_task_and_no_booking(till: Till) -> None:
    accounts = {name: till.world.account() for name in MISMATCHES}
    for account in accounts.values():
        till.pay(account)
    till.tell_all()
    change: dict[str, dict[str, Any]] = {
        till.attempt(accounts[name]).id.hex: lie for name, lie in MISMATCHES.items()
    }
    with pytest.MonkeyPatch.context() as patched:
        change_doors(patched, till, lambda s: replace(s, **change[s.reference or ""]))
        for _ in range(3):
            till.later(minutes=5)
            till.work()
    assert till.payments() == []
    for name, account in accounts.items():
        assert till.tasks(account) == ["payment_mismatch"], name
        assert till.owed(account) == 4250
        with pytest.raises(ChoiceError, match="nothing_left"):
            till.begin(account)  # some money moved: it is not taken again until somebody looked
    assert till.world.night().withheld == {"paying": len(accounts)}
    till.check(settled=False)

    till.later(hours=2)
    till.work()  # the processor's word is as it should be again
    assert len(till.payments()) == len(MISMATCHES)
    till.check()


@on_sqlite
def test_a_page_that_does_not_match_but_is_unpaid_is_nothing(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = till.world.account()
    till.begin(account)
    change_doors(monkeypatch, till, lambda s: replace(s, amount_cents=1, currency="usd"))
    till.later(minutes=5)
    till.work()
    assert till.tasks() == []
    assert till.attempt(account).status == "redirected"
    till.check()


def set_aside(till: Till, patched: pytest.MonkeyPatch, cents: int = 4249) -> Account:
    """An account for which the processor tells of another sum than was asked for."""
    account = till.world.account()
    till.pay(account)
    till.tell_all()
    tell_of(till, patched, cents)
    till.work()
    assert till.tasks(account) == ["payment_mismatch"]
    return account


def tell_of(till: Till, patched: pytest.MonkeyPatch, cents: int) -> None:
    """The processor's word is this sum, whatever was taken."""
    patched.undo()
    change_doors(patched, till, lambda s: replace(s, amount_cents=cents))


def look(till: Till) -> None:
    """Staff have looked at all such differences, and dealt with them."""
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        for task in work.session.scalars(select(Task).where(Task.status == "open")).all():
            assert close_tasks(
                work.session,
                KINDS["payment_mismatch"],
                practice_id=task.practice_id,
                key=task.key,
                event="done",
                actor=MARIE,
                at=till.world.clock.now(),
            )
        work.commit()


def hours(till: Till, number: int) -> None:
    for _ in range(number):
        till.later(hours=1)
        till.work()


@pytest.fixture
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as context:
        yield context


def test_what_staff_have_looked_at_stays_done(till: Till, patched: pytest.MonkeyPatch) -> None:
    account = set_aside(till, patched)
    hours(till, 3)
    assert till.tasks(account) == ["payment_mismatch"], "one task, however often it is seen"
    look(till)
    hours(till, 3)
    till.tell_all()  # webhooks come late, too
    till.work()
    assert till.tasks(account) == []
    assert till.owed(account) == 4250
    assert till.payments() == []
    till.check(settled=False)


def test_after_staff_have_looked_nothing_is_under_way_any_more(
    till: Till, patched: pytest.MonkeyPatch
) -> None:
    account = set_aside(till, patched)
    page = f"/payment/{till.attempt(account).id}"
    assert "Votre paiement est en cours" in till.patient(account).get(page).text
    look(till)
    hours(till, 2)
    answer = till.patient(account).get(page)
    assert answer.location == "/statement", "not a word of a card that was refused"
    patched.undo()
    assert till.begin(account) == till.sessions()[-1]["url"]
    assert till.sessions()[-1]["amount_total"] == 4250
    till.check(settled=False)


def test_another_difference_is_new_work(till: Till, patched: pytest.MonkeyPatch) -> None:
    account = set_aside(till, patched)
    look(till)
    tell_of(till, patched, 4000)
    hours(till, 2)
    assert till.tasks(account) == ["payment_mismatch"]
    look(till)
    hours(till, 2)
    for cents in (4249, 4000):
        tell_of(till, patched, cents)
        hours(till, 1)
    assert till.tasks(account) == []
    till.check(settled=False)


def test_money_that_fits_after_all_is_booked_even_then(
    till: Till, patched: pytest.MonkeyPatch
) -> None:
    account = set_aside(till, patched)
    look(till)
    hours(till, 2)
    assert till.attempt(account).status == "failed"
    patched.undo()
    event = till.events()[-1]
    assert till.tell(event | {"id": "evt_told_once_more"}).status_code == 200
    till.work()
    assert till.owed(account) == 0
    assert till.tasks(account) == []
    till.check()


@pytest.mark.parametrize("looked", [False, True])
def test_a_bank_that_disputes_money_that_was_set_aside_is_told_once(
    till: Till, patched: pytest.MonkeyPatch, looked: bool
) -> None:
    """Nothing of it is booked, so that no payment shows the dispute: a person must answer the bank."""
    account = set_aside(till, patched)
    if looked:
        look(till)
        hours(till, 1)
    [intent] = till.charged()
    made = till.processor.control("dispute", payment_intent=intent)
    for _ in range(2):
        till.later(hours=1)
        sweep(till)
    first = [] if looked else ["payment_mismatch"]
    assert sorted(till.tasks()) == sorted([*first, "processor_differs"])
    till.end_contest(made["dispute"], "lost")
    sweep(till)
    assert till.tasks().count("processor_differs") == 1
    assert till.payments(account) == []
    till.world.check()


@pytest.mark.parametrize("looked", [False, True])
def test_other_money_that_bears_the_name_of_what_was_set_aside_is_not_lost(
    till: Till, patched: pytest.MonkeyPatch, looked: bool
) -> None:
    """A second charge for the same attempt: staff have dealt with the first one only."""
    account = set_aside(till, patched)
    attempt = till.attempt(account)
    page = attempt.processor_session
    patched.undo()
    change_doors(
        patched, till, lambda s: replace(s, amount_cents=4249) if s.session_id == page else s
    )
    if looked:
        look(till)
        hours(till, 1)
    named = {"metadata": {"reference": attempt.id.hex}}
    second = by_hand(till, 3000, payment_intent_data=named)
    for _ in range(2):
        sweep(till)
    assert [(s.processor_ref, s.amount_cents) for s in strays(till)] == [(second, 3000)]
    first = [] if looked else ["payment_mismatch"]
    assert till.tasks() == [*first, "stray_payment"]
    assert till.payments() == []
    till.world.check()


def test_other_money_that_can_not_be_booked_is_told_by_itself(
    till: Till, patched: pytest.MonkeyPatch
) -> None:
    account = set_aside(till, patched)
    attempt = till.attempt(account)
    look(till)
    named = {"metadata": {"reference": attempt.id.hex}}
    second = by_hand(till, 3000, payment_intent_data=named)
    change_doors(
        patched, till, lambda s: replace(s, currency="usd") if s.intent_id == second else s
    )
    for _ in range(2):
        sweep(till)
    assert strays(till) == []
    assert till.tasks() == ["processor_differs"]
