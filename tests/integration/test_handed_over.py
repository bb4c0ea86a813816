"""Money that goes back by hand after a colleague agreed is given back when somebody has handed it over."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from shared.accounts import Account
from shared.audit import TimelineEvent
from shared.base.errors import NotAllowedError
from shared.orders import MoneyOrder
from shared.payments import Refund
from shared.staff import StaffUser
from tests.integration.desk_money import paid_at_desk
from tests.integration.desk_world import Secretary, Window
from tests.integration.refund_desk import RefundDesk
from tests.integration.till import Till, at_once, on_postgres, on_sqlite


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def rich(till: Till) -> Account:
    return paid_at_desk(till, cents=40_000)


def agreed(desk: RefundDesk, account: Account, cents: int = 20_000) -> UUID:
    order = desk.ask(account, cents, method="cash")
    desk.decide(order, "approve", by="manager")
    return order


def story(till: Till, account: Account) -> list[tuple[str, str]]:
    """What the account's history says of orders and refunds, and of whom."""
    with till.world.database.reading(account.practice_id) as session:
        rows = session.scalars(
            select(TimelineEvent)
            .where(TimelineEvent.account_id == account.id)
            .order_by(TimelineEvent.at, TimelineEvent.id)
        )
        told = [(row.kind, row.actor) for row in rows]
    return [one for one in told if one[0].startswith(("money_order.", "refund."))]


def test_it_is_booked_and_told_once_it_was_handed_over_and_not_when_it_was_agreed_to(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    order = agreed(desk, account)
    till.later(days=3)
    desk.work()
    assert desk.order(order).status == "agreed"
    assert till.refunds(account) == []
    assert till.owed(account) == 0
    assert "refunded" not in till.notices(account)
    assert till.tasks(account) == ["refund_to_hand"]
    till.check()
    desk.decide(order, "hand_over", by="owner")
    assert till.tasks(account) == []
    assert till.refunds(account) == [], "the worker books it"
    desk.work()
    assert desk.order(order).status == "done"
    [refund] = till.refunds(account)
    assert (refund.amount_cents, refund.method) == (20_000, "cash")
    assert till.notices(account)[-1] == "refunded"
    asked = story(till, account)[2:]
    assert asked == [
        ("money_order.asked", "Camille Secretary"),
        ("money_order.agree", "Camille Manager"),
        ("money_order.hand_over", "Camille Owner"),
        ("refund.succeed", "Camille Owner"),
        ("money_order.finish", "ardoise"),
    ]
    page = Window.of(till.world, desk.people["manager"]).says(account)
    assert "Argent remis : remboursement, 200,00 € Camille Owner" in page
    till.check()


def test_what_one_may_give_back_alone_is_booked_as_it_is_handed_over(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    order = desk.ask(account, 15_000, method="cash")
    desk.work()
    assert (desk.order(order).status, desk.order(order).handed_at) == ("done", None)


def test_until_it_is_handed_over_it_counts_as_asked_for(till: Till, desk: RefundDesk) -> None:
    account = rich(till)
    agreed(desk, account, 30_000)
    assert "Il reste 100,00" in desk.refused(account, 10_001, method="cash")
    window = Window.of(till.world, desk.people["manager"])
    [payment] = till.payments(account)
    window.send(account, f"payments/{payment.id}/cancel", reason="mistake")
    assert "Un remboursement de ce paiement est demandé" in window.says(account)
    assert till.payments(account)[0].cancelled_on is None


def test_where_nobody_else_can_agree_it_waits_its_day_and_is_then_handed_over_as_well(
    till: Till,
) -> None:
    desk, account = RefundDesk.of(till, "secretary", "owner"), rich(till)
    order = desk.ask(account, 20_000, by="owner", method="cash")
    assert (desk.order(order).status, desk.order(order).alone) == ("agreed", True)
    till.later(hours=23, minutes=59)
    with pytest.raises(NotAllowedError, match="se remet à partir du 25 novembre 2026"):
        desk.decide(order, "hand_over", by="owner")
    till.later(minutes=1)
    desk.work()
    assert till.refunds(account) == [], "nobody has handed it over"
    desk.decide(order, "hand_over", by="owner")
    desk.work()
    assert [refund.amount_cents for refund in till.refunds(account)] == [20_000]
    till.check()


@on_sqlite
def test_a_lone_persons_money_is_not_handed_over_once_they_have_no_access_any_more(
    till: Till,
) -> None:
    desk, account = RefundDesk.of(till, "secretary", "owner"), rich(till)
    order = desk.ask(account, 20_000, by="owner", method="cash")
    till.later(hours=25)

    def access(status: str) -> None:
        owner = desk.people["owner"].user_id
        with till.world.database.unit_of_work() as work:
            work.session.execute(
                update(StaffUser).where(StaffUser.id == owner).values(status=status)
            )
            work.commit()

    access("suspended")
    with pytest.raises(NotAllowedError, match="Camille Owner n’a plus accès"):
        desk.decide(order, "hand_over", by="secretary")
    access("active")
    desk.decide(order, "hand_over", by="secretary")
    access("suspended")
    desk.work()
    assert desk.order(order).status == "done", "the money is gone: it is in the books"
    till.check()


def test_what_is_not_handed_over_after_all_is_given_up_with_a_reason_and_is_there_again(
    till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    mine, stopped = agreed(desk, account), agreed(desk, account)
    with pytest.raises(NotAllowedError, match="Choisissez la raison"):
        desk.decide(mine, "withdraw", by="secretary", why=None)
    with pytest.raises(NotAllowedError, match="Seule la personne"):
        desk.decide(mine, "withdraw", by="owner")
    desk.decide(mine, "withdraw", by="secretary", why="not_wanted")
    assert till.tasks(account) == ["refund_to_hand"]
    desk.decide(stopped, "stop", by="owner", why="already_back")
    assert till.tasks(account) == ["refund_declined"], "whoever asked hears that it was stopped"
    for order, status, by, why in (
        (mine, "withdrawn", "Camille Secretary", "not_wanted"),
        (stopped, "declined", "Camille Owner", "already_back"),
    ):
        stands = desk.order(order)
        assert (stands.status, stands.dropped_name, stands.why) == (status, by, why)
        assert stands.decided_name == "Camille Manager", "who agreed is still known"
        with pytest.raises(NotAllowedError, match=f"par {by}"):
            desk.decide(order, "hand_over")
    desk.work()
    assert till.refunds(account) == []
    assert desk.ask(account, 40_000, method="cash"), "all is there again"
    till.check()


@on_sqlite
@pytest.mark.parametrize(("event", "by"), [("withdraw", "secretary"), ("stop", "owner")])
def test_what_was_handed_over_is_taken_back_by_nobody(
    till: Till, desk: RefundDesk, event: str, by: str
) -> None:
    account = rich(till)
    order = agreed(desk, account)
    desk.decide(order, "hand_over")
    for again in (event, "hand_over"):
        with pytest.raises(NotAllowedError, match="argent remis par Camille Secretary"):
            desk.decide(order, again, by=by)
    desk.work()
    assert desk.order(order).status == "done"


@on_sqlite
def test_it_is_booked_on_the_day_on_which_it_was_handed_over(till: Till, desk: RefundDesk) -> None:
    account = rich(till)
    order = agreed(desk, account)
    till.later(days=1)
    handed = Secretary.of(till.world).today
    desk.decide(order, "hand_over")
    till.later(days=2)
    desk.work()
    with till.world.database.reading() as session:
        assert session.scalars(select(Refund.booked_on)).all() == [handed]


@pytest.mark.broken_books("an order is said to be approved that nobody handed over")
def test_the_worker_books_nothing_that_nobody_handed_over(till: Till, desk: RefundDesk) -> None:
    account = rich(till)
    order = agreed(desk, account)
    with till.world.database.unit_of_work() as work:
        work.session.execute(
            update(MoneyOrder).where(MoneyOrder.id == order).values(status="approved")
        )
        work.commit()
    desk.work()
    assert till.refunds(account) == []
    assert desk.order(order).tries == 1, "it is told, and tried again later"


def outcome(desk: RefundDesk, order: UUID, event: str, by: str) -> str:
    try:
        desk.decide(order, event, by=by)
    except NotAllowedError as error:
        return str(error)
    return event


@on_postgres
def test_two_who_hand_over_at_the_same_moment_hand_over_once(till: Till, desk: RefundDesk) -> None:
    for _ in range(5):
        account = rich(till)
        order = agreed(desk, account)
        told = at_once(
            lambda o=order: outcome(desk, o, "hand_over", "secretary"),
            lambda o=order: outcome(desk, o, "hand_over", "owner"),
        )
        assert told.count("hand_over") == 1, told
        [lost] = [one for one in told if one != "hand_over"]
        assert f"argent remis par {desk.order(order).handed_name}" in lost
        desk.work()
        assert [refund.amount_cents for refund in till.refunds(account)] == [20_000]
    till.check()


@on_postgres
def test_of_handing_over_and_giving_up_at_the_same_moment_one_holds(
    till: Till, desk: RefundDesk
) -> None:
    for event, by in (("withdraw", "secretary"), ("stop", "owner")) * 3:
        account = rich(till)
        order = agreed(desk, account)
        told = at_once(
            lambda o=order: outcome(desk, o, "hand_over", "manager"),
            lambda o=order, e=event, b=by: outcome(desk, o, e, b),
            desk.work,
        )
        won = [one for one in told if one in ("hand_over", event)]
        assert len(won) == 1, told
        desk.work()
        given = [refund.amount_cents for refund in till.refunds(account)]
        assert given == ([20_000] if won == ["hand_over"] else [])
        assert (desk.order(order).status == "done") == bool(given)
    till.check()
