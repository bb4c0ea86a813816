"""What must be true of all money once nothing is under way any more, whatever happened before."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from ardoise import verifying
from shared.accounts import Account
from shared.desk import may_use_by_itself
from shared.ledger import FEES, JournalEntry, JournalLine
from shared.orders import MoneyOrder, refunds_asked
from shared.payments import PaymentAttempt
from tests.integration.debt_desk import DebtDesk
from tests.integration.money_history import METHODS, MoneyHistory
from tests.integration.stray_till import check_to_the_cent, held, strays, taken_of
from tests.integration.till import Json, Till
from tests.world import NOON


def check_all(history: MoneyHistory) -> None:
    """Every invariant; the journal and the processor's own ledger; each account; nothing left over."""
    till = history.house.till
    check_the_books(till)
    check_orders_ended(till)
    assert "payment_mismatch" not in till.tasks(), "what was paid as asked needs no person's look"
    for account in history.accounts:
        check_account(history, account)


def check_the_books(till: Till) -> None:
    """What must be true of a practice whoever its patients are."""
    check_to_the_cent(till)
    check_nothing_unexplained(till)
    check_each_figure(till)
    check_charged_once(till)
    check_receipts(till)


def ledger(till: Till) -> list[Json]:
    """The processor's own: what was really charged, with what became of it."""
    kept: dict[str, list[Json]] = till.processor.call("GET", "/control/ledger").json()
    return kept.get(till.key, [])


def check_nothing_unexplained(till: Till) -> None:
    """`ardoise payments verify` over the whole time finds nothing, not even something to book."""
    verified = verifying.verify(
        till.world.house,
        till.world.practice_id,
        since=NOON - timedelta(days=1),
        until=till.world.clock.now() + timedelta(days=1),
    )
    assert verified.answered
    assert verified.findings == ()


def check_each_figure(till: Till) -> None:
    """Received, refunded, disputed and kept as fees: what we know of each is what the processor has."""
    really: Counter[str] = Counter()
    for charge in ledger(till):
        for name in ("amount", "refunded", "disputed", "dispute_fees"):
            really[name] += charge[name]
    known: Counter[str] = Counter(dispute_fees=held(till, FEES))
    for payment in till.payments():
        if payment.method not in METHODS:
            known["amount"] += payment.amount_cents
            for refund in till.refunds_of(payment):
                name = "refunded" if refund.kind == "refund" else "disputed"
                known[name] += refund.amount_cents
    for stray in strays(till):
        if stray.status != "assigned":
            taken = taken_of(till, stray)
            known["amount"] += stray.amount_cents
            known["disputed"] += taken
            known["refunded"] += stray.returned_cents - taken
    assert +known == +really


def check_charged_once(till: Till) -> None:
    """No attempt took money twice, no date of a plan did, and none took another sum than it was for."""
    asked = Counter(
        charge["client_reference_id"] or charge["metadata"].get("reference")
        for charge in ledger(till)
    )
    del asked[None], asked["by-hand"]
    assert set(asked.values()) <= {1}
    with till.world.database.reading(till.world.practice_id) as session:
        attempts = {one.id.hex: one for one in session.scalars(select(PaymentAttempt))}
    paid = [one for one in attempts.values() if one.status == "succeeded"]
    causes = Counter(one.cause for one in paid if one.cause is not None)
    assert set(causes.values()) <= {1}
    for charge in ledger(till):
        attempt = attempts.get(charge["client_reference_id"] or "")
        assert attempt is None or attempt.amount_cents == charge["amount"]


def check_receipts(till: Till) -> None:
    """One receipt a payment, numbered without a gap in each year."""
    numbers = [payment.number for payment in till.payments()]
    for year in {number[:7] for number in numbers}:
        of_year = [number for number in numbers if number.startswith(year)]
        assert of_year == [f"{year}{n:05d}" for n in range(1, len(of_year) + 1)]


def check_orders_ended(till: Till) -> None:
    """What staff asked for was done, or could not be; or it waits for a second person, or their hands."""
    with till.world.database.reading(till.world.practice_id) as session:
        orders = session.scalars(select(MoneyOrder)).all()
        received = session.execute(
            select(func.sum(JournalLine.amount_cents))
            .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
            .where(JournalEntry.kind == "desk_payment", JournalLine.amount_cents > 0)
        ).scalar()
    assert {order.status for order in orders} <= {
        "done",
        "refused",
        "declined",
        "withdrawn",
        "waiting",
        "agreed",
    }
    sent = Counter(one["metadata"].get("reference") for one in till.listed_refunds())
    for order in orders:
        assert sent[order.id.hex] <= 1, "what staff asked for once went back once"
    asked = [one.amount_cents for one in orders if (one.kind, one.status) == ("receive", "done")]
    assert sum(asked) == (received or 0)


def check_account(history: MoneyHistory, account: Account) -> None:
    """What is owed is what was billed less the money that really came and stayed, and what was given up;
    what is too much is credit."""
    till = history.house.till
    charges = {charge["payment_intent"]: charge for charge in ledger(till)}
    stayed = 0
    for payment in till.payments(account):
        if payment.method in METHODS:
            came = 0 if payment.cancelled_on else payment.amount_cents
            stayed += came - sum(one.amount_cents for one in till.refunds_of(payment))
        else:
            charge = charges[payment.processor_ref]
            stayed += max(charge["amount"] - charge["refunded"] - charge["disputed"], 0)
    credit = history.house.secretary.credit(account)
    forgiven = sum(DebtDesk(history.house.secretary).given_up(account))
    owed = history.billed[account.id] - history.elsewhere.get(account.id, 0) - stayed - forgiven
    assert till.owed(account) - credit == owed
    with till.world.database.reading(account.practice_id) as session:
        given_back = refunds_asked(session, practice_id=account.practice_id, account_id=account.id)
        left = may_use_by_itself(session, till.world.reload(account), asked=given_back)
    assert not left, "what is in hand settles what is owed by itself"
    assert till.owed(account) >= 0
