"""What is read beside a thread's words, of its account: invoices, other threads, what happened, requests."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.desks.inbox_found import MOST_THREADS, FoundThread
from backoffice.desks.inbox_words import EVENTS
from shared.aid import AidRequest, requests_part
from shared.audit import TimelineEvent
from shared.base.together import Part, read_together
from shared.billing import Invoice, invoices_part
from shared.messages import Thread, threads_part

MOST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Beside:
    """The rows, each list in the order in which it is read; ``events`` the latest first."""

    invoices: Sequence[Invoice]
    threads: Sequence[Thread]
    events: Sequence[TimelineEvent]
    requests: Sequence[AidRequest]


def read_beside(session: Session, found: FoundThread) -> Beside:
    """All of it; one statement."""
    practice_id, account_id = found.account.practice_id, found.account.id
    invoices = invoices_part(practice_id=practice_id, account_id=account_id)
    threads = threads_part(practice_id=practice_id, account_id=account_id, limit=MOST_THREADS + 1)
    events = Part(
        TimelineEvent,
        [
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.account_id == account_id,
            TimelineEvent.at >= found.thread.opened_at,
            TimelineEvent.kind.in_(EVENTS),
        ],
        [TimelineEvent.at.desc(), TimelineEvent.id.desc()],
        limit=MOST_EVENTS,
    )
    requests = requests_part(practice_id=practice_id, account_id=account_id)
    read = read_together(session, invoices, threads, events, requests)
    return Beside(read.of(invoices), read.of(threads), read.of(events), read.of(requests))
