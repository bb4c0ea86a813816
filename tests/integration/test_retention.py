"""What was kept long enough goes each night, counted, once it is switched on; nothing else does."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from ardoise.retaining import remove_what_is_due, whole_accounts
from shared.accounts import Account, Hold, IdentityFailure
from shared.audit import TimelineEvent
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.codes import OneTimeCode
from shared.links import Link
from shared.messages import Document, Message, Thread
from shared.payments import WebhookEvent
from shared.privacy import PERIODS, RetentionRun, days_of, preview, sweeping
from shared.privacy.fading import VICTIMS
from shared.privacy.periods import check_days
from tests.command_line import run
from tests.integration.audit_world import verified
from tests.world import World

PRIVATE = b"sealed words"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(database_url)
    yield made
    made.check()
    made.database.dispose()


def add(world: World, *rows: Any) -> None:
    with world.database.unit_of_work(world.practice_id) as work:
        for row in rows:
            work.session.add(row)
            work.session.flush()
        work.commit()


def fill(world: World, account: Account, at: datetime) -> None:
    """One of each kind, over since ``at``."""
    mine: dict[str, Any] = {"practice_id": world.practice_id, "account_id": account.id}
    thread = Thread(
        **mine,
        id=new_id(),
        subject="other",
        status="closed",
        opened_at=at,
        moved_at=at,
        answer_by=at.date(),
    )
    message = Message(
        **mine,
        id=new_id(),
        thread_id=thread.id,
        side="patient",
        author="portal",
        body=PRIVATE,
        once="0" * 32,
        at=at,
    )
    add(
        world,
        IdentityFailure(**mine, at=at),
        Link(**mine, id=new_id(), created_at=at, expires_at=at, wrapped_key=PRIVATE),
        OneTimeCode(
            **mine,
            visit_id=new_id(),
            purpose="details",
            subject_id=new_id(),
            status="dead",
            code=PRIVATE,
            asked_at=at,
            expires_at=at,
        ),
        WebhookEvent(
            practice_id=world.practice_id,
            event_id=str(new_id()),
            kind="x",
            object_id="x",
            status="handled",
            received_at=at,
            handled_at=at,
        ),
        Hold(
            **mine,
            kind="staff",
            status="released",
            placed_at=at,
            placed_by="Claire",
            review_on=at.date(),
            released_at=at,
            released_by="Claire",
            release_reason="answered",
            note=PRIVATE,
        ),
        thread,
        message,
        Document(
            **mine,
            message_id=message.id,
            media="pdf",
            pages=1,
            size_bytes=3,
            content=PRIVATE,
            at=at,
        ),
    )


EACH = {"identity_failures", "links", "codes", "signals", "hold_notes", "threads"}


def found(world: World) -> dict[str, int]:
    with world.database.reading(world.practice_id) as session:
        return preview(
            session,
            practice_id=world.practice_id,
            at=world.clock.now(),
            others=whole_accounts(world.house),
        )


def runs(world: World) -> list[RetentionRun]:
    with world.database.reading(world.practice_id) as session:
        return list(session.scalars(select(RetentionRun).order_by(RetentionRun.on)))


def sweep(world: World) -> int:
    return remove_what_is_due(world.house, world.practice_id)


def switch_on(world: World) -> None:
    assert run(world.settings, "privacy", "on").exit_code == 0


def old(world: World) -> Account:
    """A settled account with one of each kind from four years ago."""
    account = world.account(owes=())
    fill(world, account, world.clock.now() - timedelta(days=4 * 365))
    return account


def test_nothing_goes_before_it_is_switched_on_and_the_preview_says_what_would(
    world: World,
) -> None:
    old(world)
    assert sweep(world) == 0
    assert found(world) == dict.fromkeys(EACH, 1)
    told = run(world.settings, "privacy", "preview")
    said = told.output.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Ce soir : 1 réponse fausse à l’entrée, 1 lien périmé" in said
    assert runs(world) == []


def test_what_is_old_goes_and_is_counted_and_a_second_time_finds_nothing(world: World) -> None:
    old(world)
    switch_on(world)
    sweep(world)
    assert found(world) == {}
    (day,) = runs(world)
    assert day.counts == dict.fromkeys(EACH, 1)
    assert day.ended_at is not None
    assert sweep(world) == 0
    with world.database.reading(world.practice_id) as session:
        for table in (IdentityFailure, WebhookEvent, Message, Document):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.scalars(select(Link.wrapped_key)).all() == [b""]
        assert session.scalars(select(OneTimeCode.code)).all() == [b""]
        assert session.scalars(select(Hold.note)).all() == [None]
        kind = select(TimelineEvent.facts).where(TimelineEvent.kind == "privacy.swept")
        assert session.scalars(kind).all() == [{"counts": dict.fromkeys(EACH, 1)}]


def test_what_is_young_stays(world: World) -> None:
    account = world.account(owes=())
    fill(world, account, world.clock.now() - timedelta(hours=20))
    switch_on(world)
    sweep(world)
    assert runs(world)[0].counts == {}
    with world.database.reading(world.practice_id) as session:
        assert session.scalars(select(Link.wrapped_key)).all() == [PRIVATE]
        assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_a_conversation_stays_while_something_is_owed(world: World) -> None:
    account = world.account(owes=(4250,))
    fill(world, account, world.clock.now() - timedelta(days=4 * 365))
    assert "threads" not in found(world)


def test_another_practices_rows_stay(world: World) -> None:
    other = world.open_practice("Autre")
    account = world.account(owes=(), practice_id=other)
    at = world.clock.now() - timedelta(days=4 * 365)
    add(world, IdentityFailure(practice_id=other, account_id=account.id, at=at))
    assert run(world.settings, "privacy", "on", "--practice", "1").exit_code == 0
    sweep(world)
    with world.database.reading(other) as session:
        assert session.scalar(select(func.count()).select_from(IdentityFailure)) == 1


def test_it_goes_on_where_it_was_stopped_and_the_count_is_of_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 3)
    monkeypatch.setattr("ardoise.retaining.MOST_PARTS", 2)
    account = world.account(owes=())
    at = world.clock.now() - timedelta(days=400)
    mine: dict[str, Any] = {"practice_id": world.practice_id, "account_id": account.id}
    add(world, *(IdentityFailure(**mine, at=at) for _ in range(10)))
    switch_on(world)
    sweep(world)
    (half,) = runs(world)
    assert (half.counts, half.ended_at) == ({"identity_failures": 6}, None)
    while sweep(world):
        pass
    (day,) = runs(world)
    assert day.counts == {"identity_failures": 10}
    assert day.ended_at is not None


def test_the_next_day_has_a_run_of_its_own_and_the_night_begins_at_two(world: World) -> None:
    switch_on(world)
    sweep(world)
    world.later(hours=15, minutes=10)  # ten to two at night
    assert sweep(world) == 0
    world.later(minutes=15)
    assert sweep(world) == 1
    assert len(runs(world)) == 2


def test_the_record_goes_by_sealed_batches_and_still_verifies(world: World) -> None:
    assert run(world.settings, "audit", "seal").exit_code == 0
    world.later(days=PERIODS["record"].usual + 1)
    assert found(world)["record"] >= 1
    switch_on(world)
    sweep(world)
    after = verified(world)
    assert after.flaw is None
    assert after.removed >= 1
    assert after.events == 0


def test_periods_are_settings_within_bounds(world: World) -> None:
    told = run(world.settings, "privacy", "keep", "links", "10")
    assert told.exit_code == 0
    shown = run(world.settings, "privacy", "periods").output
    assert "links                 10 days (1 to 90)" in shown
    for name, days in (("links", "91"), ("record", "365"), ("links", "0"), ("nothing", "5")):
        refused = run(world.settings, "privacy", "keep", name, days)
        assert refused.exit_code == 1
        assert isinstance(refused.exception, NotAllowedError)


def test_switching_twice_says_so_and_off_stops_it(world: World) -> None:
    switch_on(world)
    assert "as before" in run(world.settings, "privacy", "on").output
    assert "off" in run(world.settings, "privacy", "off").output
    old(world)
    assert sweep(world) == 0


def test_every_period_has_its_rows_and_its_usual_days_are_within_bounds() -> None:
    assert set(PERIODS) == set(VICTIMS) | {"record", "accounts"}
    for name, period in PERIODS.items():
        check_days(name, days_of(name, {}))
        assert period.least <= period.usual <= period.most
