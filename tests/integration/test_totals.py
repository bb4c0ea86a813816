"""The figures beside the desks are the truth, whatever happened before the worker counted."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.audit import SYSTEM, Actor
from shared.base.clock import local_date
from shared.base.ids import new_id
from shared.payments import Payment
from shared.totals import DeskTotal, Moment, Total, count_now, keep_totals, totals_of
from shared.worklist import (
    KINDS,
    TO_BANK,
    Task,
    close_tasks,
    finish_by_hand,
    open_task,
    put_off,
    take_up,
)
from tests.backoffice_office import Samples, counted, opened
from tests.backoffice_people import OTHERS, OURS
from tests.integration.today_desk import act, task_of

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
PARIS = "Europe/Paris"
CLAIRE = Actor("staff", "Claire Le Goff")


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def moment(office: Samples, practice_id: int = OURS) -> Moment:
    return Moment(practice_id, office.clock.now(), PARIS)


def keep(office: Samples) -> int:
    """What the worker does on its slow look."""
    with office.database.unit_of_work(OURS) as work:
        changed = keep_totals(work.session, moment(office))
        work.commit()
    return changed


def something_happens(office: Samples, chance: random.Random) -> None:
    """One step of a history of tasks, as any of those who write them may take it."""
    at, today = office.clock.now(), local_date(office.clock.now(), PARIS)
    with office.database.unit_of_work(OURS) as work:
        waiting = work.session.scalars(
            select(Task).where(Task.practice_id == OURS, Task.status == "open").order_by(Task.id)
        ).all()
        deed = chance.choice(["open", "open", "done", "gone", "later", "again", "time"])
        one = chance.choice(waiting) if waiting else None
        if deed == "time":
            office.later(hours=chance.randint(1, 60))
        elif deed == "open" or one is None:
            kind = KINDS[chance.choice(sorted(KINDS))]
            open_task(
                work.session,
                kind,
                practice_id=OURS,
                account_id=chance.choice([None, office.ids["held"]]),
                key=new_id().hex,
                due_on=today + timedelta(days=chance.randint(-9, 9)),
                actor=SYSTEM,
                at=at,
            )
        elif deed == "later" and KINDS[one.kind].way.promised != TO_BANK:
            if one.later_by is None:
                until = today + timedelta(days=chance.randint(1, 5))
                later(work.session, one.id, until=until, today=today, at=at)
        elif deed == "again":
            take_up(work.session, practice_id=OURS, task_id=one.id, actor=CLAIRE, at=at)
        elif deed == "done" and KINDS[one.kind].way.by_hand:
            reason = KINDS[one.kind].way.by_hand[0]
            who = {"actor": CLAIRE, "at": at}
            finish_by_hand(work.session, practice_id=OURS, task_id=one.id, reason=reason, **who)
        else:
            how = {"event": "vanished", "actor": SYSTEM, "at": at}
            close_tasks(work.session, KINDS[one.kind], practice_id=OURS, key=one.key, **how)
        work.commit()


def later(session: object, task: UUID, **more: object) -> None:
    put_off(
        session,
        practice_id=OURS,
        task_id=task,
        reason="person",
        told=True,
        actor=CLAIRE,
        **more,
    )


def truth(office: Samples) -> Counter[str]:
    """Every open task looked at one by one."""
    today, found = local_date(office.clock.now(), PARIS), Counter[str]()
    with office.database.reading() as reading:
        for task in reading.scalars(select(Task).where(Task.practice_id == OURS)):
            if task.status != "open":
                continue
            if task.later_by is not None and task.comes_on > today:
                found[f"tasks.{task.kind}:later"] += 1
                continue
            found[f"tasks.{task.kind}"] += 1
            if task.account_id is None:
                found[f"tasks.{task.kind}:nobody"] += 1
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_totals_equal_the_truth_after_any_history(office: Samples, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a history, no secret
    for _ in range(6):
        for _ in range(chance.randint(1, 12)):
            something_happens(office, chance)
        keep(office)
        with office.database.reading(OURS) as reading:
            shown = totals_of(reading, moment(office), acted_at=None)
        assert shown.at == office.clock.now()
        counts = {n: t.count for n, t in shown.by_name.items() if n.startswith("tasks.")}
        assert counts == truth(office)


def test_counting_again_what_did_not_change_writes_nothing_but_the_hour(office: Samples) -> None:
    assert keep(office) > 0
    first = rows(office)
    office.later(seconds=30)
    assert keep(office) == 0
    again = rows(office)
    assert {name for name in first if first[name] != again[name]} == {""}


def rows(office: Samples) -> dict[str, tuple[int, int, object]]:
    with office.database.reading() as reading:
        return {r.name: (r.count, r.cents, r.at) for r in reading.scalars(select(DeskTotal))}


def test_pages_read_what_was_kept_and_the_cost_of_the_rail_does_not_grow(office: Samples) -> None:
    keep(office)
    office.later(minutes=1)
    client = office.client("secretary")
    with counted(office.database) as statements:
        client.get("/sessions")
    assert not [one for one in statements if " FROM task" in one or "money_order" in one]
    assert "Compté à 9 h 40" in client.get("/today").text.replace("\u00a0", " ")


def test_whoever_did_something_sees_it_at_once_and_others_with_the_next_count(
    office: Samples,
) -> None:
    office.later(minutes=1)
    keep(office)
    office.later(seconds=10)
    client, colleague = office.client("secretary"), office.client("manager")
    act(client, task_of(office, "ladder_call"), "done", reason="reached")
    assert 'id="n-rail-today">3<' in client.get("/sessions").text
    assert 'id="n-rail-today">4<' in colleague.get("/sessions").text
    office.later(seconds=20)
    keep(office)
    assert 'id="n-rail-today">3<' in colleague.get("/sessions").text


def test_without_a_worker_for_a_while_pages_count_themselves(office: Samples) -> None:
    keep(office)
    act(office.client("manager"), task_of(office, "ladder_call"), "done", reason="reached")
    office.later(minutes=6)
    page = office.client("secretary").get("/today").text
    assert 'id="n-rail-today">3<' in page
    assert "Compté à" not in page


def test_what_came_in_is_counted_by_the_practices_own_days(office: Samples) -> None:
    with office.database.unit_of_work(OURS) as work:
        [payment] = work.session.scalars(
            select(Payment).where(Payment.id == office.ids["door_payment"])
        )
        late_evening = office.clock.now().replace(hour=23, minute=30) - timedelta(days=1)
        payment.received_at = late_evening  # 0 h 30 of today, in Paris
        work.commit()
        found = count_now(work.session, moment(office))
    assert found["received.2026-11-24"] == Total(1, 900)
    assert "received.2026-11-23" not in found


def test_a_cancelled_payment_did_not_come_in(office: Samples) -> None:
    with office.database.unit_of_work(OURS) as work:
        for payment in work.session.scalars(select(Payment)):
            payment.cancelled_on = payment.booked_on
        work.session.flush()
        found = count_now(work.session, moment(office))
    assert not [name for name in found if name.startswith("received.")]


def test_one_practice_is_not_counted_with_another(office: Samples) -> None:
    keep(office)
    with office.database.reading(OTHERS) as reading:
        assert not totals_of(reading, moment(office, OTHERS), acted_at=None).by_name
