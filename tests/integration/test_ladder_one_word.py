"""The board, its lists and the account's page tell the same of what comes next: they read one rule."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.desks.inbox_words import on_day
from backoffice.desks.ladder_rows import Standing, read_standings
from shared.accounts import Account, ContactPoint, Hold
from shared.ladder import DEFAULT_POLICY, LadderCycle, LadderNight, whole_policy
from shared.worklist import Task
from tests.backoffice_office import Samples, opened, text_of
from tests.backoffice_people import NOW, OURS, add_cycle


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def lines(office: Samples, *, decided: bool = False) -> dict[str, Standing]:
    """The board's line of every account with a running conversation."""
    today = office.clock.now().date()
    with office.database.reading(OURS) as session:
        query = select(LadderCycle.account_id).where(
            LadderCycle.practice_id == OURS, LadderCycle.status == "open"
        )
        found = read_standings(
            session,
            list(session.scalars(query)),
            practice_id=OURS,
            steps=whole_policy(session, OURS),
            night=today + timedelta(days=1) if decided else today,
            keys=None,
        )
        return {line.number: line for line in found.values()}


def page(office: Samples, number: str) -> str:
    """What the account's page says of the ladder."""
    said = text_of(office.client("manager").get(f"/accounts/{number}"))
    said = re.sub(r"[\u00a0\u202f\s]+", " ", said)
    return said[said.index("Échelle profil de rappels") :][:900].lower()


def agree(line: Standing, said: str) -> None:
    """The page's words against the line's."""
    nothing_due = "tout ce qui est dû est retenu" in said or "rien n’est dû" in said
    assert (line.coming == "rien à demander") == nothing_due, (line, said)
    assert ("vue par l’équipe" in line.coming) == ("vue par l’équipe" in said), (line, said)
    if nothing_due:
        return
    assert ("retenue" in said.split("premier message")[0]) == bool(line.why), (line, said)
    assert line.why.lower() in said
    if "sous le minimum" in line.coming:
        assert "ne vient pas" in said, (line, said)
        assert "au plus tôt" not in said, (line, said)
        return
    if line.tone == "late":
        assert "attend l’équipe depuis" in said, (line, said)
    if line.day and not line.why:
        on = re.sub(r"[\u00a0\u202f\s]+", " ", on_day(line.day, today=NOW.date()))
        assert f"au plus tôt {on}" in said, (line, said)


def begin_everywhere(office: Samples) -> None:
    """A conversation, a step further each, for every sample account that has none yet."""
    with office.database.unit_of_work(OURS) as work:
        running = set(work.session.scalars(select(LadderCycle.account_id)))
        for place, (story, number) in enumerate(sorted(office.numbers.items())):
            account = work.session.scalar(
                select(Account).where(Account.practice_id == OURS, Account.number == number)
            )
            if account is not None and account.id not in running:
                position = place % (len(DEFAULT_POLICY) + 1)
                before = office.clock.now().date() - timedelta(days=3 * place)
                add_cycle(office.stories, work.session, story, position=position, stepped_on=before)
                running.add(account.id)
        work.commit()


def test_every_sample_account_is_told_alike_on_the_board_and_on_its_page(office: Samples) -> None:
    begin_everywhere(office)
    told = lines(office)
    assert len(told) >= 5
    for number, line in told.items():
        agree(line, page(office, number))


def test_once_todays_night_is_over_the_next_step_is_tomorrows_on_both(office: Samples) -> None:
    begin_everywhere(office)
    today = office.clock.now().date()
    number = change(office, position=1, stepped_on=today - timedelta(days=60), withheld=None)
    assert lines(office)[number].day == today
    with office.database.unit_of_work(OURS) as work:
        work.session.add(LadderNight(practice_id=OURS, day=today, at=office.clock.now(), counts={}))
        work.commit()
    told = lines(office, decided=True)
    assert told[number].day == today + timedelta(days=1)
    for number, line in told.items():
        agree(line, page(office, number))


def change(office: Samples, **cycle: object) -> str:
    """One late account that nothing holds back, with its conversation as said; returns its number."""
    with office.database.unit_of_work(OURS) as work:
        account_id = office.ids["held"]
        for hold in work.session.scalars(select(Hold).where(Hold.account_id == account_id)):
            hold.status, hold.released_at = "released", office.clock.now()
        found = work.session.scalars(
            select(LadderCycle).where(LadderCycle.account_id == account_id)
        ).one()
        for name, value in cycle.items():
            setattr(found, name, value)
        number = work.session.get_one(Account, (OURS, account_id)).number
        work.commit()
    return number


@pytest.mark.parametrize("position", range(len(DEFAULT_POLICY) + 1))
@pytest.mark.parametrize("asked", [False, True])
def test_a_step_that_somebody_saw_waits_for_nobody_on_either_page(
    office: Samples, position: int, asked: bool
) -> None:
    at = office.clock.now() - timedelta(days=2)
    number = change(
        office,
        position=position,
        stepped_on=at.date(),
        withheld=None,
        asked_position=position + 1 if asked else 0,
        asked_at=at if asked else None,
    )
    with office.database.unit_of_work(OURS) as work:
        for task in work.session.scalars(select(Task).where(Task.status == "open")):
            if task.account_id == office.ids["held"] and task.kind.startswith("ladder"):
                task.status, task.closed_at = "done", at
        work.commit()
    line = lines(office)[number]
    assert "à approuver" not in line.coming
    agree(line, page(office, number))


def test_what_kept_a_night_back_and_was_mended_since_is_said_on_neither(office: Samples) -> None:
    number = change(office, position=1, withheld="no_contact", withheld_since=office.clock.now())
    with office.database.unit_of_work(OURS) as work:
        account = work.session.get_one(Account, (OURS, office.ids["held"]))
        account.channel = "email"
        contact = work.session.get_one(ContactPoint, (OURS, office.ids["held_email"]))
        contact.status = "bounced"
        work.commit()
    line = lines(office)[number]
    assert line.why == "aucun contact qui marche"
    agree(line, page(office, number))
    with office.database.unit_of_work(OURS) as work:
        work.session.get_one(ContactPoint, (OURS, office.ids["held_email"])).status = "usable"
        work.commit()
    line = lines(office)[number]
    assert line.why == ""
    agree(line, page(office, number))
