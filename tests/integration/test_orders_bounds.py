"""What one person alone gives back is bounded, and what one asks for alone can be stopped."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from shared.accounts import Account
from shared.base.errors import NotAllowedError
from shared.orders import RECEIVE, Colleague, Wish
from shared.payments import Payment
from shared.staff import StaffUser
from tests.integration.desk_world import Secretary
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid
from tests.integration.till import Till, at_once, on_postgres, on_sqlite


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


@pytest.fixture
def claire(till: Till, desk: RefundDesk) -> Secretary:
    """The desk's secretary, at the window where money comes in."""
    made = Secretary.of(till.world)
    desk.people["claire"] = made.colleague
    return made


def cash(till: Till, claire: Secretary, cents: int) -> tuple[Account, Payment]:
    """Money that she notes herself, more than is owed."""
    account = till.world.account()
    return account, claire.receives(account, cents)


def gives_back(desk: RefundDesk, paid: tuple[Account, Payment], by: str = "claire") -> str:
    """How it stands when all of it is to go back in cash."""
    account, payment = paid
    order = desk.ask(account, payment.amount_cents, by=by, method="cash", payment=payment)
    desk.work()
    return desk.order(order).status


def test_the_limit_is_not_passed_over_several_payments_that_one_notes_oneself(
    till: Till, desk: RefundDesk, claire: Secretary
) -> None:
    came = [cash(till, claire, 10_000) for _ in range(3)]
    stand = [gives_back(desk, one) for one in came]
    assert stand == ["done", "waiting", "waiting"]
    till.check()


@on_sqlite
def test_nor_day_after_day_where_it_is_money_that_one_noted_oneself(
    till: Till, desk: RefundDesk, claire: Secretary
) -> None:
    stand = []
    for _ in range(3):
        stand.append(gives_back(desk, cash(till, claire, 10_000)))
        till.later(days=2)
    assert stand == ["done", "waiting", "waiting"]
    till.later(days=30)
    assert gives_back(desk, cash(till, claire, 10_000)) == "done"
    till.check()


@on_sqlite
def test_what_others_noted_counts_for_a_day_and_for_each_person_apart(
    till: Till, desk: RefundDesk, claire: Secretary
) -> None:
    came = [cash(till, claire, 10_000) for _ in range(4)]
    assert gives_back(desk, came[0], by="secretary") == "done"
    assert gives_back(desk, came[1], by="secretary") == "waiting"
    assert gives_back(desk, came[2], by="manager") == "done", "another person has another day"
    till.later(hours=24)
    assert gives_back(desk, came[3], by="secretary") == "done", "the next day"
    till.check()


@on_sqlite
def test_what_a_second_person_agreed_to_is_nobodys_word_alone(till: Till, desk: RefundDesk) -> None:
    account, other = paid(till, owes=(40_000,)), paid(till, owes=(40_000,))
    desk.decide(desk.ask(account, 30_000), "approve", by="manager")
    assert desk.order(desk.ask(other, 15_000)).status == "approved"


@on_postgres
def test_of_two_refunds_that_one_asks_for_at_the_same_moment_the_second_counts_the_first(
    till: Till, desk: RefundDesk
) -> None:
    for _ in range(4):
        desk.hire("secretary")
        accounts = [paid(till, owes=(40_000,)) for _ in range(2)]
        orders: list[UUID] = at_once(
            lambda: desk.ask(accounts[0], 10_000),  # noqa: B023 - called at once
            lambda: desk.ask(accounts[1], 10_000),  # noqa: B023 - called at once
        )
        assert sorted(desk.order(order).status for order in orders) == ["approved", "waiting"]
    till.check()


@on_sqlite
@pytest.mark.parametrize(
    ("cents", "days", "sentence"),
    [
        (1_000_001, 0, "entre 0,01"),
        (0, 0, "entre 0,01"),
        (1000, 1, "Le jour où l’argent est arrivé"),
        (1000, -366, "Le jour où l’argent est arrivé"),
    ],
)
def test_money_that_came_is_of_a_sum_and_a_day_that_can_be(
    till: Till, claire: Secretary, cents: int, days: int, sentence: str
) -> None:
    day = claire.today + timedelta(days=days)
    wish = Wish(RECEIVE, "one", "desk", amount_cents=cents, method="cash", received_on=day)
    with pytest.raises(NotAllowedError, match=sentence):
        claire.ask(till.world.account(), wish)


def lone(till: Till) -> tuple[RefundDesk, Account, UUID]:
    """An owner whom nobody else could agree with asks for a large sum."""
    desk, account = RefundDesk.of(till, "secretary", "owner"), paid(till, owes=(40_000,))
    order = desk.ask(account, 20_000, by="owner")
    assert desk.order(order).alone
    return desk, account, order


def test_any_colleague_stops_what_one_person_asked_for_alone_before_its_day_has_passed(
    till: Till,
) -> None:
    desk, account, order = lone(till)
    till.later(hours=23)
    desk.decide(order, "stop", by="secretary")
    till.later(hours=2)
    desk.work()
    stands = desk.order(order)
    assert (stands.status, stands.decided_name) == ("declined", "Camille Secretary")
    assert desk.given_back() == [0]
    assert till.tasks(account) == ["refund_declined"]
    with pytest.raises(NotAllowedError, match="arrêtée par Camille Secretary"):
        desk.decide(order, "withdraw", by="owner")
    till.check()


@on_sqlite
def test_whoever_came_to_be_in_charge_meanwhile_stops_it_and_whoever_asked_withdraws(
    till: Till,
) -> None:
    desk, _, order = lone(till)
    with pytest.raises(NotAllowedError, match="C’est votre demande"):
        desk.decide(order, "stop", by="owner")
    desk.hire("manager")
    desk.decide(order, "stop", by="manager")
    assert desk.order(order).status == "declined"


@on_sqlite
def test_what_does_not_wait_its_day_is_not_stopped(till: Till, desk: RefundDesk) -> None:
    order = desk.ask(paid(till, owes=(40_000,)), 100)
    with pytest.raises(NotAllowedError, match="n’attend plus"):
        desk.decide(order, "stop", by="manager")
    desk.work()
    assert desk.given_back() == [100]


def suspend(till: Till, who: Colleague) -> None:
    with till.world.database.unit_of_work() as work:
        work.session.execute(
            update(StaffUser).where(StaffUser.id == who.user_id).values(status="suspended")
        )
        work.commit()


def test_what_one_asked_for_alone_does_not_go_when_their_access_has_ended(till: Till) -> None:
    desk, account, order = lone(till)
    suspend(till, desk.people["owner"])
    till.later(hours=25)
    desk.work()
    assert (desk.order(order).status, desk.order(order).outcome) == ("refused", "asker_left")
    assert till.tasks(account) == ["refund_refused"]
    assert desk.given_back() == [0]
    till.check()


@on_sqlite
def test_what_a_second_person_agreed_to_goes_all_the_same(till: Till, desk: RefundDesk) -> None:
    order = desk.ask(paid(till, owes=(40_000,)), 20_000)
    desk.decide(order, "approve", by="owner")
    suspend(till, desk.people["secretary"])
    desk.work()
    assert desk.given_back() == [20_000]
