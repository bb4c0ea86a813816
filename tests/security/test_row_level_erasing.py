"""On PostgreSQL a captured back-office erases nothing: it orders in the name of who may, beside an event that
tells it, and neither begins nor ends what it ordered."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from shared.base.ids import new_id
from tests.integration.refund_desk import RefundDesk
from tests.security.secured import Secured
from tests.servers.roles import TELL

NOTE = (
    "INSERT INTO erasure (practice_id, id, account_id, status, asker, checked, received_on, "
    "due_on, noted_by, "
    "noted_name, noted_at, waits) VALUES (%(practice)s, %(id)s, %(account)s, %(status)s, "
    "'person', 'in_person', "
    "%(at)s::date, %(at)s::date + 30, %(user)s, 'x', %(at)s, false)"
)
SAY = (
    "INSERT INTO timeline_event (practice_id, id, account_id, at, actor_kind, actor, kind, facts) "
    "VALUES (%(practice)s, gen_random_uuid(), %(account)s, %(at)s, 'staff', 'x', %(kind)s, %(facts)s)"
)
ORDER = (
    "UPDATE erasure SET status = %(to)s, decided_by = %(user)s, decided_name = 'x', decided_at = %(at)s "
    "WHERE id = %(id)s"
)


class Desk:
    """One request of one account, and what somebody tries with it."""

    def __init__(self, secured: Secured) -> None:
        till = secured.stories.till
        world = till.world
        people = RefundDesk.of(till).people
        self.url, self.owner = secured.log_in("ardoise_backoffice"), secured.owner
        self.values = {
            "practice": world.practice_id,
            "id": new_id(),
            "account": world.account().id,
            "user": people["manager"].user_id,
            "at": world.clock.now(),
            "status": "received",
            "to": "ordered",
        }
        self.secretary = people["secretary"].user_id

    def told(self, what: str) -> tuple[str, dict[str, object]]:
        facts = Jsonb({"id": str(self.values["id"])})
        return SAY, {"kind": f"privacy.erasure_{what}", "facts": facts}

    def lets(self, *statements: tuple[str, dict[str, object]]) -> bool:
        """Whether all of it is let through, in one transaction that does not stay."""
        with psycopg.connect(self.url) as door:
            practice = str(self.values["practice"])
            door.execute("SELECT set_config('ardoise.practice', %s, true)", (practice,))
            door.execute(TELL, (self.values["at"].isoformat(),))  # type: ignore[attr-defined]
            try:
                done = [
                    door.execute(text, self.values | more).rowcount for text, more in statements
                ]  # type: ignore[arg-type]
            except InsufficientPrivilege:
                return False
            finally:
                door.rollback()
        return all(done)


@pytest.fixture
def desk(secured: Secured) -> Desk:
    return Desk(secured)


def test_a_request_is_noted_and_ordered_beside_what_tells_it(desk: Desk) -> None:
    asked, ordered = desk.told("asked"), desk.told("order")
    assert desk.lets(asked, (NOTE, {}))
    assert desk.lets(asked, (NOTE, {}), ordered, (ORDER, {}))
    assert not desk.lets((NOTE, {}))
    assert not desk.lets(asked, (NOTE, {}), (ORDER, {}))
    assert not desk.lets(asked, (NOTE, {}), desk.told("decline"), (ORDER, {}))


def test_not_in_the_name_of_who_may_not_and_not_as_the_worker(desk: Desk) -> None:
    asked, ordered = desk.told("asked"), desk.told("order")
    theirs: dict[str, object] = {"user": desk.secretary}
    assert not desk.lets(asked, (NOTE, theirs))
    assert not desk.lets(asked, (NOTE, {}), ordered, (ORDER, theirs))
    assert not desk.lets(asked, (NOTE, {"status": "ordered"}))
    for status in ("begun", "done"):
        assert not desk.lets(asked, (NOTE, {}), ordered, (ORDER, {"to": status}))


def test_nothing_of_a_person_goes_by_its_hand(desk: Desk) -> None:
    for table in ("contact_point", "party", "message", "document", "link", "notice", "erasure"):
        assert not desk.lets((f"DELETE FROM {table}", {})), table  # noqa: S608 - a test's words
    for change in ("erased_at = opened_at", "status = 'erased'", "key_id = 'x'"):
        assert not desk.lets((f"UPDATE account SET {change}", {})), change  # noqa: S608
