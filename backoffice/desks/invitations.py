"""How an invitation that goes by mail stands, and what to do about it, for the team's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.base.formats import clock_time
from shared.staff import StaffLink
from shared.staff_mail import INVITATION, STAFF_MAIL, Invitation, StaffMail

_TRY_OR_HAND_OVER = "Renvoyez-la ; si cela ne va pas, retirez-la et donnez un lien vous-même."
_WITHHELD: Mapping[str | None, str] = {
    "maker": "Qui l’a demandée n’est plus propriétaire du cabinet : retirez-la, et invitez à votre nom.",
    "not_invitable": "La personne fait déjà partie du cabinet, ou son rôle n’existe plus : retirez-la.",
}
# By status: tone, word, what to do.
_ENDS: Mapping[str, tuple[str, str, str]] = {
    "refused": (
        "err",
        "adresse refusée",
        "Le serveur de messagerie refuse cette adresse : vérifiez-la. Si elle est fausse, retirez "
        "l’invitation et faites-en une autre.",
    ),
    "failed": ("err", "n’a pas pu partir", _TRY_OR_HAND_OVER),
    "in_doubt": (
        "warn",
        "envoi incertain",
        "La connexion s’est coupée : demandez à la personne si elle l’a reçue, sinon renvoyez-la.",
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One invitation on the page; ``tone`` is the tag's, ``todo`` may be empty."""

    mail: StaffMail
    tone: str
    word: str
    when: datetime | None
    until: datetime | None
    todo: str
    again: bool
    withdraw: bool


def state_of(one: Invitation, *, at: datetime, timezone: str) -> Shown:
    """How it stands."""
    mail = one.mail
    accepted = one.link_status == "used"
    until = None
    if accepted:
        tone, word, when, todo = "ok", "acceptée", one.link_moved_at, ""
    elif mail.status == "sent":
        when = mail.outcome_at
        is_open = one.link_status == "open" and one.link_ends_at is not None
        until = one.link_ends_at if is_open and one.link_ends_at and one.link_ends_at > at else None
        tone, word, todo = ("go", "envoyée", "") if until else ("warn", "délai passé", "")
        todo = "" if until else "Personne n’a suivi son lien à temps : renvoyez-la, ou retirez-la."
    elif mail.status in _ENDS:
        (tone, word, todo), when = _ENDS[mail.status], mail.outcome_at
    elif mail.status == "withheld":
        tone, word, when = "warn", "retenue", mail.outcome_at
        todo = _WITHHELD.get(mail.outcome, _TRY_OR_HAND_OVER)
    else:
        tone, word, when, todo = "go", "part dans un instant", mail.made_at, ""
        if mail.not_before > at:
            again = clock_time(mail.not_before, timezone)
            todo = f"Le serveur de messagerie ne la prend pas encore : nouvel essai à {again}."
            word = "pas encore partie"
    return Shown(
        mail,
        tone,
        word,
        when,
        until,
        todo,
        again=not accepted and STAFF_MAIL.allows(mail.status, "again"),
        withdraw=not accepted and STAFF_MAIL.allows(mail.status, "withdraw"),
    )


def handed_over(links: list[StaffLink], mails: list[Invitation]) -> list[StaffLink]:
    """The links that stand in no invitation by mail, which has its own line."""
    mailed = {one.mail.link_id for one in mails if one.mail.kind == INVITATION}
    return [link for link in links if link.id not in mailed]
