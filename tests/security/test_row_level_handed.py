"""On PostgreSQL a captured back-office has no money by hand booked that nobody agreed to and handed over."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from backoffice.office import office as back_office
from shared.staff import StaffSession, StaffUser
from tests.backoffice_office import text_of
from tests.backoffice_orders import press_agreement
from tests.integration.desk_money import paid_at_desk
from tests.integration.desk_world import Window
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid
from tests.integration.till import Till
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.servers.roles import tell_time

DAY = timedelta(hours=24)
FRESH = {"once": "another", "idempotency_key": "another"}
OF = "WHERE id = %(order)s"
AGREES = "decided_by = %(manager)s, decided_name = 'x', decided_at = %(now)s"
HANDS = "handed_by = %(secretary)s, handed_name = 'x', handed_at = %(now)s"
HANDED = f"money_order SET status = 'approved', {HANDS} {OF}"
DROPS = "dropped_by = %(owner)s, dropped_name = 'x', ended_at = %(now)s, why = 'other'"
STOPPED = f"money_order SET status = 'declined', {DROPS} {OF}"
MINE = DROPS.replace("owner", "secretary")
WITHDRAWN = f"money_order SET status = 'withdrawn', {MINE} {OF}"


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def till(secured: Secured) -> Till:
    return secured.stories.till


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till, "secretary", "manager", "owner", "accountant")


def by_hand(desk: RefundDesk, *, by: str = "secretary") -> UUID:
    return desk.ask(paid_at_desk(desk.till, cents=40_000), 20_000, by=by, method="cash")


def lets(office: Captured, desk: RefundDesk, order: UUID, *updates: str) -> list[str]:
    """Which of these go through now."""
    people = {role: one.user_id for role, one in desk.people.items()}
    now = desk.till.world.clock.now()
    times = {"now": now, "before": now - timedelta(hours=2), "later": now + timedelta(hours=2)}
    return office.lets_through(*updates, order=order, **people, **times)


def test_money_by_hand_is_not_booked_by_an_agreement_alone(
    office: Captured, desk: RefundDesk
) -> None:
    order = by_hand(desk)
    right = f"money_order SET status = 'agreed', {AGREES} {OF}"
    assert lets(office, desk, order, right) == [right]
    assert not lets(
        office,
        desk,
        order,
        f"money_order SET status = 'approved', {AGREES} {OF}",
        f"money_order SET status = 'approved', {AGREES}, {HANDS} {OF}",
        f"money_order SET status = 'agreed', {AGREES}, {HANDS} {OF}",
        f"money_order SET status = 'agreed', {AGREES}, handed_name = 'x' {OF}",
        f"money_order SET status = 'agreed', {AGREES}, {DROPS} {OF}",
        f"money_order SET status = 'agreed', {AGREES}, why = 'other' {OF}",
        f"money_order SET status = 'agreed', {AGREES} {OF}".replace("manager", "secretary"),
        f"money_order SET {HANDS} {OF}",
        HANDED,
        STOPPED,
        WITHDRAWN,
        f"money_order SET method = NULL {OF}",
    )
    on_card = desk.ask(paid(desk.till, owes=(40_000,)), 20_000)
    assert not lets(office, desk, on_card, right), "money of a card goes by itself"


def test_it_is_handed_over_once_now_and_nothing_of_it_is_written_anew(
    office: Captured, desk: RefundDesk
) -> None:
    order = by_hand(desk)
    desk.till.later(hours=1)
    desk.decide(order, "approve", by="manager")
    assert lets(office, desk, order, HANDED) == [HANDED]
    assert not lets(
        office,
        desk,
        order,
        HANDED.replace("%(now)s", "%(before)s"),
        HANDED.replace("%(now)s", "%(later)s"),
        HANDED.replace("secretary", "accountant"),
        HANDED.replace("%(secretary)s", "NULL"),
        HANDED.replace("handed_name = 'x', ", ""),
        HANDED.replace(HANDS, f"{HANDS}, decided_by = %(owner)s"),
        HANDED.replace(HANDS, f"{HANDS}, decided_name = 'y'"),
        HANDED.replace(HANDS, f"{HANDS}, dropped_by = %(owner)s"),
        HANDED.replace(HANDS, f"{HANDS}, ended_at = %(now)s"),
        HANDED.replace("'approved'", "'done'"),
        HANDED.replace("'approved'", "'sent'"),
        HANDED.replace("'approved'", "'waiting'"),
        f"money_order SET status = 'approved' {OF}",
        f"money_order SET decided_name = 'y' {OF}",
    )
    desk.decide(order, "hand_over")
    assert not lets(
        office,
        desk,
        order,
        HANDED,
        f"money_order SET handed_name = 'y' {OF}",
        f"money_order SET handed_at = NULL {OF}",
        STOPPED,
        WITHDRAWN,
        f"money_order SET status = 'withdrawn', ended_at = %(now)s, {AGREES} {OF}".replace(
            "manager", "secretary"
        ),
    )
    desk.work()
    assert desk.order(order).status == "done"
    assert not lets(office, desk, order, HANDED, f"money_order SET handed_name = 'y' {OF}")


def test_it_is_given_up_by_whoever_asked_or_a_colleague_with_a_reason(
    office: Captured, desk: RefundDesk
) -> None:
    order = by_hand(desk)
    desk.decide(order, "approve", by="manager")
    assert lets(office, desk, order, STOPPED, WITHDRAWN) == [STOPPED, WITHDRAWN]
    assert not lets(
        office,
        desk,
        order,
        STOPPED.replace("owner", "secretary"),
        STOPPED.replace("owner", "accountant"),
        STOPPED.replace(", why = 'other'", ""),
        STOPPED.replace("ended_at = %(now)s, ", ""),
        STOPPED.replace(DROPS, f"{DROPS}, {HANDS}"),
        STOPPED.replace(DROPS, f"{DROPS}, decided_by = %(owner)s"),
        WITHDRAWN.replace("secretary", "owner"),
        WITHDRAWN.replace(", why = 'other'", ""),
        f"money_order SET status = 'declined', ended_at = %(now)s {OF}",
    )
    desk.decide(order, "stop", by="owner")
    assert not lets(office, desk, order, f"money_order SET why = 'not_due' {OF}", HANDED)


def test_a_lone_persons_money_is_handed_over_after_its_day(office: Captured, till: Till) -> None:
    desk = RefundDesk.of(till, "secretary", "owner", "accountant")
    order = by_hand(desk, by="owner")
    assert desk.order(order).status == "agreed"
    assert office.takes("money_order", f"id = '{order}'", **FRESH)
    for changes in (
        {"status": "approved"},
        {"handed_name": "x"},
        {"handed_at": till.world.clock.now().isoformat()},
        {"dropped_by": str(desk.people["owner"].user_id)},
        {"why": "other"},
        {"method": None},
        {"method": None, "status": "approved"},
        {"alone": False},
        {"not_before": (desk.order(order).asked_at + DAY / 2).isoformat()},
    ):
        assert not office.takes("money_order", f"id = '{order}'", **FRESH, **changes), changes
    assert not lets(office, desk, order, HANDED), "it waits its day"
    till.later(hours=25)
    assert lets(office, desk, order, HANDED) == [HANDED]
    with till.world.database.unit_of_work() as work:
        owner = desk.people["owner"].user_id
        work.session.execute(
            update(StaffUser).where(StaffUser.id == owner).values(status="suspended")
        )
        work.commit()
    assert not lets(office, desk, order, HANDED), "who asked has no access any more"


def test_a_way_by_hand_is_that_of_money_which_came_by_hand(
    office: Captured, desk: RefundDesk
) -> None:
    small = desk.ask(paid_at_desk(desk.till), 1000, method="cash")
    row = f"id = '{small}'"
    assert office.takes("money_order", row, **FRESH)
    assert not office.takes("money_order", row, **FRESH, method=None)
    assert not office.takes("money_order", row, **FRESH, status="agreed")
    on_card = desk.ask(paid(desk.till), 1000)
    assert not office.takes("money_order", f"id = '{on_card}'", **FRESH, method="cash")


def in_the_role(office: Captured, desk: RefundDesk, role: str) -> FlaskClient:
    """Somebody of the team in a browser, the pages served in the role of the back-office."""
    client = Window.of(desk.till.world, desk.people[role], url=office.url).client
    with client.application.app_context():
        tell_time(back_office().database, desk.till.world.clock)
    with desk.till.world.database.unit_of_work() as work:
        now = desk.till.world.clock.now()
        work.session.execute(update(StaffSession).values(confirmed_at=now))
        work.commit()
    return client


def test_the_pages_do_all_of_it_in_the_role(office: Captured, desk: RefundDesk) -> None:
    manager, claire = (in_the_role(office, desk, role) for role in ("manager", "secretary"))
    steps = {
        "done": ((manager, "approve"), (claire, "hand-over")),
        "declined": ((manager, "approve"), (manager, "stop")),
        "withdrawn": ((manager, "approve"), (claire, "withdraw")),
    }
    for status, acts in steps.items():
        order = by_hand(desk)
        for client, act in acts:
            assert press_agreement(client, order, act).status_code == 303
        desk.work()
        assert desk.order(order).status == status
    declined = by_hand(desk)
    press_agreement(manager, declined, "decline")
    assert desk.order(declined).why == "not_due"
    assert "Récemment décidées" in text_of(claire.get("/agreements"))
    desk.till.check()
