"""Portal and worker each have their own key at the processor: the portal's opens pages, no more."""

from uuid import uuid4

import pytest
from click.testing import Result
from sqlalchemy import select, update

from shared.processor import (
    GatewayRefusedError,
    KeysDifferError,
    ProcessorAccount,
    ProcessorKeys,
    RefundOrder,
    Seals,
    check_keys,
    gateway_of,
)
from shared.processor.stripe_gateway import StripeGateway
from tests.command_line import run
from tests.integration.till import Till
from tests.servers.process import free_port
from tests.servers.sandbox import Sandbox, restricted
from tests.world import World


@pytest.fixture
def key() -> str:
    return f"sk_test_{uuid4().hex}"


def opened(till: Till, seals: Seals) -> StripeGateway:
    """The door to the processor of whoever holds these seals."""
    number = till.world.practice_id
    with till.world.database.reading(number) as session:
        gateway = gateway_of(
            session, practice_id=number, seals=seals, base_address=till.processor.url
        )
    assert gateway is not None
    return gateway


def seals_of(till: Till) -> tuple[Seals, Seals]:
    """The portal's and the worker's."""
    gateway = till.world.settings.gateway()
    return Seals(gateway), Seals(gateway, till.world.settings.own())


@pytest.mark.usefixtures("provoked")
def test_the_portals_key_gives_nothing_back_and_the_workers_does(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    till.tell_all()
    till.work()
    [payment] = till.payments(account)
    order = RefundOrder("ours", "a-key", payment.processor_ref, 1000)
    portal, worker = (opened(till, seals) for seals in seals_of(till))
    with pytest.raises(GatewayRefusedError):
        portal.refund(order)
    assert till.listed_refunds() == []
    assert worker.refund(order).amount_cents == 1000


def test_a_practice_from_before_keeps_its_one_key_for_both(till: Till) -> None:
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        work.session.execute(update(ProcessorAccount).values(worker_key=None, worker_key_id=None))
        work.commit()
    till.world.house.gateways._known.clear()
    account = till.world.account()
    mine, workers = seals_of(till)
    assert opened(till, mine).create_customer("k1") != opened(till, workers).create_customer("k2")
    till.pay(account)
    till.tell_all()
    till.work()
    assert till.owed(account) == 0


# Connecting a practice


def test_keys_of_two_accounts_are_told(processor: Sandbox, key: str) -> None:
    mine, other = restricted(processor, key), restricted(processor, f"{key}2")
    check_keys(mine, base_address=processor.url)
    with pytest.raises(KeysDifferError, match="two accounts"):
        check_keys(ProcessorKeys(mine.portal, other.worker), base_address=processor.url)


@pytest.mark.usefixtures("provoked")
def test_a_key_that_may_too_little_is_told_with_what_it_lacks(processor: Sandbox, key: str) -> None:
    blind = processor.control("keys", key=key, rights=["charge_read"])["key"]
    with pytest.raises(GatewayRefusedError, match="rak_customer_write"):
        check_keys(ProcessorKeys(blind, key), base_address=processor.url)


def connect(world: World, typed: str) -> Result:
    """`ardoise practice processor` with what stands on its standard input."""
    return run(world.settings, "practice", "processor", typed=typed)


def kept(world: World) -> list[ProcessorAccount]:
    with world.database.reading(world.practice_id) as session:
        return list(session.scalars(select(ProcessorAccount)))


def test_a_practice_is_connected_by_two_keys(till: Till, key: str) -> None:
    keys = restricted(till.processor, key)
    told = connect(till.world, f"{keys.worker}\n{keys.portal}\n")
    assert told.exit_code == 0, told.output
    assert "Connected" in told.output
    assert "share this key" not in told.output
    portal, worker = (opened(till, seals) for seals in seals_of(till))
    assert portal.create_customer("k") != ""
    assert worker.refunds_since(till.world.clock.now()) == []
    assert keys.worker not in told.output + str(kept(till.world)[0].__dict__)


@pytest.mark.parametrize("again", [False, True])
def test_with_one_key_it_says_what_that_means(till: Till, key: str, again: bool) -> None:
    told = connect(till.world, f"{key}\n{key if again else ''}\n")
    assert told.exit_code == 0, told.output
    assert "whoever took the portal over could refund with it" in told.output


@pytest.mark.parametrize("live", ["sk_live_1234567890", "rk_live_1234567890"])
def test_one_key_for_real_money_and_one_for_tests_are_refused(
    till: Till, key: str, live: str
) -> None:
    before = kept(till.world)[0].secret_key
    with pytest.raises(KeysDifferError, match="not one of each"):
        till.world.set_processor(till.world.practice_id, ProcessorKeys(key, live))
    told = connect(till.world, f"{key}\n{live}\n")
    assert told.exit_code != 0
    assert kept(till.world)[0].secret_key == before


def test_a_processor_that_does_not_answer_leaves_all_as_it_was(till: Till, key: str) -> None:
    before = kept(till.world)[0].secret_key
    settings = till.world.settings
    till.world.settings = settings.model_copy(
        update={"processor_url": f"http://127.0.0.1:{free_port()}"}
    )
    told = connect(till.world, f"{key}\n{key}1\n")
    till.world.settings = settings
    assert told.exit_code != 0
    assert kept(till.world)[0].secret_key == before
