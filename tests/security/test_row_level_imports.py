"""On PostgreSQL a captured back-office can send a list and ask, and neither read the files nor say what a
list does."""

import pytest
from sqlalchemy import select

from shared.imports import ImportJob
from tests.integration.import_world import csv_of, row
from tests.integration.list_desk import ListDesk
from tests.security.captured import Captured
from tests.security.secured import Secured


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def desk(secured: Secured, office: Captured) -> ListDesk:
    desk = ListDesk(secured.stories.world, url=office.url)
    assert desk.send(csv_of(row()), source="logiciel", new_source="").status_code == 303
    return desk


def job_of(desk: ListDesk, source: str = "logiciel", via: str = "office") -> ImportJob:
    with desk.world.database.reading(desk.world.practice_id) as session:
        query = select(ImportJob).where(ImportJob.source_name == source, ImportJob.via == via)
        return session.scalars(query).one()


def test_the_whole_way_goes_through_the_role(desk: ListDesk):
    desk.work()
    address = f"/imports/{job_of(desk).id}"
    desk.press(address, "columns", **desk.form(address))
    desk.work()
    desk.press(address, "confirm", seen=desk.seen(address))
    desk.work()
    assert job_of(desk).status == "kept", desk.says(address)
    assert desk.says("/imports").count("importé") >= 1
    assert desk.says("/imports/columns").count("Colonnes de logiciel") >= 1


def test_files_can_be_put_and_not_read(office: Captured, desk: ListDesk):
    assert job_of(desk).status == "received"
    assert not office.reads("import_file", "content")
    assert not office.reads("import_touch", "before")
    assert not office.lets_through("import_file SET content = '\\x00'")


def test_what_a_list_does_only_the_worker_says(office: Captured, desk: ListDesk):
    desk.work()
    job = job_of(desk)
    of = "WHERE id = %(job)s"
    assert not office.lets_through(
        f"import_job SET status = 'tried' {of}",
        f"import_job SET status = 'asked' {of}",
        f"import_job SET status = 'kept' {of}",
        f"import_job SET counts = '{{}}' {of}",
        f"import_job SET mark = 'x' {of}",
        f"import_job SET source_name = 'x' {of}",
        f"import_job SET said = NULL {of}",
        job=job.id,
    )
    row_of = f"id = '{job.id}'"
    assert not office.takes("import_job", row_of, once="1" * 32, source_name="x", status="kept")
    assert not office.takes("import_run", "true")
    desk.press(f"/imports/{job.id}", "columns", **desk.form(f"/imports/{job.id}"))
    desk.work()
    assert not office.lets_through(
        f"import_job SET status = 'asked', leave_out = true {of}", job=job.id
    )
    assert office.lets_through(f"import_job SET status = 'asked' {of}", job=job.id)
