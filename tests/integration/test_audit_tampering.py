"""Whoever owns the tables, but not the key, changes nothing of what happened unseen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from ardoise.sealing import seal_record
from shared.audit import AuditLink, TimelineEvent, sealing
from shared.base.ids import new_id
from tests.integration.audit_world import (
    BATCH,
    BATCHES,
    KINDS,
    Tampering,
    events,
    flaw_of,
    head_of,
    in_wrong_hands,
    sealed_world,
    verified,
)
from tests.world import World

COLUMNS: list[tuple[str, Any]] = [
    ("at", datetime(2020, 1, 1, tzinfo=UTC)),
    ("actor_kind", "staff"),
    ("actor", "somebody else"),
    ("kind", "practice.ways"),
    ("facts", {"place": 99}),
    ("account_id", new_id()),
]


@pytest.fixture
def sealed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(sealing, "BATCH", BATCH)
    world = sealed_world(database_url)
    yield world
    assert verified(world).flaw is None, "what was tried did not stay"


@pytest.mark.parametrize(("column", "value"), COLUMNS, ids=[name for name, _ in COLUMNS])
def test_a_change_of_any_column_is_found(sealed: World, column: str, value: Any) -> None:
    event = events(sealed)[9]
    with in_wrong_hands(sealed) as session:
        session.execute(
            update(TimelineEvent).where(TimelineEvent.id == event.id).values({column: value})
        )
        said = flaw_of(session, sealed)
    assert said == f"event {event.id.hex} of batch {event.link_seq} was changed"


def test_every_column_is_looked_at() -> None:
    sealed_apart = {"practice_id", "id", "link_seq"}  # a row that moves is missed where it was
    assert {name for name, _ in COLUMNS} | sealed_apart == set(
        TimelineEvent.__table__.columns.keys()
    )


@pytest.mark.parametrize("tampering", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("place", [0, 9, BATCH * BATCHES - 1])
def test_each_kind_of_tampering_is_found_and_named(
    sealed: World, tampering: Tampering, place: int
) -> None:
    event, kept = events(sealed)[place], head_of(sealed)
    other = 2 if event.link_seq != 2 else 4
    with in_wrong_hands(sealed) as session:
        said = tampering(session, event, other)
        assert flaw_of(session, sealed, kept) == said


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", datetime(2020, 1, 1, tzinfo=UTC)),
        ("count", 3),
        ("digest", bytes(32)),
        ("mac", bytes(32)),
        ("prev_mac", b"\x01" * 32),
        ("key_id", "k9"),
    ],
)
def test_a_changed_seal_is_found(sealed: World, column: str, value: Any) -> None:
    with in_wrong_hands(sealed) as session:
        session.execute(update(AuditLink).where(AuditLink.seq == 3).values({column: value}))
        said = flaw_of(session, sealed)
    assert said is not None
    assert "batch 3" in said


def test_an_end_that_was_cut_off_shows_with_the_head_that_was_kept(sealed: World) -> None:
    kept = head_of(sealed)
    with in_wrong_hands(sealed) as session:
        session.execute(delete(TimelineEvent).where(TimelineEvent.link_seq == BATCHES))
        session.execute(delete(AuditLink).where(AuditLink.seq == BATCHES))
        assert flaw_of(session, sealed) is None, "nothing inside the database can tell"
        said = flaw_of(session, sealed, kept)
    assert said == (
        f"the head that was kept names batch {BATCHES}, but the chain ends with {BATCHES - 1}: "
        "its end was cut off"
    )


def test_an_end_whose_seal_alone_was_cut_off_shows_by_itself(sealed: World) -> None:
    with in_wrong_hands(sealed) as session:
        session.execute(delete(AuditLink).where(AuditLink.seq == BATCHES))
        said = flaw_of(session, sealed)
    assert said == (
        f"an event stands in batch {BATCHES}, but the chain ends with {BATCHES - 1}: "
        "its end was cut off"
    )


def test_an_end_that_was_sealed_anew_is_not_the_one_that_was_kept(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", BATCH)
    world = sealed_world(database_url)
    kept = head_of(world)
    with in_wrong_hands(world) as session:
        session.execute(delete(AuditLink).where(AuditLink.seq == BATCHES))
        session.execute(
            update(TimelineEvent)
            .where(TimelineEvent.link_seq == BATCHES)
            .values(link_seq=None, actor="x")
        )
        session.commit()
    assert seal_record(world.house, world.practice_id) == BATCH
    assert verified(world).flaw is None
    said = verified(world, kept=kept).flaw
    assert said == f"batch {BATCHES} is not the one of the head that was kept"


@pytest.fixture
def often(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """One sealed record for many tries, none of which stays."""
    monkeypatch.setattr(sealing, "BATCH", BATCH)
    return sealed_world(sqlite_url)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    done=st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.integers(0, BATCH * BATCHES - 1),
            st.integers(1, BATCHES),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_done_one_after_the_other_is_found(
    often: World, done: list[tuple[Tampering, int, int]]
) -> None:
    kept, all_events = head_of(often), events(often)
    before = {(e.id, e.link_seq, e.actor) for e in all_events}
    with in_wrong_hands(often) as session:
        for tampering, place, other in done:
            event = all_events[place]
            there = session.get(TimelineEvent, (event.practice_id, event.id))
            link = session.get(AuditLink, (event.practice_id, event.link_seq))
            if there is None or link is None or other == event.link_seq:
                continue
            if there.link_seq != event.link_seq or event.id.bytes not in link.entries:
                continue
            tampering(session, event, other)
            session.expire_all()
        columns = (TimelineEvent.id, TimelineEvent.link_seq, TimelineEvent.actor)
        now = {tuple(row) for row in session.query(*columns)}
        said = flaw_of(session, often, kept)
    assert (said is None) is (now == before), said
