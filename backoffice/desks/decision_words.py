"""How agreements and requests for help are said to those who decide on them, in French."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.base.formats import money
from shared.base.money import Cents
from shared.forgiving import WAIVED, WRITTEN_OFF
from shared.plans import Part, PlanError, PlanRules

# What waits, by the kind of its work; and the filter under which it stands.
WHAT: Mapping[str, tuple[str, str]] = {
    "plan_to_decide": ("proposed", "Étalement proposé"),
    "plan_refused": ("refused", "Notre proposition ne convient pas"),
    "plan_pause_asked": ("pause", "Pause demandée"),
    "plan_dates_asked": ("dates", "Autres dates demandées"),
    "plan_pause_over": ("over", "Pause à revoir"),
    "plan_behind": ("behind", "Date passée"),
    "aid_decide": ("aid", "Aide demandée"),
    "aid_documents": ("documents", "Documents attendus de la personne"),
}
FILTERS: Mapping[str, str] = {
    "proposed": "Étalements proposés",
    "refused": "Nos propositions refusées",
    "pause": "Pauses demandées",
    "dates": "Autres dates demandées",
    "over": "Pauses à revoir",
    "behind": "Dates passées",
    "aid": "Aides demandées",
    "documents": "Documents attendus",
}
STATES: Mapping[str, tuple[str, str]] = {
    "proposed": ("proposé par la personne, à décider", "warn"),
    "offered": ("notre proposition, sans réponse encore", "go"),
    "active": ("en cours", "ok"),
    "paused": ("en pause", "warn"),
    "kept": ("tenu jusqu’au bout", "ok"),
    "ended": ("arrêté", ""),
    "declined": ("décliné", ""),
    "withdrawn": ("retiré", ""),
    "replaced": ("remplacé par d’autres dates", ""),
}
# What somebody did with a plan or a request, for whoever comes second.
DEEDS: Mapping[str, str] = {
    "plan.accept": "accepté",
    "plan.decline": "décliné",
    "plan.counter": "remplacé par une autre proposition",
    "plan.withdraw": "retiré par la personne",
    "plan.lapse": "notre proposition est retirée",
    "plan.agree": "accepté par la personne",
    "plan.refuse": "refusé par la personne",
    "plan.pause": "mis en pause",
    "plan.resume": "repris",
    "plan.replace": "remplacé par d’autres dates",
    "plan.keep": "tout est payé",
    "plan.end": "arrêté",
    "aid_request.grant": "accordée",
    "aid_request.decline": "déclinée",
    "aid_request.want_documents": "documents demandés",
    "aid_request.withdraw": "retirée par la personne",
}
STOP_REASONS: Mapping[str, str] = {
    "asked": "la personne le demande",
    "otherwise": "une autre solution est trouvée",
    "not_followed": "les dates ne sont plus suivies",
    "mistake": "l’accord était une erreur",
}
FORGIVE_REASONS: Mapping[str, str] = {
    "aid": "aide accordée",
    "goodwill": "geste commercial",
    "error": "erreur de facture",
    "uncollectable": "irrécouvrable",
    "estate": "irrécouvrable, succession",
}
# As what a sum that is no longer asked for is booked.
NATURE_WORDS: Mapping[str, str] = {WAIVED: "remise accordée", WRITTEN_OFF: "irrécouvrable"}
FORGIVE_OUTCOMES: Mapping[str, str] = {
    "not_open": "une partie a été payée, ou est en cours de paiement, entre-temps",
    "asker_left": "la personne qui l’a demandé n’a plus accès : si c’est juste, redemandez-le",
}
# Texts to begin with: each is a word of its own, to be completed, and says nothing of money or care.
STARTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "decline": {
        "talk": (
            "En parler",
            "Bonjour,\n\nMerci de votre proposition. Nous ne pouvons pas l’accepter ainsi. "
            "Nous cherchons une solution avec vous : répondez ici, ou appelez-nous.",
        ),
        "other": (
            "Proposer d’essayer d’autres dates",
            "Bonjour,\n\nMerci de votre proposition. Elle est un peu longue pour nous. "
            "Essayez d’autres dates dans votre espace, ou dites-nous ce qui vous irait.",
        ),
    },
    "stop": {
        "agreed": (
            "Comme convenu",
            "Bonjour,\n\nComme convenu, nous arrêtons votre accord. "
            "Ce qui reste est dans votre espace. Une question ? Répondez ici.",
        ),
        "talk": (
            "Chercher autre chose",
            "Bonjour,\n\nNous arrêtons votre accord, car ses dates ne semblent plus vous convenir. "
            "Nous en cherchons d’autres avec vous : répondez ici, ou appelez-nous.",
        ),
    },
    "grant": {
        "yes": (
            "Aide accordée",
            "Bonjour,\n\nNous avons regardé votre demande, et nous pouvons vous aider. "
            "Le détail est dans votre espace. Une question ? Répondez ici.",
        ),
    },
    "refuse": {
        "paths": (
            "D’autres peuvent aider",
            "Bonjour,\n\nNous avons regardé votre demande avec attention. "
            "Nous ne pouvons pas faire cela. D’autres organismes peuvent vous aider :",
        ),
    },
    "want_documents": {
        "one": (
            "Demander un document",
            "Bonjour,\n\nPour vous répondre, un document nous aiderait. "
            "Envoyez-le ici quand vous pouvez. Nous le supprimons une fois la réponse donnée.",
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where work is decided: a request for help, or else an agreement, by its id."""

    of_help: bool
    id: str


def place_of_task(kind: str, key: str) -> Place | None:
    """Where work of a kind is decided; None where it is on the account's page, or its key names another
    thing."""
    if kind not in WHAT or kind == "plan_behind":
        return None
    return Place(kind == "aid_decide", key)


def schedule_words(parts: Sequence[Part]) -> str:
    """« 39,00 € × 8 mois », with its last sum where that differs."""
    if not parts:
        return ""
    if len(parts) == 1:
        return f"{money(parts[0].cents)} en une fois"
    first, last = parts[0].cents, parts[-1].cents
    if all(part.cents == first for part in parts):
        return f"{money(first)} × {len(parts)} mois"
    if all(part.cents == first for part in parts[:-1]):
        return f"{money(first)} × {len(parts) - 1} mois, puis {money(last)}"
    return f"{len(parts)} dates, {money(sum(part.cents for part in parts))} en tout"


def broken_words(broken: Sequence[str], rules: PlanRules) -> tuple[str, ...]:
    """What the practice's rule says of each thing that leaves it."""
    words = {
        "months": f"Votre règle dit {rules.most_months} mois.",
        "part": f"Votre règle dit {money(rules.least_part)} par mois au moins.",
        "sum": f"Au-dessus de {money(rules.instant_cents)}, votre règle veut qu’une personne décide.",
    }
    return tuple(words[name] for name in broken)


def plan_error_words(error: PlanError) -> tuple[str, str, str]:
    """(field, label, what to do) for dates that can't be."""
    field, label, text = {
        "too_long": ("months", "Nombre de mois", f"Choisissez {error.most} mois au plus."),
        "too_many_months": ("months", "Nombre de mois", f"Choisissez {error.most} mois au plus."),
        "too_little": ("sum", "Somme par mois", f"Donnez au moins {money(error.least)} par date."),
        "nothing_to_spread": ("form", "", "Il ne reste rien qui puisse être étalé."),
        "day": ("day", "Jour du mois", "Le jour du mois va de 1 à 28."),
        "sum": (
            "dates",
            "Dates libres",
            f"Les sommes font {money(error.least)} en tout : complétez ou corrigez une ligne.",
        ),
        "dates": (
            "dates",
            "Dates libres",
            "Les dates se suivent, à partir d’aujourd’hui, sans deux fois la même.",
        ),
    }.get(error.reason, ("form", "", "Ces dates ne sont pas possibles : choisissez autre chose."))
    return field, label, text


def former_words(status: str, made: str, parts: int, paid: int, cents: Cents) -> str:
    """One former agreement in plain words; no score is made of it."""
    begun = f"{money(cents)} en {parts} {'date' if parts == 1 else 'dates'}, du {made}"
    if status == "kept":
        return f"{begun} : tenu jusqu’au bout."
    if status in ("ended", "replaced") and paid:
        said = "arrêté" if status == "ended" else "remplacé par d’autres dates"
        return f"{begun} : {said}, {paid} {'date payée' if paid == 1 else 'dates payées'}."
    return f"{begun} : {STATES[status][0]}."
