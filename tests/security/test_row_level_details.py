"""On PostgreSQL a captured back-office opens lines only in the name of who may, and leaves the trace."""

from datetime import timedelta

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from shared.base.ids import new_id
from tests.integration.refund_desk import RefundDesk
from tests.security.secured import Secured
from tests.servers.roles import TELL

GRANT = (
    "INSERT INTO detail_grant (practice_id, id, account_id, user_id, name, role, reason, opened_at, ends_at) "
    "VALUES (%(practice)s, %(id)s, %(account)s, %(user)s, 'x', %(role)s, %(reason)s, %(at)s, %(ends)s)"
)
LOOK = (
    "INSERT INTO detail_access (practice_id, id, account_id, invoice_id, by, role, reason, at) "
    "SELECT practice_id, gen_random_uuid(), account_id, id, 'staff', %(role)s, %(reason)s, %(at)s "
    "FROM invoice WHERE account_id = %(account)s LIMIT 1"
)


def tried(secured: Secured, *statements: str, **changes: object) -> bool:
    """Whether a captured back-office may do this in the name of the manager; nothing stays."""
    till = secured.stories.till
    world = till.world
    account = world.account()
    member = RefundDesk.of(till).people["manager"]
    now = world.clock.now()
    values = {
        "practice": world.practice_id,
        "id": new_id(),
        "account": account.id,
        "user": member.user_id,
        "role": "manager",
        "reason": "question",
        "at": now,
        "ends": now + timedelta(minutes=15),
    } | changes
    with psycopg.connect(secured.log_in("ardoise_backoffice")) as connection:
        connection.execute(
            "SELECT set_config('ardoise.practice', %s, true)", (str(world.practice_id),)
        )
        connection.execute(TELL, (now.isoformat(),))
        try:
            for statement in statements:
                connection.execute(statement, values)  # type: ignore[arg-type]  # a test's own words
        except InsufficientPrivilege:
            return False
        finally:
            connection.rollback()
    return True


def test_it_opens_with_a_reason_and_leaves_the_trace(secured: Secured) -> None:
    assert tried(secured, GRANT, LOOK)


@pytest.mark.parametrize(
    "changes",
    [{"role": "secretary"}, {"role": "owner"}, {"reason": ""}, {"user": new_id()}],
    ids=["another role", "a greater role", "no reason", "nobody"],
)
def test_not_in_the_name_of_who_may_not(secured: Secured, changes: dict[str, object]) -> None:
    assert not tried(secured, GRANT, **changes)


def test_not_for_longer_and_not_at_another_time(secured: Secured) -> None:
    now = secured.stories.world.clock.now()
    assert not tried(secured, GRANT, ends=now + timedelta(minutes=16))
    earlier = now - timedelta(hours=1)
    assert not tried(secured, GRANT, at=earlier, ends=earlier + timedelta(minutes=15))


def test_no_trace_of_a_look_that_was_not_allowed_and_none_is_taken_away(secured: Secured) -> None:
    assert not tried(secured, LOOK)
    assert not tried(secured, "DELETE FROM detail_access")
    assert not tried(secured, "UPDATE detail_grant SET ends_at = ends_at")
