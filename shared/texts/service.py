"""A practice's own words: read for its desk and for sending, saved as versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from shared.audit import Actor, record
from shared.base.clock import local_date
from shared.base.database import take_turns
from shared.base.errors import ChangedMeanwhileError
from shared.base.formats import clock_time, day
from shared.delivery import Notice, OwnWords
from shared.texts.model import PracticeText
from shared.texts.rules import CHANGEABLE

MOST_VERSIONS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class TextName:
    """One text: which message, on which channel, in which language."""

    template: str
    channel: str
    language: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who saves."""

    user_id: UUID
    actor: Actor
    at: datetime
    timezone: str


def own_words(session: Session, notice: Notice) -> OwnWords | None:
    """The practice's words in force for a notice; None for ours, and for messages that it may not word."""
    if notice.template not in CHANGEABLE:
        return None
    name = TextName(notice.template, notice.channel, notice.language)
    return words_of(text_in_force(session, practice_id=notice.practice_id, name=name))


def words_of(text: PracticeText | None) -> OwnWords | None:
    """What a version says; None where Ardoise's words are used."""
    if text is None or text.body is None:
        return None
    return OwnWords(text.subject, text.body, text.version)


def text_in_force(session: Session, *, practice_id: int, name: TextName) -> PracticeText | None:
    """The latest version of a text, also where it says that Ardoise's words are used again."""
    return session.scalars(_versions(practice_id, name).limit(1)).first()


def texts_in_force(session: Session, practice_id: int | None = None) -> Sequence[PracticeText]:
    """The latest version of every text, of one practice or of all."""
    later = aliased(PracticeText)
    query = select(PracticeText).where(
        ~select(later.id)
        .where(
            later.practice_id == PracticeText.practice_id,
            later.template == PracticeText.template,
            later.channel == PracticeText.channel,
            later.language == PracticeText.language,
            later.version > PracticeText.version,
        )
        .exists()
    )
    if practice_id is not None:
        query = query.where(PracticeText.practice_id == practice_id)
    return session.scalars(query).all()


def text_versions(session: Session, *, practice_id: int, name: TextName) -> Sequence[PracticeText]:
    """The latest versions of a text, the newest first."""
    return session.scalars(_versions(practice_id, name).limit(MOST_VERSIONS_SHOWN)).all()


def text_version(
    session: Session, *, practice_id: int, name: TextName, version: int
) -> PracticeText | None:
    """One version of a text, if there is one."""
    query = _versions(practice_id, name).where(PracticeText.version == version)
    return session.scalars(query).first()


def save_text(
    session: Session,
    *,
    practice_id: int,
    name: TextName,
    words: OwnWords | None,
    seen: int,
    by: Author,
    anyway: Sequence[str] = (),
) -> PracticeText | None:
    """Keep words as the version after ``seen``, 0 for none; None of them for Ardoise's. What is so already
    is not saved again, and gives None. ``anyway`` are the warnings that whoever saves has read.

    Raises ChangedMeanwhileError where a colleague saved since, with who and when.
    """
    take_turns(session, f"texts of {practice_id}")
    latest = text_in_force(session, practice_id=practice_id, name=name)
    now = words_of(latest)
    if (now and (now.subject, now.body)) == (words and (words.subject, words.body)):
        return None
    text = PracticeText(
        practice_id=practice_id,
        template=name.template,
        channel=name.channel,
        language=name.language,
        version=seen + 1,
        subject=words.subject if words else "",
        body=words.body if words else None,
        saved_by=by.user_id,
        saved_name=by.actor.name,
        saved_at=by.at,
    )
    if (latest.version if latest else 0) != seen:
        raise _changed(latest, by)
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="practice_text.saved",
        actor=by.actor,
        at=by.at,
        template=name.template,
        channel=name.channel,
        language=name.language,
        version=text.version,
        own=words is not None,
        anyway=list(anyway),
    )
    session.flush()  # told first: without the event the tables take no version
    session.add(text)
    return text


def _versions(practice_id: int, name: TextName) -> Select[PracticeText]:
    return (
        select(PracticeText)
        .where(
            PracticeText.practice_id == practice_id,
            PracticeText.template == name.template,
            PracticeText.channel == name.channel,
            PracticeText.language == name.language,
        )
        .order_by(PracticeText.version.desc())
    )


def _changed(latest: PracticeText | None, by: Author) -> ChangedMeanwhileError:
    if latest is None:
        return ChangedMeanwhileError("Cette page a vieilli : relisez-la, puis recommencez.")
    on, at = day(local_date(latest.saved_at, by.timezone)), clock_time(latest.saved_at, by.timezone)
    return ChangedMeanwhileError(
        f"{latest.saved_name} a changé ce texte le {on} à {at} : rien n’a été écrit. "
        "Comparez avec ce qui est en place, puis enregistrez de nouveau."
    )
