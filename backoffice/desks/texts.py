"""The practice's own words on the desk: every message with whose words it goes in, and what is refused."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.desks.drafts import warnings_about
from backoffice.desks.text_words import (
    LANGUAGES,
    MOMENT_TITLES,
    REFUSED,
    UNFIT,
    WARNINGS,
    WAYS,
    WHEN,
)
from backoffice.desks.words import NOTICE_TITLES, title
from backoffice.flaws import FieldError
from shared.accounts import Practice
from shared.base.errors import NotFoundError
from shared.delivery import (
    LONGEST_BODY,
    LONGEST_SMS,
    LONGEST_SUBJECT,
    NotGsm7Error,
    NoticeRenderer,
    NoticeValues,
    OwnWords,
    Profile,
    SecrecyError,
    UnfitWordsError,
    UnusableNoticeError,
    measure,
    places_in,
    places_of,
    without_places,
)
from shared.texts import (
    CHANGEABLE,
    FIXED,
    MOMENTS,
    PracticeText,
    TextName,
    Written,
    key_of,
    texts_in_force,
    warnings_of,
    words_of,
)

SUBJECT, BODY = ("subject", "Objet"), ("body", "Texte")


@dataclass(frozen=True, slots=True)
class TextShown:
    """One text in the list: its name in the address, its channel and language in words. ``version`` is the
    practice's in force, 0 for Ardoise's words; ``goes`` whether it passes the rules of today."""

    key: str
    way: str
    language: str
    version: int
    goes: bool


@dataclass(frozen=True, slots=True)
class MessageShown:
    """One message: its name, when it goes, its texts; ``fixed`` where nobody may word it."""

    title: str
    when: str
    fixed: bool
    texts: tuple[TextShown, ...]


def read_texts(
    session: Session, practice: Practice, values: NoticeValues, renderer: NoticeRenderer
) -> list[tuple[str, list[MessageShown]]]:
    """Every message by its moment; one statement."""
    in_force = {
        (text.template, text.channel, text.language): text
        for text in texts_in_force(session, practice.id)
    }

    def shown(template: str, channel: str, language: str) -> TextShown:
        own = words_of(in_force.get((template, channel, language)))
        name = TextName(template, channel, language)
        return TextShown(
            key_of(template, channel, language),
            WAYS[channel],
            LANGUAGES[language],
            own.version if own else 0,
            own is None or goes(renderer, name, own, values),
        )

    return [
        (
            MOMENT_TITLES[moment],
            [
                MessageShown(
                    title(NOTICE_TITLES, template),
                    WHEN[template],
                    template in FIXED,
                    tuple(shown(template, way, spoken) for way in WAYS for spoken in LANGUAGES),
                )
                for template in templates
            ],
        )
        for moment, templates in MOMENTS.items()
    ]


def named(key: str) -> TextName:
    """The text of an address. Raises NotFoundError."""
    parts = key.split("-")
    if len(parts) == 3 and parts[1] in WAYS and parts[2] in LANGUAGES and parts[0] in WHEN:
        return TextName(*parts)
    raise NotFoundError("Ce message n’existe pas.")


def goes(renderer: NoticeRenderer, name: TextName, own: OwnWords, values: NoticeValues) -> bool:
    """Whether words pass the rules of today."""
    try:
        check(renderer, name, own, values)
    except FieldError:
        return False
    return True


def check(renderer: NoticeRenderer, name: TextName, own: OwnWords, values: NoticeValues) -> None:
    """Raises FieldError with one sentence that says what to mend. Raises NotFoundError for a message that
    nobody may word."""
    if name.template not in CHANGEABLE:
        raise NotFoundError("Ce texte ne se change pas.")
    make = renderer.sms if name.channel == "sms" else renderer.email
    try:
        make(name.template, name.language, values, own)
    except UnfitWordsError as unfit:
        raise _unfit(unfit, name) from None
    except NotGsm7Error:
        raise _wide(renderer, name, own, values) from None
    except UnusableNoticeError:
        taken = measure(renderer.sms_text(name.template, name.language, values, own))
        raise FieldError(
            *BODY,
            f"Ce SMS compte {taken.signs} signes avec le nom et le lien, {taken.signs - taken.room} de "
            "trop pour partir en un seul : raccourcissez-le.",
        ) from None
    except SecrecyError as refused:
        raise _refused(refused, own) from None


def warned(name: TextName, own: OwnWords) -> tuple[str, ...]:
    """What to look at again before saving, by key."""
    written = Written(
        name.template,
        name.channel,
        name.language,
        without_places(f"{own.subject}\n{own.body}"),
        "téléphone" in places_in(own.body),
    )
    return warnings_of(written)


def said(warnings: Sequence[str]) -> list[str]:
    """The same in sentences."""
    return [WARNINGS[key] for key in warnings]


def mark_of(own: OwnWords) -> str:
    """Of these very words: that they are kept in spite of a warning is said of no others."""
    return hashlib.sha256(f"{own.subject}\n{own.body}".encode()).hexdigest()[:16]


def values_of(practice: Practice, *, site: str) -> NoticeValues:
    """The practice's own values, with a link of the true length that opens nothing."""
    return NoticeValues(
        sender=practice.sender,
        link=f"{site}/l/{'xK7pQ2vR9tB4mWc8Yd3hLs6fGz1nAj5eUo0iTqXbVkNrPwM'}",
        site=site.partition("://")[2],
        phone=practice.phone,
        link_days=practice.link_days,
        code="402815",
    )


def longest_of(name: TextName) -> int:
    """Most signs of the text."""
    return LONGEST_BODY if name.channel == "email" else LONGEST_SMS


def versions_shown(
    versions: Sequence[PracticeText], renderer: NoticeRenderer, values: NoticeValues
) -> list[tuple[PracticeText, bool]]:
    """Each version with whether it could go today."""
    found = []
    for text in versions:
        own, name = words_of(text), TextName(text.template, text.channel, text.language)
        found.append((text, own is None or goes(renderer, name, own, values)))
    return found


def _unfit(unfit: UnfitWordsError, name: TextName) -> FieldError:
    of_subject = unfit.part == "subject"
    sentence = UNFIT[unfit.part, unfit.why].format(
        most=LONGEST_SUBJECT if of_subject else longest_of(name),
        excerpt=unfit.excerpt,
        places=", ".join("{" + place + "}" for place in places_of(name.channel)),
    )
    return FieldError(*(SUBJECT if of_subject else BODY), sentence)


def _wide(
    renderer: NoticeRenderer, name: TextName, own: OwnWords, values: NoticeValues
) -> FieldError:
    """The first sign that text messages have no room for, and what it would cost."""
    text = renderer.sms_text(name.template, name.language, values, own)
    strange = next(sign for sign in text if measure(sign).wide)
    return FieldError(
        *BODY,
        f"« {strange} » n’existe pas dans l’alphabet des SMS : il en faudrait {measure(text).parts} au "
        "lieu d’un. Écrivez-le sans accent, avec une apostrophe et des guillemets droits.",
    )


def _refused(refused: SecrecyError, own: OwnWords) -> FieldError:
    for field, text in ((SUBJECT, own.subject), (BODY, without_places(own.body))):
        found = warnings_about(text, profile=Profile.SHORT)
        if found:
            told = " ; ".join(f"« {one.excerpt} » : {REFUSED[one.code]}" for one in found)
            return FieldError(*field, f"À changer. {told}.")
    told = " ; ".join(sorted({REFUSED[finding.rule] for finding in refused.findings}))
    return FieldError(*BODY, f"À changer près d’un mot entre accolades : {told}.")
