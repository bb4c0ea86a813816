"""The form of other dates as it was typed, and the schedule that it comes to."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict

from backoffice.desks.decision_words import plan_error_words
from backoffice.flaws import FieldError
from backoffice.forms import typed_day
from shared.base.money import AmountError, Cents, parse_amount
from shared.plans import Part, PlanError, PlanRules, Wish, schedule

BY_MONTHS, BY_SUM, BY_DATES = "months", "sum", "dates"
WAYS = ("link", "card")
MOST_DIGITS = 3
LONGEST_DATES = 4000


@dataclass(frozen=True, slots=True)
class OfferForm:
    """What was typed; ``seen`` stands for the schedule that was shown before it is sent."""

    how: str = BY_MONTHS
    months: str = ""
    sum: str = ""
    day: str = "5"
    dates: str = ""
    way: str = "link"
    body: str = ""
    once: str = ""
    seen: str = ""
    anyway: bool = False

    @classmethod
    def fresh(cls, *, months: int, day: int, way: str) -> "OfferForm":
        """A form that begins with what would be inside the rules."""
        return cls(
            months=str(months) if months else "",
            day=str(day),
            way=way,
            once=secrets.token_hex(16),
        )

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> "OfferForm":
        """A form as it came."""
        how = form.get("how", "")
        way = form.get("way", "")
        return cls(
            how=how if how in (BY_MONTHS, BY_SUM, BY_DATES) else BY_MONTHS,
            months=form.get("months", "").strip()[:8],
            sum=form.get("sum", "").strip()[:20],
            day=form.get("day", "").strip()[:8],
            dates=form.get("dates", "").strip()[:LONGEST_DATES],
            way=way if way in WAYS else WAYS[0],
            body=form.get("body", "").replace("\r\n", "\n").strip(),
            once=form.get("once", ""),
            seen=form.get("seen", ""),
            anyway=bool(form.get("anyway")),
        )

    def parts(self, total: Cents, rules: PlanRules, today: date) -> list[Part]:
        """The dates that it comes to for what can be spread now. Raises FieldError."""
        if self.how == BY_DATES:
            return self._free_dates()
        wish = Wish(_number(self.day))
        if self.how == BY_SUM:
            wish = replace(wish, monthly_cents=_amount(self.sum, "sum", "Somme par mois"))
        else:
            months = _number(self.months)
            if not months:
                raise FieldError("months", "Nombre de mois", "Donnez le nombre de mois.")
            wish = replace(wish, months=months)
        try:
            return schedule(total, wish, rules, today)
        except PlanError as error:
            raise FieldError(*plan_error_words(error)) from None

    def _free_dates(self) -> list[Part]:
        """A day and a sum on each line."""
        parts = []
        for line in filter(None, map(str.strip, self.dates.splitlines())):
            on, _, cents = line.partition(" ")
            try:
                due_on = typed_day(on)
            except ValueError:
                raise FieldError(
                    "dates",
                    "Dates libres",
                    f"« {line[:40]} » : écrivez un jour et une somme, par exemple 05/12/2026 39,00.",
                ) from None
            parts.append(Part(due_on, _amount(cents, "dates", "Dates libres")))
        if not parts:
            raise FieldError("dates", "Dates libres", "Écrivez une date et une somme par ligne.")
        return parts


def mark_of(parts: Sequence[Part], covers: Sequence[tuple[UUID, Cents]]) -> str:
    """The same for the same dates of the same debts, so that what is sent is what was shown."""
    told = repr(([(part.due_on, part.cents) for part in parts], sorted(covers)))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _number(text: str) -> int:
    digits = 0 < len(text) <= MOST_DIGITS and text.isascii() and text.isdigit()
    return int(text) if digits else 0


def _amount(text: str, field: str, label: str) -> Cents:
    try:
        return parse_amount(text)
    except AmountError as error:
        raise FieldError(field, label, str(error)) from None
