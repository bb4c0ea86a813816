"""Documents: cleaned by a program of their own, sealed, and given back as they were cleaned."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.base.errors import ArdoiseError, NotFoundError
from shared.base.formats import marked
from shared.base.ids import new_id
from shared.base.log import get_logger
from shared.base.together import Part
from shared.base.vault import Vault
from shared.messages import cleaning
from shared.messages.model import Document, Message

log = get_logger(__name__)
PROGRAM = Path(cleaning.__file__)
PATIENCE_SECONDS = 8  # its own limit is on the processor's time, which it may share

REFUSALS = {
    "empty": marked("Ce fichier est vide. Choisissez-en un autre."),
    "too_heavy": marked("Ce fichier est trop lourd : 5 Mo au plus. Prenez une photo moins grande."),
    "too_many_pixels": marked("Cette photo est trop grande. Prenez-la en plus petit."),
    "too_many_pages": marked("Ce PDF a trop de pages : 20 au plus. Envoyez les pages utiles."),
    "heic": marked(
        "Nous ne lisons pas les photos .heic. Envoyez-la en .jpg, ou une capture d’écran."
    ),
    "locked": marked("Ce PDF est fermé par un mot de passe. Envoyez-le sans, ou en photo."),
    "active": marked("Ce PDF contient un programme. Envoyez plutôt une photo du document."),
    "carries_files": marked(
        "Ce PDF contient d’autres fichiers. Envoyez plutôt une photo du document."
    ),
    "unknown": marked("Nous prenons des photos JPG, PNG ou WebP, et des PDF."),
    "unreadable": marked("Nous n’arrivons pas à lire ce fichier. Envoyez une photo du document."),
}


class DocumentError(ArdoiseError):
    """A document is not taken; the text says why and what to do (a sentence of the catalogues)."""


@dataclass(frozen=True, slots=True, repr=False)
class CleanDocument:
    """A clean copy. ``media`` is jpeg or pdf."""

    media: str
    pages: int
    content: bytes

    @property
    def mimetype(self) -> str:
        """What kind of file it is, as HTTP names it."""
        return {"jpeg": "image/jpeg", "pdf": "application/pdf"}[self.media]

    @property
    def filename(self) -> str:
        """A name that tells nothing."""
        return {"jpeg": "document.jpg", "pdf": "document.pdf"}[self.media]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What is told of a document without opening it."""

    id: UUID
    message_id: UUID
    media: str
    pages: int
    size_bytes: int


def clean_document(data: bytes) -> CleanDocument:
    """A clean copy of a picture or PDF. Raises DocumentError; see ``cleaning`` for what is refused.

    The caller waits for seconds, with a processor at work, and sees to how many do at once.
    """
    if len(data) > cleaning.LARGEST_BYTES:
        raise DocumentError(REFUSALS["too_heavy"])
    try:
        told = subprocess.run(  # noqa: S603 - our own program, told nothing but the bytes
            [sys.executable, "-I", str(PROGRAM)],
            input=data,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        log.warning("document.refused", reason="timeout")
        raise DocumentError(REFUSALS["unreadable"]) from None
    if told.returncode != 0:
        reason = told.stdout.decode("ascii", "replace")
        if told.returncode != cleaning.REFUSED or reason not in REFUSALS:
            reason = "unreadable"  # it was stopped: too much memory or time
        log.info("document.refused", reason=reason)
        raise DocumentError(REFUSALS[reason])
    head, _, content = told.stdout.partition(b"\n")
    media, pages = head.decode("ascii").split()
    return CleanDocument(media, int(pages), content)


def keep_documents(
    session: Session,
    documents: Sequence[CleanDocument],
    *,
    message: Message,
    vault: Vault,
    at: datetime,
) -> None:
    """Seal what came with a message."""
    for document in documents:
        document_id = new_id()
        session.add(
            Document(
                practice_id=message.practice_id,
                id=document_id,
                account_id=message.account_id,
                message_id=message.id,
                media=document.media,
                pages=document.pages,
                size_bytes=len(document.content),
                content=vault.seal_bytes(
                    document.content, table="document", row=document_id, column="content"
                ),
                at=at,
            )
        )


def documents_part(*, practice_id: int, account_id: UUID) -> Part[Document]:
    """What came with an account's messages, without the contents."""
    return Part(
        Document,
        [Document.practice_id == practice_id, Document.account_id == account_id],
        [Document.id],
        without=[Document.content],
    )


def enclosures_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Enclosure]:
    """What came with an account's messages, without the contents."""
    rows = session.execute(
        select(
            Document.id, Document.message_id, Document.media, Document.pages, Document.size_bytes
        )
        .where(Document.practice_id == practice_id, Document.account_id == account_id)
        .order_by(Document.id)
    )
    return [Enclosure(*row) for row in rows]


def delete_documents(session: Session, *, practice_id: int, thread_id: UUID) -> int:
    """Delete what came along in a thread; what was written stays. Returns how many documents."""
    own = select(Message.id).where(
        Message.practice_id == practice_id, Message.thread_id == thread_id
    )
    gone = session.scalars(
        delete(Document)
        .where(Document.practice_id == practice_id, Document.message_id.in_(own))
        .returning(Document.id)
    )
    return len(gone.all())


def open_document(
    session: Session, *, practice_id: int, account_id: UUID, document_id: UUID, vault: Vault
) -> CleanDocument:
    """A document of an account, unsealed. Raises NotFoundError."""
    row = session.get(Document, (practice_id, document_id))
    if row is None or row.account_id != account_id:
        raise NotFoundError(marked("Ce document n’est pas dans votre espace."))
    content = vault.open_bytes(row.content, table="document", row=row.id, column="content")
    return CleanDocument(row.media, row.pages, content)
