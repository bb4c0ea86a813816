"""How much waits behind each desk of the rail."""

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from backoffice.desks.check_words import ELSEWHERE
from backoffice.desks.decision_words import WHAT
from shared.orders import count_with_staff
from shared.worklist import open_by_kind

AGREEMENTS, STRAYS, CHECKS, DECISIONS = (
    "agreements.list_orders",
    "strays.list_strays",
    "checks.list_checks",
    "decisions.list_decisions",
)


def waiting(session: Session, *, practice_id: int, now: datetime) -> Counter[str]:
    """By the endpoint of the desk; two statements. Orders that wait are about accounts too."""
    tasks = open_by_kind(session, practice_id=practice_id, also=WHAT)
    return Counter(
        {
            AGREEMENTS: count_with_staff(session, practice_id=practice_id, now=now),
            STRAYS: tasks.get("stray_payment", 0),
            CHECKS: sum(count for kind, count in tasks.items() if kind not in ELSEWHERE | {*WHAT}),
            DECISIONS: sum(count for kind, count in tasks.items() if kind in WHAT),
        }
    )
