"""How the inbox says what was promised, and what happened in a thread beside the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from backoffice.desks.words import RELEASE_TITLES, title
from shared.accounts import HOLD_TITLES
from shared.audit import TimelineEvent, facts_of
from shared.base.formats import day, near_day
from shared.messages import Thread

FILTERS: Mapping[str, str] = {
    "": "Ouverts",
    "mine": "À moi",
    "nobody": "Sans personne",
    "patient": "En attente du patient",
    "closed": "Finis",
}
_EMPTY: Mapping[str, str] = {
    "": "Aucun message n’attend. Ce que les patients écrivent apparaîtra ici.",
    "mine": "Rien ne vous est attribué.",
    "nobody": "Tout ce qui est ouvert est attribué à quelqu’un.",
    "patient": "Aucune réponse d’un patient n’est attendue.",
    "closed": "Aucune conversation n’est encore finie.",
}
# What happened in a thread or stopped the clock, in small between the messages.
EVENTS = (
    *("hold.placed", "hold.release", "thread.assigned", "thread.awaits", "thread.close"),
    *("thread.joined", "thread.promise_broken", "thread.sent_anyway"),
)


@dataclass(frozen=True, slots=True)
class StateShown:
    """Where a thread stands, in words; ``tone`` is late, soon, or a tag's."""

    text: str
    tone: str


def empty_words(view: str) -> str:
    """What is said of a list without lines."""
    return _EMPTY[view]


def state_of(thread: Thread, today: date) -> StateShown:
    """The promise of what is open, the waiting of what is answered, or that it is finished."""
    if thread.status == "waiting":
        return promise(thread.answer_by, today)
    if thread.status == "closed":
        return StateShown("Fini", "ok")
    until = thread.awaits_until
    if until is None:
        return StateShown("Répondu, attend le patient", "go")
    if until <= today:
        return StateShown(f"pas de réponse : attente finie {on_day(until, today)}", "late")
    return StateShown(f"Attend le patient jusqu’au {day(until, today=today)}", "go")


def promise(answer_by: date, today: date) -> StateShown:
    """« répondre aujourd’hui », « répondre au plus tard demain », « en retard depuis hier »."""
    if answer_by < today:
        return StateShown(f"en retard depuis {since(answer_by, today)}", "late")
    if answer_by == today:
        return StateShown("répondre aujourd’hui", "soon")
    return StateShown(f"répondre au plus tard {on_day(answer_by, today)}", "soon")


def on_day(value: date, today: date) -> str:
    """« hier », « dans 3 jours », « le 4 décembre »."""
    near = near_day(value, "fr", today)
    return f"le {near}" if near[0].isdigit() else near


def since(value: date, today: date) -> str:
    """« hier », « le 19 novembre »."""
    if (today - value).days in (0, 1):
        return near_day(value, "fr", today)
    return f"le {day(value, 'fr', today)}"


def event_words(event: TimelineEvent, thread: Thread, today: date) -> str:
    """One thing that happened; empty where it is about another thread."""
    facts = facts_of(event)
    if event.kind.startswith("thread.") and facts.get("id") != str(thread.id):
        return ""
    hold = HOLD_TITLES.get(str(facts.get("hold")), "pause")
    by = "" if event.actor_kind in ("patient", "system") else f" par {event.actor}"
    said = {
        "hold.placed": f"Rappels mis en pause{by} : {hold}{_review(facts.get('review_on'), today)}",
        "hold.release": f"Pause levée{by} : {hold}{_because(facts.get('reason'))}",
        "thread.assigned": (
            f"Attribuée à {facts['to']}{by}" if facts.get("to") else f"Attribuée à personne{by}"
        ),
        "thread.awaits": f"Attend la personne jusqu’au {_day(facts.get('until'), today)}{by}",
        "thread.close": f"Conversation terminée{by}{_because(facts.get('reason'))}",
        "thread.joined": f"Une autre conversation a été rassemblée avec celle-ci{by}",
        "thread.promise_broken": (
            f"La réponse promise pour le {_day(facts.get('answer_by'), today)} n’a pas été donnée à temps"
        ),
        "thread.sent_anyway": f"Réponse envoyée malgré l’avertissement{by} : {facts.get('rules', '')}",
    }
    return said[event.kind]


def _review(typed: object, today: date) -> str:
    return f". À revoir le {_day(typed, today)}" if typed else ""


def _because(reason: object) -> str:
    return f" ; raison : {title(RELEASE_TITLES, str(reason))}" if reason else ""


def _day(typed: object, today: date) -> str:
    try:
        return day(date.fromisoformat(str(typed)), today=today)
    except ValueError:
        return "jour inconnu"


def said_at(today: date, on: date, clock: str) -> str:
    """When something was said, short: « 9 h 12 » today, else « hier » or « 19 novembre »."""
    if on == today:
        return clock
    return near_day(on, "fr", today) if (today - on).days == 1 else day(on, "fr", today)
