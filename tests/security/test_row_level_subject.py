"""On PostgreSQL the back-office reads what a person's copy tells and no secret beside it, and only an owner's
word says that the processor mails no receipts."""

import psycopg
import pytest

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
