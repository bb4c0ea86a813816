"""What is decided and noted of a formal notice, on its page and in its row of « Aujourd’hui »."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from backoffice.auth import staff
from backoffice.flaws import FieldError
from backoffice.forms import typed_day
from backoffice.office import office
from shared.accounts import Account
from shared.base.errors import NotAllowedError
from shared.base.formats import day
from shared.ladder import (
    DECLINE_REASONS,
    TALK,
    LetterCase,
    Staff,
    approve_letter,
    decline_letter,
    note_sent,
    postpone_letter,
    tracking_of,
    undo_letter,
)

LONGEST_WAIT = timedelta(days=183)
Form = Mapping[str, str]
LetterAct = Callable[[Session, Account, LetterCase, Form, datetime], str]


def approve(session: Session, account: Account, case: LetterCase, form: Form, at: datetime) -> str:
    """Say that the letter goes, as one was shown it. Raises NotAllowedError."""
    if case.letter is None or case.letter.status != "approved":
        approve_letter(session, account, case, seen=form.get("seen", ""), by=_by(), at=at)
    return "La lettre est approuvée. Imprimez-la, envoyez-la en recommandé, puis notez l’envoi."


def approved_for(whom: str) -> str:
    """What is said where the letter itself is not on the page."""
    return f"La lettre à {whom} est approuvée. Envoyez-la en recommandé, puis notez l’envoi."


def decline(session: Session, account: Account, case: LetterCase, form: Form, at: datetime) -> str:
    """Say that none goes, and why. Raises FieldError, NotAllowedError."""
    reason = form.get("reason", "")
    if reason not in DECLINE_REASONS:
        raise FieldError(
            "reason", "Raison", "Choisissez la raison pour laquelle la lettre ne part pas."
        )
    if case.letter is None or case.letter.status != "declined":
        decline_letter(session, account, case, reason=reason, by=_by(), at=at)
    if reason == TALK:
        return (
            "La lettre ne part pas. L’appel est dans « Aujourd’hui » ; après lui, elle attend de nouveau une "
            "décision."
        )
    return "La lettre ne part pas. L’échelle s’arrête là pour ce compte, jusqu’à ce que tout soit réglé."


def postpone(session: Session, account: Account, case: LetterCase, form: Form, at: datetime) -> str:
    """Look at it again on a later day. Raises FieldError, NotAllowedError."""
    until = _day(form, "until", "À revoir le")
    today = office().today(staff().timezone)
    if not today < until <= today + LONGEST_WAIT:
        raise FieldError("until", "À revoir le", "Donnez un jour entre demain et dans six mois.")
    if case.status != "postponed" or case.letter is None or case.letter.until != until:
        postpone_letter(session, account, case, until=until, by=_by(), at=at)
    return f"La lettre est reportée : à revoir le {day(until)}."


def undo(session: Session, _account: Account, case: LetterCase, _form: Form, at: datetime) -> str:
    """Take the word back, as long as the letter was not sent. Raises NotAllowedError."""
    if case.letter is not None and case.letter.status in {"approved", "declined", "sent"}:
        undo_letter(session, case.letter, by=_by(), at=at, today=office().today(staff().timezone))
    return "La décision est reprise : la lettre attend de nouveau une décision."


def sent(session: Session, _account: Account, case: LetterCase, form: Form, at: datetime) -> str:
    """Note that it was sent, on which day and under which number. Raises FieldError, NotAllowedError."""
    sent_on = _day(form, "sent_on", "Envoyée le")
    tracking = tracking_of(form.get("tracking", ""))
    if tracking is None:
        raise FieldError(
            "tracking",
            "Numéro du recommandé",
            "Donnez le numéro du recommandé, tel qu’il est sur le récépissé : 8 à 20 chiffres, lettres et "
            "espaces, par exemple 1A 123 456 7890 1.",
        )
    if case.letter is None:
        raise NotAllowedError("Cette lettre n’est pas approuvée : demandez d’abord l’approbation.")
    if not (case.letter.status == "sent" and case.letter.tracking == tracking):
        today = office().today(staff().timezone)
        note_sent(
            session, case.letter, sent_on=sent_on, tracking=tracking, by=_by(), at=at, today=today
        )
    return f"L’envoi du {day(sent_on)} est noté : l’étape est faite."


def _by() -> Staff:
    who = staff()
    return Staff(who.actor, who.user_id, who.name)


def _day(form: Form, field: str, label: str) -> date:
    try:
        return typed_day(form.get(field, ""))
    except ValueError:
        raise FieldError(field, label, "Donnez un jour, par exemple 24/11/2026.") from None
