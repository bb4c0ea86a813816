"""On PostgreSQL a captured back-office sets nothing unsaid, and gives itself no right of the owner's."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb
from sqlalchemy import select, update

from shared.accounts import PRACTICE_RULES, SETTINGS, Practice
from shared.base.database import Database
from shared.staff import ROLES, StaffMembership, StaffRole, StaffSession, permissions_of
from tests.backoffice_office import text_of, token_of
from tests.integration.desk_world import Window
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid
from tests.integration.till import Till
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.servers.roles import TELL, tell_time

WANTED = (
    "refunds.write",
    "payments.desk",
    "refunds.approve",
    "aid.decide",
    "roles.manage",
    "settings.write",
)
TOLD = """
    INSERT INTO timeline_event (practice_id, id, at, actor_kind, actor, kind, facts)
    VALUES (%s, gen_random_uuid(), %s, 'staff', 'x', %s, %s)
"""


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def till(secured: Secured) -> Till:
    return secured.stories.till


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


@pytest.fixture
def door(office: Captured) -> Iterator[psycopg.Connection]:
    """A captured back-office's own connection; nothing stays."""
    with psycopg.connect(office.url) as connection:
        connection.execute(
            "SELECT set_config('ardoise.practice', %s, false)", (str(office.practice_id),)
        )
        connection.execute(TELL.replace("true", "false"), (office.clock.now().isoformat(),))
        yield connection
        connection.rollback()


def goes(
    door: psycopg.Connection, office: Captured, statement: str, *told: dict, kind: str, **values
) -> bool:
    """Whether a statement changes something after these events were told; undone at once."""
    try:
        with door.transaction(force_rollback=True):
            for facts in told:
                door.execute(TOLD, (office.practice_id, office.clock.now(), kind, Jsonb(facts)))
            return door.execute(statement, values).rowcount > 0
    except InsufficientPrivilege:
        return False


def sets(door: psycopg.Connection, office: Captured, change: str, *told: dict, **values) -> bool:
    """The same for a change of the practice's settings."""
    statement = f"UPDATE practice SET {change} WHERE id = {office.practice_id}"  # noqa: S608 - a test's words
    return goes(door, office, statement, *told, kind="practice.settings", **values)


def test_nothing_is_set_that_was_not_told_with_its_very_values(
    door: psycopg.Connection, office: Captured
):
    def told(old: object, new: object, column: str = "four_eyes_cents") -> dict:
        return {"changes": {column: [old, new]}}

    raised = "four_eyes_cents = 20000"
    assert sets(door, office, raised, told(15000, 20000))
    assert not sets(door, office, raised)
    assert not sets(door, office, raised, told(15000, 20001))
    assert not sets(door, office, raised, told(20000, 20000)), "what it was counts for a day"
    assert not sets(door, office, raised, told(15000, 20000, "answer_days"))
    assert not sets(door, office, f"{raised}, answer_days = 3", told(15000, 20000))
    iban = "iban = 'FR7630006000011234567890189'"
    with door.transaction(force_rollback=True):
        [old] = door.execute(
            "SELECT iban FROM practice WHERE id = %s", (office.practice_id,)
        ).fetchone()
    assert sets(door, office, iban, told(old, "FR7630006000011234567890189", "iban"))
    assert not sets(door, office, iban)


def test_nothing_is_set_beyond_what_the_practice_may_decide(
    door: psycopg.Connection, office: Captured
):
    for rule in PRACTICE_RULES:
        if rule.switch:
            continue
        with door.transaction(force_rollback=True):
            query = f"SELECT {rule.column} FROM practice WHERE id = {office.practice_id}"  # noqa: S608
            [old] = door.execute(query).fetchone()
        for value in (rule.low - 1, rule.high + 1, rule.low, rule.high):
            facts = {"changes": {rule.column: [old, value]}}
            fits = rule.low <= value <= rule.high
            assert sets(door, office, f"{rule.column} = {value}", facts) is fits, (
                rule.column,
                value,
            )


def test_no_other_practice_and_no_key_is_touched(door: psycopg.Connection, office: Captured):
    facts = {"changes": {"answer_days": [2, 3]}}
    assert sets(door, office, "answer_days = 3", facts)
    other = "UPDATE practice SET answer_days = 3 WHERE id <> %(own)s"
    assert not goes(door, office, other, facts, kind="practice.settings", own=office.practice_id)
    for column, value in (("wrapped_key", "''"), ("key_id", "'x'"), ("started_on", "now()")):
        assert not sets(door, office, f"{column} = {value}", {"changes": {column: [1, 2]}})
    assert {"wrapped_key", "key_id", "started_on", "payment_days"}.isdisjoint(SETTINGS)
    for statement in ("UPDATE timeline_event SET facts = '{}'", "DELETE FROM timeline_event"):
        assert not goes(door, office, statement, kind="practice.settings")


def test_a_raised_limit_lets_nobody_give_back_more_on_one_word_the_same_day(
    office: Captured, till: Till, desk: RefundDesk
):
    order = desk.order(desk.ask(paid(till, owes=(40_000,)), 14_000))
    with psycopg.connect(office.owner) as owner:
        owner.execute("SELECT set_config('ardoise.practice', %s, true)", (str(office.practice_id),))
        facts = {"changes": {"four_eyes_cents": [15_000, 90_000]}}
        owner.execute(
            TOLD, (office.practice_id, office.clock.now(), "practice.settings", Jsonb(facts))
        )
        owner.execute(
            "UPDATE practice SET four_eyes_cents = 90000 WHERE id = %s", (office.practice_id,)
        )
    row, fresh = f"id = '{order.id}'", {"once": "another", "idempotency_key": "another"}
    assert not office.takes("money_order", row, **fresh, limit_cents=90_000, amount_cents=100)
    assert office.takes("money_order", row, **fresh, limit_cents=15_000, amount_cents=100)
    till.later(hours=24, minutes=1)
    now = {"asked_at": office.clock.now().isoformat(), "not_before": office.clock.now().isoformat()}
    assert office.takes("money_order", row, **fresh, **now, limit_cents=90_000)


def test_the_policies_know_the_five_roles_as_we_do(office: Captured, desk: RefundDesk):
    for role in sorted(set(ROLES) - set(desk.people)):
        desk.hire(role)
    with psycopg.connect(office.owner) as owner:
        for role, person in desk.people.items():
            for wanted in WANTED:
                [may] = owner.execute(
                    "SELECT ardoise_may(%s, %s, %s)", (office.practice_id, person.user_id, wanted)
                ).fetchone()
                assert may is (wanted in permissions_of(role)), (role, wanted)


def own_role(till: Till, person: UUID, *permissions: str) -> UUID:
    """A role of the practice's own, given to somebody by the owner of the tables."""
    world = till.world
    with world.database.unit_of_work(world.practice_id) as work:
        role = StaffRole(
            practice_id=world.practice_id,
            id=uuid4(),
            slug=f"own-{uuid4().hex[:8]}",
            title="Direction",
            permissions=list(permissions),
            changed_at=world.clock.now(),
            changed_by=person,
            changed_name="x",
        )
        work.session.add(role)
        work.session.execute(
            update(StaffMembership).where(StaffMembership.user_id == person).values(role=role.slug)
        )
        work.commit()
        return role.id


def test_an_own_role_agrees_to_refunds_where_it_has_that_right_and_not_otherwise(
    office: Captured, till: Till, desk: RefundDesk
):
    desk.hire("auditor")
    person = desk.people["auditor"].user_id
    order = desk.ask(paid(till, owes=(40_000,)), 20_000)
    agrees = (
        "money_order SET status = 'approved', decided_at = now(), decided_name = 'x', "
        "decided_by = %(person)s WHERE id = %(order)s"
    )
    assert not office.lets_through(agrees, order=order, person=person)
    own_role(till, person, "accounts.read", "refunds.write")
    assert not office.lets_through(agrees, order=order, person=person)
    own_role_changed(till, person, "accounts.read", "refunds.write", "refunds.approve")
    assert office.lets_through(agrees, order=order, person=person) == [agrees]


def own_role_changed(till: Till, person: UUID, *permissions: str) -> None:
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        work.session.execute(
            update(StaffRole)
            .where(StaffRole.changed_by == person)
            .values(permissions=list(permissions))
        )
        work.commit()


MADE = """
    INSERT INTO staff_role
        (practice_id, id, slug, title, permissions, version, changed_at, changed_by, changed_name)
    VALUES (%(practice)s, %(id)s, %(slug)s, %(title)s, %(may)s, 1, now(), %(by)s, 'x')
"""


def test_no_role_is_made_or_changed_unsaid_nor_with_what_is_the_owners(
    door: psycopg.Connection, office: Captured, till: Till, desk: RefundDesk
):
    owner, secretary = desk.people["owner"].user_id, desk.people["secretary"].user_id
    fresh = uuid4()

    def makes(may: list[str], *, by: UUID = owner, slug: str = "own-x", told: bool = True) -> bool:
        facts = [{"id": str(fresh), "title": "T", "permissions": may}] if told else []
        values = {"practice": office.practice_id, "id": fresh, "slug": slug, "title": "T", "by": by}
        return goes(door, office, MADE, *facts, kind="staff_role.made", may=Jsonb(may), **values)

    assert makes(["accounts.read"])
    assert not makes(["accounts.read"], told=False)
    assert not makes(["accounts.read"], by=secretary)
    assert not makes(["accounts.read"], slug="owner")
    assert not makes(["settings.write"])
    assert not makes(["roles.manage"])
    role = own_role(till, secretary, "accounts.read")
    changed = (
        "UPDATE staff_role SET permissions = %(may)s, version = version + 1, changed_by = %(by)s "
        "WHERE id = %(role)s"
    )

    def changes(may: list[str], told: list[str] | None) -> bool:
        facts = (
            [] if told is None else [{"id": str(role), "title": "Direction", "permissions": told}]
        )
        values = {"may": Jsonb(may), "by": owner, "role": role}
        return goes(door, office, changed, *facts, kind="staff_role.changed", **values)

    more = ["accounts.read", "refunds.approve"]
    assert changes(more, told=more)
    assert not changes(more, told=None)
    assert not changes(more, told=["accounts.read"])
    assert not changes(["roles.manage"], told=["roles.manage"])
    gone = {"id": str(role), "title": "Direction"}
    delete = "DELETE FROM staff_role WHERE id = %(role)s"
    assert not goes(door, office, delete, gone, kind="staff_role.deleted", role=role), "in use"
    slug = "UPDATE staff_role SET slug = 'owner' WHERE id = %(role)s"
    assert not goes(door, office, slug, kind="staff_role.changed", role=role)
    assert not office.lets_through(
        "staff_membership SET role = 'owner' WHERE user_id = %(who)s", who=secretary
    )


ASKED = """
    INSERT INTO setup_trial
        (practice_id, id, kind, status, asked_by, asked_name, asked_at, ended_at, findings)
    VALUES (%(practice)s, gen_random_uuid(), %(what)s, %(status)s, %(by)s, 'x', %(at)s, %(ended)s, %(found)s)
"""


def test_a_trial_is_asked_for_by_an_owner_and_ended_by_the_worker_alone(
    door: psycopg.Connection, office: Captured, desk: RefundDesk
):
    now = office.clock.now()
    right = {
        "practice": office.practice_id,
        "what": "email",
        "status": "asked",
        "by": desk.people["owner"].user_id,
        "at": now,
        "ended": None,
        "found": Jsonb({}),
    }

    def asks(**changes: object) -> bool:
        return goes(door, office, ASKED, kind="x", **(right | changes))

    for kind in ("email", "sms", "names", "account"):
        assert asks(what=kind), kind
        assert not asks(what=kind, by=desk.people["manager"].user_id), kind
    assert not asks(by=desk.people["manager"].user_id)
    assert not asks(what="letter")
    for status in ("begun", "passed", "failed"):
        assert not asks(status=status)
    assert not asks(ended=now)
    assert not asks(found=Jsonb({"spf": "good"}))
    well = {"judged": [{"what": "name", "why": "good", "words": "R12"}]}
    assert not asks(what="account", found=Jsonb(well)), "it says of no account that it is well"
    assert not asks(at=now.replace(year=2020))
    with psycopg.connect(office.owner) as owner:
        owner.execute(ASKED, right)
    assert not office.lets_through("setup_trial SET status = 'passed'")


def test_settings_and_roles_are_written_with_the_rights_of_the_role(
    office: Captured, till: Till, desk: RefundDesk
):
    world = till.world
    window = Window.of(world, desk.people["owner"], url=office.url)
    database = window.client.application.extensions["ardoise-office"].database
    tell_time(database, world.clock)
    with world.database.unit_of_work() as work:
        work.session.execute(update(StaffSession).values(confirmed_at=world.clock.now()))
        work.commit()

    def press(page: str, **fields: object) -> str:
        sent = {"csrf_token": token_of(window.client)} | fields
        return text_of(window.client.post(page, data=sent, follow_redirects=True))

    def mark(page: str) -> str:
        return window.client.get(page).text.split('name="seen" value="')[1].split('"')[0]

    plans = {
        "plan_instant_cents": "300",
        "plan_minimum_cents": "10",
        "plan_most_months": "6",
        "answer_days": "3",
        "pause_days": "14",
        "granted_pause_days": "31",
        "aid_documents_days": "7",
    }
    seen = mark("/settings/plans")
    assert "Les réglages sont enregistrés" in press("/settings/plans", seen=seen, **plans)
    money = {
        "iban": "FR1420041010050500013M02606",
        "account_holder": "Secretariat R12",
        "desk_takes": ["cheque"],
        "minimum_payment_cents": "5",
        "four_eyes_cents": "200",
    }
    seen = mark("/settings/money")
    assert "Les réglages sont enregistrés" in press("/settings/money", seen=seen, **money)
    assert "État des clés" in text_of(window.client.get("/settings/keys"))
    made = press("/settings/roles/new", title="Caisse", may=["accounts.read"])
    assert "Le rôle « Caisse » existe" in made
    with world.database.reading(world.practice_id) as session:
        [role] = session.scalars(select(StaffRole)).all()
        assert session.get_one(Practice, world.practice_id).iban == money["iban"]
    page = f"/settings/roles/{role.id}"
    done = press(page, title="Caisse", may=["accounts.read", "payments.desk"], seen="1")
    assert "Le rôle est changé" in done
    assert "est supprimé" in press(f"{page}/delete")
    assert "C’est demandé" in press("/settings/setup/email")
    Database.dispose(database)
