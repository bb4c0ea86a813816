"""What came in lately, by whichever way it came."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.base.clock import at_local
from shared.payments import Payment
from shared.totals import Moment, Total, offer_totals

RECEIVED_DAYS = 7
RECEIVED = "received"


def _received(session: Session, moment: Moment) -> dict[str, Total]:
    """Of each of the last seven days, today among them: payments and their sum, those that were none
    after all left out. By day as it is written, 2026-11-24."""
    days = [moment.today - timedelta(days=back) for back in range(RECEIVED_DAYS)]
    begins = {day: at_local(day, 0, 0, moment.timezone) for day in days}
    columns = []
    for day in days:
        ends = at_local(day + timedelta(days=1), 0, 0, moment.timezone)
        its_own = (Payment.received_at >= begins[day]) & (Payment.received_at < ends)
        columns += [
            func.count().filter(its_own),
            func.coalesce(func.sum(Payment.amount_cents).filter(its_own), 0),
        ]
    row = session.execute(
        select(*columns).where(
            Payment.practice_id == moment.practice_id,
            Payment.received_at >= begins[days[-1]],
            Payment.cancelled_on.is_(None),
        )
    ).one()
    return {
        day.isoformat(): Total(row[2 * place], int(row[2 * place + 1]))
        for place, day in enumerate(days)
    }


offer_totals(RECEIVED, _received)
