"""Where the patient stands, in the patient's words."""

from datetime import date

from shared.accounts import BY_HAND
from shared.base.formats import day, marked
from shared.ladder import CALL, MESSAGE, Standing, StandingStep
from shared.web import filters
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
        "Donnez-nous en un dans vos préférences, ou appelez-nous."
    ),
}

PAUSES = {
    **{f"hold_{kind}": sentence for kind, sentence in BY_HAND.items()},
    "hold_message": marked("Nous vous devons une réponse."),
    "hold_aid": marked("Votre demande d’aide est en cours."),
    "hold_plan": marked("Votre accord est en cours."),
    "hold_refund": marked(
        "Un remboursement a été fait. Nous vérifions ce qui reste vraiment à payer."
    ),
    "hold_dispute_card": marked(
        "La banque a repris un paiement. Une personne regarde ce qu’il en est."
    ),
    "hold_checked": marked("Nous vérifions ce qui est à payer."),
    "paying": marked("Un paiement est en cours."),
}
CHECKED = "checked"
"""Stands among the kinds of holds where nothing of what is open is asked for."""

SAYS_WHY = frozenset({"hold_refund", "hold_dispute_card"})
MOST_REASONS = 3
OTHER_PAUSE = BY_HAND["protection"]


def shown_steps(
    standing: Standing, *, language: str, today: date, since: date | None
) -> list[tuple[str, str, str]]:
    """(title, sentence, state) of each step; ``since`` is the day of the oldest open invoice, of which
    a step before it did not speak.

    What does not come at this sum is not announced, nor is what could not reach the person: a message,
    or a call where there is no telephone either.
    """
    unreachable = standing.unreachable is not None
    by_nobody = {MESSAGE, CALL} if standing.unreachable == "no_contact" else {MESSAGE}
    return [
        (_title(s), _sentence(s, language, today, since), "next" if s.state == "asked" else s.state)
        for s in standing.steps
        if s.state != "below" and not (s.state == "next" and unreachable and s.act in by_nobody)
    ]


def _title(step: StandingStep) -> str:
    titles = PAST | TITLES if step.state in ("asked", "next") else TITLES | PAST
    return t(titles.get(step.name, marked("Une autre étape")))


def _sentence(step: StandingStep, language: str, today: date, since: date | None) -> str:
    when = day(step.day, language, today) if step.day is not None else None
    if step.state == "asked" or (step.state == "next" and when is None):
        return _waiting(step)
    if step.state == "next":
        return _coming(step, when)
    if when is None:
        return ""
    if step.day is not None and since is not None and step.day < since:
        said = t("Le {day}, pour une facture réglée depuis.", day=when)
    else:
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


def pause_of(
    holds: list[str],
    withheld: str | None,
    of_plan: str | None = None,
    *,
    until: date | None = None,
) -> str | None:
    """Why the patient is not reminded, each reason (the oldest ones first) as long as it is bearable;
    ``of_plan`` is what there is to say of a plan, ``until`` the time that was granted."""
    reasons = [f"hold_{kind}" for kind in holds if not (until and kind == "staff")]
    if withheld == "paying":
        reasons.append("paying")
    if SAYS_WHY & {*reasons}:  # what is checked is said already, and why
        reasons = [reason for reason in reasons if reason != f"hold_{CHECKED}"]
    known = PAUSES | {"hold_plan": of_plan or PAUSES["hold_plan"]}
    said = [*dict.fromkeys(t(known.get(reason, OTHER_PAUSE)) for reason in reasons)][:MOST_REASONS]
    granted = [granted_until(until)] if until else []
    return " ".join([*said, *granted]) or None


def granted_until(until: date) -> str:
    """Until when nothing comes, as help was granted."""
    return t("Nous avons dit oui : aucun rappel jusqu’au {day}.", day=filters.day(until))
