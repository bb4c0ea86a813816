"""Migrations keep the practice's data on the way down and up again, on both databases."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import delete, func, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from shared.accounts import get_account, get_practice
from shared.audit import SYSTEM
from shared.base.database import Database, Model
from shared.base.migrating import MIGRATIONS, downgrade, upgrade
from shared.desk import book_desk_refund
from shared.ledger import JournalEntry, JournalLine
from shared.payments import Refund
from shared.staff import (
    FORGOTTEN,
    PASSWORD,
    Maker,
    StaffLink,
    StaffMembership,
    keep_link,
)
from tests.integration.desk_world import Secretary
from tests.world import World

REVISIONS = [s.revision for s in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Model.metadata.sorted_tables
        }


def filled(url: str) -> World:
    """A practice in which something happened."""
    world = World(url)
    account = world.account(owes=(4250, 1500))
    world.account(language="en", email="nadia@courriel.example")
    world.night()
    world.token(account)
    return world


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_going_back_one_and_forth_again_keeps_every_row(database_url: str, revision: str) -> None:
    world = filled(database_url)
    before = counts(world.database)
    world.database.dispose()
    downgrade(database_url, revision)
    there = set(inspect(Database(database_url).engine).get_table_names())
    upgrade(database_url)
    after = counts(Database(database_url))
    # What a practice begins with in a table that was not there yet is its to take again.
    assert {**after, **{t: before[t] for t in before.keys() - there if not after[t]}} == before
    world.check()


def test_going_back_and_forth_again_leaves_the_journal_protected(database_url: str) -> None:
    world = filled(database_url)
    world.database.dispose()
    downgrade(database_url, "0002")
    with world.database.unit_of_work() as work:
        assert work.session.execute(delete(JournalLine)).rowcount
    upgrade(database_url)
    for table in (JournalEntry, JournalLine):
        with world.database.unit_of_work() as work, pytest.raises(IntegrityError, match="journal"):
            work.session.execute(delete(table))
    world.check()


def test_going_all_the_way_back_with_data_leaves_no_table(database_url: str) -> None:
    world = filled(database_url)
    world.database.dispose()
    downgrade(database_url, "base")
    left = set(inspect(Database(database_url).engine).get_table_names())
    assert left <= {"alembic_version"}
    upgrade(database_url)
    assert not any(counts(Database(database_url)).values())


def test_upgrading_twice_is_harmless(database_url: str) -> None:
    upgrade(database_url)
    upgrade(database_url)


@pytest.mark.broken_books("nobody asked for the refund: it is booked by hand")
def test_how_money_was_handed_back_before_is_read_from_the_journal(sqlite_url: str) -> None:
    world = World(sqlite_url)
    account = world.account(owes=(4250,))
    claire = Secretary.of(world)
    payment = claire.receives(account, 4250, "cheque")
    with world.database.unit_of_work(world.practice_id) as work:
        book_desk_refund(
            work.session,
            practice=get_practice(work.session, world.practice_id),
            account=get_account(
                work.session, practice_id=world.practice_id, account_id=account.id, lock=True
            ),
            payment=work.session.merge(payment),
            key="k1",
            cents=1000,
            method="transfer",
            actor=claire.colleague.actor,
            handed_at=world.clock.now(),
            at=world.clock.now(),
        )
        work.commit()
    world.database.dispose()
    downgrade(sqlite_url, "0011")
    upgrade(sqlite_url)
    with Database(sqlite_url).reading() as session:
        assert session.scalars(select(Refund.method)).all() == ["transfer"]


def test_who_is_kept_out_of_one_practice_stays_out_on_the_way_back(sqlite_url: str) -> None:
    world = World(sqlite_url)
    claire = Secretary.of(world)
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(StaffMembership).values(status="suspended"))
        work.commit()
    world.database.dispose()
    downgrade(sqlite_url, "0018")
    with Database(sqlite_url).reading() as session:
        query = text("SELECT status FROM staff_user WHERE name = :name")
        told = session.scalars(query, {"name": claire.colleague.name}).all()
    assert told == ["suspended"]


def test_links_that_owners_gave_stay_on_the_way_back_those_of_the_door_go(sqlite_url: str) -> None:
    world = World(sqlite_url)
    claire = Secretary.of(world)
    who = claire.colleague.user_id
    with world.database.unit_of_work(world.practice_id) as work:
        for purpose in (PASSWORD, FORGOTTEN):
            link = StaffLink(purpose=purpose, user_id=who, email="c@r12.example", name="Claire")
            keep_link(
                work.session,
                link,
                practice_id=world.practice_id,
                maker=Maker(None, SYSTEM),
                at=world.clock.now(),
            )
        work.commit()
    world.database.dispose()
    downgrade(sqlite_url, "0031")
    with Database(sqlite_url).reading() as session:
        assert session.scalars(text("SELECT purpose FROM staff_link")).all() == [PASSWORD]
