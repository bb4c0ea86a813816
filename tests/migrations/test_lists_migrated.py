"""Imports from before the import desk keep a line in its history; what was taken back bars the way back."""

import pytest
from sqlalchemy import select

from shared.base.migrating import MigrationError, downgrade, upgrade
from shared.imports import ImportJob
from tests.integration.import_world import row
from tests.integration.list_desk import ListDesk
from tests.world import World


@pytest.fixture
def desk(database_url: str) -> ListDesk:
    return ListDesk(World(database_url))


def jobs(desk: ListDesk) -> list[tuple[str, str, bool]]:
    with desk.world.database.reading(desk.world.practice_id) as session:
        query = select(ImportJob).order_by(ImportJob.asked_at)
        return [(job.source_name, job.status, job.traced) for job in session.scalars(query)]


def test_an_import_from_before_shows_in_the_history_and_says_why_it_stays(
    desk: ListDesk, database_url: str
):
    desk.booked(row("F-1"))
    before = desk.balances()
    desk.world.database.dispose()
    downgrade(database_url, "0018")
    upgrade(database_url)
    assert jobs(desk) == [("logiciel", "kept", False)]
    assert desk.balances() == before
    desk.assert_sound()
    listed = desk.says("/imports")
    assert "avant cette version" in listed
    assert "1 nouvelle" in listed


def test_what_was_taken_back_bars_the_way_to_a_version_that_would_show_it_again(
    desk: ListDesk, database_url: str
):
    assert desk.undone(desk.booked(row("F-1"))) == "undone"
    desk.world.database.dispose()
    with pytest.raises(MigrationError, match="taken back"):
        downgrade(database_url, "0018")
    assert jobs(desk) == [("logiciel", "undone", True)]
