"""How contacts and proposals are shown: always with what happens next.

Masked, save for the very visit that typed a contact, until its code is given.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.accounts import CONTACT, ContactPoint, masked_email, open_contact
from shared.base.formats import marked
from shared.links import Visit
from shared.messages import promised_day
from shared.preferences import NEW_CONTACT, OPEN, Proposal, offered_channels, open_proposed
from shared.web.filters import contact_in_full, dialled, t

CHANNELS = {
    "any": (marked("Par SMS ou par e-mail"), ""),
    "sms": (marked("Par SMS seulement"), ""),
    "email": (marked("Par e-mail seulement"), ""),
    "letter": (
        marked("Par courrier seulement"),
        marked("Plus aucun SMS ni e-mail. Nous écrivons par la poste, ou nous appelons."),
    ),
}
# Where only one kind of contact works, the other is not spoken of.
ONE_CHANNEL = {"phone": marked("Par SMS"), "email": marked("Par e-mail")}
CONTACT_STATES = {
    "usable": "",
    "opted_out": marked("Nous n’y écrivons plus, sauf pour votre sécurité."),
    "unsafe": marked("D’autres personnes y ont accès : nous n’y écrivons plus."),
    "bounced": marked("Nos messages n’y arrivent pas."),
}
RELATIONS = {
    "parent": marked("Parent d’un enfant mineur"),
    "guardian": marked("Tuteur ou curateur"),
    "mandate": marked("Personne avec une habilitation ou un mandat"),
}
# Staff are told by their role, never by name.
ROLES = {
    "secretary": marked("Une personne du secrétariat"),
    "manager": marked("La personne responsable du secrétariat"),
    "owner": marked("La direction"),
    "accountant": marked("La comptabilité"),
    "auditor": marked("Une personne chargée du contrôle"),
}
# Why staff opened the lines of an invoice.
REASONS = {
    "question": marked("Pour répondre à une question sur la facture."),
    "contested": marked("Parce que la facture est contestée."),
    "refund": marked("Pour vérifier un remboursement."),
    "mistake": marked("Pour chercher une erreur dans la facture."),
    "copy": marked("Pour faire une copie de toutes les données, qui était demandée."),
    "other": marked("Pour une autre raison, qui est notée."),
}
STATES = {
    "asked": marked("Il manque le code que nous avons envoyé au nouveau contact."),
    "confirmed": marked("Nous regardons votre demande. Rien ne change avant notre réponse."),
    "accepted": marked("Nous avons accepté. C’est fait."),
    "declined": marked("Nous n’avons pas fait ce changement."),
    "withdrawn": marked("Vous avez retiré cette demande."),
    "lapsed": marked("Le code n’est pas venu : cette demande est finie. Vous pouvez la refaire."),
}
DECLINED = {
    "call": marked("Nous voulons d’abord en parler avec vous. Appelez-nous."),
    "unproven": marked(
        "Il nous manque un document qui le montre. Appelez-nous, nous vous dirons lequel."
    ),
    "mistake": marked("Nous pensons que c’est une erreur. Si ce n’en est pas une, appelez-nous."),
}


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact on file; ``acts`` are what may be asked of it."""

    id: UUID
    kind: str
    words: str
    state: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal and where it stands; ``kind`` is that of its contact, ``whole`` says that it shows."""

    id: UUID
    kind: str
    title: str
    to: str
    state: str
    why: str
    status: str
    is_open: bool
    answer_by: date
    asked_at: datetime
    is_contact: bool
    whole: bool


def said(kind: str, value: str) -> str:
    """A contact of which only the end of a number, or a letter and the shape of an address, show."""
    if kind == "email":
        return t("l’adresse e-mail {address}", address=masked_email(value))
    return t("le numéro qui finit par {end}", end=value[-2:])


def all_of(words: Sequence[str]) -> str:
    """Some things one after another, as a part of a sentence; empty for none."""
    if len(words) < 2:
        return "".join(words)
    return t("{first} et {last}", first=", ".join(words[:-1]), last=words[-1])


def sent_to(kind: str, value: str, *, whole: bool = False) -> str:
    """How and to where a code goes, as a part of a sentence."""
    if whole and kind == "email":
        return t("par e-mail, à l’adresse {address}", address=value)
    if whole:
        return t("par SMS, au {phone}", phone=dialled(value))
    if kind == "email":
        return t("par e-mail, à l’adresse {address}", address=masked_email(value))
    return t("par SMS, au numéro qui finit par {end}", end=value[-2:])


def channels_for(kinds: Collection[str], channel: str) -> dict[str, tuple[str, str]]:
    """The ways of being written to that contacts of these kinds allow, each with its words."""
    offered = {name: CHANNELS[name] for name in offered_channels(kinds, channel=channel)}
    only = [title for kind, title in ONE_CHANNEL.items() if kind in kinds]
    if len(only) == 1 and "any" in offered:
        offered["any"] = (only[0], "")
    return offered


def contact_line(here: Visit, contact: ContactPoint) -> ContactLine:
    """A contact as it is listed."""
    words = said(contact.kind, open_contact(here.vault, contact))
    events = {"stop": "opt_out", "resume": "opt_in", "unsafe": "mark_unsafe"}
    return ContactLine(
        id=contact.id,
        kind=contact.kind,
        words=words[:1].upper() + words[1:],
        state=t(CONTACT_STATES[contact.status]) if CONTACT_STATES[contact.status] else "",
        acts=tuple(act for act, event in events.items() if CONTACT.allows(contact.status, event)),
    )


def typed_here(here: Visit, proposal: Proposal) -> bool:
    """Whether this very visit typed the contact and has not proved it: then a slip must be seen."""
    return proposal.status == "asked" and proposal.visit_id == here.row.id


def proposal_line(here: Visit, proposal: Proposal, *, whole: bool = False) -> ProposalLine:
    """A proposal as it is listed; ``whole`` shows its contact as it was typed."""
    proposed = open_proposed(here.vault, proposal)
    if proposal.kind == NEW_CONTACT or proposed.name is None:
        contact = said(proposed.contact_kind, proposed.value)
        if whole:
            contact = contact_in_full(proposed.contact_kind, proposed.value)
        title = t("Nouveau contact : {contact}", contact=contact)
    else:
        title = t("Représentant : {name}", name=proposed.name.full)
    return ProposalLine(
        id=proposal.id,
        kind=proposed.contact_kind,
        title=title,
        to=sent_to(proposed.contact_kind, proposed.value, whole=whole),
        state=t(STATES[proposal.status]),
        why=t(DECLINED[proposal.decline_reason]) if proposal.decline_reason else "",
        status=proposal.status,
        is_open=proposal.status in OPEN,
        answer_by=promised_day(here.practice, proposal.moved_at),
        asked_at=proposal.asked_at,
        is_contact=proposal.kind == NEW_CONTACT,
        whole=whole,
    )
