"""The form of an answer to a patient, read and carried out: the account's page and the inbox share it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backoffice.auth import staff
from backoffice.desks.aid_choice import DECIDES, NOT_YOURS
from backoffice.desks.drafts import Draft, Warned, is_confirmed, warnings_about
from backoffice.desks.message_words import DECISIONS
from backoffice.flaws import FieldError
from backoffice.forms import USUAL_PAUSE, typed_day
from backoffice.office import office
from shared.accounts import Account, account_vault, get_practice
from shared.aid import AidRequest, answer_aid, requests_of
from shared.audit import record
from shared.base.errors import NotAllowedError
from shared.base.formats import day
from shared.inbox import await_patient, leave_thread, placeholders_left
from shared.messages import (
    LONGEST_TEXT,
    Words,
    answer_thread,
    close_thread,
    find_thread,
    once_of,
    pause_comes_back,
)

ANSWER = ("body", "Votre réponse")
UNTIL = ("until", "Nos messages en pause jusqu’au")
AWAIT = ("await_until", "Attendre la personne jusqu’au")
SENT = "Réponse envoyée. Un message neutre prévient la personne, aux heures permises."
Form = MultiDict[str, str]


def typed_draft(thread_id: UUID, form: Form) -> Draft:
    """What was typed, to be shown again."""
    return Draft(
        thread_id=thread_id,
        body=form.get("body", "")[: 2 * LONGEST_TEXT],
        keeps_hold=bool(form.get("keeps_hold")),
        ends=bool(form.get("ends")),
        decision=form.get("decision", ""),
        pause_until=form.get("pause_until", "")[:10],
        no_pause=bool(form.get("no_pause")),
        await_until=form.get("await_until", "")[:10],
    )


def typed_words(form: Form, *, what: str = "réponse") -> Words:
    """The words and the form's mark. Raises FieldError, and NotAllowedError for a page that aged."""
    body = form.get("body", "").replace("\r\n", "\n").strip()
    once = once_of(form.get("once", ""))
    if not body:
        raise FieldError(*ANSWER, f"Écrivez votre {what}.")
    if len(body) > LONGEST_TEXT:
        raise FieldError(
            *ANSWER, f"La {what} compte au plus {LONGEST_TEXT} signes : raccourcissez-la."
        )
    if once is None:
        raise NotAllowedError("Cette page a vieilli : relisez, puis envoyez de nouveau.")
    return Words(body, once)


def warned_of(words: Words, form: Form) -> tuple[Warned, ...]:
    """What is to be looked at again before these words go out: nothing where somebody did so.

    Raises FieldError for a ready-made answer that was not filled in.
    """
    left = placeholders_left(words.body)
    if left:
        places = ", ".join(f"« {place} »" for place in left)
        raise FieldError(
            *ANSWER, f"Il reste à remplacer {places} : écrivez-le vous-même, puis envoyez."
        )
    if is_confirmed(form.get("anyway", ""), words.body):
        return ()
    return warnings_about(words.body)


def send_answer(
    session: Session, account: Account, thread_id: UUID, words: Words, form: Form, at: datetime
) -> None:
    """Answer a thread, and decide about the request for help that it belongs to. The caller has the
    account's lock. Raises NotFoundError, MovedOnError, FieldError and NotAllowedError."""
    who = staff()
    until = _day_of(form, "await_until", AWAIT) if form.get("await_until", "").strip() else None
    about = _request(session, account, thread_id)
    if about is None:
        is_new = answer_thread(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            thread_id=thread_id,
            vault=account_vault(office().keys, account),
            words=words,
            actor=who.actor,
            at=at,
            seen=_id_of(form, "seen"),
            answered=_answered(form),
            keeps_hold=bool(form.get("keeps_hold")),
        )
    else:
        _answer_aid(session, account, about, words, form, at)
        is_new = True
    if is_new and about is None and form.get("ends"):
        close_thread(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            thread_id=thread_id,
            actor=who.actor,
            at=at,
        )
    elif is_new and until is not None:
        await_patient(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            thread_id=thread_id,
            until=until,
            actor=who.actor,
            at=at,
        )
    if is_new and (rules := sorted({one.rule for one in warnings_about(words.body)})):
        record(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            kind="thread.sent_anyway",
            actor=who.actor,
            at=at,
            id=str(thread_id),
            rules=", ".join(rules),
        )
    leave_thread(session, practice_id=account.practice_id, user_id=who.user_id)


def told_of(session: Session, account: Account, thread_id: UUID, form: Form) -> str:
    """What is said once an answer went out: what it did to the pause, and who looks at it again."""
    if decided := told_of_decision(form):
        return f"{SENT} {decided}"
    thread = find_thread(session, practice_id=account.practice_id, thread_id=thread_id)
    if thread.status == "closed":
        return f"{SENT} La conversation est finie."
    again = pause_comes_back(session, thread)
    if again is None:
        return SENT
    told = day(again, today=office().today(staff().timezone))
    return f"{SENT} La pause dure jusqu’à « Finir » ; une tâche la rappelle le {told}."


def _answer_aid(
    session: Session, account: Account, about: AidRequest, words: Words, form: Form, at: datetime
) -> None:
    who, decision = staff(), form.get("decision", "")
    if decision and not who.may(DECIDES):
        raise FieldError("decision", "La demande d’aide", NOT_YOURS)
    if decision not in DECISIONS:
        raise FieldError(
            "decision", "La demande d’aide", "Choisissez ce que vous faites de cette demande."
        )
    answer_aid(
        session,
        practice=get_practice(session, account.practice_id),
        account=account,
        request_id=about.id,
        vault=account_vault(office().keys, account),
        decision=decision or None,
        words=words,
        by=who.user_id,
        actor=who.actor,
        at=at,
        seen=_id_of(form, "seen"),
        answered=_answered(form),
        pause_until=_pause(form),
    )


def told_of_decision(form: Form) -> str:
    """What the decision about a request for help does to our messages."""
    if form.get("decision") != "grant":
        return ""
    until = _pause(form)
    if until is None:
        return "Les messages reprennent : l’aide est accordée sans pause."
    return (
        f"Les messages sont en pause jusqu’au {day(until, today=office().today(staff().timezone))}."
    )


def _request(session: Session, account: Account, thread_id: UUID) -> AidRequest | None:
    asked = requests_of(session, practice_id=account.practice_id, account_id=account.id)
    return next((one for one in asked if one.thread_id == thread_id), None)


def _answered(form: Form) -> UUID | str | None:
    return _id_of(form, "answered") if "answered" in form else "any"


def _id_of(form: Form, name: str) -> UUID | None:
    typed = form.get(name, "")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None


def _pause(form: Form) -> date | None:
    """Until when help that is granted pauses our messages; None where staff chose that it does not."""
    if form.get("decision") != "grant" or form.get("no_pause"):
        return None
    if not form.get("pause_until", "").strip():
        raise FieldError(
            *UNTIL,
            "Accordée jusqu’à quand ? Donnez le jour où revoir la pause, ou cochez « Sans pause ».",
        )
    return _day_of(form, "pause_until", UNTIL, what="où revoir la pause")


def _day_of(
    form: Form, name: str, field: tuple[str, str], *, what: str = "jusqu’où attendre"
) -> date:
    try:
        return typed_day(form.get(name, ""))
    except ValueError:
        near = office().today(staff().timezone) + USUAL_PAUSE
        raise FieldError(*field, f"Donnez le jour {what}, par exemple {near:%d/%m/%Y}.") from None
