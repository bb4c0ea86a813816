"""What must be true after all kills: the world outside and our books tell the same story."""

import time
from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ardoise import jobs
from shared.accounts import Account
from shared.delivery import LADDER, NEW_LINK, Notice
from shared.delivery.rules import LEASE
from shared.ladder.model import LadderCycle
from shared.ledger import PROCESSOR, JournalLine
from shared.links import LinkRequest
from shared.payments import Payment, PaymentAttempt, WebhookEvent
from tests.functional.kill_house import KillHouse
from tests.functional.kill_patients import Patient

QUIET_SECONDS = 120
NEVER_OUT = frozenset({"planned", "withheld", "failed", "bounced"})


def settle_all(house: KillHouse) -> None:
    """Leave the workers in peace until nothing is left to do, then end them."""
    shared = house.world.database.is_postgresql
    _wait_for_quiet(house, claims_too=not shared)
    if shared:
        _ten_minutes_later(house)
        _wait_for_quiet(house, claims_too=True)
    for name in house.workers:
        house.processes.end(name)


def _ten_minutes_later(house: KillHouse) -> None:
    """Where several workers run, a claim is given up when its lease is over. Nothing is being sent
    any more, so one more worker is put to it here whose clock has passed those ten minutes.
    """
    house.be_now()
    house.world.later(seconds=int(LEASE.total_seconds()) + 1)
    jobs.doubt_lost(house.world.office, house.world.practice_id)


def _wait_for_quiet(house: KillHouse, *, claims_too: bool) -> None:
    until = time.monotonic() + QUIET_SECONDS
    while left := _left_to_do(house, claims_too=claims_too):
        assert time.monotonic() < until, f"still to be done: {left}"
        time.sleep(0.5)


def _left_to_do(house: KillHouse, *, claims_too: bool) -> dict[str, int]:
    at_work = PaymentAttempt.status.in_(("created", "redirected", "processing"))
    left = {
        "notices planned": house.count(Notice.status == "planned"),
        "claims": house.claims() if claims_too else 0,
        "webhooks": house.count(WebhookEvent.status == "stored"),
        "webhooks on their way": house.webhooks_waiting(),
        "links asked for": house.count(LinkRequest.status == "asked"),
        "attempts": house.count(at_work),
        "cycles": house.count(LadderCycle.status == "open"),
    }
    return {what: number for what, number in left.items() if number}


def same_money(house: KillHouse, patients: list[Patient]) -> int:
    """Charges, payments, receipts, journal and balances agree to the cent. Returns how many."""
    (charges,) = house.control("ledger").values()
    with house.world.database.reading() as session:
        payments = list(session.scalars(select(Payment)))
        booked = session.scalars(
            select(JournalLine.amount_cents).where(JournalLine.ledger_account == PROCESSOR)
        ).all()
        accounts = list(session.scalars(select(Account)))
        statuses = set(session.scalars(select(PaymentAttempt.status)))
    charged = [(c["payment_intent"], c["client_reference_id"], c["amount"]) for c in charges]
    received = [(p.processor_ref, _hex(p.attempt_id), p.amount_cents) for p in payments]
    assert sorted(received) == sorted(charged)
    assert statuses <= {"succeeded", "expired"}

    seen = {receipt: cents for patient in patients for receipt, cents in patient.receipts.items()}
    assert {str(p.id): p.amount_cents for p in payments} == seen
    numbers = sorted(int(p.number.rpartition("-")[2]) for p in payments)
    assert numbers == list(range(1, len(payments) + 1)), "a receipt is missing or there twice"

    assert sorted(booked) == sorted(p.amount_cents for p in payments)
    assert {a.id: a.balance_cents for a in accounts} == {p.account.id: 0 for p in house.people}
    paid = Counter[Any]()
    for payment in payments:
        paid[payment.account_id] += payment.amount_cents
        assert payment.credit_cents == 0
    assert paid == {p.account.id: p.owes for p in house.people}
    return len(payments)


def _hex(attempt_id: UUID | None) -> str:
    return attempt_id.hex if attempt_id is not None else ""


def same_messages(house: KillHouse) -> Counter[str]:
    """Nothing came twice, nothing came that is not on record, nothing was forgotten.

    Returns how many notices are in each state.
    """
    with house.world.database.reading() as session:
        notices = list(session.scalars(select(Notice)))
        asked = set(session.scalars(select(LinkRequest.id)))
    inbox = Counter(_reference(message) for message in house.control("messages"))
    taken = house.wires.taken
    assert set(inbox) == set(taken)
    assert set(taken) <= {n.id.hex for n in notices}
    for notice in notices:
        came = taken[notice.id.hex]
        assert came == inbox[notice.id.hex], (notice.status, came)
        match notice.status:
            case "sent":
                assert came == 1, f"sent, and came {came} times"
            case "in_doubt":
                assert came <= 1, f"in doubt, and came {came} times"
            case never:
                assert never in NEVER_OUT, never
                assert came == 0, f"{never}, and came"
    slots = Counter(
        (n.account_id, n.cause_id, n.step) for n in notices for _ in range(taken[n.id.hex])
    )
    assert all(came == 1 for came in slots.values())
    causes = Counter(n.cause_id for n in notices if n.purpose == NEW_LINK)
    assert causes == dict.fromkeys(asked, 1), "a link that was asked for was forgotten"
    reminded = Counter(n.account_id for n in notices if n.purpose == LADDER)
    assert all(number == 1 for number in reminded.values())
    return Counter(notice.status for notice in notices)


def _reference(message: dict[str, Any]) -> str:
    if message["channel"] == "sms":
        return str(message["reference"])
    return str(message["headers"]["Message-ID"].strip("<>").partition("@")[0])
