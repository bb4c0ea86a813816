"""What a policy may be: bounds of the house and of the law, each refused with one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.base.errors import NotAllowedError
from shared.ladder.rules import (
    APPROVAL,
    CALL,
    CAP_DAYS,
    DEFAULT_POLICY,
    MESSAGE,
    MESSAGES_A_CYCLE,
    ORDINARY,
    SEGMENT_TITLES,
    STEP_TITLES,
    Step,
    steps_of,
)

LONGEST_DAYS = 365
LARGEST_CENTS = 100_000_000
SHORTEST_DEADLINE = 8
POSITIONS = {step.name: step.position for step in DEFAULT_POLICY}
# What a step may be done by; a formal notice is never sent without somebody's word.
ACTS = {
    "pre_due": (MESSAGE,),
    "reminder": (MESSAGE, CALL),
    "second_reminder": (MESSAGE, CALL),
    "call": (CALL,),
    "formal_notice": (APPROVAL,),
}


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """A policy as it is or would be in force: the steps of all segments and the settings of letters, in
    days: the deadline that a formal notice sets, the warning before two years."""

    steps: list[Step]
    letter_days: int = 15
    warn_days: int = 60


@dataclass(frozen=True, slots=True)
class Change:
    """A step that differs between two policies; ``before`` or ``after`` is None where it is left out."""

    segment: str
    name: str
    before: Step | None
    after: Step | None


def check_policy(policy: NewPolicy) -> None:
    """Raises NotAllowedError for the first bound that a policy breaks."""
    if not [step for step in policy.steps if step.segment == ORDINARY]:
        raise NotAllowedError("Gardez au moins une étape dans la règle ordinaire.")
    if not SHORTEST_DEADLINE <= policy.letter_days <= LONGEST_DAYS:
        raise NotAllowedError(
            f"Le délai de la mise en demeure est de {SHORTEST_DEADLINE} jours au moins."
        )
    if not 0 <= policy.warn_days <= LONGEST_DAYS:
        raise NotAllowedError("L’alerte avant deux ans est entre 0 et 365 jours.")
    for segment in {step.segment for step in policy.steps}:
        if segment not in SEGMENT_TITLES:
            raise NotAllowedError("Ce profil n’existe pas.")
        _check_segment(SEGMENT_TITLES[segment], steps_of(policy.steps, segment))


def _check_segment(title: str, steps: Sequence[Step]) -> None:
    where = f"« {title} »"
    for step in steps:
        _check_step(where, step)
    if len({step.position for step in steps}) < len(steps):
        raise NotAllowedError(f"{where} : chaque étape n’a lieu qu’une fois.")
    if sum(step.act == MESSAGE for step in steps) > MESSAGES_A_CYCLE:
        raise NotAllowedError(
            f"{where} : trois messages automatiques au plus. Confiez une étape à un appel."
        )
    for before, step in pairwise(steps):
        said, former = STEP_TITLES[step.name], STEP_TITLES[before.name]
        if step.anchor == before.anchor and step.offset_days <= before.offset_days:
            raise NotAllowedError(
                f"{where}, {said} : son jour vient après celui de « {former} » "
                f"({before.offset_days} jours)."
            )
        if step.anchor == "issue" and before.anchor == "due":
            raise NotAllowedError(
                f"{where}, {said} : comptez depuis l’échéance, comme « {former} »."
            )
    notice = next((step for step in steps if step.act == APPROVAL), None)
    reminders = [step for step in steps if step.name in {"reminder", "second_reminder"}]
    if notice is not None and len([s for s in reminders if s.act == MESSAGE]) < 2:
        raise NotAllowedError(
            f"{where} : une mise en demeure demande deux rappels arrivés. Gardez les deux rappels en "
            "message, ou retirez la lettre."
        )


def _check_step(where: str, step: Step) -> None:
    if POSITIONS.get(step.name) != step.position:
        raise NotAllowedError(f"{where} : cette étape n’existe pas.")
    said = f"{where}, {STEP_TITLES[step.name]}"
    if step.act not in ACTS[step.name]:
        raise NotAllowedError(
            f"{said} : une lettre recommandée s’approuve toujours."
            if step.name == "formal_notice"
            else f"{said} : cette étape ne se fait pas ainsi."
        )
    if step.anchor not in {"issue", "due"}:
        raise NotAllowedError(f"{said} : comptez depuis la facture ou depuis l’échéance.")
    if step.name != "pre_due" and step.anchor != "due":
        raise NotAllowedError(f"{said} : un rappel compte depuis l’échéance.")
    if not 0 <= step.offset_days <= LONGEST_DAYS or not 0 <= step.gap_days <= LONGEST_DAYS:
        raise NotAllowedError(f"{said} : les jours sont entre 0 et {LONGEST_DAYS}.")
    if step.name != "pre_due" and step.gap_days < CAP_DAYS:
        raise NotAllowedError(
            f"{said} : laissez au moins {CAP_DAYS} jours après l’étape précédente."
        )
    if not 0 <= step.minimum_cents <= LARGEST_CENTS:
        raise NotAllowedError(f"{said} : le minimum est entre 0 et 1 000 000 €.")


def compare(before: Sequence[Step], after: Sequence[Step]) -> list[Change]:
    """What differs between two policies, by segment and step. A segment that has no steps of its own is
    compared as what it goes by."""
    found: list[Change] = []
    for segment in SEGMENT_TITLES:
        old = {step.name: step for step in steps_of(before, segment)}
        new = {step.name: step for step in steps_of(after, segment)}
        for name in STEP_TITLES:
            one, other = old.get(name), new.get(name)
            if _without_segment(one) != _without_segment(other):
                found.append(Change(segment, name, one, other))
    return found


def _without_segment(step: Step | None) -> tuple[object, ...]:
    if step is None:
        return ()
    return (step.act, step.anchor, step.offset_days, step.gap_days, step.minimum_cents)
