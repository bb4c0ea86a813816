"""The parts of a page come as they would one by one, with one statement."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.accounts import Account, ContactPoint, Party
from shared.base.together import Part, read_together
from shared.worklist import Task
from tests.backoffice_office import Samples, opened
from tests.backoffice_people import OTHERS, OURS
from tests.statements import counting


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def parts_of(practice_id: int) -> tuple[Part[Any], ...]:
    return (
        Part(Account, [Account.practice_id == practice_id], [Account.number]),
        Part(Party, [Party.practice_id == practice_id], [Party.id.desc()], limit=3),
        Part(Task, [Task.practice_id == practice_id], [Task.due_on.desc(), Task.id]),
        Part(Task, [Task.practice_id == practice_id, Task.kind == "none"], [Task.id]),
        Part(
            ContactPoint,
            [ContactPoint.practice_id == practice_id],
            [ContactPoint.position, ContactPoint.id],
        ),
        Part(Account, [Account.practice_id == practice_id], [Account.id.desc()], limit=2),
    )


@pytest.mark.parametrize("practice_id", [OURS, OTHERS])
def test_all_parts_come_as_each_alone_would(office: Samples, practice_id: int) -> None:
    parts = parts_of(practice_id)
    with office.database.reading(practice_id) as session:
        alone = [part.read(session) for part in parts]
        together = read_together(session, *parts)
        for part, rows in zip(parts, alone, strict=True):
            assert together.of(part) == rows
    assert alone[0]
    assert len(alone[5]) <= 2


def test_however_many_parts_there_are_they_cost_one_statement(office: Samples) -> None:
    parts = parts_of(OURS)
    with office.database.reading(OURS) as session, counting(office.database.engine) as seen:
        read_together(session, *parts)
    assert len(seen) == 1


def test_a_part_without_rows_is_empty(office: Samples) -> None:
    parts = parts_of(OURS)
    with office.database.reading(OURS) as session:
        assert read_together(session, *parts).of(parts[3]) == []
