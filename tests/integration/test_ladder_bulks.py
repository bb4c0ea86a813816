"""An act on many accounts: looked at first, done once, taken back as far as nothing has happened since."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.accounts import Hold, get_account
from shared.audit import SYSTEM, TimelineEvent
from shared.ladder import (
    HOLD,
    Ask,
    Fit,
    LadderBulk,
    LadderLetter,
    Staff,
    ask_bulk,
    bulk_doing,
    bulk_undo,
    step_bulk,
    unfinished,
)
from tests.backoffice_ladder import add_letter
from tests.backoffice_office import Samples, checked, opened, press, text_of, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import KEYS, NOW, OURS, add_invoice
from tests.statements import counting

REVIEW = "2026-12-08"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        for story in ("one", "two", "three"):
            add_letter(samples, story)
        yield samples


def active(office: Samples) -> set[str]:
    """Stories whose account the team paused."""
    with office.database.reading(OURS) as session:
        found = session.scalars(
            select(Hold.account_id).where(
                Hold.practice_id == OURS, Hold.kind == "staff", Hold.status == "active"
            )
        ).all()
    by_id = {office.ids[story]: story for story in office.numbers}
    return {by_id[account_id] for account_id in found}


def bulks(office: Samples) -> list[LadderBulk]:
    with office.database.reading(OURS) as session:
        return list(session.scalars(select(LadderBulk).order_by(LadderBulk.asked_at)))


def hold_all(office: Samples, once: str = "a" * 32, **fields: str) -> str:
    client = office.client("secretary")
    form = {"act": "hold", "all": "1", "once": once, "review_on": REVIEW} | fields
    answer = press(client, "/ladder/acts", **form)
    return str(answer.location)


def test_what_is_left_out_is_said_before_and_everything_that_fits_is_paused(office: Samples):
    client = office.client("secretary")
    check = text_of(checked(client, "/ladder/acts/check", act="hold", all="1", **{"from": "100"}))
    assert "Comptes 3 Reste dû en tout 636,00 €" in check
    assert active(office) == set()
    hold_all(office, **{"from": "100"})
    assert active(office) == {"one", "two", "three"}
    again = text_of(checked(client, "/ladder/acts/check", act="hold", all="1", **{"from": "100"}))
    assert "déjà en pause par l’équipe 3" in again


def test_pressing_twice_does_it_once(office: Samples):
    assert hold_all(office) == hold_all(office)
    [bulk] = bulks(office)
    with office.database.reading(OURS) as session:
        events = session.scalars(
            select(TimelineEvent).where(TimelineEvent.account_id == office.ids["one"])
        )
        assert [e.kind for e in events].count("hold.placed") == 1
    assert (bulk.status, bulk.accounts) == ("done", 5)


def test_taken_back_within_a_quarter_of_an_hour_but_for_what_changed_since(office: Samples):
    place = hold_all(office)
    with office.database.unit_of_work(OURS) as work:
        account = get_account(work.session, practice_id=OURS, account_id=office.ids["one"])
        hold = work.session.scalars(
            select(Hold).where(Hold.account_id == account.id, Hold.status == "active")
        ).one()
        hold.review_on = date(2027, 1, 5)  # a colleague looked at this one
        work.commit()
    client = office.client("manager")
    assert "Défaire" in text_of(client.get(place))
    press(client, f"{place}/undo")
    press(client, f"{place}/undo")
    assert active(office) == {"one"}
    page = text_of(client.get(place))
    assert "Défaite par Camille Manager" in page
    assert "1 reste comme il est" in page


def test_nothing_is_taken_back_later(office: Samples):
    place = hold_all(office)
    office.later(minutes=15)
    client = office.client("secretary")
    assert "Défaire" not in text_of(client.get(place))
    page = client.post(
        f"{place}/undo", data={"csrf_token": token_of(client)}, follow_redirects=True
    )
    assert "Le quart d’heure pour défaire est passé" in text_of(page)
    assert len(active(office)) == 5


def test_pauses_end_together_for_a_reason_and_come_back_with_their_day(office: Samples):
    hold_all(office)
    client = office.client("secretary")
    form = {"act": "release", "all": "1", "once": "b" * 32}
    assert press(client, "/ladder/acts", **form).status_code == 422
    place = str(press(client, "/ladder/acts", **form, reason="over").location)
    assert active(office) == set()
    with office.database.reading(OURS) as session:
        others = session.scalars(
            select(Hold.kind).where(Hold.practice_id == OURS, Hold.status == "active")
        ).all()
    assert set(others) == {"message"}, "what stands for something else ends with it"
    press(client, f"{place}/undo")
    with office.database.reading(OURS) as session:
        days = session.scalars(
            select(Hold.review_on).where(
                Hold.practice_id == OURS, Hold.kind == "staff", Hold.status == "active"
            )
        ).all()
    assert set(days) == {date(2026, 12, 8)}
    assert len(days) == 5


def shown(page: TestResponse) -> list[str]:
    """What the page that was looked at carries of each letter."""
    return re.findall(r'name="shown" value="([^"]+)"', page.text)


def test_letters_that_changed_since_they_were_shown_are_left_out_and_named(office: Samples):
    client = office.client("manager")
    confirm(office)
    token = token_of(client)
    chosen = [str(office.ids[story]) for story in ("one", "two")]
    fields = {"csrf_token": token, "account": chosen, "once": "d" * 32}
    page = client.post("/ladder/acts/check-letters", data=fields, follow_redirects=True)
    with office.database.unit_of_work(OURS) as work:
        add_invoice(office.stories, work.session, "two", "two-3", date(2026, 7, 1), 99_900)
        work.commit()
    assert client.post("/ladder/acts/letters", data=fields).status_code == 303
    with office.database.reading(OURS) as session:
        assert not session.scalars(select(LadderLetter)).all(), "nothing was shown"
    done = client.post("/ladder/acts/letters", data=fields | {"shown": shown(page)})
    with office.database.reading(OURS) as session:
        [letter] = session.scalars(select(LadderLetter)).all()
        assert (letter.account_id, letter.total_cents) == (office.ids["one"], 16_200)
    told = text_of(client.get(done.location))
    assert "plus ce qui vous était montré" in told
    assert office.numbers["two"] in told
    assert office.numbers["one"] not in told


def test_letters_are_approved_together_but_for_those_that_a_fact_forbids(office: Samples):
    with office.database.unit_of_work(OURS) as work:
        ask = Ask(HOLD, "c" * 32, Fit(), (office.ids["two"],), review_on=date(2026, 12, 8))
        who = office.staff["secretary"].user
        bulk = ask_bulk(
            work.session, ask, practice_id=OURS, by=Staff(SYSTEM, who.id, who.name), at=NOW
        )
        step_bulk(work.session, practice_id=OURS, bulk_id=bulk.id, keys=KEYS, at=NOW)
        work.commit()
    confirm(office)
    client = office.client("manager")
    confirm(office)
    chosen = [str(office.ids[story]) for story in ("one", "two", "three")]
    token = token_of(client)
    with counting(office.database.engine) as statements:
        page = client.post(
            "/ladder/acts/check-letters", data={"csrf_token": token, "account": chosen}
        )
    assert len(statements) <= 12
    with counting(office.database.engine) as statements:
        page = client.get(str(page.location))
    assert "une pause est active 1" in text_of(page)
    assert len(statements) <= 12
    fields = {"csrf_token": token, "account": chosen, "once": "d" * 32, "shown": shown(page)}
    done = client.post("/ladder/acts/letters", data=fields)
    with office.database.reading(OURS) as session:
        assert len(session.scalars(select(LadderLetter)).all()) == 2
    press(client, f"{done.location}/undo")
    with office.database.reading(OURS) as session:
        assert {row.status for row in session.scalars(select(LadderLetter))} == {"open"}


def test_whoever_goes_on_after_a_kill_begins_where_it_stopped(
    office: Samples, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk_doing, "STEP", 2)
    monkeypatch.setattr(bulk_undo, "STEP", 2)
    place = hold_all(office)
    assert len(active(office)) == 2
    assert "En cours" in text_of(office.client("secretary").get(place))
    bulk_id = re.sub(".*/", "", place)

    def go_on() -> int:
        steps = 0
        while True:
            with office.database.unit_of_work(OURS) as work:
                waiting = unfinished(work.session, practice_id=OURS)
                if not waiting:
                    return steps
                step_bulk(work.session, practice_id=OURS, bulk_id=waiting[0], keys=KEYS, at=NOW)
                if steps == 1 and bulk_id:
                    bulk_id_killed.append(steps)
                    work.session.rollback()  # killed before it was kept
                else:
                    work.commit()
            steps += 1

    bulk_id_killed: list[int] = []
    go_on()
    assert len(active(office)) == 5
    [bulk] = bulks(office)
    assert (bulk.status, bulk.accounts) == ("done", 5)
    press(office.client("secretary"), f"{place}/undo")
    go_on()
    assert active(office) == set()
    assert bulks(office)[0].undone == 5


def test_only_what_is_ticked_and_nothing_without_a_choice(office: Samples):
    client = office.client("secretary")
    press(
        client,
        "/ladder/acts",
        act="hold",
        once="a" * 32,
        review_on=REVIEW,
        account=str(office.ids["two"]),
    )
    assert active(office) == {"two"}
    page = client.post(
        "/ladder/acts/check",
        data={"csrf_token": token_of(client), "act": "hold"},
        follow_redirects=True,
    )
    assert "Cochez d’abord les comptes" in text_of(page)
