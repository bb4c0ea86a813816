"""« En bref »: what a task is about, in one sentence, for all rows of a page at once.

Each kind names where its facts are and how they are said. What is asked of the tables is one statement,
whatever stands on the page; what patients sealed (help) is one more, for roles that read it.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import (
    select,
)
from sqlalchemy.orm import Session

from backoffice.desks.checks import checks_of
from backoffice.desks.message_words import SUBJECTS, WISHES
from backoffice.desks.order_words import OUTCOMES, WHAT
from backoffice.desks.today_facts import Facts, facts_of_tasks, id_of
from backoffice.desks.words import (
    CHANGE_KINDS,
    CHANNELS,
    CONTACT_KINDS,
    DISPUTE_REASONS,
    NOTICE_TITLES,
    title,
)
from shared.accounts import Account, account_vault
from shared.aid import AidRequest, open_answers
from shared.base.formats import money
from shared.base.vault import KeyRing
from shared.worklist import Task

AID = "aid_decide"
OF_CHECKS = frozenset({"processor_differs", "processor_refused"})


Said = Callable[[Facts], str]


def _plan(facts: Facts) -> str:
    return f"{money(facts.cents, 'fr')} en {facts.number} fois"


def _order(facts: Facts) -> str:
    return f"{money(facts.cents, 'fr')}, {title(WHAT, facts.word)}, demande de {facts.more}"


def _dispute(facts: Facts) -> str:
    return f"{money(facts.cents, 'fr')} : {title(DISPUTE_REASONS, facts.word)}"


def _notice(facts: Facts) -> str:
    way = CHANNELS.get(facts.more, "")
    return f"« {title(NOTICE_TITLES, facts.word)} »" + (f" par {way}" if way else "")


# By kind: what needs no facts to be said better than its title says it.
PLAIN: Mapping[str, str] = {
    "ladder_call": "L’échelle demande un appel",
    "ladder_letter_call": "La lettre attend cet appel : ensuite, quelqu’un décide d’elle de nouveau",
    "ladder_formal_notice": "Dernière étape de l’échelle, jamais sans une personne",
    "ladder_no_contact": "Ni téléphone ni adresse e-mail qui marche",
    "ladder_no_identity": "Personne ne pourrait ouvrir un lien",
    "door_closed": "Dix mauvaises réponses : aucun lien ne s’ouvre",
}
# By kind: where its facts are (its key is their row), and how they are said. Others say their title.
BRIEFS: Mapping[str, tuple[str, Said]] = {
    "message_waiting": ("thread", lambda f: f"« {title(SUBJECTS, f.word)} »"),
    "payment_search": ("thread", lambda f: f"Annoncé : « {title(SUBJECTS, f.word)} »"),
    "pause_to_end": (
        "thread",
        lambda f: f"« {title(SUBJECTS, f.word)} » : répondu, la pause dure jusqu’à « Finir »",
    ),
    "payer_claim": ("thread", lambda f: f"« {title(SUBJECTS, f.word)} »"),
    "plan_to_decide": ("plan", lambda f: f"Propose {_plan(f)}"),
    "plan_refused": ("plan", lambda f: f"Ne veut pas de {_plan(f)}"),
    "plan_pause_asked": ("plan", lambda f: f"Demande une pause : {_plan(f)}"),
    "plan_dates_asked": ("plan", lambda f: f"Demande d’autres dates : {_plan(f)}"),
    "plan_behind": ("plan", lambda f: f"Une date est passée : {_plan(f)}"),
    "notice_in_doubt": ("notice", lambda f: f"{_notice(f)} : parti ou non ?"),
    "notice_failed": ("notice", lambda f: f"{_notice(f)} n’a pas pu partir"),
    "contact_bounced": ("contact", lambda f: f"Refusé : {title(CONTACT_KINDS, f.word)}"),
    "change_decide": ("proposal", lambda f: f"Propose : {title(CHANGE_KINDS, f.word).lower()}"),
    "order_to_agree": ("order", _order),
    "refund_to_hand": ("order", _order),
    "refund_declined": ("order", lambda f: f"{money(f.cents, 'fr')}, {title(WHAT, f.word)}"),
    "refund_refused": (
        "order",
        lambda f: f"{money(f.cents, 'fr')} : {OUTCOMES.get(f.more, 'le prestataire l’a refusé')}",
    ),
    "assign_refused": ("order", lambda f: f"{money(f.cents, 'fr')}, resté sans compte"),
    "overpaid": ("payment", lambda f: f"Reçu {f.word}, {money(f.cents, 'fr')}"),
    "refund_failed": ("refund", lambda f: f"{money(f.cents, 'fr')} ne sont pas arrivés"),
    "refund_to_explain": ("refund", lambda f: f"{money(f.cents, 'fr')} sont de nouveau dus"),
    "card_disputed": ("dispute", _dispute),
    "dispute_lost": ("dispute", _dispute),
    "stray_payment": ("stray", lambda f: f"{money(f.cents, 'fr')} reçus, de personne de connu"),
    "invoice_absent": ("invoice", lambda f: f"Facture {f.word}, {money(f.cents, 'fr')}"),
}


def briefs_of(
    session: Session,
    tasks: Sequence[Task],
    *,
    practice_id: int,
    accounts: Mapping[UUID, Account],
    keys: KeyRing | None,
) -> dict[UUID, str]:
    """A sentence for each task that has more to say than its title; three statements at most. ``keys``
    None leaves sealed what patients wrote."""
    with_facts = [(BRIEFS[task.kind][0], task) for task in tasks if task.kind in BRIEFS]
    rows = facts_of_tasks(session, with_facts, practice_id=practice_id)
    said = {task.id: PLAIN[task.kind] for task in tasks if task.kind in PLAIN}
    for task in tasks:
        source, sentence = BRIEFS.get(task.kind, ("", None))
        facts = rows.get((source, id_of(task)))
        if sentence is not None and facts is not None:
            said[task.id] = sentence(facts)
    if keys is not None:
        said |= _help(session, [t for t in tasks if t.kind == AID], practice_id, accounts, keys)
    checks = [task for task in tasks if task.kind in OF_CHECKS]
    said |= {one.id: one.happened for one in checks_of(session, checks, practice_id=practice_id)}
    return said


def _help(
    session: Session,
    tasks: Sequence[Task],
    practice_id: int,
    accounts: Mapping[UUID, Account],
    keys: KeyRing,
) -> dict[UUID, str]:
    """What would help, in the person's own choice of boxes."""
    by_request = {id_of(task): task.id for task in tasks}
    if not by_request:
        return {}
    said = {}
    query = select(AidRequest).where(
        AidRequest.practice_id == practice_id, AidRequest.id.in_(by_request)
    )
    for request in session.scalars(query):
        account = accounts.get(request.account_id)
        answers = open_answers(account_vault(keys, account), request) if account else None
        if answers is None:
            continue
        wishes = ", ".join(title(WISHES, wish) for wish in answers.wishes)
        if answers.monthly_cents is not None:
            wishes += f", {money(answers.monthly_cents, 'fr')} par mois"
        said[by_request[request.id]] = f"Aiderait : {wishes}" if wishes else "Demande de l’aide"
    return said
