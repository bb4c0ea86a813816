"""Above the practice's limit a second person agrees; where there is none, a day passes."""

import pytest

from shared.accounts import Account
from shared.base.errors import NotAllowedError
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid
from tests.integration.till import Till, at_once, on_postgres, on_sqlite


def rich(till: Till) -> Account:
    return paid(till, owes=(40_000,))


def test_a_large_refund_waits_for_a_colleague_in_charge(till: Till) -> None:
    desk, account = RefundDesk.of(till), rich(till)
    small, large = desk.ask(account, 15_000), desk.ask(account, 15_001)
    assert (desk.order(small).status, desk.order(large).status) == ("approved", "waiting")
    assert till.tasks(account) == ["order_to_agree"]
    desk.work()
    assert desk.given_back() == [15_000]
    desk.decide(large, "approve", by="manager")
    assert "order_to_agree" not in till.tasks(account)
    desk.work()
    assert desk.given_back() == [30_001]
    assert desk.order(large).decided_name == "Camille Manager"
    till.check()


@on_sqlite
def test_the_limit_is_not_passed_in_parts(till: Till) -> None:
    desk, account = RefundDesk.of(till), rich(till)
    parts = [desk.ask(account, 10_000), desk.ask(account, 5_000), desk.ask(account, 100)]
    assert [desk.order(part).status for part in parts] == ["approved", "approved", "waiting"]
    desk.work()
    assert desk.order(desk.ask(account, 100)).status == "waiting", "nor later"
    desk.decide(parts[2], "approve", by="owner")
    desk.work()
    assert desk.given_back() == [15_100]
    till.check()


def test_what_is_declined_or_withdrawn_never_leaves(till: Till) -> None:
    desk, account = RefundDesk.of(till), rich(till)
    declined, withdrawn = desk.ask(account, 20_000), desk.ask(account, 20_000)
    assert "Il ne reste rien" in desk.refused(account, 1)
    desk.decide(declined, "decline", by="owner")
    desk.decide(withdrawn, "withdraw", by="secretary")
    desk.work()
    assert desk.given_back() == [0]
    assert till.tasks(account) == ["refund_declined"], "whoever asked hears of it"
    assert sorted(desk.orders(account)) == [("declined", None), ("withdrawn", None)]
    assert desk.ask(account, 40_000), "all is there again"
    till.check()


@on_sqlite
def test_nobody_agrees_to_their_own_and_only_who_asked_withdraws(till: Till) -> None:
    desk, account = RefundDesk.of(till), rich(till)
    order = desk.ask(account, 20_000, by="manager")
    with pytest.raises(NotAllowedError, match="Une autre personne que vous"):
        desk.decide(order, "approve", by="manager")
    with pytest.raises(NotAllowedError, match="Seule la personne"):
        desk.decide(order, "withdraw", by="owner")
    assert desk.order(order).status == "waiting"


def test_of_two_colleagues_one_decides_and_the_other_hears_who(till: Till) -> None:
    desk, account = RefundDesk.of(till), rich(till)
    order = desk.ask(account, 20_000)
    desk.decide(order, "decline", by="manager")
    with pytest.raises(NotAllowedError, match="refus\u00e9e par Camille Manager"):
        desk.decide(order, "approve", by="owner")
    assert desk.order(order).status == "declined"


@on_postgres
def test_of_two_colleagues_at_the_same_moment_one_wins(till: Till) -> None:
    desk = RefundDesk.of(till)

    def decides(order: object, event: str, by: str) -> str:
        try:
            desk.decide(order, event, by=by)  # type: ignore[arg-type]  # an order's id
        except NotAllowedError as error:
            return str(error)
        return "won"

    for _ in range(5):
        account = rich(till)
        order = desk.ask(account, 20_000)
        told = at_once(
            lambda o=order: decides(o, "approve", "manager"),
            lambda o=order: decides(o, "decline", "owner"),
        )
        assert told.count("won") == 1, told
        [lost] = [t for t in told if t != "won"]
        assert "par Camille" in lost
    desk.work()
    till.check()


def test_where_nobody_else_can_agree_a_refund_waits_a_day_and_may_be_withdrawn(till: Till) -> None:
    desk, account = RefundDesk.of(till, "secretary", "owner"), rich(till)
    kept, dropped = desk.ask(account, 20_000, by="owner"), desk.ask(account, 16_000, by="owner")
    assert desk.order(kept).alone
    assert desk.order(kept).status == "approved"
    desk.work()
    till.later(hours=23, minutes=59)
    desk.work()
    assert desk.given_back() == [0]
    desk.decide(dropped, "withdraw", by="owner")
    till.later(minutes=1)
    desk.work()
    assert desk.given_back() == [20_000]
    assert [desk.order(o).status for o in (kept, dropped)] == ["done", "withdrawn"]
    till.check()


@on_sqlite
def test_a_secretary_of_an_owner_alone_still_asks_the_owner(till: Till) -> None:
    desk, account = RefundDesk.of(till, "secretary", "owner"), rich(till)
    order = desk.ask(account, 20_000, by="secretary")
    assert (desk.order(order).status, desk.order(order).alone) == ("waiting", False)


@on_sqlite
def test_without_anybody_in_charge_large_sums_do_not_leave(till: Till) -> None:
    desk, account = RefundDesk.of(till, "secretary"), rich(till)
    assert "un responsable doit valider" in desk.refused(account, 20_000)
    assert desk.ask(account, 15_000)
