"""What happens with codes, details and preferences, as French sentences."""

from backoffice.desks.timeline_facts import Sentence
from backoffice.desks.words import LANGUAGES, WISHES

_CODE_FOR = {"details": "pour le détail d’une facture", "contact": "pour un nouveau contact"}
_CHANGE = {"contact": "nouveau contact", "representative": "représentant"}


def _code(said: str) -> Sentence:
    return lambda f: said + f.after(" ", _CODE_FOR.get(f.text("purpose"), ""))


def _change(said: str) -> Sentence:
    return lambda f: said + f.after(" : ", _CHANGE.get(f.text("proposal"), ""))


PREFERENCES: dict[str, Sentence] = {
    "one_time_code.asked": _code("Code demandé"),
    "one_time_code.draw": _code("Code fait"),
    "one_time_code.decline": _code("Code impossible à envoyer"),
    "one_time_code.use": _code("Code donné, juste,"),
    "one_time_code.kill": _code("Code fini"),
    "details.opened": lambda f: f"Détail de la facture {f.text('number')} ouvert",
    "proposal.asked": _change("Changement demandé par la personne"),
    "proposal.confirm": _change("Changement confirmé par le code"),
    "proposal.contact_shown": _change("Contact donné par la personne montré en entier"),
    "proposal.accept": _change("Changement accepté"),
    "proposal.decline": _change("Changement décliné"),
    "proposal.withdraw": _change("Changement retiré par la personne"),
    "proposal.lapse": _change("Changement jamais confirmé, sans suite"),
    "preferences.language": lambda f: (
        "La personne change de langue" + f.after(" : ", f.word("chosen", LANGUAGES))
    ),
    "preferences.channel": lambda f: (
        "La personne choisit comment on lui écrit" + f.after(" : ", f.word("chosen", WISHES))
    ),
}
