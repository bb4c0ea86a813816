"""The record of all that happened in a practice: filtered by address, paged by key, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from backoffice.desks.journal_words import GROUPS, WRITERS
from backoffice.desks.timeline_words import SENTENCES, sentence
from backoffice.desks.words import ACTORS, title
from backoffice.flaws import FieldError
from backoffice.forms import typed_day
from shared.accounts import Account, find_account
from shared.audit import Actor, Sealed, TimelineEvent, facts_of, sealed_until
from shared.base.errors import NotFoundError
from shared.base.page_keys import read_key, write_key
from shared.staff import StaffMembership, StaffUser

PAGE = 100
STAFF = "staff-"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as it was typed; empty for « all »."""

    who: str = ""
    group: str = ""
    account: str = ""
    since: str = ""
    until: str = ""

    def as_query(self) -> dict[str, str]:
        """The address of this view."""
        said = {
            "who": self.who,
            "group": self.group,
            "account": self.account,
            "from": self.since,
            "to": self.until,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class EventShown:
    """One event in words; ``number`` is the account's, empty where it is about none."""

    at: datetime
    text: str
    by: str
    number: str


@dataclass(frozen=True, slots=True)
class Journal:
    """One page; ``next_key`` leads to the page after it, ``writers`` are who can be filtered by."""

    events: tuple[EventShown, ...]
    next_key: str
    sealed: Sealed
    writers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters, read."""

    actor: Actor | None = None
    kinds: tuple[str, ...] = ()
    account_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def read_journal(
    session: Session, *, practice_id: int, asked: Asked, after: str, timezone: str
) -> Journal:
    """One page. Raises FieldError for a filter that can't be read, NotFoundError for a page that is none."""
    colleagues = _colleagues(session, practice_id)
    wanted = _wanted(session, practice_id, asked, ZoneInfo(timezone), colleagues)
    found = [(row[0], row[1]) for row in session.execute(_page(practice_id, wanted, after))]
    page = found[:PAGE]
    return Journal(
        events=tuple(_shown(event, number) for event, number in page),
        next_key=write_key(page[-1][0].at.astimezone(UTC), page[-1][0].id)
        if len(found) > PAGE
        else "",
        sealed=sealed_until(session, practice_id=practice_id),
        writers=_writers(colleagues),
    )


def read_frame(session: Session, *, practice_id: int) -> Journal:
    """The page without events, where a filter has to be mended."""
    colleagues = _colleagues(session, practice_id)
    sealed = sealed_until(session, practice_id=practice_id)
    return Journal((), "", sealed, _writers(colleagues))


def _colleagues(session: Session, practice_id: int) -> dict[str, str]:
    query = (
        select(StaffUser.id, StaffUser.name)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(StaffMembership.practice_id == practice_id)
        .order_by(StaffUser.name, StaffUser.id)
    )
    return {f"{STAFF}{user_id}": name for user_id, name in session.execute(query)}


def _writers(colleagues: Mapping[str, str]) -> dict[str, str]:
    return dict(colleagues) | {code: words for code, (words, _) in WRITERS.items()}


def _wanted(
    session: Session, practice_id: int, asked: Asked, zone: ZoneInfo, colleagues: Mapping[str, str]
) -> Wanted:
    wanted = Wanted()
    if asked.who in colleagues:
        wanted = replace(wanted, actor=Actor("staff", colleagues[asked.who]))
    elif asked.who in WRITERS:
        wanted = replace(wanted, actor=WRITERS[asked.who][1])
    elif asked.who:
        raise FieldError("who", "Par qui", "Choisissez dans la liste qui a agi.")
    if asked.group and asked.group not in GROUPS:
        raise FieldError("group", "Quoi", "Choisissez dans la liste ce qui s’est passé.")
    if asked.group:
        prefixes = GROUPS[asked.group].concepts
        kinds = tuple(kind for kind in SENTENCES if kind.partition(".")[0] in prefixes)
        wanted = replace(wanted, kinds=kinds)
    if asked.account:
        wanted = replace(wanted, account_id=_account(session, practice_id, asked.account))
    since = _day(asked.since, "from", "Du", zone)
    until = _day(asked.until, "to", "Au", zone, after=timedelta(days=1))
    if since and until and since >= until:
        raise FieldError(
            "to", "Au", "Le dernier jour vient avant le premier : changez l’un des deux."
        )
    return replace(wanted, since=since, until=until)


def _account(session: Session, practice_id: int, number: str) -> UUID:
    try:
        return find_account(session, practice_id=practice_id, number=number.strip()).id
    except NotFoundError:
        raise FieldError(
            "account", "Compte", "Aucun compte n’a ce numéro : vérifiez-le, ou videz ce champ."
        ) from None


def _day(
    text: str, field: str, label: str, zone: ZoneInfo, *, after: timedelta = timedelta()
) -> datetime | None:
    """The instant at which a day begins where the practice is, or ``after`` it."""
    if not text:
        return None
    try:
        day: date = typed_day(text) + after
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FieldError(
            field, label, "Écrivez le jour ainsi : 24/11/2026, ou videz ce champ."
        ) from None


def _page(practice_id: int, wanted: Wanted, after: str) -> Select[TimelineEvent, str]:
    """Each filter has an index that ends in time; of a group of kinds, each kind is asked for itself, so
    that what is rare is not looked for among all that happened since."""
    conditions = _conditions(practice_id, wanted, after)
    newest = (TimelineEvent.at.desc(), TimelineEvent.id.desc())
    query = (
        select(TimelineEvent, Account.number)
        .outerjoin(
            Account,
            and_(
                Account.practice_id == TimelineEvent.practice_id,
                Account.id == TimelineEvent.account_id,
            ),
        )
        .where(*conditions)
        .order_by(*newest)
        .limit(PAGE + 1)
    )
    if not wanted.kinds:
        return query
    parts: list[Select[UUID]] = []
    for kind in wanted.kinds:
        newest_of_kind = (
            select(TimelineEvent.id)
            .where(*conditions, TimelineEvent.kind == kind)
            .order_by(*newest)
            .limit(PAGE + 1)
            .subquery()
        )
        parts.append(select(newest_of_kind.c.id))
    return query.where(TimelineEvent.id.in_(union_all(*parts)))


def _conditions(practice_id: int, wanted: Wanted, after: str) -> Sequence[ColumnElement[bool]]:
    event = TimelineEvent
    conditions: list[ColumnElement[bool]] = [event.practice_id == practice_id]
    if wanted.actor is not None:
        conditions += [event.actor == wanted.actor.name, event.actor_kind == wanted.actor.kind]
    if wanted.account_id is not None:
        conditions.append(event.account_id == wanted.account_id)
    if wanted.since is not None:
        conditions.append(event.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(event.at < wanted.until)
    if after:
        at, event_id = read_key(after, _instant_of, no_page="Cette page du journal n’existe pas.")
        conditions.append(
            tuple_(event.at, event.id)
            < tuple_(literal(at, event.at.type), literal(event_id, event.id.type))
        )
    return conditions


def _shown(event: TimelineEvent, number: str | None) -> EventShown:
    by = event.actor if event.actor_kind == "staff" else title(ACTORS, event.actor_kind)
    return EventShown(event.at, sentence(event.kind, facts_of(event)), by, number or "")


def _instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
