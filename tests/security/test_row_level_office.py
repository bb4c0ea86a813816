"""On PostgreSQL the back-office does what staff do, and speaks for nobody else."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb
from sqlalchemy import select, text, update

from shared import plans
from shared.accounts import get_account, get_practice
from shared.aid import AidAnswers
from shared.base.database import Database
from shared.delivery import Notice, decide_doubt, notices_of
from shared.links import LateForm, LatePage, Link, keep_late_form, revoke_former
from tests.integration.desk_world import Window
from tests.integration.plan_world import STAFF, PlanWorld
from tests.integration.refund_desk import RefundDesk
from tests.integration.spaces import NEW_PHONE, Space
from tests.integration.stray_till import by_hand, sweep
from tests.integration.talks import Talks, words
from tests.security.captured import Captured
from tests.security.secured import Secured

OUTSIDE = plans.Wish(5, monthly_cents=500)  # less a month than the practice agrees to at once
RELEASED = "status = 'released', released_at = now(), released_by = 'x', release_reason = 'x'"


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def world(secured: Secured) -> PlanWorld:
    return PlanWorld.around(secured.stories.world)


@pytest.fixture
def desk(office: Captured) -> Iterator[Database]:
    database = Database(office.url)
    yield database
    database.dispose()


def test_it_writes_nothing_as_a_patient(office: Captured, world: PlanWorld):
    talks, account = Talks(world), world.account()
    thread = talks.open(account, "unclear", words("Pourquoi ?"))
    talks.answer(thread, words("Parce que."))
    of = f"thread_id = '{thread.id}'"
    theirs, ours = f"{of} AND side = 'patient'", f"{of} AND side = 'staff'"
    assert not office.takes("message", theirs, once="0" * 32, read_at=None)
    assert not office.takes("message", ours, once="0" * 32, author="portal")
    assert not office.lets_through(
        f"message SET read_at = now() WHERE {ours}",
        "thread SET status = 'waiting' WHERE id = %(thread)s",
        thread=thread.id,
    )
    event = f"account_id = '{account.id}'"
    for kind in ("patient", "processor", "import"):
        assert not office.takes("timeline_event", event, actor_kind=kind), kind
    for changes in ({"kind": "aid_decide"}, {"kind": "message_waiting"}):
        assert not office.takes("task", event, key="another", **changes), changes
    assert not office.lets_through(
        "task SET status = 'done', closed_at = now(), closed_by = 'portal' "
        "WHERE account_id = %(account)s",
        "account SET door_closed_at = now() WHERE id = %(account)s",
        "contact_point SET status = 'unsafe' WHERE account_id = %(account)s",
        "party SET role = 'former' WHERE account_id = %(account)s",
        account=account.id,
    )


def tells(door: Captured, actor: str, kind: str) -> bool:
    """Whether a door may tell of no account what nobody can read."""
    with psycopg.connect(door.url) as connection:
        connection.execute(
            "SELECT set_config('ardoise.practice', %s, true)", (str(door.practice_id),)
        )
        try:
            connection.execute(
                "INSERT INTO timeline_event (practice_id, id, at, actor_kind, actor, kind, facts) "
                "VALUES (%s, gen_random_uuid(), %s, %s, %s, %s, %s)",
                (door.practice_id, door.clock.now(), actor, actor, kind, Jsonb({"id": "x"})),
            )
        except InsufficientPrivilege:
            return False
        return True


@pytest.mark.parametrize("door", ["ardoise_portal", "ardoise_backoffice"])
def test_what_is_about_no_account_only_the_worker_tells_and_staff_what_they_do(
    secured: Secured, door: str
):
    till, captured = secured.stories.till, Captured(secured, door)
    by_hand(till)
    sweep(till)
    staffs = {"staff.signed_in", "task.opened", "task.done", "money_order.approve"}
    workers = {"stray_payment.give_back", "money_order.send", "task.vanished"}
    told = {
        (actor, kind)
        for actor in ("patient", "system", "processor", "staff")
        for kind in staffs | workers | {"staff.code_refused"}
        if tells(captured, actor, kind)
    }
    ours = {("staff", kind) for kind in staffs} | {("system", "staff.code_refused")}
    assert told == (ours if door == "ardoise_backoffice" else set())
    window = Window.of(till.world, RefundDesk.of(till).people["manager"])
    for page in ("/payments/unassigned", "/to-check"):
        assert window.client.get(page).status_code == 200


def test_it_decides_only_on_what_waits_for_it(office: Captured, world: PlanWorld):
    talks, account = Talks(world), world.account(owes=(9000,))
    request = talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
    plan = world.plan(account, OUTSIDE).plan
    assert not office.lets_through(
        "aid_request SET status = 'withdrawn', decided_at = now() WHERE id = %(request)s",
        "plan SET status = 'withdrawn', closed_at = now() WHERE id = %(plan)s",
        "plan SET status = 'kept', closed_at = now() WHERE id = %(plan)s",
        "plan SET asked = 'pause', asked_at = now() WHERE id = %(plan)s",
        "instalment SET due_on = due_on + 30, moves = 1 WHERE plan_id = %(plan)s",
        f"hold SET {RELEASED} WHERE account_id = %(account)s AND kind = 'aid'",
        f"hold SET {RELEASED} WHERE account_id = %(account)s AND kind = 'plan'",
        request=request.id,
        plan=plan.id,
        account=account.id,
    )
    world.at_desk(plan, plans.decline)
    talks.withdraw(request)
    assert not office.lets_through(
        "aid_request SET status = 'granted' WHERE id = %(request)s",
        "plan SET status = 'active' WHERE id = %(plan)s",
        request=request.id,
        plan=plan.id,
    )
    offer = world.offer(account, [(world.clock.now().date().replace(day=30), 9000)])
    assert not office.lets_through("plan SET status = 'active' WHERE id = %(plan)s", plan=offer.id)


def test_a_link_that_ended_stays_so_and_a_change_waits_for_its_code(
    office: Captured, secured: Secured
):
    space = Space.__new__(Space)
    space.__dict__ = secured.stories.world.__dict__
    account = space.account(email="nadia@courriel.example")
    browser = space.visitor(account)
    space.later(minutes=1)
    space.propose_contact(browser, NEW_PHONE)
    space.work()
    assert not office.lets_through(
        "proposal SET status = 'accepted' WHERE account_id = %(account)s",
        "contact_point SET status = 'usable' WHERE account_id = %(account)s "
        "AND status = 'proposed'",
        account=account.id,
    )
    with space.database.unit_of_work() as work:
        work.session.execute(
            update(Link).where(Link.account_id == account.id).values(status="revoked")
        )
        work.commit()
    assert not office.lets_through(
        "link SET status = 'live' WHERE account_id = %(account)s",
        account=account.id,
    )


def test_staff_say_that_a_message_with_its_link_never_left(desk: Database, world: PlanWorld):
    """The link that nobody got ends with it."""
    account = world.account()
    number = account.practice_id
    world.plan(account)
    world.work()
    with world.database.unit_of_work(number) as work:
        [notice] = notices_of(work.session, practice_id=number, account_id=account.id)
        assert notice.link_id is not None
        link_id, notice.status = notice.link_id, "in_doubt"
        work.commit()
    with desk.unit_of_work(number) as work:
        row = work.session.get_one(Notice, (number, notice.id))
        decide_doubt(work.session, row, sent=False, actor=STAFF, at=world.clock.now())
        work.commit()
    with world.database.reading(number) as session:
        assert session.get_one(Notice, (number, notice.id)).status == "failed"
        assert session.get_one(Link, (number, link_id)).status == "revoked"


def test_staff_accept_and_resume_a_plan_whose_dates_have_passed(desk: Database, world: PlanWorld):
    """Its dates go on by months, and with them the day on which someone looks at its pause."""
    account = world.account(owes=(9000,))
    plan = world.plan(account, OUTSIDE).plan
    for act in (plans.accept, plans.pause, plans.resume):
        world.later(days=40)
        with desk.unit_of_work(plan.practice_id) as work:
            held = get_account(
                work.session, practice_id=plan.practice_id, account_id=account.id, lock=True
            )
            row = plans.get_plan(work.session, practice_id=plan.practice_id, plan_id=plan.id).plan
            practice = get_practice(work.session, plan.practice_id)
            more = {} if act is plans.pause else {"practice": practice, "account": held}
            act(work.session, row, actor=STAFF, at=world.clock.now(), **more)
            work.commit()
    view = world.view(plan.id)
    assert view.plan.status == "active"
    assert {part.moves for part in view.parts} == {2}


def test_a_contact_that_staff_change_ends_visits_with_their_pages_and_no_late_form(
    desk: Database, world: PlanWorld
):
    account, practice_id, now = world.account(), world.practice_id, world.clock.now()
    browser = world.visitor(account)
    browser.post("/messages", {"text": "Une phrase à corriger"})
    with world.database.unit_of_work(practice_id) as work:
        typed = LatePage("/messages", [("text", "Une phrase venue trop tard")])
        keep_late_form(work.session, typed, practice_id=practice_id, owner="hers", at=now)
        work.commit()
    with desk.unit_of_work(practice_id) as work:
        known = get_account(work.session, practice_id=practice_id, account_id=account.id)
        assert revoke_former(work.session, account=known, actor=STAFF, at=now, spare=None) == 1
        work.session.execute(text("DELETE FROM late_form"))
        work.commit()
    with world.database.reading(practice_id) as session:
        owners = session.scalars(select(LateForm.owner)).all()
    assert "hers" in owners
    assert not [owner for owner in owners if account.id.hex in owner]
