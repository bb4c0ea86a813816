"""On PostgreSQL a captured back-office gives no money back on its own word."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from shared.accounts import Account, get_practice
from shared.orders import (
    ASSIGN,
    CANCEL,
    FORGIVE,
    RECEIVE,
    REFUND,
    USE_CREDIT,
    Wish,
    ask_stray_refund,
)
from shared.orders.rules import KINDS
from shared.staff import ROLES, StaffUser, permissions_of
from tests.integration.debt_desk import DebtDesk
from tests.integration.desk_world import Secretary
from tests.integration.refund_desk import RefundDesk
from tests.integration.stray_till import by_hand, strays, sweep
from tests.integration.test_refunds import paid
from tests.integration.till import Till
from tests.security.captured import Captured
from tests.security.secured import Secured

DAY = timedelta(hours=24)


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def till(secured: Secured) -> Till:
    return secured.stories.till


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def rich(till: Till) -> Account:
    """An account that paid more than one person alone may give back."""
    return paid(till, owes=(40_000,))


def test_what_two_must_agree_to_is_not_asked_for_as_agreed(
    office: Captured, till: Till, desk: RefundDesk
) -> None:
    order = desk.order(desk.ask(rich(till), 20_000))
    row = f"id = '{order.id}'"

    def takes(**changes: object) -> bool:
        fresh = {"once": "another", "idempotency_key": "another"}
        return office.takes("money_order", row, **(fresh | changes))

    assert takes()
    later = (order.asked_at + DAY).isoformat()
    assert not takes(status="approved")
    assert not takes(status="approved", alone=True)
    assert not takes(status="approved", alone=True, not_before=later), "others may agree"
    assert not takes(status="approved", decided_by=str(desk.people["owner"].user_id))
    assert takes(status="approved", amount_cents=15_000)
    assert not takes(status="approved", amount_cents=15_001, limit_cents=10**9), "its own limit"
    for changes in (
        {"status": "sent"},
        {"status": "done"},
        {"amount_cents": 0},
        {"tries": 1},
        {"sent_at": later},
        {"outcome": "x"},
        {"not_before": (order.asked_at - DAY).isoformat()},
        {"decided_by": str(desk.people["manager"].user_id)},
    ):
        assert not takes(**changes), changes
    desk.ask(rich_again(till, order.account_id), 10_000)
    assert not takes(status="approved", amount_cents=15_000), "in two parts neither"
    assert takes(status="approved", amount_cents=5_000)


def rich_again(till: Till, account_id: UUID | None) -> Account:
    """The same account as it is now."""
    assert account_id is not None
    with till.world.database.reading(till.world.practice_id) as session:
        return session.get_one(Account, (till.world.practice_id, account_id))


def test_where_nobody_else_can_agree_a_day_passes(
    office: Captured, till: Till, desk: RefundDesk
) -> None:
    with till.world.database.unit_of_work() as work:
        manager = desk.people["manager"].user_id
        work.session.execute(
            update(StaffUser).where(StaffUser.id == manager).values(status="suspended")
        )
        work.commit()
    order = desk.order(desk.ask(rich(till), 20_000, by="owner"))
    assert (order.status, order.alone) == ("approved", True)
    row, fresh = f"id = '{order.id}'", {"once": "another", "idempotency_key": "another"}
    assert office.takes("money_order", row, **fresh)
    soon = (order.asked_at + DAY - timedelta(seconds=1)).isoformat()
    assert not office.takes("money_order", row, **fresh, not_before=soon)
    assert not office.takes("money_order", row, **fresh, alone=False)
    secretary = str(desk.people["secretary"].user_id)
    assert not office.takes("money_order", row, **fresh, asked_by=secretary), "the owner can"


def test_an_order_is_decided_by_somebody_else_in_charge_and_only_while_it_waits(
    office: Captured, till: Till, desk: RefundDesk
) -> None:
    account = rich(till)
    asked = desk.ask(account, 20_000, by="manager")
    people = {role: one.user_id for role, one in desk.people.items()}
    agreed = "money_order SET status = 'approved', decided_at = now(), decided_name = 'x', "
    ended = "decided_at = now(), decided_name = 'x', ended_at = now(), "
    of = "WHERE id = %(order)s"
    right = f"{agreed} decided_by = %(owner)s {of}"
    assert office.lets_through(right, order=asked, **people) == [right]
    assert not office.lets_through(
        f"{agreed} decided_by = %(manager)s {of}",
        f"{agreed} decided_by = %(secretary)s {of}",
        f"{agreed} decided_by = NULL {of}",
        f"money_order SET status = 'declined', {ended} decided_by = %(manager)s {of}",
        f"money_order SET status = 'withdrawn', {ended} decided_by = %(owner)s {of}",
        f"money_order SET status = 'done', {ended} decided_by = %(owner)s {of}",
        f"money_order SET status = 'sent' {of}",
        f"money_order SET amount_cents = 1 {of}",
        f"money_order SET not_before = now() {of}",
        order=asked,
        **people,
    )
    desk.decide(asked, "approve", by="owner")
    assert not office.lets_through(
        f"{agreed} decided_by = %(owner)s {of}",
        f"money_order SET status = 'declined', {ended} decided_by = %(owner)s {of}",
        order=asked,
        **people,
    )
    desk.work()
    assert desk.order(asked).status == "done"
    assert not office.lets_through(
        f"money_order SET status = 'withdrawn', {ended} decided_by = %(manager)s {of}",
        order=asked,
        **people,
    )


def test_the_policies_name_the_roles_that_may_agree() -> None:
    in_charge = {role for role in ROLES if "refunds.approve" in permissions_of(role)}
    assert in_charge == {"manager", "owner"}


def test_the_worker_alone_writes_what_became_of_money(office: Captured, till: Till) -> None:
    desk = RefundDesk.of(till)
    account = rich(till)
    order = desk.ask(account, 1000)
    desk.work()
    [refund] = till.refunds(account)
    assert not office.takes("refund", f"id = '{refund.id}'", processor_ref="re_another")
    assert not office.lets_through(
        "refund SET status = 'failed' WHERE id = %(refund)s",
        "money_order SET tries = 0 WHERE id = %(order)s",
        refund=refund.id,
        order=order,
    )


def test_each_kind_of_order_is_asked_by_staff_done_by_the_worker_and_nothing_by_a_patients_page(
    office: Captured, secured: Secured, till: Till, desk: RefundDesk
) -> None:
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(4000,))
    by_hand(till)
    sweep(till)
    other = till.world.account()
    wrong, payment = claire.receives(other, 900), claire.receives(account, 6000)
    till.world.bill_more(account, 1500)
    indebted = till.world.account(owes=(2500,))
    asked = {
        FORGIVE: DebtDesk(claire).ask(indebted, 500),
        USE_CREDIT: claire.uses_credit(account),
        RECEIVE: claire.notes(account, 300),
        CANCEL: claire.cancels(other, wrong),
        REFUND: desk.ask(account, 100, method="cash", payment=payment),
        ASSIGN: claire.ask(
            account, Wish(ASSIGN, "s", "assign", 5000, stray_id=strays(till)[-1].id)
        ),
    }
    assert set(asked) == KINDS
    portal = Captured(secured, "ardoise_portal")
    fresh = {"once": "another", "idempotency_key": "another"}
    for kind, order in asked.items():
        row = f"id = '{order}'"
        assert office.takes("money_order", row, **fresh), kind
        assert not portal.takes("money_order", row, **fresh), kind
        assert not office.takes("money_order", row, **fresh, status="done"), kind
        for door in (office, portal):
            assert not door.lets_through(
                "money_order SET status = 'done', ended_at = now() WHERE id = %(order)s",
                "money_order SET amount_cents = amount_cents + 1 WHERE id = %(order)s",
                order=order,
            ), kind
    desk.work()
    assert {kind: desk.order(order).status for kind, order in asked.items()} == dict.fromkeys(
        asked, "done"
    )


def test_nobodys_money_is_not_given_back_in_parts_on_one_word(
    office: Captured, till: Till, desk: RefundDesk
) -> None:
    by_hand(till, 15_000)
    sweep(till)
    stray = strays(till)[-1]
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        order = ask_stray_refund(
            work.session,
            stray=stray,
            reason="other",
            once="one",
            practice=get_practice(work.session, till.world.practice_id),
            by=desk.people["secretary"],
            approvers=[desk.people["owner"].user_id],
            at=till.world.clock.now(),
        )
        work.commit()
        order_id = order.id
    fresh = {"once": "another", "idempotency_key": "another"}
    assert desk.order(order_id).status == "approved"
    assert not office.takes("money_order", f"id = '{order_id}'", **fresh, amount_cents=1)
    assert office.takes("money_order", f"id = '{order_id}'", **fresh, status="waiting")
