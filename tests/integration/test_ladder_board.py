"""« Échelle »: the board says what is true, and the coming night is foreseen as it then is."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from ardoise.jobs_ladder import LadderCounter
from shared.accounts import get_practice
from shared.audit import SYSTEM
from shared.ladder import (
    BOARD,
    GOES,
    PAUSED,
    TONIGHT,
    LadderTotal,
    coming_night,
    count_ladder,
    decide_tonight,
    foresee,
    hold_night,
    whole_policy,
)
from tests.backoffice_office import Samples, opened, press, text_of
from tests.backoffice_people import NOW, OURS, TODAY
from tests.integration.ladder_world import LadderWorld
from tests.statements import counting


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    world = LadderWorld(database_url)
    yield world
    world.database.dispose()


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def totals(world: LadderWorld, about: str) -> dict[tuple[int, str], tuple[int, int]]:
    with world.database.reading(world.practice_id) as session:
        rows = session.scalars(select(LadderTotal).where(LadderTotal.about == about))
        return {(r.position, r.name): (r.accounts, r.cents) for r in rows if r.accounts}


def test_the_totals_are_what_is_true(world: LadderWorld):
    late = [world.account(owes=[5000], due_days=-60) for _ in range(3)]
    world.account(owes=[900], due_days=20)
    paused = world.account(owes=[7000], due_days=-60)
    world.night_and_send()
    world.hold(paused)
    world.days(7)
    assert LadderCounter().count(world.house, world.practice_id)
    assert totals(world, BOARD) == {(1, ""): (4, 15900), (1, PAUSED): (1, 7000)}
    assert totals(world, TONIGHT) == {(2, GOES): (3, 15000), (2, "hold_staff"): (1, 7000)}
    night = world.night()
    assert night.planned == {"reminder": 3}, late
    assert night.withheld == {"hold_staff": 1}


def test_counted_again_only_when_it_is_old(world: LadderWorld):
    world.account()
    assert LadderCounter().count(world.house, world.practice_id)
    assert not LadderCounter().count(world.house, world.practice_id)
    world.later(minutes=10)
    assert LadderCounter().count(world.house, world.practice_id)


def test_counted_again_at_once_when_a_pause_was_placed_or_lifted(world: LadderWorld):
    account = world.account(owes=[5000], due_days=-60)
    LadderCounter().count(world.house, world.practice_id)
    assert totals(world, TONIGHT) == {(1, GOES): (1, 5000)}
    world.later(seconds=5)
    world.hold(account)
    world.later(seconds=5)
    assert LadderCounter().count(world.house, world.practice_id)
    assert totals(world, TONIGHT) == {(1, "hold_staff"): (1, 5000)}
    assert not LadderCounter().count(world.house, world.practice_id), "nothing happened since"


def test_the_coming_night_is_foreseen_as_it_then_is_and_nothing_is_written(world: LadderWorld):
    for days in (-60, -10, 5):
        for _ in range(2):
            world.account(due_days=days)
    world.hold(world.account(due_days=-60))
    LadderCounter().count(world.house, world.practice_id)
    with world.database.reading(world.practice_id) as session:
        practice = get_practice(session, world.practice_id)
        night = coming_night(session, practice=practice, at=world.clock.now())
        seen, after = [], None
        while True:
            page = foresee(
                session,
                practice=practice,
                steps=whole_policy(session, world.practice_id),
                night=night,
                after=after,
                most=3,
            )
            seen += page.rows
            after = page.reached
            if after is None:
                break
    assert night == world.today
    assert len({row.due.account_id for row in seen}) == len(seen) == 7
    foreseen = Counter(row.withheld or GOES for row in seen)
    run = world.night()
    assert foreseen == Counter({GOES: run.planned.total()}) + run.withheld


def test_a_night_that_staff_hold_decides_nothing_and_the_next_one_does(world: LadderWorld):
    world.account()
    with world.database.unit_of_work(world.practice_id) as work:
        practice = get_practice(work.session, world.practice_id)
        hold_night(
            work.session,
            practice=practice,
            day=world.today,
            actor=SYSTEM,
            name="Claire",
            at=world.clock.now(),
        )
        work.commit()
    with world.database.unit_of_work(world.practice_id) as work:
        run = decide_tonight(work.session, practice=practice, at=world.clock.now())
        work.commit()
    assert run is not None
    assert (run.quiet, run.seen) == (True, 0)
    world.days(1)
    with world.database.unit_of_work(world.practice_id) as work:
        run = decide_tonight(work.session, practice=practice, at=world.clock.now())
        work.commit()
    assert run is not None
    assert (run.quiet, run.planned.total()) == (False, 1)


def count(office: Samples) -> None:
    """The worker counts."""
    with office.database.unit_of_work(OURS) as work:
        practice = get_practice(work.session, OURS)
        count_ladder(work.session, practice=practice, night=TODAY, at=NOW)
        work.commit()


def test_the_board_shows_each_column_with_its_first_accounts_and_when_it_was_counted(
    office: Samples,
):
    client = office.client("secretary")
    assert "Le premier compte se fait" in text_of(client.get("/ladder"))
    count(office)
    page = text_of(client.get("/ladder"))
    assert "2 comptes, 116,70 € . Compté à 9 h 40." in page
    assert "En pause 1 compte 42,50 €" in page
    assert "Nadia Ferhat 42,50 €" in page
    assert "Nadia" not in office.client("accountant").get("/ladder").text


def test_every_page_of_the_board_is_bounded(office: Samples):
    count(office)
    client = office.client("secretary")
    for address in (
        "/ladder",
        "/ladder/accounts",
        "/ladder/accounts?step=none&held=any&due=late&from=5&to=900",
        "/ladder/night",
        "/ladder/night?show=held",
    ):
        with counting(office.database.engine) as statements:
            assert client.get(address).status_code == 200, address
        assert len(statements) <= 12, (address, statements)


def test_the_list_keeps_to_its_filters_and_says_what_is_no_sum(office: Samples):
    client = office.client("secretary")
    assert "Nadia Ferhat" in client.get("/ladder/accounts?step=paused").text
    assert "Odile Kerbrat" not in client.get("/ladder/accounts?step=paused").text
    assert "Odile Kerbrat" in client.get("/ladder/accounts?from=50&language=en").text
    assert "Nadia Ferhat" not in client.get("/ladder/accounts?from=50").text
    wrong = client.get("/ladder/accounts?from=beaucoup")
    assert wrong.status_code == 422
    assert "Écrivez une somme en euros" in text_of(wrong)
    upside_down = client.get("/ladder/accounts?from=100&to=10")
    assert upside_down.status_code == 422
    assert "plus petite que celle de départ" in text_of(upside_down)
    for unknown in ("step=zzz", "held=zzz", "due=zzz", "language=zz", "channel=zzz", "segment=zzz"):
        refused = client.get(f"/ladder/accounts?{unknown}")
        assert refused.status_code == 422, unknown
        assert "Ce filtre n’existe pas" in text_of(refused), unknown
        assert "Mettre en pause…" not in text_of(refused), unknown
    assert client.get("/ladder/accounts?after=nonsense").status_code == 404


def test_everything_is_held_for_one_night_and_undone_by_one_press(office: Samples):
    client = office.client("secretary")
    held = press(client, "/ladder/night/hold", night=TODAY.isoformat())
    assert held.status_code == 303
    page = text_of(client.get("/ladder"))
    assert "Claire Le Goff retient toute la nuit" in page
    press(client, "/ladder/night/undo", night=TODAY.isoformat())
    assert "retient toute la nuit" not in text_of(client.get("/ladder"))
