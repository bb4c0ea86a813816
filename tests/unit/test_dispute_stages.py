"""Which movements of a dispute are booked one by one, and which with what came after them."""

from datetime import UTC, datetime

import pytest

from shared.processor import Disputed
from shared.processor.gateway import Movement
from shared.reversals.dispute_steps import stages_since
from shared.reversals.model import Dispute

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
Move = tuple[int, int]


def heard_at_once(*moves: Move) -> list[tuple[str, int, int]]:
    """Standing, what is gone and the fee at each stage, of one that nobody heard of before."""
    movements = tuple(Movement(cents, fee, NOON) for cents, fee in moves)
    told = Disputed(
        dispute_id="du_1",
        intent_id="pi_1",
        standing="open",
        amount_cents=4250,
        taken_cents=-sum(cents for cents, _ in moves),
        fee_cents=sum(fee for _, fee in moves),
        currency="eur",
        reason="fraudulent",
        respond_by=None,
        at=NOON,
        taken_at=NOON,
        moves=len(moves),
        movements=movements,
    )
    dispute = Dispute(status="inquiry", taken_cents=0, moves=0)
    stages = []
    for stage in stages_since(dispute, told):
        stages.append((stage.standing, stage.taken_cents, stage.fee_cents))
        dispute.status, dispute.taken_cents = stage.standing, stage.taken_cents
        dispute.moves = stage.moves
    return stages


def test_each_movement_of_money_is_a_stage() -> None:
    assert heard_at_once((-4250, 1500), (4250, -1500), (-4250, 0)) == [
        ("open", 4250, 1500),
        ("won", 0, 0),
        ("open", 4250, 0),
    ]


@pytest.mark.parametrize(
    "moves",
    [
        pytest.param(((0, 1500), (-4250, 0)), id="the fee came before the money went"),
        pytest.param(((4250, 0), (-4250, 1500), (-4250, 0)), id="of one second, the later first"),
        pytest.param(((-4250, 1500), (-4250, 0), (4250, 0)), id="of one second, gone twice"),
    ],
)
def test_nobody_wins_what_was_never_taken_and_no_more_is_gone_than_is_disputed(
    moves: tuple[Move, ...],
) -> None:
    stages = heard_at_once(*moves)
    assert stages[-1] == ("open", 4250, 1500)
    assert {standing for standing, _, _ in stages} == {"open"}
    assert all(taken == 4250 for _, taken, _ in stages)


def test_a_fee_that_is_kept_or_comes_back_alone_is_a_stage_of_its_own() -> None:
    assert heard_at_once((-4250, 1500), (0, -1500), (1000, 0)) == [
        ("open", 4250, 1500),
        ("open", 4250, 0),
        ("open", 3250, 0),
    ]
