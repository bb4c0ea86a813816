"""What each event books: debit and credit are always the same sum."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger import (
    CREDIT,
    LEDGER_ACCOUNTS,
    PATIENTS,
    PROCESSOR,
    Line,
    UnbalancedEntryError,
    adjustment_lines,
    card_lines,
    invoice_lines,
    opening_lines,
)
from shared.ledger.rules import AMC, AMO, ELSEWHERE, OPENING, REVENUE, check_lines

ACCOUNT, INVOICE = UUID(int=1), UUID(int=2)
CENTS = st.integers(min_value=0, max_value=10**9)
CHANGE = st.integers(min_value=-(10**9), max_value=10**9)
SHARES = st.lists(st.integers(min_value=1, max_value=10**7), max_size=6)


def balanced(lines: tuple[Line, ...]) -> dict[str, int]:
    """The sums by ledger account of lines that are an entry, or no line at all."""
    if lines:
        check_lines(lines)
    assert sum(line.amount_cents for line in lines) == 0
    assert all(line.amount_cents != 0 for line in lines)
    assert {line.ledger_account for line in lines} <= LEDGER_ACCOUNTS
    assert all(line.account_id == ACCOUNT for line in lines)
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.ledger_account] = sums.get(line.ledger_account, 0) + line.amount_cents
    return sums


def without_zero(**sums: int) -> dict[str, int]:
    return {name: cents for name, cents in sums.items() if cents}


@given(CENTS, CENTS, CENTS)
def test_an_invoice_is_owed_by_three_and_is_revenue(patient: int, amo: int, amc: int) -> None:
    lines = invoice_lines(ACCOUNT, INVOICE, patient=patient, amo=amo, amc=amc)
    assert balanced(lines) == without_zero(
        **{PATIENTS: patient, AMO: amo, AMC: amc, REVENUE: -(patient + amo + amc)}
    )
    assert all(line.invoice_id == INVOICE for line in lines)


@given(CENTS)
def test_what_was_owed_before_the_beginning_has_its_own_counterpart(left: int) -> None:
    lines = opening_lines(ACCOUNT, INVOICE, left)
    assert balanced(lines) == without_zero(**{PATIENTS: left, OPENING: -left})


@given(CHANGE)
def test_a_correction_of_the_practices_software_goes_both_ways(change: int) -> None:
    lines = adjustment_lines(ACCOUNT, INVOICE, change)
    assert balanced(lines) == without_zero(**{PATIENTS: change, ELSEWHERE: -change})


@given(SHARES, CENTS)
def test_a_card_payment_settles_invoices_and_the_rest_is_credit(
    shares: list[int], credit: int
) -> None:
    by_invoice = {uuid4(): cents for cents in shares}
    lines = card_lines(ACCOUNT, by_invoice, credit)
    assert balanced(lines) == without_zero(
        **{PROCESSOR: sum(shares) + credit, PATIENTS: -sum(shares), CREDIT: -credit}
    )
    settled = {line.invoice_id: -line.amount_cents for line in lines if line.invoice_id}
    assert settled == by_invoice


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (Line(PATIENTS, 1),),
        (Line(PATIENTS, 100), Line(REVENUE, -99)),
        (Line(PATIENTS, 100), Line("petty cash", -100)),
    ],
)
def test_what_does_not_balance_or_is_unknown_is_no_entry(lines: tuple[Line, ...]) -> None:
    with pytest.raises(UnbalancedEntryError):
        check_lines(lines)


@given(st.lists(CHANGE, min_size=1, max_size=8))
def test_lines_are_an_entry_if_and_only_if_they_sum_to_zero(sums: list[int]) -> None:
    lines = tuple(Line(PATIENTS, cents) for cents in sums)
    if sum(sums) == 0:
        check_lines(lines)
    else:
        with pytest.raises(UnbalancedEntryError, match="sum to zero"):
            check_lines(lines)
