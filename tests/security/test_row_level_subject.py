"""On PostgreSQL the back-office reads what a copy tells of a person and no secret beside it; only an owner
says that the processor mails no receipts; and no period of keeping changes untold."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from tests.integration.refund_desk import RefundDesk
from tests.security.captured import Captured
from tests.security.secured import Secured

READABLE = """
    SELECT column_name FROM information_schema.columns
    WHERE table_name = %s AND has_column_privilege('ardoise_backoffice', table_name, column_name, 'SELECT')
"""
NEVER = {
    "saved_card": {"agreement_id", "processor_customer", "processor_method"},
    "pay_link": {"once", "attempt_id"},
    "one_time_code": {"visit_id", "subject_id", "code", "contact_id", "wrong_tries"},
    "portal_session": {"wrapped_key", "extensions"},
    "processor_account": {"secret_key", "worker_key", "webhook_secrets"},
}


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


def test_no_secret_of_cards_links_codes_and_visits_is_read(office: Captured):
    with psycopg.connect(office.owner) as owner:
        for table, hidden in NEVER.items():
            readable = {name for (name,) in owner.execute(READABLE, (table,))}
            assert readable, table
            assert not readable & hidden, table


def test_bookings_are_read_and_never_written(office: Captured):
    assert office.reads("journal_line", "*")
    with psycopg.connect(office.owner) as owner:
        for table in ("journal_entry", "journal_line"):
            may = "SELECT has_table_privilege('ardoise_backoffice', %s, %s)"
            for act in ("INSERT", "UPDATE", "DELETE"):
                assert owner.execute(may, (table, act)).fetchone() == (False,), (table, act)


def test_that_no_receipts_are_mailed_is_said_by_an_owner_and_now(
    office: Captured, secured: Secured
):
    people = RefundDesk.of(secured.stories.till).people
    said = (
        "processor_account SET receipts_by = %(by)s, receipts_name = 'x', receipts_at = "
        "ardoise_clock() + %(after)s::interval"
    )

    def lets(role: str, after: str) -> bool:
        return bool(office.lets_through(said, by=people[role].user_id, after=after))

    assert lets("owner", "0")
    assert not lets("manager", "0")
    assert not lets("secretary", "0")
    assert not lets("owner", "-1 day")
    assert not lets("owner", "1 day")
    taken_back = (
        "processor_account SET receipts_by = NULL, receipts_name = NULL, receipts_at = NULL"
    )
    assert office.lets_through(taken_back)
    assert not office.lets_through("processor_account SET livemode = livemode")


TELL_PERIOD = """
    INSERT INTO timeline_event (practice_id, id, at, actor_kind, actor, kind, facts)
    VALUES (%(practice)s, gen_random_uuid(), ardoise_clock(), 'staff', 'x', %(kind)s, %(facts)s)
"""


def test_no_period_changes_and_nothing_is_switched_on_untold(office: Captured):
    with psycopg.connect(office.owner, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO retention (practice_id, days) VALUES (%s, '{}')", (office.practice_id,)
        )
    told = {"practice": office.practice_id}

    def lets(change: str, kind: str = "", **facts: object) -> bool:
        with psycopg.connect(office.url) as door:
            door.execute(
                "SELECT set_config('ardoise.practice', %s, true)", (str(office.practice_id),)
            )
            if kind:
                door.execute(TELL_PERIOD, told | {"kind": kind, "facts": Jsonb(facts)})
            try:
                done = door.execute(f"UPDATE retention SET {change}").rowcount  # noqa: S608 - a test's words
            except InsufficientPrivilege:
                return False
            finally:
                door.rollback()
            return done > 0

    shorter = """days = '{"codes": 1}'"""
    assert lets(shorter, "privacy.period", period="codes", days=1)
    assert not lets(shorter)
    assert not lets(shorter, "privacy.period", period="codes", days=2)
    assert not lets(shorter, "privacy.period", period="links", days=1)
    assert lets("on_since = ardoise_clock()", "privacy.on")
    assert not lets("on_since = ardoise_clock()")
    assert not lets("on_since = ardoise_clock()", "privacy.off")
    assert not lets("on_since = ardoise_clock() - interval '1 day'", "privacy.on")
    assert not lets("foreseen_at = ardoise_clock()")
    assert not lets("foreseen = '{}'")
