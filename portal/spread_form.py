"""What a patient wishes for when spreading, read kindly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.forms import Sentence, say
from shared.base.formats import marked
from shared.base.money import AmountError, Cents, parse_amount
from shared.plans import LAST_DAY, PlanError, Wish

USUAL_DAY = "5"
BY_SUM, BY_MONTHS = "sum", "months"
BY_CARD, BY_LINK = "card", "link"
MOST_DIGITS = 4
TOO_OFTEN = marked(
    "Vous avez déjà accepté des dates trois fois en un jour. Réessayez demain, ou appelez-nous."
)


@dataclass(frozen=True, slots=True)
class WishForm:
    """The form as it was filled in: what it means, what is wrong, or neither when it is new."""

    wish: Wish | None
    values: dict[str, str]
    errors: dict[str, Sentence]


def read_wish(form: Mapping[str, str]) -> WishForm:
    """Read how to spread: a sum a month or a number of months, and the day of the month."""
    how = form.get("how", "")
    values = {name: form.get(name, "").strip()[:20] for name in ("sum", "months", "day")}
    if "day" not in form:
        values["day"] = USUAL_DAY
    values["way"] = BY_LINK if form.get("way") == BY_LINK else BY_CARD
    if not how:
        return WishForm(None, {"how": BY_SUM, **values}, {})
    values["how"] = how if how in (BY_SUM, BY_MONTHS) else BY_SUM
    errors: dict[str, Sentence] = {}
    day = _number(values["day"])
    if not values["day"]:
        errors["day"] = say(marked("Choisissez le jour du mois, de 1 à {last}."), last=LAST_DAY)
    elif not 1 <= day <= LAST_DAY:
        errors["day"] = say(marked("Le jour va de 1 à {last}."), last=LAST_DAY)
    months = monthly = None
    if values["how"] == BY_MONTHS:
        months = _number(values["months"])
        if months < 1:
            errors["months"] = say(marked("Choisissez le nombre de mois."))
    else:
        monthly = _sum(values["sum"], errors)
    wish = None if errors else Wish(day, months=months, monthly_cents=monthly)
    return WishForm(wish, values, errors)


def _sum(text: str, errors: dict[str, Sentence]) -> Cents:
    try:
        return parse_amount(text)
    except AmountError as error:
        errors["sum"] = say(str(error))
        return 0


def _number(text: str) -> int:
    is_one = 0 < len(text) <= MOST_DIGITS and all(c in "0123456789" for c in text)
    return int(text) if is_one else 0


def about(error: PlanError, money: Callable[[Cents], str]) -> dict[str, Sentence]:
    """The sentence for a wish that can't be; ``money`` writes cents in the page's language."""
    if error.reason == "too_little":
        text = marked("Écrivez au moins {least} par mois, ou appelez-nous.")
        return {"sum": say(text, least=money(error.least))}
    if error.reason in ("too_long", "too_many_months"):
        return {"months": say(marked("Choisissez {most} mois au plus."), most=error.most)}
    if error.reason == "too_often":
        return {"form": say(TOO_OFTEN)}
    return {"form": say(marked("Ces dates ne sont pas possibles. Choisissez autre chose."))}
