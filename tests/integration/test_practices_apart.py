"""Each practice has its own account with the processor: nothing of one ever touches another."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from ardoise.verifying import verify
from shared.accounts import Account
from tests.integration.stray_till import by_hand, check_to_the_cent, give_back, strays, sweep
from tests.integration.till import Till


@dataclass
class Two:
    """The till's practice and another, with their keys."""

    till: Till
    other: int
    key: str
    secret: str

    def account(self) -> Account:
        """Somebody who owes the other practice."""
        return self.till.world.account(practice_id=self.other)

    def pay(self, account: Account) -> None:
        """They begin and pay there; nobody is told yet."""
        assert "/payment/" in self.till.press(self.till.begin(account))

    def check(self) -> None:
        """Both books are their own processor account's, to the cent."""
        check_to_the_cent(self.till)
        check_to_the_cent(self.till, self.other, self.key)


@pytest.fixture
def two(till: Till) -> Two:
    other = till.world.open_practice("Secrétariat R13")
    return Two(till, other, *till.take_cards(other))


def test_payments_and_refunds_of_both_stay_where_they_are(two: Two) -> None:
    till = two.till
    ours, theirs = till.world.account(), two.account()
    till.pay(ours)
    two.pay(theirs)
    sweep(till)
    assert (till.owed(ours), till.owed(theirs)) == (0, 4250)
    sweep(till, two.other)
    assert till.owed(theirs) == 0
    till.give_back(theirs, 1000)
    sweep(till)
    assert till.refunds(theirs) == []
    sweep(till, two.other)
    assert [r.amount_cents for r in till.refunds(theirs)] == [1000]
    assert till.refunds(ours) == []
    two.check()


def test_a_webhook_of_one_is_refused_at_the_others_door(two: Two) -> None:
    till = two.till
    ours, theirs = till.world.account(), two.account()
    till.pay(ours)
    two.pay(theirs)
    for event in till.events():
        assert till.tell(event, practice_id=two.other).status_code == 400
    for event in till.events(two.key):
        assert till.tell(event, secret=two.secret).status_code == 400
    assert till.signals() == []
    for event in till.events(two.key):
        assert till.tell(event, practice_id=two.other, secret=two.secret).status_code == 200
    till.work()
    till.work_for(two.other)
    assert (till.owed(ours), till.owed(theirs)) == (4250, 0)


def test_even_a_webhook_with_the_right_signature_moves_no_money_of_another(two: Two) -> None:
    """Whoever runs one practice signs an event that speaks of the other's payment."""
    till = two.till
    ours = till.world.account()
    till.pay(ours)
    for event in till.events():
        assert till.tell(event, practice_id=two.other, secret=two.secret).status_code == 200
    till.work_for(two.other)
    till.work()
    assert till.owed(ours) == 4250
    assert till.payments() == []
    assert strays(till, two.other) == []


def test_money_of_nobody_known_is_its_own_practices(two: Two) -> None:
    till = two.till
    intent = by_hand(till, 3000, key=two.key)
    sweep(till)
    assert strays(till) == []
    sweep(till, two.other)
    assert [s.processor_ref for s in strays(till, two.other)] == [intent]
    give_back(till, intent, 500)
    sweep(till)
    sweep(till, two.other)
    assert strays(till, two.other)[0].returned_cents == 500
    two.check()


def test_a_payment_that_bears_an_attempts_name_of_another_practice_is_nobodys(two: Two) -> None:
    till = two.till
    ours = till.world.account()
    till.begin(ours)
    named = {"metadata": {"reference": till.attempt(ours).id.hex}}
    by_hand(till, 4250, key=two.key, payment_intent_data=named)
    sweep(till, two.other)
    sweep(till)
    assert till.owed(ours) == 4250
    assert len(strays(till, two.other)) == 1
    two.check()


def test_verifying_one_says_nothing_of_the_other(two: Two) -> None:
    till = two.till
    till.pay(till.world.account())
    two.pay(two.account())
    now = till.world.clock.now()
    days = {"since": now - timedelta(days=1), "until": now + timedelta(hours=1)}
    first = verify(till.world.house, till.world.practice_id, **days)
    assert (first.listed, len(first.findings)) == (1, 1)
    assert len(till.payments()) == 1
    second = verify(till.world.house, two.other, **days)
    assert (second.listed, len(second.findings)) == (1, 1)
    two.check()
