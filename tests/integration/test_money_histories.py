"""Money of every kind in any order, with every fault: at the end our books are the processor's."""

import gc
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, core, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from ardoise import ordering, settling
from sandbox.mischief import DONE, OF_CALLS
from tests.integration.money_checks import check_all
from tests.integration.money_cover import watched_covers
from tests.integration.money_history import MoneyHistory
from tests.integration.money_house import MoneyHouse, keeping_database, kept_file
from tests.servers.sandbox_inside import SandboxInside, inside

STEPS = 14
Sample = Callable[[int, int], int]

PLACES = st.integers(0, 7)
CENTS = st.integers(50, 6000)
KINDS = st.sampled_from(("all", "all", "some", "other"))
WAITS = st.sampled_from((1, 5, 20, 40, 70, 600, 1500, 4400))
A_LITTLE = st.integers(1, 400)
FAULTS = st.sampled_from(range(len(OF_CALLS)))
DONE_FAULTS = st.sampled_from([OF_CALLS.index(kind) for kind in DONE])
YES = st.booleans()
SOME_JOBS = st.lists(st.integers(0, 14), min_size=1, max_size=8)


def happens(name: str, **values: st.SearchStrategy[Any]) -> Any:
    """A rule: this act of a history, with any of these values."""

    def act(machine: "AnyHistory", **drawn: Any) -> None:
        try:
            machine.history.go_on()
            getattr(machine.history, name)(**drawn)
        except BaseException:
            machine.is_broken = True
            raise

    act.__name__ = name
    return rule(**values)(act)


class AnyHistory(RuleBasedStateMachine):
    """What patients, staff, banks, the post and the worker do, as it comes."""

    house: MoneyHouse

    def __init__(self) -> None:
        super().__init__()
        self.history = MoneyHistory(self.house)
        self.is_broken = False

    @initialize(
        owed=st.lists(st.lists(CENTS, min_size=1, max_size=3), min_size=1, max_size=2),
        paid=st.integers(0, 2),
        at_desk=st.integers(0, 1),
        registered=YES,
    )
    def start(self, owed: list[list[int]], paid: int, at_desk: int, registered: bool) -> None:
        self.history.start(owed, paid=paid, at_desk=at_desk, registered=registered)

    begin = happens("begin", who=PLACES, kind=KINDS, place=PLACES, cents=CENTS)
    pay = happens("pay", who=PLACES, kind=KINDS, place=PLACES, cents=CENTS)
    pay_again = happens("pay", who=PLACES, kind=KINDS, place=PLACES, cents=CENTS)
    share = happens("share", who=PLACES, kind=KINDS, place=PLACES, cents=CENTS)
    spread = happens("spread", who=PLACES)
    give_card = happens("give_card", card=PLACES)
    type_card = happens("type_card", page=PLACES, card=PLACES)
    debit = happens("debit", page=PLACES, iban=PLACES)
    bank_answers = happens("bank_answers", which=PLACES, yes=YES)
    expire = happens("expire", page=PLACES)
    come_back = happens("come_back", who=PLACES, which=PLACES)

    bill = happens("bill", who=PLACES, cents=CENTS, due_days=st.integers(-30, 30))
    pay_elsewhere = happens("pay_elsewhere", who=PLACES, place=PLACES, cents=CENTS)
    receive = happens("receive", who=PLACES, cents=CENTS, method=PLACES)
    cancel = happens("cancel", who=PLACES, which=PLACES)
    use_credit = happens("use_credit", who=PLACES)
    forgive = happens("forgive", who=PLACES, cents=CENTS, reason=PLACES, agreed=YES)
    ask_refund = happens(
        "ask_refund", who=PLACES, which=PLACES, cents=CENTS, reason=PLACES, agreed=YES
    )
    refund = happens(
        "ask_refund", who=PLACES, which=PLACES, cents=CENTS, reason=PLACES, agreed=st.just(True)
    )
    refund_in_trouble = happens("refund_in_trouble", kind=FAULTS, who=PLACES, cents=A_LITTLE)
    refund_in_doubt = happens("refund_in_trouble", kind=DONE_FAULTS, who=PLACES, cents=A_LITTLE)
    refund_twice = happens("refund_twice", who=PLACES, cents=CENTS, method=PLACES)
    refund_by_hand = happens(
        "refund_by_hand",
        who=PLACES,
        cents=CENTS,
        method=PLACES,
        end=st.sampled_from(("hand_over", "hand_over", "withdraw", "stop", "")),
    )
    decide = happens(
        "decide",
        which=PLACES,
        event=st.sampled_from(
            ("approve", "approve", "hand_over", "hand_over", "decline", "withdraw", "stop")
        ),
    )
    assign = happens("assign", which=PLACES, who=PLACES)

    pay_by_hand = happens("pay_by_hand", cents=CENTS)
    give_back = happens(
        "give_back",
        which=PLACES,
        cents=CENTS,
        status=st.sampled_from(("succeeded", "succeeded", "pending")),
    )
    end_refund = happens("end_refund", which=PLACES, succeeds=YES)
    refunds_end = happens("refunds_end", how=PLACES)
    contest = happens("contest", which=PLACES, cents=st.none() | CENTS, inquiry=YES)
    escalate = happens("escalate", which=PLACES)
    end_dispute = happens(
        "end_dispute", which=PLACES, end=PLACES, part=st.none() | CENTS, fee_returned=YES
    )
    go_twice = happens(
        "go_twice", who=PLACES, cents=CENTS, part=st.none() | CENTS, refund_first=YES
    )
    fail_next = happens("fail_next", kind=PLACES, times=st.integers(1, 6), call=PLACES)

    post = happens(
        "post", order=st.lists(PLACES, min_size=1, max_size=8), twice=YES, lost=st.integers(0, 3)
    )
    some_work = happens("work", order=SOME_JOBS)
    all_work = happens("work", order=st.none())
    all_work_again = happens("work", order=st.none())
    search = happens("search")
    wait = happens("wait", minutes=WAITS)
    next_date = happens("next_date")

    def teardown(self) -> None:
        if self.history.accounts and not self.is_broken:
            self.history.settle()
            check_all(self.history)


@pytest.fixture(scope="module")
def processor() -> Iterator[SandboxInside]:
    """The sandbox, in this process."""
    with inside() as started:
        yield started


@pytest.fixture(autouse=True)
def nothing_fails_silently() -> Iterator[None]:
    """What the worker would only log, and try again, fails the history."""

    def fail(event: str, **told: object) -> None:
        assert event not in ("settle.failed", "order.failed"), told

    with (
        patch.object(settling.log, "error", fail),
        patch.object(ordering.log, "error", fail),
        watched_covers(),
    ):
        yield


def run_histories(house: MoneyHouse, count: int, name: str) -> None:
    """So many, others under each name; what fails is told as short as can be, with how to repeat it."""
    gc.collect()
    gc.freeze()  # what was there before is not looked through again and again
    machine = type("AnyHistory", (AnyHistory,), {"house": house})
    chosen = core.global_force_seed
    if chosen is not None:
        machine = seed(f"{chosen} {name}")(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=count,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("half", ["first half", "second half"])
def test_any_history_of_money_ends_as_the_processors_own_ledger(
    half: str, sqlite_url: str, processor: SandboxInside, sample: Sample
) -> None:
    house = MoneyHouse.open(sqlite_url, processor, kept_file)
    run_histories(house, sample(10, 1_000), half)
    house.till.close()


@pytest.mark.slow
def test_any_history_of_money_ends_so_on_postgresql(
    postgres_url: str, postgres_server: str, processor: SandboxInside, sample: Sample
) -> None:
    with keeping_database(postgres_server) as keep:
        house = MoneyHouse.open(postgres_url, processor, keep)
        run_histories(house, sample(5, 200), "postgresql")
        house.till.close()
