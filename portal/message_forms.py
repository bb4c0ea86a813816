"""What patients write to us, read kindly: words, boxes, documents."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, MultiDict

from portal.forms import Sentence, fresh_once, say
from shared.aid import LARGEST_MONTHLY, REASONS, WISHES, AidAnswers, ticked
from shared.base.errors import NotAllowedError
from shared.base.formats import marked
from shared.base.money import AmountError, Cents, parse_amount
from shared.messages import (
    LONGEST_TEXT,
    MOST_DOCUMENTS,
    OFFERED,
    CleanDocument,
    DocumentError,
    Words,
    clean_document,
    once_of,
)

_ZERO = re.compile(r"0+(?:[.,]0{1,2})?")

Place = Callable[[str], AbstractContextManager[None]]
"""Where the documents of a form, named by its mark, are cleaned; refuses when there is no room."""

AGAIN = marked("Choisissez de nouveau vos documents avant d’envoyer.")


@dataclass(frozen=True, slots=True, repr=False)
class WordsForm:
    """What was written. ``words`` is None when something is wrong with it."""

    words: Words | None
    values: dict[str, object]
    errors: dict[str, Sentence]


def read_words(
    form: "MultiDict[str, str]",
    files: "MultiDict[str, FileStorage]",
    *,
    place: Place,
    subject: bool = False,
) -> WordsForm:
    """Read a message: its words, its documents, and its subject where one is chosen."""
    typed = _text(form.get("text", ""))
    chosen = form.get("subject", "")
    once = once_of(form.get("once", "")) or fresh_once()
    errors: dict[str, Sentence] = {}
    if subject and chosen not in OFFERED:
        errors["subject"] = say(marked("Choisissez le sujet de votre message."))
    sent = [one for one in files.getlist("documents") if one.filename]
    _check_length(typed, errors)
    if not typed and (subject or not sent):
        errors["text"] = say(marked("Écrivez votre message. Quelques mots suffisent."))
    documents = _documents(sent, errors, place=place, once=once) if sent else []
    if errors and sent and "documents" not in errors:
        errors["documents"] = say(AGAIN)
    values: dict[str, object] = {"text": typed, "subject": chosen, "once": once}
    words = None if errors else Words(typed, once, tuple(documents))
    return WordsForm(words, values, errors)


def _text(typed: str) -> str:
    """What was typed, with plain line ends and without what no keyboard makes."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c == "\n" or c.isprintable() or c.isspace()).strip()


def _check_length(typed: str, errors: dict[str, Sentence]) -> None:
    if len(typed) > LONGEST_TEXT:
        errors["text"] = say(
            marked("Votre message est trop long : {most} signes au plus."), most=LONGEST_TEXT
        )


def _documents(
    sent: Sequence[FileStorage], errors: dict[str, Sentence], *, place: Place, once: str
) -> list[CleanDocument]:
    if len(sent) > MOST_DOCUMENTS:
        errors["documents"] = say(
            marked("Envoyez {most} documents au plus. Vous pourrez en envoyer d’autres ensuite."),
            most=MOST_DOCUMENTS,
        )
        return []
    try:
        with place(once):
            return [clean_document(one.read()) for one in sent]
    except DocumentError as error:
        errors["documents"] = say(str(error))
    except NotAllowedError as refused:
        errors["form"] = say(str(refused))
    return []


@dataclass(frozen=True, slots=True, repr=False)
class AidForm:
    """A request for help as it was filled in; ``answers`` is None when something is wrong with it."""

    answers: AidAnswers | None
    once: str
    values: dict[str, object]
    errors: dict[str, Sentence]


def read_aid(form: "MultiDict[str, str]") -> AidForm:
    """Read the boxes, the sum a month and the words; one box of the first question is asked for."""
    errors: dict[str, Sentence] = {}
    wishes = ticked(form.getlist("wish"), WISHES)
    reasons = ticked(form.getlist("reason"), REASONS)
    monthly = form.get("monthly", "").strip()[:20]
    typed = _text(form.get("text", ""))
    if not wishes:
        errors["wish"] = say(marked("Cochez au moins une réponse : ce qui vous aiderait."))
    cents = _monthly(monthly, errors)
    _check_length(typed, errors)
    once = once_of(form.get("once", "")) or fresh_once()
    values: dict[str, object] = {
        "wishes": wishes,
        "reasons": reasons,
        "monthly": monthly,
        "text": typed,
        "once": once,
    }
    answers = None if errors else AidAnswers(wishes, reasons, cents, typed)
    return AidForm(answers, once, values, errors)


def _monthly(typed: str, errors: dict[str, Sentence]) -> Cents | None:
    if not typed:
        return None
    try:
        cents = 0 if _ZERO.fullmatch(typed.removesuffix("€").strip()) else parse_amount(typed)
    except AmountError as error:
        errors["monthly"] = say(str(error))
        return None
    if cents > LARGEST_MONTHLY:
        errors["monthly"] = say(marked("Écrivez une somme plus petite, par exemple 20."))
        return None
    return cents
