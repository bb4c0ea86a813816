"""The form by which a list is sent, as it was filled in and checked."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from werkzeug.datastructures import FileStorage, MultiDict

from backoffice.flaws import FieldError
from backoffice.forms import typed_day
from shared.base.clock import at_local
from shared.base.errors import NotAllowedError
from shared.imports import OLDEST_LIST, Sent, media_of, source_name

FIRST_SOURCE = "Logiciel du cabinet"
LONGEST_MARK = 32
_BEGIN = 4096


@dataclass(frozen=True, slots=True)
class ListForm:
    """The form as it was typed; the file itself no browser gives back."""

    source: str
    new_source: str
    as_of: str
    full: str
    once: str

    @classmethod
    def fresh(cls, sources: Sequence[str], today: date) -> "ListForm":
        """An empty form."""
        first = sources[0] if len(sources) == 1 else ""
        new = "" if sources else FIRST_SOURCE
        return cls(first, new, today.isoformat(), "yes", secrets.token_hex(16))

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> "ListForm":
        """A form that can't be taken, to be shown again."""
        return cls(
            form.get("source", ""),
            form.get("new_source", ""),
            form.get("as_of", ""),
            form.get("full", ""),
            form.get("once", "")[:LONGEST_MARK] or secrets.token_hex(16),
        )


def sent_list(
    form: MultiDict[str, str],
    file: FileStorage | None,
    *,
    sources: Sequence[str],
    may_add: bool,
    largest_bytes: int,
    today: date,
    now: datetime,
    timezone: str,
) -> Sent:
    """What was sent, checked by its content. Raises FieldError."""
    source = _source(form, sources, may_add=may_add)
    try:
        as_of = typed_day(form.get("as_of", ""))
    except ValueError:
        raise FieldError(
            "as_of",
            "Jour de l’export",
            f"Donnez le jour de l’export, par exemple {today:%d/%m/%Y}.",
        ) from None
    if as_of > today:
        raise FieldError("as_of", "Jour de l’export", "Ce jour est à venir. Corrigez-le.")
    first = today - OLDEST_LIST
    if as_of < first:
        raise FieldError(
            "as_of",
            "Jour de l’export",
            f"Ce jour est passé depuis plus d’un an. Corrigez-le : pas avant le {first:%d/%m/%Y}.",
        )
    if form.get("full") not in {"yes", "no"}:
        raise FieldError("full-yes", "Étendue", "Dites si la liste est complète.")
    content, media = _content(file, largest_bytes)
    return Sent(
        source_name=source,
        media=media,
        content=content,
        full=form.get("full") == "yes",
        as_of=min(at_local(as_of, 23, 59, timezone), now),
        once=form.get("once", "")[:LONGEST_MARK] or secrets.token_hex(16),
    )


def _source(form: MultiDict[str, str], sources: Sequence[str], *, may_add: bool) -> str:
    new = form.get("new_source", "").strip()
    if new and (may_add or not sources):
        try:
            return source_name(new)
        except NotAllowedError as refused:
            raise FieldError("new_source", "Nom du logiciel", str(refused)) from None
    if form.get("source", "") not in sources:
        raise FieldError("source", "Source", "Choisissez de quel logiciel vient la liste.")
    return form["source"]


def _content(file: FileStorage | None, largest_bytes: int) -> tuple[bytes, str]:
    if file is None or not file.filename:
        raise FieldError("file", "Fichier", "Choisissez le fichier que votre logiciel exporte.")
    content = file.stream.read(largest_bytes + 1)
    if len(content) > largest_bytes:
        raise FieldError(
            "file",
            "Fichier",
            f"Ce fichier dépasse {largest_bytes // 1_000_000} Mo. Exportez une période plus courte.",
        )
    try:
        return content, media_of(content[:_BEGIN], file.filename)
    except NotAllowedError as refused:
        raise FieldError("file", "Fichier", str(refused)) from None
