"""Deciding a request for help in an answer: the choice of whoever may, and for all others who may."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.desks.message_words import DECISIONS
from backoffice.desks.people import colleagues_who_may
from shared.staff import SignedIn

DECIDES = "aid.decide"
NOT_YOURS = (
    "Votre rôle répond, mais ne décide pas des demandes d’aide : rien n’est envoyé. "
    "Envoyez votre réponse sans décision, ou demandez à qui peut décider."
)


@dataclass(frozen=True, slots=True)
class AidChoice:
    """What an answer may bring to a request for help: ``decisions`` to choose from, none for whoever may not
    decide; ``deciders`` are then the names of those who may."""

    decisions: Mapping[str, str]
    deciders: tuple[str, ...] = ()


def choice_of(session: Session, who: SignedIn, *, is_asked: bool) -> AidChoice:
    """The choice on a page; ``is_asked`` says whether a request waits there."""
    if who.may(DECIDES):
        return AidChoice(DECISIONS)
    if not is_asked:
        return AidChoice({})
    named = colleagues_who_may(session, practice_id=who.practice_id, permission=DECIDES)
    return AidChoice({}, tuple(name for _, name in named))
