"""While a list comes in, patients pay and other lists come: nothing is lost, doubled or held up."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from ardoise.importing.comparing import compare
from shared.accounts import Account
from tests.integration.import_world import ImportWorld, csv_of, open_import_world, row


@pytest.fixture
def world(database_url: str) -> ImportWorld:
    return open_import_world(database_url)


def test_two_imports_at_the_same_time_open_no_account_twice(world: ImportWorld):
    data = csv_of(*(row(f"F-{i}", ref=f"D-{i}") for i in range(60)))
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(world.feed, [data, data]))
    assert sorted(report.counts.get("created", 0) for report in reports) == [0, 60]
    assert world.count(Account) == 60


def test_a_payment_that_settles_during_an_import_is_neither_lost_nor_counted_twice(
    world: ImportWorld,
):
    world.export(row(), row("F-2"))
    world.a_week_later()
    with ThreadPoolExecutor(1) as pool:
        with world.paying("F-1", 1500):
            importing = pool.submit(world.feed, csv_of(row(left="5,00"), row("F-2")))
            with pytest.raises(TimeoutError):
                importing.result(timeout=1)
        assert importing.result(timeout=30).kept
    assert world.invoice("F-1").open_cents == 500
    assert world.account_of("F-1").balance_cents == 2500


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Once, after a list was compared and before anything of it is written, this happens."""

    def compare_and_act(*args: object) -> object:
        touched = compare(*args)
        patched.undo()
        act()
        return touched

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ardoise.importing.run.compare", compare_and_act)
        yield


def test_who_pays_while_a_list_is_compared_does_not_wait(world: ImportWorld):
    world.export(row(), row("F-2"))
    world.a_week_later()
    with meanwhile(lambda: world.pay_here("F-1", 1500)):
        assert world.export(row(left="5,00"), row("F-2")).kept
    assert world.invoice("F-1").open_cents == 500
    with meanwhile(lambda: world.pay_here("F-2", 2000)):
        assert world.export(row(left="5,00"), row("F-2")).kept
    assert world.account_of("F-1").balance_cents == 500


@pytest.mark.parametrize("numbers", [("F-1", "F-2"), ("F-2",)])
def test_a_list_that_came_while_another_was_compared_is_taken_into_account(
    world: ImportWorld, numbers: tuple[str, ...]
):
    lists = [csv_of(*(row(n, ref=f"D-{n}") for n in some)) for some in (numbers, ("F-1", "F-2"))]
    with meanwhile(lambda: world.feed(lists[0])):
        report = world.feed(lists[1])
    assert report.counts.get("created", 0) == 2 - len(numbers)
    assert report.counts["unchanged"] == len(numbers)
    assert world.count(Account) == 2


def test_a_debtor_who_was_changed_meanwhile_is_refused_as_always(world: ImportWorld):
    other = row("F-1", ref="D-9", Nom="Marchand", Prénom="Léo", Date_de_naissance="03/03/1990")
    with meanwhile(lambda: world.export(row("F-1"))):
        report = world.export(other)
    assert not report.kept
    assert world.count(Account) == 1
