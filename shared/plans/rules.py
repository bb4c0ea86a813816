"""Decisions about spreading: which dates and sums, whether at once, and what is due of them when.

A plan is time given free of charge for a sum already due, and no credit: no fee, no interest, the
patient may pay early at any time (L312-4 C. conso. leaves such a delay outside credit law).
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.base.errors import ArdoiseError
from shared.base.money import Cents, spend_oldest_first
from shared.base.states import StateMachine

PLAN = StateMachine(
    "plan",
    initial=frozenset({"proposed", "offered"}),
    edges={
        ("proposed", "accept"): "active",
        ("proposed", "decline"): "declined",
        ("proposed", "withdraw"): "withdrawn",
        ("proposed", "counter"): "replaced",
        ("proposed", "lapse"): "withdrawn",
        ("offered", "agree"): "active",
        ("offered", "refuse"): "declined",
        ("offered", "counter"): "replaced",
        ("offered", "lapse"): "withdrawn",
        ("active", "pause"): "paused",
        ("paused", "resume"): "active",
        ("active", "replace"): "replaced",
        ("paused", "replace"): "replaced",
        ("active", "keep"): "kept",
        ("paused", "keep"): "kept",
        ("active", "end"): "ended",
        ("paused", "end"): "ended",
    },
)
WAITING = frozenset({"proposed", "offered"})
RUNNING = frozenset({"active", "paused"})
LIVE = WAITING | RUNNING

INSTANT = "instant"
PROPOSAL = "proposal"

LEAST_PART: Cents = 50  # the card processor's own floor for euros
MOST_PARTS = 60
LAST_DAY = 28  # every month has it
# So that the word three days before can still be sent: nothing goes out on up to four days in a row,
# such as those from Good Friday to Easter Monday.
FIRST_AFTER = timedelta(days=8)
SECOND_AFTER = timedelta(days=15)  # after a first part paid at once


class PlanError(ArdoiseError):
    """What was wished for can't be spread so; ``reason`` names the sentence, ``least`` or ``most``
    what is possible (cents, or months where months were wished for)."""

    def __init__(self, reason: str, *, least: int = 0, most: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.least = least
        self.most = most


@dataclass(frozen=True, slots=True)
class PlanRules:
    """A practice's own rules. Inside them a wish is accepted at once, outside it is a proposal."""

    minimum_cents: Cents
    most_months: int
    instant_cents: Cents
    first_now: bool

    @property
    def least_part(self) -> Cents:
        """The smallest instalment that is accepted at once."""
        return max(self.minimum_cents, LEAST_PART)


@dataclass(frozen=True, slots=True)
class Wish:
    """A number of ``months``, or ``monthly_cents`` each month; paid on ``day`` of the month, 1 to 28."""

    day: int
    months: int | None = None
    monthly_cents: Cents | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One date and its sum."""

    due_on: date
    cents: Cents


def amounts_by_months(total: Cents, months: int) -> list[Cents]:
    """``months`` equal sums; the last takes the remainder. Raises PlanError."""
    if not 1 <= months <= MOST_PARTS:
        raise PlanError("too_long", most=min(MOST_PARTS, total // LEAST_PART))
    each = total // months
    if each < LEAST_PART:
        raise PlanError("too_many_months", most=min(MOST_PARTS, total // LEAST_PART))
    return [each] * (months - 1) + [total - each * (months - 1)]


def amounts_by_sum(total: Cents, monthly: Cents) -> list[Cents]:
    """``monthly`` as often as it goes; the last takes the remainder, which joins the one before when
    no card could take it alone. Raises PlanError."""
    if total < LEAST_PART:
        raise PlanError("nothing_to_spread", least=LEAST_PART)
    least = max(LEAST_PART, -(-total // MOST_PARTS))
    if monthly < LEAST_PART:
        raise PlanError("too_little", least=least)
    if monthly >= total:
        return [total]
    whole, rest = divmod(total, monthly)
    sums = [monthly] * whole
    if rest >= LEAST_PART:
        sums.append(rest)
    else:
        sums[-1] += rest
    if len(sums) > MOST_PARTS:
        raise PlanError("too_little", least=least)
    return sums


def monthly_dates(first: date, count: int) -> list[date]:
    """``count`` days a month apart, all on the day of ``first`` or the last that a month has."""
    months = (first.month - 1 + ahead for ahead in range(count))
    return [_day_of(first.year + month // 12, month % 12 + 1, first.day) for month in months]


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def next_on(day: int, earliest: date) -> date:
    """The first date from ``earliest`` on that is the ``day`` of a month, 1 to 28."""
    here = _day_of(earliest.year, earliest.month, day)
    return here if here >= earliest else monthly_dates(here, 2)[1]


def durations(total: Cents, rules: PlanRules) -> list[int]:
    """Numbers of months, from two, that the practice's rules allow for this sum."""
    return list(range(2, min(rules.most_months, MOST_PARTS, total // rules.least_part) + 1))


def schedule(total: Cents, wish: Wish, rules: PlanRules, today: date) -> list[Part]:
    """Dates and sums for a wish; they add up to ``total``. Raises PlanError."""
    if total < LEAST_PART:
        raise PlanError("nothing_to_spread", least=LEAST_PART)
    if not 1 <= wish.day <= LAST_DAY:
        raise PlanError("day")
    if wish.months is not None:
        sums = amounts_by_months(total, wish.months)
    elif wish.monthly_cents is not None:
        sums = amounts_by_sum(total, wish.monthly_cents)
    else:
        raise PlanError("choose")
    return [
        Part(*pair) for pair in zip(_dates(wish.day, len(sums), rules, today), sums, strict=True)
    ]


def _dates(day: int, count: int, rules: PlanRules, today: date) -> list[date]:
    if not rules.first_now:
        return monthly_dates(next_on(day, today + FIRST_AFTER), count)
    return [today, *monthly_dates(next_on(day, today + SECOND_AFTER), count - 1)]


def verdict(parts: Sequence[Part], rules: PlanRules) -> str:
    """INSTANT inside the practice's rules, else PROPOSAL; only the last part may be a small rest."""
    total = sum(part.cents for part in parts)
    fits = (
        total <= rules.instant_cents
        and len(parts) <= rules.most_months
        and all(part.cents >= rules.least_part for part in parts[:-1])
    )
    return INSTANT if fits else PROPOSAL


def postponed(days: Sequence[date], today: date) -> list[date]:
    """The same days; once the first has passed, all moved by as few whole months as it takes for it
    to lie a few days ahead again."""
    if not days or days[0] >= today:
        return list(days)
    earliest = today + FIRST_AFTER
    months = (earliest.year - days[0].year) * 12 + earliest.month - days[0].month
    if _months_on(days[0], months) < earliest:
        months += 1
    return [_months_on(day, months) for day in days]


def _months_on(day: date, months: int) -> date:
    return monthly_dates(day, months + 1)[-1]


def paid_of_each(sums: Sequence[Cents], paid: Cents) -> list[Cents]:
    """What is paid of each part when ``paid`` is spent on the oldest first."""
    spent = spend_oldest_first(max(paid, 0), list(enumerate(sums)))
    return [spent.get(place, 0) for place in range(len(sums))]


NEAR, DUE, MISSED = 1, 2, 3
NEAR_BEFORE = timedelta(days=3)
MISSED_AFTER = timedelta(days=5)
BEHIND_AFTER = timedelta(days=12)


def word_of_day(due_on: date, today: date, *, announced_on: date, oldest_open: bool) -> int | None:
    """Which word about an open instalment is due today: NEAR, DUE, MISSED or none.

    ``announced_on`` is the day from which its announcement goes out, NEAR_BEFORE or earlier. That one
    was missed is said of the oldest open one only: nobody is told so month after month.
    """
    if announced_on <= today < due_on:
        return NEAR
    if timedelta(0) <= today - due_on < MISSED_AFTER:
        return DUE
    return MISSED if today - due_on >= MISSED_AFTER and oldest_open else None


def check_parts(parts: Sequence[Part], total: Cents, today: date) -> None:
    """Refuse a schedule that someone made by hand when it does not hold. Raises PlanError."""
    days = [part.due_on for part in parts]
    if not 1 <= len(parts) <= MOST_PARTS:
        raise PlanError("too_long", most=MOST_PARTS)
    if any(part.cents < LEAST_PART for part in parts):
        raise PlanError("too_little", least=LEAST_PART)
    if sum(part.cents for part in parts) != total:
        raise PlanError("sum", least=total)
    if days[0] < today or days != sorted(set(days)):
        raise PlanError("dates")
