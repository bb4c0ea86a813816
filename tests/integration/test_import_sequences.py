"""Any number of lists and payments in any order: the books hold, and nobody owes less than nothing."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.billing import Invoice
from shared.ledger import JournalEntry
from tests.books import fresh_books
from tests.counts import sample
from tests.integration.import_world import PRACTICE, ImportWorld, open_import_world, row

NUMBERS = ("F-1", "F-2", "F-3")
SHARE = 2000
REFS = {"F-1": "D-1", "F-2": "D-1", "F-3": "D-2"}

# What each invoice of a list says is left, None where the list does not name it.
LISTS = st.fixed_dictionaries(
    {number: st.none() | st.integers(0, SHARE) for number in NUMBERS}
).filter(lambda left: any(cents is not None for cents in left.values()))
PAYMENTS = st.tuples(st.sampled_from(NUMBERS), st.integers(1, SHARE))
STEPS = st.lists(
    st.tuples(st.just("full"), LISTS)
    | st.tuples(st.just("partial"), LISTS)
    | st.tuples(st.just("pay"), PAYMENTS),
    min_size=1,
    max_size=8,
)
HONEST = st.lists(
    st.tuples(st.just("pay"), PAYMENTS)
    | st.tuples(st.just("enter"), st.sampled_from(NUMBERS))
    | st.just(("list", None)),
    min_size=1,
    max_size=8,
)


def open_of(world: ImportWorld) -> dict[str, int]:
    """What is open of each invoice."""
    with world.database.reading(PRACTICE) as session:
        return {i.number: i.open_cents for i in session.query(Invoice)}


def export(world: ImportWorld, left: dict[str, int | None], *, full: bool) -> None:
    rows = [
        row(number, ref=REFS[number], left=f"{cents // 100},{cents % 100:02d}")
        for number, cents in left.items()
        if cents is not None
    ]
    assert world.export(*rows, full=full).kept


def pay(world: ImportWorld, number: str, cents: int) -> int:
    """Pay at most what is open; returns how much."""
    paid = min(open_of(world).get(number, 0), cents)
    if paid:
        world.pay_here(number, paid)
    return paid


@settings(max_examples=sample(25, 1_000), deadline=None)
@given(steps=STEPS)
def test_the_books_hold_whatever_the_lists_say(sqlite_template: Path, steps: list[tuple]):
    """Every invariant is checked after each step; among them that nothing open is negative."""
    with tempfile.TemporaryDirectory() as folder, fresh_books(sqlite_template, folder) as url:
        world = open_import_world(url)
        for kind, what in steps:
            if kind == "pay":
                pay(world, *what)
            else:
                export(world, what, full=kind == "full")
                known = open_of(world)
                assert all(known[n] <= c for n, c in what.items() if c is not None)
            world.a_week_later()
        world.database.dispose()


@settings(max_examples=sample(25, 1_000), deadline=None)
@given(steps=HONEST)
def test_entering_our_payments_in_the_software_never_changes_what_is_owed(
    sqlite_template: Path, steps: list[tuple]
):
    """The practice enters them late, some lists between, and its settled invoices leave the list."""
    with tempfile.TemporaryDirectory() as folder, fresh_books(sqlite_template, folder) as url:
        world = open_import_world(url)
        in_software = dict.fromkeys(NUMBERS, SHARE)
        waiting = dict.fromkeys(NUMBERS, 0)
        owed = dict.fromkeys(NUMBERS, SHARE)
        export(world, in_software, full=True)
        for kind, what in steps:
            if kind == "pay":
                paid = pay(world, *what)
                waiting[what[0]] += paid
                owed[what[0]] -= paid
            elif kind == "enter":
                in_software[what] -= waiting[what]
                waiting[what] = 0
            elif any(in_software.values()):
                world.a_week_later()
                export(world, {n: c or None for n, c in in_software.items()}, full=True)
            assert open_of(world) == owed
        with world.database.reading(PRACTICE) as session:
            assert not session.query(JournalEntry).filter_by(kind="adjustment").count()
        world.database.dispose()
