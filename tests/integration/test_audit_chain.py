"""What happened is sealed once, in batches that follow each other, however many workers there are."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from ardoise.sealing import seal_record
from shared.audit import (
    PATIENT,
    AuditLink,
    Head,
    elide_batches,
    record,
    seal_events,
    sealing,
    verify_chain,
)
from shared.base.vault import KeyRing, new_key
from tests.command_line import run
from tests.integration.audit_world import (
    BATCH,
    BATCHES,
    events,
    happen,
    head_of,
    sealed_world,
    verified,
)
from tests.world import World

ALL = BATCH * BATCHES


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


@pytest.fixture
def sealed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(sealing, "BATCH", BATCH)
    return sealed_world(database_url)


def test_everything_is_sealed_once_and_holds(sealed: World) -> None:
    found = verified(sealed)
    assert found.flaw is None
    assert (found.events, found.batches, found.waiting, found.removed) == (ALL, BATCHES, 0, 0)
    assert found.head == head_of(sealed)
    assert seal_record(sealed.house, sealed.practice_id) == 0, "nothing is sealed twice"
    assert {event.link_seq for event in events(sealed)} == set(range(1, BATCHES + 1))


def test_what_happens_later_waits_and_is_sealed_after(sealed: World) -> None:
    before = head_of(sealed)
    happen(sealed, 3)
    assert verified(sealed).waiting == 3
    assert seal_record(sealed.house, sealed.practice_id) == 3
    after = verified(sealed, kept=before)
    assert (after.flaw, after.events, after.waiting) == (None, ALL + 3, 0)


def test_each_practice_has_a_chain_of_its_own(sealed: World) -> None:
    other = sealed.open_practice("Autre")
    happen(sealed, 5, practice_id=other)
    before = verified(sealed)
    seal_record(sealed.house, other)
    assert verified(sealed) == before
    with sealed.database.at_one_moment(other) as session:
        assert verify_chain(session, practice_id=other, keys=sealed.settings.audits()).flaw is None


# Keys


def test_a_new_key_seals_on_and_the_old_one_verifies(sealed: World) -> None:
    ring = KeyRing({"k2": new_key(), **sealed.settings.audits().keys})
    happen(sealed, 2)
    with sealed.database.unit_of_work(sealed.practice_id) as work:
        seal_events(work.session, practice_id=sealed.practice_id, keys=ring, at=sealed.clock.now())
        work.commit()
    assert verified(sealed, keys=ring).flaw is None
    said = verified(sealed, keys=KeyRing({"k2": ring.keys["k2"]})).flaw
    assert said == "batch 1 was sealed with the key k1, which ARDOISE_AUDIT_KEYS does not hold"


def test_a_seal_made_with_another_key_of_the_same_name_is_found(sealed: World) -> None:
    strangers = KeyRing({sealed.settings.audits().current: new_key()})
    happen(sealed, 2)
    with sealed.database.unit_of_work(sealed.practice_id) as work:
        seal_events(
            work.session, practice_id=sealed.practice_id, keys=strangers, at=sealed.clock.now()
        )
        work.commit()
    assert verified(sealed).flaw == f"the seal of batch {BATCHES + 1} does not fit what it says"


# Age


def remove_older_than_a_year(world: World) -> int:
    with world.database.unit_of_work(world.practice_id) as work:
        gone = elide_batches(
            work.session,
            practice_id=world.practice_id,
            before=world.clock.now() - timedelta(days=365),
            most=100,
            keys=world.settings.audits(),
            at=world.clock.now(),
        )
        work.commit()
    return gone


def test_old_batches_go_as_a_whole_and_the_chain_still_holds(sealed: World) -> None:
    kept = head_of(sealed)
    sealed.later(days=400)
    happen(sealed, BATCH)
    seal_record(sealed.house, sealed.practice_id)
    assert remove_older_than_a_year(sealed) == ALL
    found = verified(sealed, kept=kept)
    assert (found.flaw, found.events, found.removed) == (None, BATCH, ALL)
    assert len(events(sealed)) == BATCH
    assert remove_older_than_a_year(sealed) == 0
    assert f"{ALL} removed for their age" in run(sealed.settings, "audit", "verify").output


def test_a_batch_with_something_young_in_it_stays_whole(world: World) -> None:
    happen(world, 2)
    world.later(days=400)
    happen(world, 2)
    seal_record(world.house, world.practice_id)
    assert remove_older_than_a_year(world) == 0


# The database's own guards


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE timeline_event SET actor = 'x'",
        "UPDATE timeline_event SET link_seq = 1",
        "UPDATE timeline_event SET link_seq = NULL",
        "DELETE FROM timeline_event",
        "UPDATE audit_link SET count = 0",
        "UPDATE audit_link SET elided_at = at, count = 0",
        "DELETE FROM audit_link",
        "INSERT INTO timeline_event (practice_id, id, at, actor_kind, actor, kind, facts, link_seq) "
        "SELECT practice_id, account_id, at, actor_kind, actor, kind, facts, 1 FROM timeline_event",
    ],
)
def test_not_even_the_owner_changes_what_is_sealed(sealed: World, statement: str) -> None:
    with sealed.database.unit_of_work() as work, pytest.raises(IntegrityError):
        work.session.execute(text(statement))
    assert verified(sealed).flaw is None


def test_what_is_not_sealed_yet_can_only_be_sealed(world: World) -> None:
    happen(world, 1)
    for statement in (
        "UPDATE timeline_event SET actor = 'x'",
        "UPDATE timeline_event SET actor = 'x', link_seq = 7",
        "DELETE FROM timeline_event",
    ):
        with world.database.unit_of_work() as work, pytest.raises(IntegrityError, match="happened"):
            work.session.execute(text(statement))


# Several at once


def test_workers_at_once_seal_nothing_twice(world: World) -> None:
    happen(world, 3000)
    done: list[int] = []
    workers = [
        threading.Thread(target=lambda: done.append(seal_record(world.house, world.practice_id)))
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = verified(world)
    assert found.flaw is None
    assert (sum(done), found.events, found.waiting) == (found.events, len(events(world)), 0)
    with world.database.reading(world.practice_id) as session:
        assert session.scalar(select(func.sum(AuditLink.count))) == found.events


def test_what_is_committed_late_is_sealed_though_later_ids_were_before_it(
    postgres_url: str,
) -> None:
    world = World(postgres_url)
    with world.database.unit_of_work(world.practice_id) as slow:
        record(
            slow.session,
            practice_id=world.practice_id,
            account_id=None,
            kind="practice.rules",
            actor=PATIENT,
            at=world.clock.now(),
        )
        slow.session.flush()
        happen(world, 3)
        seal_record(world.house, world.practice_id)
        slow.commit()
    assert verified(world).waiting == 1
    assert seal_record(world.house, world.practice_id) == 1
    assert verified(world).flaw is None


# On the command line


def test_the_command_says_that_it_holds(sealed: World) -> None:
    told = run(sealed.settings, "audit", "verify")
    assert told.exit_code == 0, told.output
    assert f"holds   practice 1: {ALL} event(s) in {BATCHES} sealed batch(es)" in told.output
    shown = run(sealed.settings, "audit", "head")
    assert Head.read(shown.output.splitlines()[-1]) == head_of(sealed)
    again = run(sealed.settings, "audit", "verify", "--head", str(head_of(sealed)))
    assert again.exit_code == 0


@pytest.mark.parametrize("given", ["x", "1:2", "1:2:zz", "1:2:00", "9:1:" + "00" * 32])
def test_a_head_that_is_none_is_told(sealed: World, given: str) -> None:
    told = run(sealed.settings, "audit", "verify", "--head", given)
    assert told.exit_code == 1
    assert "head" in str(told.exception)


def test_a_head_of_another_chain_is_told_with_exit_status_1(sealed: World) -> None:
    strange = Head(sealed.practice_id, BATCHES, bytes(32))
    told = run(sealed.settings, "audit", "verify", "--head", str(strange))
    assert told.exit_code == 1
    assert f"BROKEN  practice 1: batch {BATCHES} is not the one of the head" in told.output


def test_the_command_seals_what_waits(world: World) -> None:
    happen(world, 3)
    assert "event(s) sealed." in run(world.settings, "audit", "seal").output
    assert verified(world).waiting == 0
