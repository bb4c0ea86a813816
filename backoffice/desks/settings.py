"""The practice's settings, read for their pages and changed as the command line changes them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from backoffice.desks.settings_fields import FIELDS, Field, said
from backoffice.settings_forms import check_together, read
from shared.accounts import (
    RULES_BY_COLUMN,
    WAYS,
    Changes,
    Practice,
    SettingsChange,
    WaysToPay,
    change_details,
    change_rules,
    changes_of,
    changing_settings,
    lock_practice,
    refuse_changed,
    set_ways_to_pay,
)
from shared.base.config_demands import is_loopback
from shared.staff import SignedIn

SHOWN = 12
IBAN_TOLD_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One setting that was changed: by whom, from what, to what."""

    at: datetime
    by: str
    label: str
    before: str
    after: str


def read_values(
    fields: tuple[Field, ...], given: dict[str, str], practice: Practice, *, site: str
) -> dict[str, Any]:
    """What was typed, checked. Raises FieldError."""
    values = read(fields, given, practice)
    check_together(values, practice, site=site, loopback=is_loopback(site))
    return values


def save(
    session: Session,
    fields: tuple[Field, ...],
    given: dict[str, str],
    *,
    who: SignedIn,
    seen: str,
    site: str,
    at: datetime,
) -> Changes:
    """Write what was typed; what differs comes back. The same form sent twice changes nothing.

    Raises FieldError, and ChangedMeanwhileError where somebody else was faster.
    """
    practice = lock_practice(session, who.practice_id)
    values = read_values(fields, given, practice, site=site)
    columns = [field.column for field in fields]
    if all(values[column] == getattr(practice, column) for column in columns):
        return {}
    refuse_changed(session, practice, columns=columns, seen=seen)
    with changing_settings(session, practice, actor=who.actor, at=at) as changed:
        change_details(practice, values)
        change_rules(practice, {c: v for c, v in values.items() if c in RULES_BY_COLUMN})
        if WAYS[0] in values:
            set_ways_to_pay(
                practice,
                WaysToPay(
                    iban=values["iban"] or "",
                    bic=values["bic"] or "",
                    holder=values["account_holder"] or "",
                    cheque_order=values["cheque_order"] or "",
                    at_desk=tuple(filter(None, values["desk_takes"].split(","))),
                ),
            )
    return changed


def foreseen(values: dict[str, Any], practice: Practice) -> list[tuple[str, str, str]]:
    """(name, before, after) of what would change."""
    return [
        (FIELDS[column].label, said(column, getattr(practice, column)), said(column, value))
        for column, value in values.items()
        if value != getattr(practice, column)
    ]


def history(session: Session, *, practice_id: int, columns: Collection[str]) -> list[ChangeShown]:
    """What of a page was changed lately, newest first."""
    found = changes_of(session, practice_id=practice_id, columns=columns, limit=SHOWN)
    return [
        ChangeShown(one.at, one.by, FIELDS[column].label, said(column, old), said(column, new))
        for one in found
        for column, (old, new) in one.changes.items()
    ][:SHOWN]


def iban_changed(session: Session, *, practice_id: int, at: datetime) -> SettingsChange | None:
    """The latest change of the account for transfers, while everybody who sees the settings is told of it."""
    last = next(iter(changes_of(session, practice_id=practice_id, columns=["iban"], limit=1)), None)
    return last if last is not None and last.at > at - IBAN_TOLD_FOR else None
