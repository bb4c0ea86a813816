"""The policy on the desk: its form, two versions side by side, and a draft tried on today's accounts."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backoffice.flaws import FieldError
from shared.base.money import AmountError, parse_amount
from shared.ladder import (
    ACTS,
    DEFAULT_POLICY,
    ORDINARY,
    POSITIONS,
    STEP_TITLES,
    LadderDraft,
    NewPolicy,
    Step,
    draft_of,
    policy_in_force,
    read_draft,
    steps_of,
)

ACT_WORDS = {
    "message": "message",
    "call": "appel",
    "approval": "lettre, à approuver",
}
ANCHOR_WORDS = {"issue": "la facture", "due": "l’échéance"}


@dataclass(frozen=True, slots=True)
class Field:
    """One step in the form, as it is or as it was typed."""

    name: str
    title: str
    on: bool
    act: str
    acts: tuple[str, ...]
    anchor: str
    offset: str
    gap: str
    minimum: str


@dataclass(frozen=True, slots=True)
class Edited:
    """What the editor shows: the version in force, the draft if there is one, and what is being edited."""

    version: int
    in_force: NewPolicy
    draft: LadderDraft | None
    policy: NewPolicy

    @property
    def drafted(self) -> bool:
        """Whether there is a draft."""
        return self.draft is not None and self.draft.content is not None

    @property
    def revision(self) -> int:
        """What a form was made from."""
        return self.draft.revision if self.draft is not None else 0


def read_editor(session: Session, practice_id: int) -> Edited:
    """The policy to edit: the draft, else the one in force; two statements."""
    version, in_force = policy_in_force(session, practice_id)
    draft = draft_of(session, practice_id)
    content = draft.content if draft is not None else None
    return Edited(version, in_force, draft, read_draft(content) if content else in_force)


def fields_of(policy: NewPolicy, segment: str) -> tuple[Field, ...]:
    """The steps of a segment as a form shows them."""
    known = {step.name: step for step in steps_of(policy.steps, segment)}
    return tuple(_field(default, known.get(default.name)) for default in DEFAULT_POLICY)


def typed_fields(form: MultiDict[str, str]) -> tuple[Field, ...]:
    """The same as it was typed."""
    return tuple(
        Field(
            name=step.name,
            title=STEP_TITLES[step.name],
            on=form.get(f"{step.name}-on") == "1",
            act=form.get(f"{step.name}-act", step.act),
            acts=ACTS[step.name],
            anchor=form.get(f"{step.name}-anchor", step.anchor),
            offset=form.get(f"{step.name}-offset", ""),
            gap=form.get(f"{step.name}-gap", ""),
            minimum=form.get(f"{step.name}-minimum", ""),
        )
        for step in DEFAULT_POLICY
    )


def typed_policy(form: MultiDict[str, str], base: NewPolicy, segment: str) -> NewPolicy:
    """The policy with one segment as it was typed. Raises FieldError for what is no number."""
    others = [step for step in base.steps if step.segment != segment]
    own: list[Step] = []
    if segment == ORDINARY or form.get("own") == "1":
        own = [_step(field, segment) for field in typed_fields(form) if field.on]
    if segment != ORDINARY:
        return NewPolicy([*others, *own], base.letter_days, base.warn_days)
    return NewPolicy(
        [*others, *own],
        _days(form.get("letter_days", ""), "letter_days", "Délai de la mise en demeure"),
        _days(form.get("warn_days", ""), "warn_days", "Alerte avant deux ans"),
    )


def _field(default: Step, known: Step | None) -> Field:
    step = known or default
    return Field(
        name=default.name,
        title=STEP_TITLES[default.name],
        on=known is not None,
        act=step.act,
        acts=ACTS[default.name],
        anchor=step.anchor,
        offset=str(step.offset_days),
        gap=str(step.gap_days),
        minimum=f"{step.minimum_cents // 100},{step.minimum_cents % 100:02}",
    )


def _step(field: Field, segment: str) -> Step:
    try:
        minimum = parse_amount(field.minimum)
    except AmountError as error:
        raise FieldError(f"{field.name}-minimum", f"{field.title}, minimum", str(error)) from None
    return Step(
        position=POSITIONS[field.name],
        name=field.name,
        act=field.act,
        anchor=field.anchor,
        offset_days=_days(field.offset, f"{field.name}-offset", f"{field.title}, jours"),
        gap_days=_days(field.gap, f"{field.name}-gap", f"{field.title}, écart"),
        minimum_cents=minimum,
        segment=segment,
    )


def _days(text: str, field: str, label: str) -> int:
    bare = text.strip()
    if not bare.isascii() or not bare.isdigit() or len(bare) > 4:
        raise FieldError(field, label, "Écrivez un nombre entier de jours, par exemple 14.")
    return int(bare)


def said_of(step: Step | None) -> str:
    """A step's terms in words; empty where it is left out."""
    if step is None:
        return "retirée"
    after = f", {step.gap_days} jours après l’étape d’avant" if step.gap_days else ""
    euros = f"{step.minimum_cents // 100},{step.minimum_cents % 100:02} €"
    return (
        f"{ACT_WORDS[step.act]}, {step.offset_days} jours après {ANCHOR_WORDS[step.anchor]}{after}, "
        f"à partir de {euros}"
    )
