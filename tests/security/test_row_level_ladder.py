"""On PostgreSQL the back-office's role publishes, approves and holds within bounds, whatever it is told."""

import pytest
from sqlalchemy import select

from shared.audit import SYSTEM
from shared.base.ids import new_id
from shared.ladder import (
    HOLD,
    Ask,
    Fit,
    LadderCycle,
    LadderLetter,
    LadderPolicy,
    LadderQuiet,
    LadderTotal,
    Staff,
    ask_bulk,
)
from shared.staff import StaffMembership
from tests.security.captured import Captured
from tests.security.secured import Secured


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def portal(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_portal")


def test_published_steps_stay_and_none_goes_without_a_word(office: Captured):
    first = "name = 'formal_notice'"
    assert office.takes("ladder_step", first, version=2)
    assert not office.takes("ladder_step", first, version=2, act="message")
    assert not office.takes("ladder_step", "name = 'reminder'", version=2, gap_days=6)
    assert not office.takes("ladder_step", first, version=1, segment="chronic")
    assert not office.lets_through("ladder_step SET gap_days = 8 WHERE position = 2")


def fill(secured: Secured) -> None:
    world = secured.stories.world
    account = world.account(due_days=-60)
    world.night()
    at = world.clock.now()
    with world.database.unit_of_work(world.practice_id) as work:
        session = work.session
        cycle = session.scalars(
            select(LadderCycle.id).where(LadderCycle.account_id == account.id)
        ).one()
        common = {"practice_id": world.practice_id, "account_id": account.id}
        session.add(
            LadderLetter(
                **common,
                cycle_id=cycle,
                status="sent",
                covers=[],
                total_cents=1,
                days=15,
                decided_at=at,
                decided_name="Camille",
                sent_on=at.date(),
                tracking="1",
                sent_name="Claire",
            )
        )
        session.add(LadderQuiet(practice_id=world.practice_id, day=at.date(), status="passed"))
        session.add(
            LadderTotal(
                practice_id=world.practice_id,
                about="board",
                position=0,
                segment="ordinary",
                name="",
                accounts=1,
                cents=1,
                first=[],
                at=at,
            )
        )
        session.add(
            LadderPolicy(
                practice_id=world.practice_id,
                version=1,
                published_at=at,
                published_name="x",
                why="x",
            )
        )
        user = session.scalars(select(StaffMembership.user_id)).first()
        ask_bulk(
            session,
            Ask(HOLD, "a" * 32, Fit(), None),
            practice_id=world.practice_id,
            by=Staff(SYSTEM, user or new_id(), "Claire"),
            at=at,
        )
        work.commit()


def test_what_is_sent_counted_passed_or_done_is_not_touched(secured: Secured, office: Captured):
    fill(secured)
    assert not office.lets_through(
        "ladder_letter SET status = 'open', sent_on = NULL",
        "ladder_letter SET tracking = 'x'",
        "ladder_quiet SET status = 'held'",
        "ladder_total SET accounts = 0",
        "ladder_cycle SET position = 5",
        "ladder_bulk SET status = 'undone'",
        "ladder_policy SET why = 'x'",
    )
    nobody = str(new_id())
    assert not office.takes("ladder_policy", "true", version=9, published_by=nobody)
    assert not office.takes("ladder_quiet", "true", day="2031-01-01", status="passed")
    assert not office.takes("ladder_bulk", "true", once="b", act="approve", asked_by=nobody)
    assert not office.takes("ladder_total", "true", about="x")


@pytest.mark.parametrize("table", ["ladder_bulk", "ladder_letter", "ladder_total", "ladder_policy"])
def test_the_portal_reads_nothing_of_what_staff_decide(
    secured: Secured, portal: Captured, table: str
):
    fill(secured)
    assert not portal.reads(table, "*")
