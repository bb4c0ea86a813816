"""Staff give money back: whole, in parts, several times, and never more than is there."""

from uuid import UUID

import pytest

from ardoise import ordering, settling
from ardoise.office import House
from ardoise.patience import Patience
from shared.accounts import Account
from shared.base.errors import NotFoundError
from shared.processor import GatewayUnavailableError, Refunded, RefundOrder
from tests.integration.doors import Door
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid
from tests.integration.till import Till, at_once, on_postgres, on_sqlite


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def test_a_whole_payment_goes_back_to_the_card_and_is_owed_again_on_hold(
    till: Till, desk: RefundDesk
) -> None:
    account = paid(till)
    order = desk.ask(account, 4250)
    assert till.owed(account) == 0
    desk.work()
    assert desk.given_back() == [4250]
    assert desk.order(order).status == "done"
    [refund] = till.refunds(account)
    assert (refund.status, refund.amount_cents) == ("succeeded", 4250)
    assert till.owed(account) == 4250
    assert till.tasks(account) == ["refund_to_explain"]
    assert till.notices(account)[-1] == "refunded"
    till.check()
    till.tell_all()
    till.work()
    assert len(till.refunds(account)) == 1
    till.check()


def test_a_payment_goes_back_in_parts_until_nothing_is_left(till: Till, desk: RefundDesk) -> None:
    account = paid(till)
    for cents in (1000, 250):
        desk.ask(account, cents)
    assert "Il reste 30,00" in desk.refused(account, 3001).replace("\u202f", " ")
    desk.work()
    desk.ask(account, 3000)
    assert "Il ne reste rien" in desk.refused(account, 1)
    desk.work()
    assert desk.given_back() == [4250]
    assert sorted(r.amount_cents for r in till.refunds(account)) == [250, 1000, 3000]
    assert till.owed(account) == 4250
    assert "Il ne reste rien" in desk.refused(account, 1)
    till.check()


class Lost(Door):
    """The processor gives back, and nobody hears it say so."""

    def refund(self, order: RefundOrder) -> Refunded:
        super().refund(order)
        raise GatewayUnavailableError("APIConnectionError")


@pytest.mark.parametrize("more", [0, 500])
def test_what_is_left_goes_back_too_while_nobody_knows_of_a_first_part(
    till: Till, desk: RefundDesk, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    """The part that a webhook tells of before the answer seems to go twice, for a moment."""
    account = paid(till)
    first = desk.ask(account, 1000)
    lost = Lost(till.desk().gateway)
    with monkeypatch.context() as patched:
        patched.setattr(till.world.house.gateways, "of", lambda _practice_id: lost)
        desk.work()
    rest = desk.ask(account, 3250)
    if more:
        till.give_back(account, more)
    till.tell_all()
    settling.heed_signals(till.world.house, till.world.practice_id)
    desk.work()
    assert [desk.order(one).status for one in (first, rest)] == ["sent", "approved"]
    till.later(minutes=1)
    desk.work()
    assert desk.order(first).status == "done"
    said = desk.order(rest)
    if more:  # what is really too much is refused, once that is known
        assert (said.status, said.outcome) == ("refused", "too_much")
    else:
        assert (said.status, said.outcome) == ("done", None)
    assert desk.given_back() == [1000 + (more or 3250)]
    till.check()


@on_sqlite
def test_a_sum_that_makes_no_sense_and_a_reason_that_is_none_are_refused(
    till: Till, desk: RefundDesk
) -> None:
    account, other = paid(till), paid(till)
    for cents in (0, -1, 4251):
        assert "Il reste 42,50" in desk.refused(account, cents)
    assert "Choisissez la raison" in desk.refused(account, 100, reason="diagnosis")
    assert "comment l\u2019argent est rendu" in desk.refused(account, 100, method="cash")
    with pytest.raises(NotFoundError):
        desk.ask(account, 100, payment=till.payments(other)[-1])
    assert desk.orders(account) == []


def test_the_same_form_sent_twice_asks_once(till: Till, desk: RefundDesk) -> None:
    account = paid(till)
    assert desk.ask(account, 4250, once="a" * 32) == desk.ask(account, 4250, once="a" * 32)
    desk.work()
    assert desk.ask(account, 4250, once="a" * 32)
    desk.work()
    assert desk.given_back() == [4250]
    assert desk.orders(account) == [("done", None)]
    till.check()


@on_postgres
def test_two_tabs_at_the_same_moment_never_ask_for_more_than_is_there(
    till: Till, desk: RefundDesk
) -> None:
    def tries(account: Account, cents: int) -> str:
        try:
            desk.ask(account, cents)
        except Exception as error:
            return str(error)
        return "asked"

    for _ in range(5):
        account = paid(till)
        told = at_once(*[lambda a=account: tries(a, 3000)] * 4)
        assert told.count("asked") == 1, told
        assert all(t == "asked" or t.startswith("Il reste") for t in told), told
    desk.work()
    assert desk.given_back() == [3000] * 5
    till.check()


@on_postgres
def test_two_workers_at_the_same_moment_give_back_once(till: Till, desk: RefundDesk) -> None:
    account = paid(till)
    order = desk.ask(account, 2000)
    at_once(desk.work, desk.work)
    till.later(minutes=11)
    desk.work()
    assert desk.order(order).status == "done"
    assert desk.given_back() == [2000]
    assert [r.amount_cents for r in till.refunds(account)] == [2000]
    till.check()


def test_what_went_back_on_the_processors_pages_meanwhile_is_not_given_back_again(
    till: Till, desk: RefundDesk
) -> None:
    """Our books know already: the worker looks again before it asks."""
    account = paid(till)
    order = desk.ask(account, 3000)
    till.give_back(account, 2000)
    till.tell_all()
    settling.heed_signals(till.world.house, till.world.practice_id)
    desk.work()
    assert (desk.order(order).status, desk.order(order).outcome) == ("refused", "too_much")
    assert "refund_refused" in till.tasks(account)
    assert desk.given_back() == [2000]
    till.check()


@pytest.mark.parametrize(("given", "outcome"), [(4250, "already_refunded"), (2000, "too_much")])
def test_what_our_books_do_not_know_yet_the_processor_refuses(
    till: Till, desk: RefundDesk, given: int, outcome: str
) -> None:
    account = paid(till)
    order = desk.ask(account, 3000)
    till.give_back(account, given)
    desk.work()
    assert (desk.order(order).status, desk.order(order).outcome) == ("refused", outcome)
    assert "refund_refused" in till.tasks(account)
    till.tell_all()
    till.work()
    assert desk.given_back() == [given]
    assert till.owed(account) == given
    till.check()


def test_a_refund_on_its_way_is_shown_as_such_and_counts(till: Till, desk: RefundDesk) -> None:
    account = paid(till)
    till.processor.control("refunds", end="pending")
    try:
        order = desk.ask(account, 3000)
        desk.work()
    finally:
        till.processor.control("refunds", end="succeeded")
    assert desk.order(order).status == "done"
    [refund] = till.refunds(account)
    assert refund.status == "pending"
    assert till.owed(account) == 0
    assert "Il reste 12,50" in desk.refused(account, 1251)
    till.processor.control("refund/end", refund=refund.processor_ref, status="failed")
    till.tell_all()
    till.work()
    assert till.tasks(account) == ["refund_failed"]
    assert desk.ask(account, 4250)
    till.check()


@on_sqlite
def test_a_practice_whose_account_is_empty_hears_why(till: Till, desk: RefundDesk) -> None:
    account = paid(till)
    till.processor.control("refunds", end="balance_insufficient")
    try:
        order = desk.ask(account, 1000)
        desk.work()
    finally:
        till.processor.control("refunds", end="succeeded")
    assert (desk.order(order).status, desk.order(order).outcome) == ("refused", "no_balance")
    assert till.tasks(account) == ["refund_refused"]
    assert till.owed(account) == 0
    desk.ask(account, 1000)
    desk.work()
    assert desk.given_back() == [1000]
    till.check()


@on_sqlite
def test_the_processor_learns_no_more_than_our_reference(till: Till, desk: RefundDesk) -> None:
    account = paid(till)
    twice, plain = desk.ask(account, 1000, reason="paid_twice"), desk.ask(account, 500)
    desk.work()
    told = till.listed_refunds()
    assert [(r["reason"], r["metadata"]) for r in told] == [
        ("duplicate", {"reference": twice.hex}),
        ("requested_by_customer", {"reference": plain.hex}),
    ]


@on_sqlite
def test_one_order_that_fails_stops_no_other(
    till: Till, desk: RefundDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = paid(till), paid(till)
    first, second = desk.ask(broken, 1000), desk.ask(fine, 1000)
    give_back = ordering.DOERS["refund"]

    def stumbling(house: House, practice_id: int, order_id: UUID, patience: Patience) -> None:
        if order_id == first:
            raise RuntimeError("a comet")
        give_back(house, practice_id, order_id, patience)

    with monkeypatch.context() as patched:
        patched.setattr(ordering, "DOERS", {"refund": stumbling})
        desk.work()
    assert desk.order(second).status == "done"
    assert (desk.order(first).status, desk.order(first).tries) == ("approved", 1)
    desk.work()
    assert desk.order(first).status == "approved", "it is tried again a little later"
    till.later(seconds=5)
    desk.work()
    assert desk.order(first).status == "done"
    till.check()
