"""How a dispute lives, whatever is told of it in whatever order."""

from itertools import pairwise

import pytest

from shared.processor.stripe_disputes import read_dispute
from shared.reversals.dispute_rules import DISPUTE, is_news, steps_to
from shared.reversals.refund_rules import split_refund

STANDINGS = ("inquiry", "open", "won", "lost", "closed")
A_LIFE = ("inquiry", "closed", "open", "lost", "won", "lost", "won", "open", "won")


def after(status: str, told: str) -> str:
    for event in steps_to(status, told):
        status = DISPUTE.after(status, event)
    return status


@pytest.mark.parametrize("status", STANDINGS)
@pytest.mark.parametrize("told", STANDINGS)
def test_what_is_told_is_reached_or_nothing_moves(status: str, told: str):
    assert after(status, told) in {status, told}


def test_in_its_own_order_each_step_is_taken():
    assert [after(before, told) for before, told in pairwise(A_LIFE)] == list(A_LIFE[1:])


def test_no_later_word_is_an_older_one():
    """A dispute comes back to where it was, once its money has moved on."""
    assert after("won", "open") == "open"
    assert not is_news(2, 1)
    assert is_news(2, 2)
    assert is_news(2, 3)


def test_a_bank_takes_more_than_is_left_and_nobody_is_asked_for_it_twice():
    split = split_refund(4250, credit=100, settled=[], disputed=True)
    assert (split.credit, split.shares, split.beyond) == (100, {}, 4150)


def told(status: str, *moves: tuple[int, int]) -> tuple[str, int, int]:
    read = read_dispute(
        {
            "id": "du_1",
            "amount": 4250,
            "balance_transactions": [
                {"amount": amount, "fee": fee, "created": 1} for amount, fee in moves
            ],
            "created": 1,
            "currency": "eur",
            "evidence_details": {"due_by": None},
            "payment_intent": "pi_1",
            "reason": "fraudulent",
            "status": status,
        }
    )
    return read.standing, read.taken_cents, read.fee_cents


def test_where_the_money_is_says_how_a_dispute_stands():
    taken, back = (-4250, 2000), (4250, -2000)
    assert told("warning_needs_response") == ("inquiry", 0, 0)
    assert told("needs_response") == ("inquiry", 0, 0), "nothing is gone yet"
    assert told("warning_closed") == ("closed", 0, 0)
    assert told("prevented") == ("closed", 0, 0)
    assert told("needs_response", taken) == ("open", 4250, 2000)
    assert told("a_status_of_tomorrow", taken) == ("open", 4250, 2000)
    assert told("won", taken) == ("open", 4250, 2000), "won, but not back yet"
    assert told("lost", taken) == ("lost", 4250, 2000)
    assert told("won", taken, back) == ("won", 0, 0)
    assert told("won", taken, (4250, 0)) == ("won", 0, 2000)
    assert told("won", taken, (4250, 0), (-4250, 0)) == ("open", 4250, 2000), "taken again"
    assert told("lost", taken, (4250, 0), (-4250, 0)) == ("lost", 4250, 2000)
    assert told("lost", taken, (1000, 0)) == ("lost", 3250, 2000)
    assert told("won", taken, (1000, 0)) == ("lost", 3250, 2000), "won for a part only"
