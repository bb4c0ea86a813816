"""A whole import taken back: as if it had never been, as long as nothing happened about it."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from shared.accounts import Account, Hold
from shared.billing import Invoice
from shared.ledger import JournalEntry, JournalLine
from tests.books import fresh_books
from tests.counts import sample
from tests.integration.import_world import row
from tests.integration.list_desk import ListDesk
from tests.integration.talks import Talks, words
from tests.world import World

LEO = {"Nom": "Marchand", "Prénom": "Léo", "Date de naissance": "03/03/2012"}


@pytest.fixture
def desk(database_url: str) -> ListDesk:
    return ListDesk(World(database_url))


def later(desk: ListDesk, **span: float) -> None:
    desk.world.clock.instant += timedelta(**(span or {"minutes": 10}))


def journal_sums(desk: ListDesk) -> dict[str, int]:
    with desk.world.database.reading(desk.world.practice_id) as session:
        sums: dict[str, int] = {}
        for line in session.scalars(select(JournalLine)):
            sums[line.ledger_account] = sums.get(line.ledger_account, 0) + line.amount_cents
        return {name: cents for name, cents in sums.items() if cents}


def test_the_first_import_taken_back_leaves_nothing_owed_and_nothing_shown(desk: ListDesk):
    address = desk.booked(row("F-1"), row("F-2", ref="D-2", left="5,00", **LEO))
    entries = desk.count(JournalEntry)
    assert desk.undone(address) == "undone"
    assert desk.balances() == {}
    assert desk.accounts() == {}
    assert journal_sums(desk) == {}
    assert desk.count(JournalEntry) == 2 * entries
    said = desk.says(address)
    assert "Annulé par Camille Manager" in said
    assert "Raison : ce n’était pas la bonne liste" in said
    listed = desk.says("/accounts")
    assert "Lacroix" not in listed
    assert "Marchand" not in listed
    found = desk.window().client
    assert "Lacroix" not in found.get("/accounts").text


def test_a_corrected_list_comes_in_as_if_for_the_first_time_even_of_another_person(desk: ListDesk):
    wrong = desk.booked(row("F-1", left="2,00"))
    assert desk.undone(wrong) == "undone"
    later(desk)
    desk.booked(row("F-1", Nom="Ferrand", Prénom="Ida", Date_de_naissance="01/01/1960"))
    assert desk.balances() == {"F-1": ("p:D-1", 2000)}
    listed = desk.says("/accounts")
    assert "Ida Ferrand" in listed
    assert "Lacroix" not in listed


def test_what_was_changed_goes_back_and_what_others_changed_since_stays(desk: ListDesk):
    desk.booked(row("F-1"), row("F-2", left="5,00"))
    before = desk.balances()
    later(desk)
    second = desk.booked(
        row("F-1", left="7,00", Portable="06 39 98 99 99", Langue="en"), source="logiciel"
    )
    assert desk.balances()["F-1"] == ("p:D-1", 700)
    with desk.world.database.unit_of_work(desk.world.practice_id) as work:
        account = work.session.scalars(select(Account)).one()
        assert account.language == "en"
        account.language = "de"
        work.commit()
    assert desk.undone(second) == "undone"
    assert desk.balances() == before
    with desk.world.database.reading(desk.world.practice_id) as session:
        account = session.scalars(select(Account)).one()
        assert account.language == "de"
        assert session.scalars(select(Hold).where(Hold.status == "active")).all() == []
    assert "Valeurs changées depuis, laissées comme elles sont 1" in desk.says(second)
    page = desk.window().client.get(f"/accounts/{account.number}").text
    assert "99 99" not in page


def test_a_pause_that_the_list_ended_begins_again(desk: ListDesk):
    desk.booked(row("F-1"), row("F-2"))
    later(desk)
    desk.booked(row("F-2"), source="logiciel")
    later(desk)
    back = desk.booked(row("F-1"), row("F-2"), source="logiciel")
    assert desk.undone(back) == "undone"
    with desk.world.database.reading(desk.world.practice_id) as session:
        held = session.scalars(select(Hold).where(Hold.status == "active")).one()
        number = session.scalar(select(Invoice.number).where(Invoice.id == held.invoice_id))
    assert (held.kind, number) == ("absent", "F-1")


def test_a_pause_that_began_again_ends_with_the_list_that_had_placed_it(desk: ListDesk):
    desk.booked(row("F-1"), row("F-2"))
    later(desk)
    absent = desk.booked(row("F-2"), source="logiciel")
    later(desk)
    back = desk.booked(row("F-1"), row("F-2"), source="logiciel")
    assert desk.undone(back) == "undone"
    assert desk.undone(absent) == "undone"
    with desk.world.database.reading(desk.world.practice_id) as session:
        assert session.scalars(select(Hold).where(Hold.status == "active")).all() == []


def test_after_a_message_it_stays_and_the_page_says_which_account_stands_against_it(
    desk: ListDesk,
):
    address = desk.booked(row("F-1"), row("F-2", ref="D-2", **LEO))
    later(desk)
    balances = desk.balances()
    with desk.world.database.reading(desk.world.practice_id) as session:
        account = session.scalars(select(Account).where(Account.external_key == "p:D-2")).one()
    Talks(desk.world).open(account, "unclear", words("Pourquoi ?"))
    assert desk.undone(address) == "kept"
    said = desk.says(address)
    assert "Rien n’a été annulé" in said
    assert account.number in said
    assert "Un message." in said
    assert desk.balances() == balances


def test_an_older_list_waits_for_the_newer_one_to_be_taken_back_first(desk: ListDesk):
    first = desk.booked(row("F-1"))
    later(desk)
    second = desk.booked(row("F-1"), row("F-2"), source="logiciel")
    assert desk.undone(first) == "kept"
    assert "Annulez d’abord celle-là" in desk.says(first)
    assert desk.undone(second) == "undone"
    assert desk.undone(first) == "undone"
    assert desk.balances() == {}


def test_asked_for_twice_it_is_taken_back_once(desk: ListDesk):
    address = desk.booked(row("F-1"))
    desk.press(address, "undo", why="other")
    desk.press(address, "undo", why="other")
    desk.work()
    desk.press(address, "undo", why="other")
    desk.work()
    assert journal_sums(desk) == {}
    assert desk.press(address, "undo", why="").status_code == 303


NUMBERS = ("F-1", "F-2", "F-3")
REFS = {"F-1": "D-1", "F-2": "D-1", "F-3": "D-2"}
LISTS = st.fixed_dictionaries(
    {number: st.none() | st.integers(0, 2000) for number in NUMBERS}
).filter(lambda left: any(cents is not None for cents in left.values()))


def rows_of(listed: dict[str, int | None]) -> list[dict[str, str]]:
    return [
        row(
            number,
            REFS[number],
            f"{cents // 100},{cents % 100:02}",
            **(LEO if REFS[number] == "D-2" else {}),
        )
        for number, cents in listed.items()
        if cents is not None
    ]


@settings(max_examples=sample(3, 60), deadline=None)
@given(lists=st.lists(st.tuples(LISTS, st.sampled_from(["yes", "no"])), min_size=1, max_size=3))
def test_whatever_lists_came_before_taking_the_last_one_back_leaves_the_others_only(
    sqlite_template: Path, lists: list[tuple[dict[str, int | None], str]]
):
    with tempfile.TemporaryDirectory() as folder, fresh_books(sqlite_template, folder) as url:
        desk = ListDesk(World(url))
        seen, done = [(desk.balances(), desk.accounts(), journal_sums(desk))], []
        for listed, full in lists:
            source = {"source": "logiciel", "new_source": ""} if done else {}
            done.append(desk.booked(*rows_of(listed), full=full, **source))
            later(desk)
            seen.append((desk.balances(), desk.accounts(), journal_sums(desk)))
        for address in reversed(done):
            seen.pop()
            assert desk.undone(address) == "undone"
            assert (desk.balances(), desk.accounts(), journal_sums(desk)) == seen[-1]
            later(desk)
        desk.world.database.dispose()
