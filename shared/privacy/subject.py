"""Everything that is held about the persons behind one account, told as they may have it (GDPR, art. 15)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import RowMapping, Select, Table, select
from sqlalchemy.orm import Session

from shared.accounts import Account, get_practice
from shared.base.database import Model
from shared.base.vault import Json, Vault
from shared.privacy.subject_tables import TOLD, Told
from shared.privacy.subject_withheld import FACTS_WITHHELD

FORMAT = "ardoise-subject-export/1"
EXPORTED = "privacy.exported"
MACHINES = frozenset({"portal", "ardoise", "processor", "command line"})
COLLEAGUE = "équipe"
OTHER_PERSONS = frozenset({"representative", "former"})

Record = dict[str, Json]


@dataclass(frozen=True, slots=True, repr=False)
class SubjectData:
    """What is held: under each key of ``subject_tables.TOLD`` its rows. ``digest`` names the whole of it, but
    for the note that it was told before."""

    controller: Record
    sections: dict[str, list[Record]]
    digest: str

    def document(self, *, at: datetime, reason: str) -> Record:
        """As it is written to a file."""
        sections = cast("dict[str, Json]", self.sections)
        head: Record = {"format": FORMAT, "made_at": at.isoformat(), "reason": reason}
        return head | {"digest": self.digest, "controller": self.controller} | sections


def subject_data(
    session: Session, *, account: Account, vault: Vault, roles: Mapping[str, str]
) -> SubjectData:
    """All that is held about the persons behind an account, one statement a table. ``roles`` is what is told
    in the place of each colleague's name (the portal, which loads this room, loads no staff)."""
    practice = get_practice(session, account.practice_id)
    sections: dict[str, list[Record]] = {}
    for told in TOLD:
        rows = session.execute(_rows_of(told, account)).mappings()
        opened = (_opened(told, row, vault, roles) for row in rows)
        sections[told.key] = [_without_others(told, one) for one in opened]
    controller: Record = {
        "name": practice.sender,
        "postal_address": practice.postal_address,
        "siren": practice.siren,
        "phone": practice.phone,
    }
    return SubjectData(controller, sections, _digest(sections))


def _rows_of(told: Told, account: Account) -> Select[Any]:
    table = Model.metadata.tables[told.table]
    wanted = dict.fromkeys((*told.columns, *(("id",) if told.sealed else ())))
    query = select(*(table.c[name] for name in wanted)).where(
        table.c.practice_id == account.practice_id
    )
    if told.table == "account":
        return query.where(table.c.id == account.id)
    if told.through is None:
        query = query.where(table.c.account_id == account.id)
    else:
        column, other_name, other_column = told.through
        other: Table = Model.metadata.tables[other_name]
        mine = select(other.c[other_column]).where(
            other.c.practice_id == account.practice_id, other.c.account_id == account.id
        )
        query = query.where(table.c[column].in_(mine))
    return query.order_by(table.c[told.by], table.c.id)


def _opened(told: Told, row: RowMapping, vault: Vault, roles: Mapping[str, str]) -> Record:
    said: Record = {name: _plain(row[name], roles) for name in told.plain.split()}
    for name in told.sealed.split():
        sealed = row[name]
        said[name] = (
            None
            if sealed is None
            else vault.open(sealed, table=told.table, row=row["id"], column=name)
        )
    for name in told.staff.split():
        said[name] = _role(row[name], roles)
    return said


def _plain(value: Any, roles: Mapping[str, str]) -> Json:
    """A value as JSON has it; a colleague's name, wherever it stands by itself, is the role."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        kept = {k: v for k, v in value.items() if k not in FACTS_WITHHELD}
        return {str(k): _plain(v, roles) for k, v in kept.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, roles) for one in value]
    if isinstance(value, str):
        return roles.get(value, value)
    return cast(Json, value)


def _role(name: str | None, roles: Mapping[str, str]) -> Json:
    return None if name is None else name if name in MACHINES else roles.get(name, COLLEAGUE)


def _without_others(told: Told, said: Record) -> Record:
    """Of whoever represents the person no more than that they do and their name."""
    if told.table == "party" and said["role"] in OTHER_PERSONS:
        return said | {"birth_date": None, "address": None}
    if told.table == "contact_point" and said["of_representative"]:
        return said | {"value": None}
    if told.table == "proposal" and said["kind"] == "representative":
        content = said["content"]
        kept = content if isinstance(content, dict) else {}
        return said | {"content": {k: v for k, v in kept.items() if k not in ("value", "born")}}
    return said


def _digest(sections: Mapping[str, Iterable[Record]]) -> str:
    told = {
        key: [one for one in rows if one.get("kind") != EXPORTED] for key, rows in sections.items()
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
