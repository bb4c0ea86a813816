"""How much waits behind each desk of the rail: read from the kept totals."""

from collections import Counter

from backoffice.desks.check_words import ELSEWHERE
from backoffice.desks.decision_words import WHAT
from shared.messages import OPEN_THREADS
from shared.totals import Totals
from shared.worklist import KINDS, LATER, NOBODYS, TASKS

TODAY, INBOX, DECISIONS, AGREEMENTS, STRAYS, CHECKS = (
    "today.show_today",
    "inbox.list_threads",
    "decisions.list_decisions",
    "agreements.list_orders",
    "strays.list_strays",
    "checks.list_checks",
)


def waiting(totals: Totals) -> Counter[str]:
    """By the endpoint of the desk. Orders that wait are about accounts too."""
    by_kind, nobodys = by_kind_of(totals), by_kind_of(totals, NOBODYS)
    return Counter(
        {
            TODAY: sum(by_kind.values()),
            INBOX: totals[OPEN_THREADS].count,
            DECISIONS: sum(by_kind[kind] for kind in WHAT),
            AGREEMENTS: totals["orders.with_staff"].count,
            STRAYS: nobodys["stray_payment"],
            CHECKS: sum(count for kind, count in nobodys.items() if kind not in ELSEWHERE),
        }
    )


def by_kind_of(totals: Totals, which: str = "") -> Counter[str]:
    """How many tasks of each kind wait; of no account with NOBODYS, put off with LATER."""
    return Counter({kind: totals[f"{TASKS}.{kind}{which}"].count for kind in KINDS})


def put_off_of(totals: Totals) -> int:
    """How many tasks are put off to a later day."""
    return sum(by_kind_of(totals, LATER).values())
