"""The form of a decision about a request for help, as it was typed, and what it grants."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict

from backoffice.desks.decision_words import plan_error_words
from backoffice.flaws import FieldError
from backoffice.forms import typed_day
from shared.aid import AidPath
from shared.base.money import AmountError, Cents, parse_amount, total_of
from shared.forgiving import oldest_first
from shared.granting import Grant
from shared.messages import LONGEST_TEXT
from shared.plans import Cover, Part, PlanError, PlanRules, Wish, covers_without, schedule

REDUCE, ALL, WRITE_OFF = "reduce", "all", "write_off"
GIVES_UP = frozenset({REDUCE, ALL, WRITE_OFF})
PAUSE, SPREAD = "pause", "plan"
REASON = {REDUCE: "aid", ALL: "aid", WRITE_OFF: "uncollectable"}
REDUCE_TO = ("reduce_to", "Ramener à")
MOST_DIGITS = 3
FORGIVES, SPREADS = "debts.forgive", "plans.write"
NOT_FORGIVING = (
    "Ne plus demander une somme n’est pas dans votre rôle : choisissez « Rien », ou demandez à qui peut le "
    "proposer."
)
NOT_SPREADING = (
    "Proposer des dates n’est pas dans votre rôle : choisissez une pause, ou demandez à qui décide des "
    "paiements étalés."
)


@dataclass(frozen=True, slots=True)
class AidForm:
    """What was typed; ``act`` is the form that it came from, ``answer`` or ``grant``."""

    act: str = ""
    body: str = ""
    decision: str = ""
    give_up: str = ""
    reduce_to: str = ""
    then: str = ""
    until: str = ""
    months: str = ""
    day: str = "5"
    paths: tuple[str, ...] = ()

    @classmethod
    def typed(cls, form: MultiDict[str, str], act: str) -> "AidForm":
        """A form as it came."""
        return cls(
            act=act,
            body=form.get("body", "")[: 2 * LONGEST_TEXT],
            decision=form.get("decision", ""),
            give_up=form.get("give_up", ""),
            reduce_to=form.get("reduce_to", "").strip()[:20],
            then=form.get("then", ""),
            until=form.get("until", "").strip()[:10],
            months=form.get("months", "").strip()[:8],
            day=form.get("day", "").strip()[:8],
            paths=tuple(form.getlist("path"))[:20],
        )

    @property
    def gives_up(self) -> bool:
        """Whether money is given up, which is a grave act."""
        return self.give_up in GIVES_UP

    def check_rights(self, may: Callable[[str], bool]) -> None:
        """To decide about help is not to give up debts, nor to offer dates. Raises FieldError."""
        if self.gives_up and not may(FORGIVES):
            raise FieldError("give_up", "Ce qui n’est plus demandé", NOT_FORGIVING)
        if self.then == SPREAD and not may(SPREADS):
            raise FieldError("then", "Pour le reste", NOT_SPREADING)

    def grant(
        self,
        *,
        once: str,
        left: Mapping[UUID, Cents],
        covers: Sequence[Cover],
        rules: PlanRules,
        today: date,
    ) -> Grant:
        """What it grants of what is left. Raises FieldError with what to mend."""
        if not self.gives_up and self.then not in (PAUSE, SPREAD):
            raise FieldError(
                "give_up",
                "Ce qui n’est plus demandé",
                "Choisissez ce que vous accordez : moins, du temps, ou des dates.",
            )
        shares = self._shares(left) if self.gives_up else {}
        grant = Grant(once=once, shares=shares, reason=REASON.get(self.give_up, "aid"))
        if self.then == PAUSE:
            return replace(grant, pause_until=self._until())
        if self.then == SPREAD:
            rest = sum(cover.cents for cover in covers_without(covers, shares))
            return replace(grant, parts=self._parts(rest, rules, today))
        return grant

    def _shares(self, left: Mapping[UUID, Cents]) -> dict[UUID, Cents]:
        total = total_of(left)
        if not total:
            raise FieldError(
                *REDUCE_TO,
                "Rien ne peut être abandonné : tout est payé, en cours de paiement, ou déjà demandé.",
            )
        if self.give_up != REDUCE:
            return dict(left)
        try:
            target = parse_amount(self.reduce_to)
        except AmountError as error:
            raise FieldError(*REDUCE_TO, str(error)) from None
        if not 0 < target < total:
            raise FieldError(
                *REDUCE_TO,
                "Donnez une somme au-dessus de zéro, et au-dessous de ce qui est dû.",
            )
        return oldest_first(total - target, left)

    def _until(self) -> date:
        try:
            return typed_day(self.until)
        except ValueError:
            raise FieldError(
                "until", "En pause jusqu’au", "Donnez le jour où revoir la pause."
            ) from None

    def _parts(self, rest: Cents, rules: PlanRules, today: date) -> list[Part]:
        months, day = _number(self.months), _number(self.day)
        if not months:
            raise FieldError("months", "Nombre de mois", "Donnez le nombre de mois.")
        try:
            return schedule(rest, Wish(day, months=months), rules, today)
        except PlanError as error:
            raise FieldError(*plan_error_words(error)) from None


def with_paths(body: str, names: Sequence[str], known: Sequence[AidPath]) -> str:
    """The words with the bodies that were ticked, each on its line."""
    chosen = [path for path in known if path.name in names]
    lines = [
        " ".join(part for part in (f"• {path.name} : {path.gist}", path.where, path.phone) if part)
        for path in chosen
    ]
    return "\n".join([body, "", *lines]) if lines else body


def _number(text: str) -> int:
    digits = 0 < len(text) <= MOST_DIGITS and text.isascii() and text.isdigit()
    return int(text) if digits else 0
