"""`ardoise payments verify` says what differs, by how much, and what to do, as an accountant reads it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ardoise.commands.payment_words import what_differs, what_to_do, what_was_done
from ardoise.commands.payments import line_of
from ardoise.verifying import Finding
from shared.processor import Disputed, Refunded
from shared.reconciliation import difference
from shared.reconciliation.difference import Difference, Stood

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
KINDS = sorted(
    value for name, value in vars(difference).items() if name.isupper() and isinstance(value, str)
)
NO_SUM_IN_EUROS = {"other_currency", "wrong_mode", "dispute_missing"}
DISPUTE = Disputed(
    dispute_id="du_1",
    intent_id="pi_1",
    standing="won",
    amount_cents=4250,
    taken_cents=0,
    fee_cents=2000,
    currency="eur",
    reason="fraudulent",
    respond_by=None,
    at=AT,
    taken_at=AT,
    moves=2,
)


def differs(kind: str, cents: int = 4250, here: int = 1250) -> Difference:
    return Difference(kind, "pi_1", cents, AT, here=here, part="x_1" if "_" in kind else "")


def moved_on(told: Disputed, known: Stood) -> str:
    return what_differs(
        Difference(
            "dispute_other",
            "pi_1",
            told.taken_cents + told.fee_cents,
            AT,
            here=known.taken_cents + known.fee_cents,
            part="du_1",
            told=told,
            known=known,
        )
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_what_differs_and_what_to_do(kind: str) -> None:
    one = differs(kind)
    said = what_differs(one)
    assert len(said) > 20
    assert len(what_to_do(one)) > 20
    assert what_was_done(one)
    if kind not in NO_SUM_IN_EUROS | {"dispute_unknown"}:
        assert "the journal has " in said, "by how much"
    for booked in (True, False):
        line = line_of(Finding(one, booked))
        assert line.startswith("  booked now  " if booked else "  TO LOOK AT  ")
        assert line.count("pi_1") == 1


def test_a_won_dispute_whose_money_is_back_says_so_in_figures() -> None:
    assert moved_on(DISPUTE, Stood("open", 4250, 2000)) == (
        "the processor says won, no money gone, fee 20.00; "
        "here it is open, 42.50 gone, fee 20.00: the journal has 42.50 too little"
    )
    kept = replace(DISPUTE, fee_cents=0)
    assert moved_on(kept, Stood("won", 0, 2000)).endswith("the journal has 20.00 too little")


def test_a_dispute_that_only_stands_elsewhere_says_that_no_sum_differs() -> None:
    lost = replace(DISPUTE, standing="lost", taken_cents=4250)
    assert moved_on(lost, Stood("open", 4250, 2000)) == (
        "the processor says lost, 42.50 gone, fee 20.00; "
        "here it is open, 42.50 gone, fee 20.00: no sum differs"
    )


def test_of_a_part_that_came_back_the_part_is_said() -> None:
    part = replace(DISPUTE, standing="lost", taken_cents=2000)
    assert "the journal has 22.50 too little" in moved_on(part, Stood("open", 4250, 2000))


def test_a_banks_mere_question_has_no_money_gone() -> None:
    told = replace(DISPUTE, standing="inquiry", fee_cents=0)
    one = Difference("dispute_unknown", "pi_1", 4250, AT, part="du_1", told=told)
    assert "a question only, no money gone, fee 0.00; no sum differs" in what_differs(one)
    assert "42.50, dispute du_1 of payment pi_1: " in line_of(Finding(one, booked=True))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("missing_here", "42.50 too little"),
        ("nobodys", "42.50 too little"),
        ("missing_there", "42.50 too much"),
        ("other_sum", "30.00 too little"),
        ("refund_unknown", "42.50 too much"),
        ("refund_failed", "42.50 too little"),
        ("refund_missing", "42.50 too little"),
        ("refund_sum", "30.00 too much"),
    ],
)
def test_the_journal_has_too_much_or_too_little_of_the_processors_money(
    kind: str, said: str
) -> None:
    assert said in what_differs(differs(kind))


def test_a_refund_that_waits_has_moved_nothing_yet() -> None:
    told = Refunded("re_1", "pi_1", "pending", 1000, "eur", AT)
    one = Difference("refund_unknown", "pi_1", 1000, AT, part="re_1", told=told)
    assert "nothing is gone yet" in what_differs(one)


def test_a_sum_in_another_currency_is_not_written_as_euros() -> None:
    line = line_of(Finding(differs("other_currency"), booked=False))
    assert "42.50" not in line
