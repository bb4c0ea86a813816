"""A night on which nothing is decided: staff say so, take it back, and the night meets it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import SYSTEM, Actor, advance, record
from shared.base.database import take_turns
from shared.base.errors import NotAllowedError
from shared.ladder.board_model import LadderQuiet
from shared.ladder.coming_rules import day_to_decide
from shared.ladder.model import LadderNight
from shared.ladder.rules import QUIET

TOO_LATE = "La nuit est déjà décidée : ce qui part aujourd’hui se retient compte par compte."


def coming_night(session: Session, *, practice: Practice, at: datetime) -> date:
    """The practice-local day that the next night decides, as ``day_to_decide`` says."""
    today = at.astimezone(ZoneInfo(practice.timezone)).date()
    decided = session.get(LadderNight, (practice.id, today)) is not None
    return day_to_decide(today, decided=decided)


def night_ahead(
    session: Session, *, practice_id: int, timezone: str, at: datetime
) -> tuple[Practice, date, LadderQuiet | None]:
    """The practice, the day that its next night decides, and what staff said of it, if anything; one
    statement."""
    today = at.astimezone(ZoneInfo(timezone)).date()
    days = (today, today + timedelta(days=1))
    decided = exists().where(LadderNight.practice_id == Practice.id, LadderNight.day == today)
    rows = session.execute(
        select(Practice, decided, LadderQuiet)
        .select_from(Practice)
        .outerjoin(
            LadderQuiet,
            and_(LadderQuiet.practice_id == Practice.id, LadderQuiet.day.in_(days)),
        )
        .where(Practice.id == practice_id)
    ).all()
    practice, is_decided, _ = rows[0]
    day = day_to_decide(today, decided=is_decided)
    quiet = next((row[2] for row in rows if row[2] is not None and row[2].day == day), None)
    return practice, day, quiet


def hold_night(
    session: Session, *, practice: Practice, day: date, actor: Actor, name: str, at: datetime
) -> LadderQuiet:
    """Have the night of ``day`` decide nothing; asking twice changes nothing.

    Raises NotAllowedError when that night is decided.
    """
    _take_turn(session, practice.id, day)
    if day != coming_night(session, practice=practice, at=at):
        raise NotAllowedError(TOO_LATE)
    row = _locked(session, practice.id, day)
    if row is None:
        row = LadderQuiet(practice_id=practice.id, day=day, status="held")
        session.add(row)
        record(
            session,
            practice_id=practice.id,
            account_id=None,
            kind="ladder_quiet.hold",
            actor=actor,
            at=at,
            day=day.isoformat(),
        )
    elif row.status == "held":
        return row
    elif row.status == "passed":
        raise NotAllowedError(TOO_LATE)
    else:
        advance(
            session, row, QUIET, "hold", account_id=None, actor=actor, at=at, day=day.isoformat()
        )
    row.held_at, row.held_name = at, name
    return row


def undo_quiet(
    session: Session, *, practice: Practice, day: date, actor: Actor, name: str, at: datetime
) -> LadderQuiet:
    """Let the night decide after all. Raises NotAllowedError when it is over."""
    _take_turn(session, practice.id, day)
    row = _locked(session, practice.id, day)
    if row is None or row.status == "passed":
        raise NotAllowedError("Cette nuit est passée : il n’y a plus rien à rendre.")
    if row.status == "held":
        advance(
            session, row, QUIET, "undo", account_id=None, actor=actor, at=at, day=day.isoformat()
        )
        row.undone_at, row.undone_name = at, name
    return row


def meet_night(session: Session, *, practice_id: int, day: date, at: datetime) -> bool:
    """The night comes to pass; whether staff hold it. Of the night and a word of staff one waits for the
    other's end."""
    _take_turn(session, practice_id, day)
    row = _locked(session, practice_id, day)
    if row is None:
        return False
    if row.status != "passed":
        advance(session, row, QUIET, "pass", account_id=None, actor=SYSTEM, at=at)
    # a second run of the same night keeps to it too
    taken_back = (
        row.undone_at is not None and row.held_at is not None and row.undone_at >= row.held_at
    )
    return row.held_at is not None and not taken_back


def _take_turn(session: Session, practice_id: int, day: date) -> None:
    take_turns(session, f"ladder night|{practice_id}|{day}")


def _locked(session: Session, practice_id: int, day: date) -> LadderQuiet | None:
    return session.scalar(
        select(LadderQuiet)
        .where(LadderQuiet.practice_id == practice_id, LadderQuiet.day == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
