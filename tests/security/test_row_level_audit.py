"""On PostgreSQL the front doors add to what happened, and neither change, remove nor seal any of it."""

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from ardoise.sealing import seal_record
from tests.security.secured import Secured

DOORS = ["ardoise_portal", "ardoise_backoffice"]
REFUSED = (InsufficientPrivilege, RestrictViolation)
FORBIDDEN = (
    "UPDATE timeline_event SET actor = 'x'",
    "UPDATE timeline_event SET link_seq = 9 WHERE link_seq IS NULL",
    "DELETE FROM timeline_event",
    "TRUNCATE timeline_event",
    "INSERT INTO timeline_event (practice_id, id, account_id, at, actor_kind, actor, kind, facts, link_seq) "
    "SELECT practice_id, gen_random_uuid(), id, now(), 'system', 'x', 'x', '{}', 1 FROM account LIMIT 1",
    "SELECT prev_mac FROM audit_link",
    "SELECT entries FROM audit_link",
    "UPDATE audit_link SET elided_at = now()",
    "DELETE FROM audit_link",
    "INSERT INTO audit_link (practice_id, seq, at, count, entries, digest, prev_mac, mac, key_id) "
    "VALUES (1, 99, now(), 0, '', '', '', '', 'k1')",
)
ABOUT_AN_ACCOUNT = (
    "INSERT INTO timeline_event (practice_id, id, account_id, at, actor_kind, actor, kind, facts) "
    "SELECT practice_id, gen_random_uuid(), id, now(), 'system', 'x', 'link.opened', '{}' "
    "FROM account LIMIT 1"
)


@pytest.fixture
def sealed(secured: Secured) -> Secured:
    world = secured.stories.world
    assert seal_record(world.house, world.practice_id)
    return secured


def run_as(secured: Secured, door: str, statement: str) -> int:
    """How many rows a door's statement touches; nothing stays."""
    with psycopg.connect(secured.log_in(door)) as connection:
        connection.execute(
            "SELECT set_config('ardoise.practice', %s, true)",
            (str(secured.stories.world.practice_id),),
        )
        done = connection.execute(sql.SQL(statement))  # type: ignore[arg-type]  # a test's own words
        connection.rollback()
        return done.rowcount


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_no_front_door_touches_what_happened_or_its_seals(
    sealed: Secured, door: str, statement: str
):
    with pytest.raises(REFUSED):
        run_as(sealed, door, statement)


@pytest.mark.parametrize("door", DOORS)
def test_both_tell_what_happens(sealed: Secured, door: str):
    assert run_as(sealed, door, ABOUT_AN_ACCOUNT) == 1


def test_the_back_office_reads_till_when_it_is_sealed_and_the_portal_not_even_that(sealed: Secured):
    assert run_as(sealed, "ardoise_backoffice", "SELECT seq, at FROM audit_link") > 0
    with pytest.raises(InsufficientPrivilege):
        run_as(sealed, "ardoise_portal", "SELECT seq, at FROM audit_link")
