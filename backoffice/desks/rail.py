"""How much waits behind each desk of the rail."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy.orm import Session

from backoffice.desks.check_words import ELSEWHERE
from backoffice.desks.inbox_list import count_open
from shared.orders import count_with_staff
from shared.worklist import homeless_by_kind

INBOX, AGREEMENTS, STRAYS, CHECKS = (
    "inbox.list_threads",
    "agreements.list_orders",
    "strays.list_strays",
    "checks.list_checks",
)


def waiting(session: Session, *, practice_id: int, now: datetime, today: date) -> Counter[str]:
    """By the endpoint of the desk; three statements. Orders that wait are about accounts too."""
    tasks = homeless_by_kind(session, practice_id=practice_id)
    return Counter(
        {
            INBOX: count_open(session, practice_id=practice_id, today=today),
            AGREEMENTS: count_with_staff(session, practice_id=practice_id, now=now),
            STRAYS: tasks.get("stray_payment", 0),
            CHECKS: sum(count for kind, count in tasks.items() if kind not in ELSEWHERE),
        }
    )
