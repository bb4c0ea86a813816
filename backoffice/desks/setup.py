"""« Mise en route »: what a practice still lacks, told from facts alone, and how its trials went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session
from stdnum.fr import siren

from backoffice.desks.settings_fields import ZONES
from backoffice.desks.setup_account import OLD, account_lines, receipts_line
from shared.accounts import Account, Practice, get_practice
from shared.audit import TimelineEvent
from shared.base.transfers import in_fours
from shared.processor import ProcessorAccount
from shared.setup import (
    ACCOUNT,
    EMAIL,
    NAMES,
    SMS,
    SetupTrial,
    is_lost,
    last_trials,
    receipts_word,
)
from shared.staff import members_by_role

GOOD, LACKING, LOOK = "ok", "warn", "go"
_STATES: Mapping[str, str] = {GOOD: "Fait", LACKING: "À faire", LOOK: "À regarder"}
WHY: Mapping[str, str] = {
    "not_now": "Le fournisseur ne l’a pas pris. Regardez ses réglages avec qui tient l’installation, puis "
    "réessayez.",
    "refused": "Le fournisseur refuse ce destinataire : vérifiez l’adresse ou le numéro.",
    "unknown": "La connexion s’est coupée : le message est peut-être parti. Regardez avant de réessayer.",
}
LOST = "Ardoise s’est arrêtée pendant l’essai : regardez s’il est arrivé avant de réessayer."
_RECORDS: Mapping[str, str] = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}
_NAMES_SAID: Mapping[tuple[str, str], str] = {
    ("spf", "missing"): "absent : vos messages passent souvent pour indésirables.",
    ("dmarc", "missing"): "absent : d’autres peuvent écrire en votre nom.",
    ("dkim", "missing"): "aucune clé sous ce sélecteur : vérifiez-le chez le fournisseur.",
    ("dkim", "good"): "présent, une clé signe vos messages.",
    ("dkim", "weak"): "la clé a été retirée : demandez-en une au fournisseur.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a practice needs. ``endpoint`` is where it is done; ``lines`` say how it stands."""

    key: str
    title: str
    state: str
    lines: tuple[str, ...]
    endpoint: str = ""

    @property
    def word(self) -> str:
        """Its state, said."""
        return _STATES[self.state]


def has_begun(session: Session, *, practice_id: int) -> bool:
    """Whether the practice has an account already: then whoever owns it arrives at its work."""
    query = select(exists().where(Account.practice_id == practice_id))
    return bool(session.scalar(query))


def read_steps(session: Session, *, practice_id: int, at: datetime) -> list[Step]:
    """All steps, in the order in which one does them."""
    practice = get_practice(session, practice_id)
    owners = members_by_role(session, practice_id=practice_id).get("owner", [])
    trials = last_trials(session, practice_id=practice_id)
    account = session.execute(
        select(ProcessorAccount.livemode, ProcessorAccount.worker_key_id).where(
            ProcessorAccount.practice_id == practice_id
        )
    ).first()
    return [
        _owners(owners),
        _details(practice),
        Step(
            "iban",
            "Le compte pour les virements",
            GOOD if practice.iban else LACKING,
            (f"{in_fours(practice.iban)}, {practice.account_holder}",) if practice.iban else (),
            "settings_money.show_money",
        ),
        _message(EMAIL, "Un e-mail d’essai", trials.get(EMAIL), at),
        _message(SMS, "Un SMS d’essai", trials.get(SMS), at),
        _names(trials.get(NAMES), at),
        _processor(None if account is None else (account.livemode, bool(account.worker_key_id))),
        *([] if account is None else _at_processor(session, practice, trials.get(ACCOUNT), at)),
    ]


def _owners(owners: list[str]) -> Step:
    alone = len(owners) < 2
    lines = (
        f"{', '.join(owners)}.",
        *(
            [
                "Si cette personne perd son accès, personne ne change plus rien : donnez-en un à une autre."
            ]
            if alone
            else []
        ),
    )
    return Step("owners", "Deux personnes qui peuvent tout régler", LOOK if alone else GOOD, lines)


def _details(practice: Practice) -> Step:
    lacking = [
        words
        for words, is_there in (
            ("les heures où quelqu’un répond", practice.opening_hours.get("fr")),
            ("l’adresse postale", practice.postal_address),
            ("un numéro SIREN juste", siren.is_valid(practice.siren)),
        )
        if not is_there
    ]
    lines = [
        f"{practice.sender}, {practice.phone}. Heure de : {ZONES.get(practice.timezone, practice.timezone)}."
    ]
    if lacking:
        lines.append(f"Il manque : {', '.join(lacking)}.")
    return Step(
        "details",
        "Le nom neutre, les coordonnées, le fuseau horaire",
        LACKING if lacking else GOOD,
        tuple(lines),
        "settings.show_practice",
    )


def _message(key: str, title: str, trial: SetupTrial | None, at: datetime) -> Step:
    if trial is None:
        return Step(key, title, LACKING, ())
    if trial.status == "passed":
        arrived = "Le fournisseur l’a pris. Est-il arrivé, et pas dans les indésirables ?"
        return Step(key, title, GOOD, (arrived,))
    return Step(key, title, LOOK, (_underway(trial, at) or WHY[str(trial.findings.get("why"))],))


def _underway(trial: SetupTrial, at: datetime) -> str:
    if is_lost(trial, at=at):
        return LOST
    return "" if trial.ended_at else "En cours : rechargez la page dans un instant."


def _names(trial: SetupTrial | None, at: datetime) -> Step:
    title = "Le domaine qui envoie vos e-mails"
    if trial is None:
        return Step(NAMES, title, LACKING, ())
    if wait := _underway(trial, at):
        return Step(NAMES, title, LOOK, (wait,))
    lines = tuple(
        f"{words} : {_said(name, trial.findings[name])}"
        for name, words in _RECORDS.items()
        if name in trial.findings
    )
    where = f"Pour {trial.findings.get('domain', '')}."
    return Step(NAMES, title, GOOD if trial.status == "passed" else LOOK, (where, *lines))


def _said(name: str, found: Mapping[str, str]) -> str:
    """What one record says, as a sentence."""
    state, gist = found["state"], found["gist"]
    if state == "unknown":
        return "pas de réponse du réseau, réessayez plus tard."
    if (name, state) in _NAMES_SAID:
        return _NAMES_SAID[name, state]
    if name == "spf":
        if gist == "several":
            return "plusieurs enregistrements, aucun ne vaut : n’en gardez qu’un."
        if gist == "everybody":
            return "présent, mais autorise tout le monde : terminez-le par « ~all »."
        whom = "ses propres serveurs" if gist == "own" else gist
        tail = (
            "" if state == "good" else ", sans dire que faire des autres : terminez-le par « ~all »"
        )
        return f"présent, autorise {whom}{tail}."
    policy = {"quarantine": "met à l’écart", "reject": "refuse"}.get(gist, "")
    if policy:
        return f"présent, {policy} ce qui n’est pas de vous."
    return (
        "présent, mais ne demande rien : passez à « p=quarantine » quand vos envois sont en ordre."
    )


def _processor(account: tuple[bool, bool] | None) -> Step:
    key, title, endpoint = "processor", "La carte bancaire", "settings.show_keys"
    if account is None:
        return Step(
            key,
            title,
            LACKING,
            ("Aucune clé : les patients ne peuvent pas payer par carte.",),
            endpoint,
        )
    live, apart = account
    lines = ["Vrais paiements." if live else "Mode d’essai : aucun argent ne bouge."]
    if not apart:
        lines.append("Une seule clé sert à tout : faites-en une seconde.")
    return Step(key, title, GOOD if live and apart else LOOK, tuple(lines), endpoint)


def _at_processor(
    session: Session, practice: Practice, trial: SetupTrial | None, at: datetime
) -> list[Step]:
    """What the processor tells of the account, and what it doesn't. Other keys may be of another."""
    connected = select(func.max(TimelineEvent.at)).where(
        TimelineEvent.practice_id == practice.id, TimelineEvent.kind == "processor.connected"
    )
    word = receipts_word(session, practice_id=practice.id)
    title = "Ce que les patients lisent chez le prestataire"
    state = LACKING
    lines: tuple[str, ...] = ()
    if trial is not None and (wait := _underway(trial, at)):
        state, lines = LOOK, (wait,)
    elif trial is not None and trial.asked_at < (session.scalar(connected) or trial.asked_at):
        state, lines = LOOK, (OLD,)
    elif trial is not None:
        state = GOOD if trial.status == "passed" else LOOK
        lines = account_lines(trial.findings, sender=practice.sender)
    return [
        Step(ACCOUNT, title, state, lines),
        Step(
            "receipts",
            "Les reçus que le prestataire enverrait de lui-même",
            LACKING if word is None else GOOD,
            (receipts_line(word, timezone=practice.timezone),),
        ),
    ]
