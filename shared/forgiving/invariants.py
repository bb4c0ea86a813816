"""What must always be true of what is no longer asked for."""

from sqlalchemy import and_, case, func, or_, select

from shared.base.invariants import Invariant, names_row
from shared.forgiving.model import Forgiveness
from shared.forgiving.rules import WAIVED, WRITTEN_OFF
from shared.forgiving.service import FORGIVEN, FORGIVEN_CAUSE
from shared.ledger import GIVEN_UP, PATIENTS, JournalEntry, JournalLine

_entry = and_(
    JournalEntry.practice_id == JournalLine.practice_id, JournalEntry.id == JournalLine.entry_id
)
_booked = (
    select(
        JournalEntry.practice_id,
        JournalEntry.cause,
        JournalLine.account_id,
        JournalLine.invoice_id,
        func.sum(JournalLine.amount_cents).label("cents"),
    )
    .join(JournalLine, _entry)
    .where(JournalEntry.kind == FORGIVEN, JournalLine.ledger_account == PATIENTS)
    .group_by(
        JournalEntry.practice_id,
        JournalEntry.cause,
        JournalLine.account_id,
        JournalLine.invoice_id,
    )
    .subquery()
)
_of_order = (
    select(
        Forgiveness.practice_id,
        Forgiveness.order_id,
        Forgiveness.nature,
        func.sum(Forgiveness.amount_cents).label("cents"),
    )
    .group_by(Forgiveness.practice_id, Forgiveness.order_id, Forgiveness.nature)
    .subquery()
)
_given_up = (
    select(
        JournalEntry.practice_id,
        JournalEntry.cause,
        JournalLine.ledger_account,
        func.sum(JournalLine.amount_cents).label("cents"),
    )
    .join(JournalLine, _entry)
    .where(JournalLine.ledger_account.in_(sorted(GIVEN_UP)))
    .group_by(JournalEntry.practice_id, JournalEntry.cause, JournalLine.ledger_account)
    .subquery()
)
_owed_once = (
    select(
        JournalLine.practice_id,
        JournalLine.invoice_id,
        func.sum(
            case(
                (JournalEntry.kind == FORGIVEN, JournalLine.amount_cents),
                (JournalLine.amount_cents > 0, JournalLine.amount_cents),
                else_=0,
            )
        ).label("cents"),
    )
    .join(JournalEntry, _entry)
    .where(JournalLine.ledger_account == PATIENTS)
    .group_by(JournalLine.practice_id, JournalLine.invoice_id)
    .subquery()
)

INVARIANTS = (
    Invariant(
        "forgiven-booked",
        "every sum that is no longer asked for is booked once, on its invoice",
        select(Forgiveness.id)
        .outerjoin(
            _booked,
            and_(
                _booked.c.practice_id == Forgiveness.practice_id,
                names_row(_booked.c.cause, Forgiveness.order_id, begin=FORGIVEN_CAUSE),
                _booked.c.account_id == Forgiveness.account_id,
                _booked.c.invoice_id == Forgiveness.invoice_id,
            ),
        )
        .where(
            or_(
                Forgiveness.amount_cents <= 0,
                Forgiveness.nature.not_in((WAIVED, WRITTEN_OFF)),
                func.coalesce(_booked.c.cents, 0) != -Forgiveness.amount_cents,
            )
        ),
    ),
    Invariant(
        "booked-forgiven",
        "every sum that the journal gives up names one, on its invoice",
        select(_booked.c.cause)
        .outerjoin(
            Forgiveness,
            and_(
                Forgiveness.practice_id == _booked.c.practice_id,
                names_row(_booked.c.cause, Forgiveness.order_id, begin=FORGIVEN_CAUSE),
                Forgiveness.invoice_id == _booked.c.invoice_id,
            ),
        )
        .where(Forgiveness.id.is_(None)),
    ),
    Invariant(
        "forgiven-nature",
        "what help and gestures cost stands apart from what can't be had, to the cent",
        select(_given_up.c.cause)
        .outerjoin(
            _of_order,
            and_(
                _of_order.c.practice_id == _given_up.c.practice_id,
                names_row(_given_up.c.cause, _of_order.c.order_id, begin=FORGIVEN_CAUSE),
                _of_order.c.nature == _given_up.c.ledger_account,
            ),
        )
        .where(func.coalesce(_of_order.c.cents, 0) != _given_up.c.cents),
    ),
    Invariant(
        "forgiven-most",
        "no more of an invoice is given up than was ever owed of it",
        select(_owed_once.c.invoice_id).where(_owed_once.c.cents < 0),
    ),
)
