"""« Réglages › Conservation »: what is kept for how long, what would go, what went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from backoffice.flaws import FieldError
from shared.audit import events_of_nobody
from shared.base.clock import local_date
from shared.base.errors import ChangedMeanwhileError, NotAllowedError
from shared.base.formats import clock_time, day
from shared.privacy import (
    PERIODS,
    Period,
    RetentionRun,
    days_of,
    in_words,
    last_runs,
    retention_of,
    set_days,
    span,
    switch,
)
from shared.staff import SignedIn

SHOWN = 12
NOT_COUNTED = (
    "Ce qui serait effacé n’est pas encore compté : attendez une demi-minute, rechargez la page et lisez-le "
    "avant de mettre en marche."
)


@dataclass(frozen=True, slots=True)
class PeriodShown:
    """One period: the ``days`` in place, and how many things would ``go``; None before they were counted."""

    period: Period
    days: int
    go: int | None

    @property
    def title(self) -> str:
        """What is kept so long, as a line begins."""
        return self.period.title[0].upper() + self.period.title[1:]

    @property
    def span(self) -> str:
        """How long that is, in words."""
        return span(self.days)

    @property
    def least(self) -> str:
        """The shortest time there may be, in words."""
        return span(self.period.least)

    @property
    def most(self) -> str:
        """The longest."""
        return span(self.period.most)


@dataclass(frozen=True, slots=True)
class NightShown:
    """One night: how many things of which kind went."""

    on: date
    ended: bool
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetentionShown:
    """The page. ``seen`` says later whether the periods are still those."""

    periods: tuple[PeriodShown, ...]
    on_since: datetime | None
    counted_at: datetime | None
    nights: tuple[NightShown, ...]

    @property
    def seen(self) -> str:
        """A mark of what is in place."""
        return _mark({one.period.name: one.days for one in self.periods})


def read_retention(session: Session, *, practice_id: int) -> RetentionShown:
    """The page's facts; three statements."""
    row = retention_of(session, practice_id)
    counted = row.foreseen if row.foreseen_at is not None else None
    return RetentionShown(
        periods=tuple(
            PeriodShown(
                period,
                days_of(name, row.days),
                None if counted is None else counted.get(name, 0),
            )
            for name, period in PERIODS.items()
        ),
        on_since=row.on_since,
        counted_at=row.foreseen_at,
        nights=_nights(last_runs(session, practice_id=practice_id, limit=SHOWN)),
    )


def read_periods(given: Mapping[str, str]) -> dict[str, int]:
    """The days of each period as they were typed. Raises FieldError for what can be none."""
    return {name: _days(PERIODS[name], given.get(name, "")) for name in PERIODS}


def change_periods(
    session: Session, given: Mapping[str, str], *, seen: str, who: SignedIn, at: datetime
) -> bool:
    """Write the periods that differ; whether any did. Raises FieldError, and ChangedMeanwhileError where they
    are not as they were ``seen``."""
    wanted = read_periods(given)
    chosen = retention_of(session, who.practice_id).days
    now = {name: days_of(name, chosen) for name in PERIODS}
    if wanted == now:
        return False
    if seen != _mark(now):
        raise ChangedMeanwhileError(
            "Quelqu’un a changé ces durées entre-temps : rien n’a été écrit. Comparez avec ce qui est en "
            "place, puis enregistrez de nouveau."
        )
    for name, days in wanted.items():
        if days != now[name]:
            set_days(
                session,
                practice_id=who.practice_id,
                name=name,
                days=days,
                actor=who.actor,
                at=at,
            )
    return True


def switch_on(session: Session, *, who: SignedIn, at: datetime) -> None:
    """Have what is due go from this night on. Raises NotAllowedError before it was counted, and where it goes
    already."""
    row = retention_of(session, who.practice_id)
    if row.on_since is None and row.foreseen_at is None:
        raise NotAllowedError(NOT_COUNTED)
    if not switch(session, practice_id=who.practice_id, on=True, actor=who.actor, at=at):
        raise NotAllowedError(_already_on(session, who, at))


def _already_on(session: Session, who: SignedIn, at: datetime) -> str:
    """Since when it goes, and by whose word."""
    since = retention_of(session, who.practice_id).on_since
    told = since and events_of_nobody(
        session, practice_id=who.practice_id, kinds={"privacy.on"}, by=None, since=since
    )
    if not since or not told:
        return "C’est déjà en marche : il n’y a rien à faire."
    today = local_date(at, who.timezone)
    on = (
        f"le {day(local_date(since, who.timezone), 'fr', today)}, {clock_time(since, who.timezone)}"
    )
    name = told[-1].actor if told[-1].actor_kind == "staff" else "l’exploitant d’Ardoise"
    return f"C’est déjà en marche, depuis {on}, par {name} : il n’y a rien à faire."


def _days(period: Period, text: str) -> int:
    digits = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    days = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 6 else 0
    if not period.least <= days <= period.most:
        raise FieldError(
            period.name,
            f"{PeriodShown(period, days, None).title}, en jours",
            f"Écrivez un nombre de jours de {period.least} à {period.most}.",
        )
    return days


def _mark(days: Mapping[str, int]) -> str:
    return ",".join(f"{name}:{count}" for name, count in sorted(days.items()))


def _nights(runs: Sequence[RetentionRun]) -> tuple[NightShown, ...]:
    return tuple(
        NightShown(
            run.on,
            run.ended_at is not None,
            tuple(in_words(run.counts)),
        )
        for run in runs
    )
