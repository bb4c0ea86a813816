"""On PostgreSQL a captured back-office decides in the name of nobody who may not decide that."""

import psycopg
import pytest

from shared.aid import AidAnswers
from tests.integration.debt_desk import DebtDesk
from tests.integration.desk_world import Secretary
from tests.integration.plan_world import PlanWorld
from tests.integration.refund_desk import RefundDesk
from tests.integration.talks import Talks
from tests.integration.till import Till
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.security.test_row_level_settings import own_role, own_role_changed


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
def world(secured: Secured) -> PlanWorld:
    return PlanWorld.around(secured.stories.world)


def test_help_is_decided_in_the_name_of_somebody_who_may(
    office: Captured, till: Till, desk: RefundDesk, world: PlanWorld
):
    desk.hire("auditor")
    person = desk.people["auditor"].user_id
    asked = Talks(world).ask_aid(world.account(owes=(9000,)), AidAnswers(("later",), (), None, ""))
    by = "decided_by = %(person)s WHERE id = %(request)s"
    deeds = (
        f"aid_request SET status = 'granted', decided_at = now(), {by}",
        f"aid_request SET status = 'declined', decided_at = now(), {by}",
        f"aid_request SET status = 'documents', {by}",
    )
    assert not office.lets_through(*deeds, request=asked.id, person=person)
    own_role(till, person, "accounts.read", "accounts.names", "messages.write")
    assert not office.lets_through(*deeds, request=asked.id, person=person)
    assert not office.lets_through(*deeds, request=asked.id, person=None)
    own_role_changed(till, person, "accounts.read", "accounts.names", "aid.decide")
    assert office.lets_through(*deeds, request=asked.id, person=person) == list(deeds)


def test_what_one_person_gave_up_alone_is_stopped_by_who_may_give_up_debts(
    office: Captured, till: Till, desk: RefundDesk, world: PlanWorld
):
    desk.hire("auditor")
    person = desk.people["auditor"].user_id
    order = DebtDesk(Secretary.of(world)).ask(world.account(owes=(4000,)), 1000)
    with psycopg.connect(office.owner) as owner:
        owner.execute("SELECT set_config('ardoise.practice', %s, true)", (str(office.practice_id),))
        owner.execute("UPDATE money_order SET alone = true WHERE id = %s", (order,))
    stops = (
        "money_order SET status = 'declined', ended_at = now(), decided_at = now(), why = 'not_due', "
        "decided_name = 'x', decided_by = %(person)s WHERE id = %(order)s"
    )
    own_role(till, person, "accounts.read", "refunds.write")
    assert not office.lets_through(stops, order=order, person=person)
    own_role_changed(till, person, "accounts.read", "debts.forgive")
    assert office.lets_through(stops, order=order, person=person) == [stops]
