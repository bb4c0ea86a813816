"""A payment that could not be given to an account: whoever asked reads why where they look."""

from collections.abc import Iterator
from typing import Any

import pytest

from ardoise import ordering
from shared.accounts import Account
from shared.orders import MoneyOrder
from shared.processor import GatewayRefusedError
from shared.reconciliation import NOT_ASSIGNED
from tests.backoffice_office import text_of
from tests.integration.desk_world import Secretary, Window
from tests.integration.stray_till import Clerk, by_hand, check_to_the_cent, give_back, strays, sweep
from tests.integration.till import Till
from tests.servers.sandbox import Sandbox


@pytest.fixture
def till(database_url: str, processor: Sandbox) -> Iterator[Till]:
    found = Till.open(database_url, processor)
    yield found
    found.close()


@pytest.fixture
def claire(till: Till) -> Secretary:
    return Secretary.of(till.world)


def assign(till: Till, claire: Secretary, account: Account) -> MoneyOrder:
    return Clerk(till, claire.colleague).assign(strays(till)[0], account)


def plain(said: str) -> str:
    return said.replace("\u202f", " ").replace("\xa0", " ")


def to_check(window: Window) -> str:
    return plain(text_of(window.client.get("/to-check")))


def test_it_is_said_on_the_account_in_its_history_and_on_the_list_of_work(
    till: Till, claire: Secretary
) -> None:
    account = till.world.account(owes=(5000,))
    intent = by_hand(till)
    sweep(till)
    give_back(till, intent, 5000)
    order = assign(till, claire, account)
    assert (order.status, order.outcome) == ("refused", "returned")
    page = plain(claire.window.says(account))
    assert (
        "Paiement par carte de 50,00 € à rattacher à ce compte : non fait : "
        "ce paiement a été rendu entre-temps, ou repris par la banque" in page
    )
    assert (
        "Demande impossible : paiement à rattacher, 50,00 € : ce paiement a été rendu entre-temps"
        in page
    )
    assert till.tasks() == ["assign_refused"]
    said = to_check(claire.window)
    assert f"Le paiement de 50,00 € n’est pas allé au compte {account.number}" in said
    assert "Ce paiement a été rendu entre-temps." in said
    assert intent in said
    check_to_the_cent(till)


def test_of_two_accounts_the_second_reads_that_it_went_to_another(
    till: Till, claire: Secretary
) -> None:
    first, second = till.world.account(), till.world.account()
    by_hand(till)
    sweep(till)
    [stray] = strays(till)
    Clerk.of(till).ask(stray, first)
    assign(till, claire, second)
    page = plain(claire.window.says(second))
    assert "ce paiement a été attribué à un autre compte entre-temps" in page
    assert "à rattacher" not in plain(claire.window.says(first)).split("Historique")[0]
    said = to_check(claire.window)
    assert f"n’est pas allé au compte {second.number}" in said
    assert f"Ce paiement est au compte {first.number} maintenant." in said


def test_while_it_waits_the_account_says_that_it_comes(till: Till, claire: Secretary) -> None:
    account = till.world.account()
    by_hand(till)
    sweep(till)
    Clerk(till, claire.colleague).ask(strays(till)[0], account)
    assert (
        "Paiement par carte de 50,00 € à rattacher à ce compte : s’inscrit…"
        in plain(claire.window.says(account))
    )  # fmt: skip
    ordering.carry_out_orders(till.world.house, till.world.practice_id)
    assert "s’inscrit…" not in claire.window.says(account)


def test_done_in_the_end_it_is_nobodys_work_any_more(
    till: Till, claire: Secretary, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = till.world.account(owes=(5000,))
    by_hand(till)
    sweep(till)

    def unknown(*_: Any) -> None:
        raise GatewayRefusedError("no such payment", code="resource_missing")

    with monkeypatch.context() as other_key:
        other_key.setattr(type(till.desk().gateway), "retrieve_charge", unknown)
        assert assign(till, claire, account).outcome == "unknown_payment"
    said = to_check(claire.window)
    assert "la clé du cabinet a-t-elle changé" in said
    assert "Il attend toujours sur « Paiements à attribuer »" in said
    assert NOT_ASSIGNED.name in till.tasks()
    assert assign(till, claire, account).status == "done"
    assert NOT_ASSIGNED.name not in till.tasks()
    assert till.owed(account) == 0
    check_to_the_cent(till)
