"""Where the patient stands, in the patient's words."""

from datetime import date

from shared.base.formats import day, marked
from shared.ladder import CALL, MESSAGE, Standing, StandingStep
from shared.web.filters import t

TITLES = {
    "pre_due": marked("Premier message"),
    "reminder": marked("Un nouveau message"),
    "second_reminder": marked("Encore un message"),
    "call": marked("Une personne vous appelle"),
    "formal_notice": marked("Une personne décide d’une lettre"),
}

# What a human did, once it is done.
PAST = {
    "call": marked("Nous avons cherché à vous joindre"),
    "formal_notice": marked("Une personne a décidé d’une lettre"),
}

UNREACHABLE = {
    "letter_only": marked("Vous ne recevez de nous que du courrier : ni SMS, ni e-mail."),
    "no_contact": marked(
        "Nous n’avons ni téléphone ni e-mail qui marche pour vous écrire. "
        "Appelez-nous pour nous en donner un."
    ),
}

PAUSES = {
    "hold_staff": marked("Nous avons mis nos messages en pause pour vous."),
    "hold_dispute": marked("Nous vérifions avec vous ce qui n’est pas juste."),
    "hold_message": marked("Nous vous devons une réponse."),
    "hold_aid": marked("Votre demande d’aide est en cours."),
    "hold_plan": marked("Votre accord est en cours."),
    "hold_claim": marked("Nous attendons une réponse de votre caisse ou de votre complémentaire."),
    "paying": marked("Un paiement est en cours."),
}
OTHER_PAUSE = marked("Nous vérifions votre dossier.")


def shown_steps(standing: Standing, *, language: str, today: date) -> list[tuple[str, str, str]]:
    """(title, sentence, state) of each step.

    What does not come at this sum is not announced, nor is a message that could not reach the person.
    """
    unreachable = standing.unreachable is not None
    return [
        (_title(s), _sentence(s, language, today), "next" if s.state == "asked" else s.state)
        for s in standing.steps
        if s.state != "below" and not (s.state == "next" and s.act == MESSAGE and unreachable)
    ]


def _title(step: StandingStep) -> str:
    titles = PAST | TITLES if step.state in ("asked", "next") else TITLES | PAST
    return t(titles.get(step.name, marked("Une autre étape")))


def _sentence(step: StandingStep, language: str, today: date) -> str:
    when = day(step.day, language, today) if step.day is not None else None
    if step.state == "asked" or (step.state == "next" and when is None):
        return _waiting(step)
    if step.state == "next":
        return _coming(step, when)
    if when is None:
        return ""
    said = t("Envoyé le {day}.", day=when) if step.act == MESSAGE else t("Le {day}.", day=when)
    return f"{said} {t('Vous êtes ici.')}" if step.state == "now" else said


def _coming(step: StandingStep, when: str | None) -> str:
    if step.act == MESSAGE:
        return t("Pas avant le {day}, si rien ne change d’ici là.", day=when)
    if step.act == CALL:
        return t("Après le {day}, pour chercher une solution avec vous.", day=when)
    return t("Pas avant le {day}. Rien n’est automatique : une personne décide.", day=when)


def _waiting(step: StandingStep) -> str:
    """Of a step that waits for a human, or that comes after one."""
    if step.act == MESSAGE:
        return t("Ensuite, si rien ne change d’ici là.")
    if step.act == CALL:
        return t("Bientôt, pour chercher une solution avec vous.")
    return t("Rien n’est automatique : une personne décide.")


def unreachable_of(standing: Standing) -> str | None:
    """Why no message can come, where more may be asked for."""
    return t(UNREACHABLE[standing.unreachable]) if standing.unreachable else None


def pause_of(holds: list[str], withheld: str | None) -> str | None:
    """Why the patient hears nothing, when there is a reason to tell."""
    reasons = [f"hold_{kind}" for kind in holds]
    if withheld == "paying":
        reasons.append("paying")
    if not reasons:
        return None
    return t(PAUSES.get(reasons[0], OTHER_PAUSE))
