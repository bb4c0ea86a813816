"""On PostgreSQL a captured back-office adds versions in an owner's name alone, and rewrites none."""

from uuid import UUID

import pytest

from shared.audit import Actor, record
from shared.staff import add_staff
from shared.texts import PracticeText
from tests.security.captured import Captured
from tests.security.secured import Secured

FIRST = "version = 1"


@pytest.fixture
def people(secured: Secured) -> dict[str, UUID]:
    """An owner, who wrote a first text, and a manager."""
    world = secured.stories.world
    with world.database.unit_of_work(world.practice_id) as work:
        ids = {
            role: add_staff(
                work.session,
                email=f"{role}@r12.example",
                name="Camille Oger",
                role=role,
                practice_id=world.practice_id,
                password="cheval correct agrafe pile",
                keys=world.house.keys,
                at=world.clock.now(),
            ).user.id
            for role in ("owner", "manager")
        }
        work.session.flush()
        work.session.add(
            PracticeText(
                practice_id=world.practice_id,
                template="reminder",
                channel="sms",
                language="fr",
                version=1,
                subject="",
                body="Un mot. {lien}",
                saved_by=ids["owner"],
                saved_name="Camille Oger",
                saved_at=world.clock.now(),
            )
        )
        work.commit()
    return ids


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def told(secured: Secured) -> None:
    """The story tells a version of each text that a test adds."""
    world = secured.stories.world
    with world.database.unit_of_work(world.practice_id) as work:
        for channel, template, version in (
            ("sms", "reminder", 2),
            ("sms", "reminder", 3),
            ("email", "reminder", 1),
            ("sms", "code", 1),
        ):
            record(
                work.session,
                practice_id=world.practice_id,
                account_id=None,
                kind="practice_text.saved",
                actor=Actor("staff", "Camille Oger"),
                at=world.clock.now(),
                template=template,
                channel=channel,
                language="fr",
                version=version,
                own=True,
                anyway=[],
            )
        work.commit()


@pytest.mark.usefixtures("people")
def test_no_version_is_added_that_the_story_does_not_tell(office: Captured) -> None:
    assert not office.takes("practice_text", FIRST, version=2)


@pytest.mark.usefixtures("told")
def test_versions_are_added_one_by_one_in_an_owner_s_name_and_none_is_changed(
    people: dict[str, UUID], office: Captured
) -> None:
    assert office.takes("practice_text", FIRST, version=2)
    assert office.takes("practice_text", FIRST, channel="email")
    assert not office.takes("practice_text", FIRST, version=3)
    assert not office.takes("practice_text", FIRST, version=2, saved_by=str(people["manager"]))
    assert not office.takes("practice_text", FIRST, version=2, saved_at="2026-01-01T00:00:00Z")
    assert not office.takes("practice_text", FIRST, template="code")
    assert not office.lets_through(
        "practice_text SET body = 'autre' WHERE version = 1",
        "practice_text SET version = 2 WHERE version = 1",
    )


@pytest.mark.usefixtures("people")
def test_the_portal_has_no_business_with_them_and_no_office_says_which_words_went(
    secured: Secured, office: Captured
) -> None:
    portal = Captured(secured, "ardoise_portal")
    assert not portal.reads("practice_text", "body")
    assert not portal.takes("practice_text", FIRST, version=2)
    world = secured.stories.world
    world.account()
    world.night()
    assert not office.lets_through("notice SET words_version = 1 WHERE words_version IS NULL")
