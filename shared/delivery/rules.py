"""How a notice lives, and the hours in which one may go out."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from shared.base.states import StateMachine

NOTICE = StateMachine(
    "notice",
    initial=frozenset({"planned"}),
    edges={
        ("planned", "claim"): "claimed",
        ("planned", "withhold"): "withheld",
        ("claimed", "send"): "sent",
        ("claimed", "retry"): "planned",
        ("claimed", "refuse"): "bounced",
        ("claimed", "fail"): "failed",
        ("claimed", "lose"): "in_doubt",
        ("in_doubt", "confirm"): "sent",
        ("in_doubt", "deny"): "failed",
    },
)

LEASE = timedelta(minutes=10)
MOST_TRIES = 5
FIRST_RETRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Hours:
    """Practice-local hours in which messages may arrive, Monday to Friday, never on a holiday.

    The default keeps within the hours for telephone selling (D223-9 C. conso., taken as a cap though
    no text rules these messages) and ends the day at 19 h.
    """

    spans: tuple[tuple[time, time], ...] = ((time(10), time(13)), (time(14), time(19)))


def may_arrive(local: datetime, hours: Hours, *, holiday: bool) -> bool:
    """Whether a message may arrive at this practice-local wall-clock time."""
    if holiday or local.weekday() >= 5:
        return False
    return any(start <= local.time() < end for start, end in hours.spans)


def retry_at(now: datetime, tries: int) -> datetime:
    """When to try again after ``tries`` clear refusals for the moment; the wait doubles."""
    wait: timedelta = FIRST_RETRY * (1 << max(tries - 1, 0))
    return now + wait
