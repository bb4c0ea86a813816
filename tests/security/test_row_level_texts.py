"""On PostgreSQL a captured back-office adds versions in an owner's name alone, and rewrites none."""

import pytest
from sqlalchemy import select

from shared.staff import StaffMembership
from shared.texts import PracticeText
from tests.security.captured import Captured
from tests.security.secured import Secured

FIRST = "version = 1"


@pytest.fixture
def owner_id(secured: Secured) -> str:
    world = secured.stories.world
    with world.database.unit_of_work(world.practice_id) as work:
        owner = work.session.scalars(
            select(StaffMembership.user_id).where(
                StaffMembership.practice_id == world.practice_id, StaffMembership.role == "owner"
            )
        ).first()
        assert owner is not None
        work.session.add(
            PracticeText(
                practice_id=world.practice_id,
                template="reminder",
                channel="sms",
                language="fr",
                version=1,
                subject="",
                body="Un mot. {lien}",
                saved_by=owner,
                saved_name="Camille",
                saved_at=world.clock.now(),
            )
        )
        work.commit()
    return str(owner)


@pytest.fixture
def office(secured: Secured, owner_id: str) -> Captured:
    return Captured(secured, "ardoise_backoffice")


def test_a_version_is_added_and_none_is_changed_or_skipped(office: Captured) -> None:
    assert office.takes("practice_text", FIRST, version=2)
    assert office.takes("practice_text", FIRST, channel="email")
    assert not office.takes("practice_text", FIRST, version=3)
    assert not office.lets_through(
        "practice_text SET body = 'autre' WHERE version = 1",
        "practice_text SET version = 2 WHERE version = 1",
    )


def test_nobody_else_s_name_no_other_time_no_guarded_message(
    secured: Secured, office: Captured
) -> None:
    world = secured.stories.world
    with world.database.reading(world.practice_id) as session:
        other = session.scalars(
            select(StaffMembership.user_id).where(
                StaffMembership.practice_id == world.practice_id, StaffMembership.role != "owner"
            )
        ).first()
    assert not office.takes("practice_text", FIRST, version=2, saved_by=str(other))
    assert not office.takes("practice_text", FIRST, version=2, saved_at="2026-01-01T00:00:00Z")
    assert not office.takes("practice_text", FIRST, template="code")


def test_the_portal_has_no_business_with_them(secured: Secured, owner_id: str) -> None:
    portal = Captured(secured, "ardoise_portal")
    assert not portal.reads("practice_text", "body")
    assert not portal.takes("practice_text", FIRST, version=2)


def test_no_notice_is_said_to_have_gone_in_other_words(office: Captured) -> None:
    assert not office.lets_through("notice SET words_version = 1 WHERE words_version IS NULL")
