"""What each subject of a message brings about, and how a thread lives."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.base.errors import NotAllowedError
from shared.base.states import StateMachine

# Waiting is for our answer, answered for the patient's. A reply opens a closed thread again. What is
# merged lives on in another thread.
THREAD = StateMachine(
    "thread",
    initial=frozenset({"waiting"}),
    edges={
        ("waiting", "reply"): "waiting",
        ("answered", "reply"): "waiting",
        ("closed", "reply"): "waiting",
        ("waiting", "answer"): "answered",
        ("answered", "answer"): "answered",
        ("closed", "answer"): "answered",
        ("waiting", "close"): "closed",
        ("answered", "close"): "closed",
        ("waiting", "merge"): "merged",
        ("answered", "merge"): "merged",
        ("closed", "merge"): "merged",
    },
)

PATIENTS, STAFFS = "patient", "staff"
UNTIL_ANSWERED = "message"

LONGEST_TEXT = 4000
MOST_DOCUMENTS = 3
MOST_A_DAY = 20
_ONCE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a thread is about. ``hold`` stops the clock; ``work`` is what staff do beside answering.

    ``review_days`` is when staff look at the hold again; None for the day of the promised answer.
    ``offered`` tells whether patients choose it from the list.
    """

    name: str
    hold: str
    work: str | None = None
    review_days: int | None = None
    offered: bool = True


AID, PLAN = "aid", "plan"
SUBJECTS = {
    subject.name: subject
    for subject in (
        Subject("paid", UNTIL_ANSWERED, work="payment_search"),
        Subject("payer", "claim", work="payer_claim", review_days=30),
        Subject("unclear", UNTIL_ANSWERED),
        Subject("wrong", "dispute", review_days=14),
        Subject("other", UNTIL_ANSWERED),
        Subject(AID, UNTIL_ANSWERED, offered=False),
        Subject(PLAN, UNTIL_ANSWERED, offered=False),
    )
}
OFFERED = tuple(name for name, subject in SUBJECTS.items() if subject.offered)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a thread decides whether its hold is still needed."""

    subject: str
    status: str
    keeps_hold: bool


def needs_hold(thread: Standing, kind: str) -> bool:
    """Whether a thread needs the account's hold of this kind to go on.

    A hold until we answered ends with the answer, unless staff said that they still look for
    something; a claim or a dispute lasts until the thread is closed. A merged thread stands as the one
    does that it went into: what it was about has not ended with it.
    """
    if SUBJECTS[thread.subject].hold != kind or thread.status == "closed":
        return False
    return thread.status == "waiting" or thread.keeps_hold or kind != UNTIL_ANSWERED


def hold_ends(threads: Iterable[Standing], kind: str) -> bool:
    """Whether none of an account's threads needs its hold of this kind any more."""
    return not any(needs_hold(thread, kind) for thread in threads)


# Why staff end what nobody answered; the key is kept as the reason for which a pause ended.
WITHOUT_ANSWER = ("spoken", "withdrawn", "agreed", "paid", "not_due")


def closing_reasons(subject: str, *, status: str, answered: bool) -> tuple[str, ...]:
    """With which reasons a thread may be ended; none are asked for where our answer is the last word.

    That no answer is due ends no dispute and no claim to which nobody ever answered.
    """
    if status != "waiting":
        return ()
    lasts = SUBJECTS[subject].hold != UNTIL_ANSWERED
    return tuple(one for one in WITHOUT_ANSWER if answered or not lasts or one != "not_due")


def closed_because(subject: str, *, status: str, answered: bool, reason: str) -> str:
    """Why the thread's pause ends with it. Raises NotAllowedError where a reason is missing."""
    reasons = closing_reasons(subject, status=status, answered=answered)
    if reasons and reason not in reasons:
        raise NotAllowedError(
            "Personne n’a répondu à cette conversation : choisissez pourquoi elle finit ainsi."
        )
    return reason if reasons else "answered"


def look_again(review_on: date, *, today: date) -> date:
    """When somebody looks at a pause that goes on behind an answer: its day, where that is still to come."""
    return max(review_on, today + FIRST_WAIT)


def review_day(subject: Subject, *, today: date, answer_by: date) -> date:
    """When staff look at a subject's hold again."""
    if subject.review_days is None:
        return answer_by
    return today + timedelta(days=subject.review_days)


def once_of(typed: str) -> str | None:
    """The mark by which a form is known when it comes twice; None for what we never gave out."""
    return typed if _ONCE.fullmatch(typed) else None


def is_too_much(written_today: int) -> bool:
    """Whether an account has written its most of a day."""
    return written_today >= MOST_A_DAY


FIRST_WAIT, LONGEST_WAIT = timedelta(days=1), timedelta(days=366)


def check_wait(until: date, *, status: str, today: date) -> None:
    """Raises NotAllowedError where the patient can't be waited for until that day."""
    if status != "answered":
        raise NotAllowedError(
            "Répondez d’abord : on n’attend la personne qu’après lui avoir répondu."
        )
    if not today + FIRST_WAIT <= until <= today + LONGEST_WAIT:
        raise NotAllowedError("Le jour jusqu’où attendre est entre demain et dans un an.")


def is_kept(answer_by: date, *, ended_on: date) -> bool:
    """Whether what was promised by a day was done by then."""
    return ended_on <= answer_by


_LIFE = {"waiting": 0, "answered": 1, "closed": 2}


@dataclass(frozen=True, slots=True)
class Mergeable:
    """What of a thread decides whether, and which way, it is merged with another."""

    subject: str
    status: str
    answer_by: date
    opened_at: datetime


def check_merge(one: Mergeable, other: Mergeable) -> None:
    """Raises NotAllowedError for threads that stay apart."""
    if AID in (one.subject, other.subject):
        raise NotAllowedError(
            "Une demande d’aide garde sa propre conversation : elle se décide là."
        )
    if one.status not in _LIFE or other.status not in _LIFE:
        raise NotAllowedError("L’une des deux conversations est déjà rassemblée avec une autre.")


def stays(one: Mergeable, other: Mergeable) -> bool:
    """Whether ``one`` is the thread that stays: the livelier one, so that no state changes, and of two that
    wait the earlier promise, so that none is put off; else the older."""
    return _rank(one) <= _rank(other)


def _rank(thread: Mergeable) -> tuple[int, date, datetime]:
    promised = thread.answer_by if thread.status == "waiting" else date.max
    return _LIFE[thread.status], promised, thread.opened_at


def mark_of(status: str, moved_at: datetime) -> str:
    """A thread's state as a form carries it, to tell whether it moved on since."""
    since = moved_at - datetime(1970, 1, 1, tzinfo=moved_at.tzinfo)
    return f"{status}-{since // timedelta(microseconds=1)}"
