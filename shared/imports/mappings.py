"""Columns that were chosen once are chosen again where a list has the same titles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.base.errors import NotFoundError
from shared.base.ids import new_id
from shared.base.vault import BlindIndex, Vault
from shared.imports.model import ImportMapping
from shared.imports.rules import mapping_name


def headings_mark(index: BlindIndex, practice_id: int, titles: Sequence[str]) -> bytes:
    """A keyed fingerprint of a list's titles, in their order."""
    return index.exact(practice_id, "headings", "\x1f".join(titles))


def saved_mapping(
    session: Session, *, practice_id: int, source_name: str, headings: bytes, vault: Vault
) -> dict[str, str] | None:
    """Title by field, as it was chosen for such a list before."""
    row = _find(session, practice_id, source_name, headings)
    if row is None:
        return None
    opened = vault.open(row.mapping, table="import_mapping", row=row.id, column="mapping")
    return {k: str(v) for k, v in opened.items()} if isinstance(opened, dict) else None


def save_mapping(
    session: Session,
    *,
    practice_id: int,
    source_name: str,
    headings: bytes,
    mapping: Mapping[str, str],
    vault: Vault,
    by: str,
    at: datetime,
) -> None:
    """Remember what was chosen, in the place of what was chosen before."""
    row = _find(session, practice_id, source_name, headings)
    if row is None:
        row = ImportMapping(
            practice_id=practice_id,
            id=new_id(),
            source_name=source_name,
            name=f"Colonnes de {source_name}"[:60],
            headings_index=headings,
        )
        session.add(row)
    row.mapping = vault.seal(dict(mapping), table="import_mapping", row=row.id, column="mapping")
    row.saved_by, row.saved_at = by, at
    session.flush()


def mappings_of(session: Session, practice_id: int, *, most: int = 50) -> list[ImportMapping]:
    """What is saved, the latest first."""
    query = (
        select(ImportMapping)
        .where(ImportMapping.practice_id == practice_id)
        .order_by(ImportMapping.saved_at.desc(), ImportMapping.id)
        .limit(most)
    )
    return list(session.scalars(query))


def rename_mapping(session: Session, *, practice_id: int, mapping_id: UUID, name: str) -> None:
    """Give saved columns another name. Raises NotFoundError, NotAllowedError."""
    row = session.get(ImportMapping, (practice_id, mapping_id))
    if row is None:
        raise NotFoundError("Ces colonnes ne sont plus enregistrées.")
    row.name = mapping_name(name)


def forget_mapping(session: Session, *, practice_id: int, mapping_id: UUID) -> bool:
    """Forget saved columns; the next list is recognised anew. Returns whether they were there."""
    gone = session.execute(
        delete(ImportMapping)
        .where(ImportMapping.practice_id == practice_id, ImportMapping.id == mapping_id)
        .returning(ImportMapping.id)
    )
    return gone.first() is not None


def _find(
    session: Session, practice_id: int, source_name: str, headings: bytes
) -> ImportMapping | None:
    return session.scalar(
        select(ImportMapping).where(
            ImportMapping.practice_id == practice_id,
            ImportMapping.source_name == source_name,
            ImportMapping.headings_index == headings,
        )
    )
