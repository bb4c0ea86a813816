"""What must always be true of money that came at the desk, and of credit."""

from sqlalchemy import and_, case, exists, func, or_, select, union_all

from shared.base.invariants import Invariant, names_row
from shared.desk.credit import CREDIT_USE
from shared.desk.payments import DESK_CAUSES, DESK_KINDS, HELD_BY
from shared.ledger import CREDIT, HOLDERS, PATIENTS, JournalEntry, JournalLine
from shared.payments import (
    CreditUse,
    Payment,
    PaymentShare,
    Refund,
    RefundShare,
    left_of_credit,
)
from shared.reversals import REFUND_CAUSES, REFUND_KINDS

_moved = (
    select(
        JournalEntry.practice_id,
        JournalEntry.cause,
        JournalLine.ledger_account,
        func.sum(JournalLine.amount_cents).label("cents"),
    )
    .join(
        JournalLine,
        (JournalLine.practice_id == JournalEntry.practice_id)
        & (JournalLine.entry_id == JournalEntry.id),
    )
    .where(
        JournalEntry.kind.in_(DESK_KINDS), JournalLine.ledger_account.in_(list(HELD_BY.values()))
    )
    .group_by(JournalEntry.practice_id, JournalEntry.cause, JournalLine.ledger_account)
    .subquery()
)
_in, _back = _moved.alias(), _moved.alias()
_held = case(HELD_BY, value=Payment.method, else_="")
_cause_in, _cause_back = (begin + Payment.processor_ref for begin in DESK_CAUSES)
_credit = union_all(
    select(JournalLine.practice_id, JournalLine.account_id, JournalLine.amount_cents).where(
        JournalLine.ledger_account == CREDIT
    ),
    select(
        Payment.practice_id,
        Payment.account_id,
        case((Payment.cancelled_on.is_(None), left_of_credit()), else_=0).label("amount_cents"),
    ),
).subquery()
_used = (
    select(
        JournalEntry.practice_id,
        JournalEntry.cause,
        JournalLine.account_id,
        JournalLine.invoice_id,
        func.sum(JournalLine.amount_cents).label("cents"),
    )
    .join(
        JournalLine,
        (JournalLine.practice_id == JournalEntry.practice_id)
        & (JournalLine.entry_id == JournalEntry.id),
    )
    .where(JournalEntry.kind == CREDIT_USE, JournalLine.ledger_account == PATIENTS)
    .group_by(
        JournalEntry.practice_id,
        JournalEntry.cause,
        JournalLine.account_id,
        JournalLine.invoice_id,
    )
    .subquery()
)


_settling = union_all(
    *(
        select(parts.practice_id, parts.invoice_id, parts.amount_cents.label("cents"))
        .join(
            Payment,
            and_(Payment.practice_id == parts.practice_id, Payment.id == parts.payment_id),
        )
        .where(Payment.cancelled_on.is_(None))
        for parts in (PaymentShare, CreditUse)
    ),
    select(RefundShare.practice_id, RefundShare.invoice_id, -RefundShare.amount_cents),
    select(JournalLine.practice_id, JournalLine.invoice_id, JournalLine.amount_cents)
    .join(
        JournalEntry,
        and_(
            JournalEntry.practice_id == JournalLine.practice_id,
            JournalEntry.id == JournalLine.entry_id,
        ),
    )
    .where(
        JournalEntry.kind.in_(("card_payment", CREDIT_USE, *DESK_KINDS, *REFUND_KINDS)),
        JournalLine.ledger_account == PATIENTS,
    ),
).subquery()

_out = (
    select(JournalEntry.practice_id, JournalEntry.cause, JournalLine.ledger_account)
    .join(
        JournalLine,
        (JournalLine.practice_id == JournalEntry.practice_id)
        & (JournalLine.entry_id == JournalEntry.id),
    )
    .where(JournalEntry.kind == REFUND_KINDS[2], JournalLine.ledger_account.in_(HOLDERS))
    .subquery()
)

INVARIANTS = (
    Invariant(
        "desk-refund-way",
        "what staff handed back says how, and left the journal where that money is held",
        select(Refund.id)
        .outerjoin(
            _out,
            (_out.c.practice_id == Refund.practice_id)
            & (_out.c.cause == REFUND_CAUSES[0] + Refund.processor_ref),
        )
        .where(
            or_(Refund.method.is_not(None), _out.c.cause.is_not(None)),
            func.coalesce(_out.c.ledger_account, "")
            != case(HELD_BY, value=Refund.method, else_="?"),
        ),
    ),
    Invariant(
        "desk-payment-booked",
        "every payment at the desk is booked once with its sum where its method belongs, and booked "
        "back once, whole, when it was cancelled; what was given back of it is booked as that",
        select(Payment.id)
        .outerjoin(
            _in,
            and_(
                _in.c.practice_id == Payment.practice_id,
                _in.c.cause == _cause_in,
                _in.c.ledger_account == _held,
            ),
        )
        .outerjoin(
            _back,
            and_(
                _back.c.practice_id == Payment.practice_id,
                _back.c.cause == _cause_back,
                _back.c.ledger_account == _held,
            ),
        )
        .where(
            Payment.method.in_(list(HELD_BY)),
            or_(
                func.coalesce(_in.c.cents, 0) != Payment.amount_cents,
                func.coalesce(_back.c.cents, 0)
                != case((Payment.cancelled_on.is_not(None), -Payment.amount_cents), else_=0),
            ),
        ),
    ),
    Invariant(
        "booked-desk-payment",
        "every payment at the desk of the journal was received",
        select(JournalEntry.id)
        .outerjoin(
            Payment,
            and_(
                Payment.practice_id == JournalEntry.practice_id,
                JournalEntry.cause.in_([_cause_in, _cause_back]),
                Payment.method.in_(list(HELD_BY)),
            ),
        )
        .where(JournalEntry.kind.in_(DESK_KINDS), Payment.id.is_(None)),
    ),
    Invariant(
        "cancelled-payment",
        "only payments at the desk are cancelled, and none of which money was given back",
        select(Payment.id).where(
            Payment.cancelled_on.is_not(None),
            or_(
                Payment.method.not_in(list(HELD_BY)),
                exists().where(
                    Refund.practice_id == Payment.practice_id,
                    Refund.payment_id == Payment.id,
                    Refund.status != "failed",
                ),
            ),
        ),
    ),
    Invariant(
        "credit-use",
        "never more of a payment's credit is used and given back than it had, and each use is of the "
        "account's own payment",
        select(CreditUse.id)
        .outerjoin(
            Payment,
            and_(
                Payment.practice_id == CreditUse.practice_id,
                Payment.id == CreditUse.payment_id,
                Payment.account_id == CreditUse.account_id,
            ),
        )
        .where(
            or_(Payment.id.is_(None), CreditUse.amount_cents <= 0, left_of_credit() < 0),
        ),
    ),
    Invariant(
        "credit-use-booked",
        "every use of credit is booked once, with its sum, on its invoice",
        select(CreditUse.id)
        .outerjoin(
            _used,
            and_(
                _used.c.practice_id == CreditUse.practice_id,
                names_row(_used.c.cause, CreditUse.id, begin="credit:"),
                _used.c.account_id == CreditUse.account_id,
                _used.c.invoice_id == CreditUse.invoice_id,
            ),
        )
        .where(func.coalesce(_used.c.cents, 0) != -CreditUse.amount_cents),
    ),
    Invariant(
        "booked-credit-use",
        "every use of credit of the journal names one, on its invoice",
        select(_used.c.cause)
        .outerjoin(
            CreditUse,
            and_(
                CreditUse.practice_id == _used.c.practice_id,
                names_row(_used.c.cause, CreditUse.id, begin="credit:"),
                CreditUse.account_id == _used.c.account_id,
                CreditUse.invoice_id == _used.c.invoice_id,
            ),
        )
        .where(CreditUse.id.is_(None)),
    ),
    Invariant(
        "invoice-settled",
        "what the journal says payments settled of an invoice is what they did, when they came and by "
        "their credit later, less what was given back or taken of that",
        select(_settling.c.invoice_id)
        .group_by(_settling.c.practice_id, _settling.c.invoice_id)
        .having(func.sum(_settling.c.cents) != 0),
    ),
    Invariant(
        "credit",
        "what the journal has as an account's credit is what is left of its payments' credit",
        select(_credit.c.account_id)
        .group_by(_credit.c.practice_id, _credit.c.account_id)
        .having(func.sum(_credit.c.amount_cents) != 0),
    ),
)
