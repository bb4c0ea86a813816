"""What staff did with the ladder, as sentences."""

from collections.abc import Mapping

from backoffice.desks.timeline_facts import Facts, Sentence
from shared.ladder import SEGMENT_TITLES

_ACTS: Mapping[str, str] = {
    "hold": "mise en pause",
    "release": "pauses levées",
    "approve": "lettres approuvées",
}


def _act(facts: Facts) -> str:
    count = facts.values.get("accounts")
    said = facts.after(" : ", facts.word("act", _ACTS) if facts.text("act") else "")
    return f"{said}, {count} compte{'s' if count > 1 else ''}" if isinstance(count, int) else said


LADDER: dict[str, Sentence] = {
    "ladder.segment": lambda f: (
        "Profil de rappels changé" + f.after(" : ", SEGMENT_TITLES.get(f.text("after"), ""))
    ),
    "ladder_bulk.asked": lambda f: f"Acte sur plusieurs comptes demandé{_act(f)}",
    "ladder_bulk.finish": lambda f: f"Acte sur plusieurs comptes fait{_act(f)}",
    "ladder_bulk.undo": lambda f: f"Acte sur plusieurs comptes à défaire{_act(f)}",
    "ladder_bulk.give_back": lambda f: f"Acte sur plusieurs comptes défait{_act(f)}",
    "ladder_letter.approve": "Lettre recommandée approuvée",
    "ladder_letter.decline": "Lettre recommandée refusée : elle ne part pas",
    "ladder_letter.postpone": lambda f: (
        "Lettre recommandée reportée" + f.after(" au ", f.day("until"))
    ),
    "ladder_letter.undo": "Décision sur la lettre recommandée reprise",
    "ladder_letter.send": lambda f: (
        "Lettre recommandée envoyée"
        + f.after(" le ", f.day("sent_on"))
        + f.after(", suivi ", f.text("tracking"))
    ),
    "ladder_policy.drafted": "Brouillon de la règle enregistré",
    "ladder_policy.dropped": "Brouillon de la règle abandonné",
    "ladder_policy.published": lambda f: (
        "Règle de l’échelle publiée" + f.after(", version ", f.text("version"))
    ),
    "ladder_quiet.hold": lambda f: "Nuit retenue" + f.after(" : ", f.day("day")),
    "ladder_quiet.undo": lambda f: "Nuit rendue" + f.after(" : ", f.day("day")),
    "ladder_quiet.pass": lambda f: "Nuit passée" + f.after(" : ", f.day("day")),
}
