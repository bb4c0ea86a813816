"""The ladder's decisions: who is due, what happens, and why not.

Days are practice-local. The default policy follows the practice of gentle collection: one message at
a time, a human before anything that weighs. Offsets and gaps are data, no law.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.base.money import Cents
from shared.base.states import StateMachine

CYCLE = StateMachine(
    "ladder_cycle", initial=frozenset({"open"}), edges={("open", "close"): "closed"}
)

# A night on which nothing is decided because staff said so; the night itself passes it.
QUIET = StateMachine(
    "ladder_quiet",
    initial=frozenset({"held"}),
    edges={
        ("held", "undo"): "undone",
        ("undone", "hold"): "held",
        ("held", "pass"): "passed",
        ("undone", "pass"): "passed",
    },
)

MESSAGE = "message"
CALL = "call"
APPROVAL = "approval"

GOES = "goes"
PAUSED = "paused"
CAP_DAYS = 7
MESSAGES_A_CYCLE = 3

ORDINARY = "ordinary"
SEGMENT_TITLES = {
    ORDINARY: "Ordinaire",
    "occasional": "Difficulté passagère",
    "chronic": "Retards répétés",
    "protected": "À ménager",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a policy. ``anchor`` is issue or due; offsets and gaps are days.

    ``position`` goes with the name in every version and segment, so that a cycle that is somewhere stays
    there: what comes next is the first step of the policy in force that lies behind it.
    """

    position: int
    name: str
    act: str
    anchor: str
    offset_days: int
    gap_days: int
    minimum_cents: Cents
    segment: str = ORDINARY


def next_step(steps: Iterable[Step], position: int) -> Step | None:
    """What comes after ``position`` among the steps of one segment; None behind the last."""
    return next((s for s in sorted(steps, key=lambda s: s.position) if s.position > position), None)


def steps_of(steps: Iterable[Step], segment: str) -> list[Step]:
    """The steps by which a segment goes: its own, or the ordinary ones where it has none."""
    known = list(steps)
    own = [step for step in known if step.segment == segment]
    return sorted(
        own or [step for step in known if step.segment == ORDINARY], key=lambda s: s.position
    )


DEFAULT_POLICY = (
    Step(1, "pre_due", MESSAGE, "issue", 0, 0, 100),
    Step(2, "reminder", MESSAGE, "due", 7, 7, 500),
    Step(3, "second_reminder", MESSAGE, "due", 21, 14, 500),
    Step(4, "call", CALL, "due", 35, 14, 500),
    Step(5, "formal_notice", APPROVAL, "due", 45, 10, 2000),
)

STEP_TITLES = {
    "pre_due": "Premier message",
    "reminder": "Rappel",
    "second_reminder": "Second rappel",
    "call": "Appel",
    "formal_notice": "Lettre recommandée",
}

WITHHELD_TITLES = {
    "door_closed": "porte fermée après dix mauvaises réponses",
    "no_identity": "ni date de naissance, ni code postal et téléphone au dossier",
    "paying": "un paiement est en cours",
    "stale": "l’export du logiciel est trop ancien",
    "letter_only": "courrier seulement : ni SMS ni e-mail ne part",
    "no_contact": "aucun contact qui marche",
    "cap_week": "déjà un message dans les 7 derniers jours",
    "cap_cycle": "trois messages sont déjà partis",
    "hold_staff": "pause demandée par l’équipe",
    "hold_dispute": "désaccord à vérifier",
    "hold_message": "un message attend notre réponse",
    "hold_aid": "demande d’aide en cours",
    "hold_plan": "paiement étalé demandé ou en cours",
    "hold_claim": "réponse d’un payeur attendue",
    "hold_protection": "protection à respecter",
    "hold_refund": "remboursement à expliquer",
    "hold_dispute_card": "paiement contesté à la banque",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of one account whose next step's day has come."""

    act: str
    door_closed: bool
    checkable: bool
    hold: str | None
    paying: bool
    source_as_of: date
    letter_only: bool
    has_contact: bool
    last_message_on: date | None
    messages: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens: ``withheld`` None lets the step's ``act`` take place."""

    withheld: str | None


GO = Decision(None)


def decide(facts: Facts, *, today: date, fresh_days: int) -> Decision:
    """Whether the step may take place; the first reason that speaks against it is the one told."""
    reasons = (
        (facts.hold is not None, f"hold_{facts.hold}"),
        (facts.paying, "paying"),
        (today - facts.source_as_of > timedelta(days=fresh_days), "stale"),
    )
    reason = next((name for speaks, name in reasons if speaks), None)
    if reason is None and facts.act == MESSAGE:
        reason = _against_message(facts, today)
    return Decision(reason)


def _against_message(facts: Facts, today: date) -> str | None:
    last = facts.last_message_on
    reasons = (
        (facts.door_closed, "door_closed"),
        (not facts.checkable, "no_identity"),
        (facts.letter_only, "letter_only"),
        (not facts.has_contact, "no_contact"),
        (facts.messages >= MESSAGES_A_CYCLE, "cap_cycle"),
        (last is not None and today - last < timedelta(days=CAP_DAYS), "cap_week"),
    )
    return next((name for speaks, name in reasons if speaks), None)


def due_day(
    step: Step, *, first_issued_on: date, oldest_due_on: date, stepped_on: date | None
) -> date:
    """The day on which a step's turn comes: its offset, and its gap from the step before."""
    anchor = first_issued_on if step.anchor == "issue" else oldest_due_on
    day = anchor + timedelta(days=step.offset_days)
    if stepped_on is not None:
        day = max(day, stepped_on + timedelta(days=step.gap_days))
    return day
