"""What patients type about how to reach them, read kindly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.forms import Sentence, fresh_once, read_birth_date, say
from shared.accounts import PersonName
from shared.base.formats import marked
from shared.billing import CellError, email_of, phone_of
from shared.messages import once_of
from shared.preferences import LONGEST_NAME, RELATIONS, Proposed

LONGEST = 120
NAMELESS = {"given": marked("Écrivez son prénom."), "surname": marked("Écrivez son nom.")}


@dataclass(frozen=True, slots=True, repr=False)
class ProposalForm:
    """A form as it was typed; ``proposed`` is None when something is wrong with it."""

    proposed: Proposed | None
    once: str
    values: dict[str, object]
    errors: dict[str, Sentence]


def empty_proposal() -> ProposalForm:
    """A form nobody has written in yet."""
    return ProposalForm(None, "", {"once": fresh_once()}, {})


def read_new_contact(form: Mapping[str, str]) -> ProposalForm:
    """Read a new telephone number or e-mail address."""
    errors: dict[str, Sentence] = {}
    values = _typed(form, "contact")
    kind, value = _contact(str(values["contact"]), errors)
    once = str(values["once"])
    return ProposalForm(None if errors else Proposed(kind, value), once, values, errors)


def read_representative(form: Mapping[str, str], *, today: date) -> ProposalForm:
    """Read who represents the person, as what, and where to write to them."""
    errors: dict[str, Sentence] = {}
    names = ("relation", "given", "surname", "day", "month", "year", "contact")
    values = _typed(form, *names)
    texts = {name: str(values[name]) for name in names}
    if texts["relation"] not in RELATIONS:
        errors["relation"] = say(marked("Choisissez une réponse."))
    for name, sentence in NAMELESS.items():
        if not texts[name]:
            errors[name] = say(sentence)
        elif len(texts[name]) > LONGEST_NAME:
            errors[name] = say(
                marked("Ce nom est trop long : {most} lettres au plus."), most=LONGEST_NAME
            )
    born = read_birth_date(texts, errors, today)
    kind, value = _contact(texts["contact"], errors)
    proposed = Proposed(
        kind, value, PersonName(texts["given"], texts["surname"]), texts["relation"], born
    )
    return ProposalForm(None if errors else proposed, str(values["once"]), values, errors)


def _typed(form: Mapping[str, str], *names: str) -> dict[str, object]:
    """What was typed, without signs that no keyboard makes, and the form's mark."""
    values: dict[str, object] = {
        name: "".join(c for c in form.get(name, "") if c.isprintable()).strip()[:LONGEST]
        for name in names
    }
    values["once"] = once_of(form.get("once", "")) or fresh_once()
    return values


def _contact(typed: str, errors: dict[str, Sentence]) -> tuple[str, str]:
    """(kind, value) of what can be written to."""
    try:
        if "@" in typed:
            return "email", email_of(typed)
        phone = phone_of(typed)
    except CellError:
        errors["contact"] = say(
            marked(
                "Écrivez un numéro de mobile, par exemple 06 12 34 56 78, ou une adresse e-mail, "
                "par exemple nom@exemple.fr."
            )
        )
        return "", ""
    if not phone.mobile:
        errors["contact"] = say(
            marked(
                "Ce numéro ne reçoit pas de SMS. Écrivez un numéro de mobile, ou une adresse e-mail."
            )
        )
    return "phone", phone.e164
