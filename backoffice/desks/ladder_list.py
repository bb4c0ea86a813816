"""The filtered list of the ladder: which accounts fit what the address asks for, paged by key."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backoffice.desks.ladder_rows import Standing, read_standings
from backoffice.desks.words import LANGUAGES, WISHES
from backoffice.flaws import FieldError
from shared.accounts import Account, get_practice
from shared.base.clock import Clock
from shared.base.money import AmountError, Cents, parse_amount
from shared.base.page_keys import cents_of, read_key, write_key
from shared.base.vault import KeyRing
from shared.ladder import (
    PAUSED,
    SEGMENT_TITLES,
    STEP_TITLES,
    WITHHELD_TITLES,
    Fit,
    coming_night,
    fitting,
    whole_policy,
)

PAGE = 50
MOST_COUNTED = 2000
FILTERS = {
    "step": "Dernière étape",
    "held": "Retenu",
    "due": "Échéance",
    "language": "Langue",
    "channel": "Écrire par",
    "segment": "Profil de rappels",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list; ``accounts`` and ``cents`` are those of all that fit, None where they are more
    than the page counts."""

    rows: tuple[Standing, ...]
    next_key: str
    accounts: int | None
    cents: Cents


def read_fit(args: MultiDict[str, str]) -> Fit:
    """The filter of an address. Raises FieldError for a sum that is none, for two of which the lower is the
    greater, and for a word that no filter knows: a list of all is not what was asked for, and acts follow it.
    """
    fit = Fit(
        step=_known(args, "step", {*STEP_TITLES, "none", PAUSED}),
        held=_known(args, "held", {*WITHHELD_TITLES, "any"}),
        low=_cents(args, "from", "Somme à partir de"),
        high=_cents(args, "to", "Somme jusqu’à"),
        due=_known(args, "due", {"late", "coming"}),
        language=_known(args, "language", set(LANGUAGES)),
        channel=_known(args, "channel", set(WISHES)),
        segment=_known(args, "segment", set(SEGMENT_TITLES)),
    )
    if fit.low and fit.high and int(fit.low) > int(fit.high):
        raise FieldError(
            "to", "Somme jusqu’à", "Cette somme est plus petite que celle de départ : échangez-les."
        )
    return fit


def as_address(fit: Fit, **changes: str) -> dict[str, str]:
    """A filter as an address says it, with some of it changed."""
    kept = fit.kept(**changes)
    for name, word in (("low", "from"), ("high", "to")):
        if name in kept:
            euros, cents = divmod(int(kept.pop(name)), 100)
            kept[word] = f"{euros},{cents:02}"
    return kept


def _known(args: MultiDict[str, str], name: str, words: set[str]) -> str:
    value = args.get(name, "")
    if value and value not in words:
        raise FieldError(
            name, FILTERS[name], "Ce filtre n’existe pas : choisissez-en un dans la liste."
        )
    return value


def _cents(args: MultiDict[str, str], name: str, label: str) -> str:
    text = args.get(name, "").strip()
    if not text:
        return ""
    try:
        return str(parse_amount(text))
    except AmountError as error:
        raise FieldError(name, label, str(error)) from None


def read_page(
    session: Session,
    *,
    practice_id: int,
    fit: Fit,
    after: str,
    keys: KeyRing | None,
    today: date,
    clock: Clock,
) -> Page:
    """One page, the largest sum first; seven statements. Raises NotFoundError for a page key that is none."""
    practice = get_practice(session, practice_id)
    steps = whole_policy(session, practice_id)
    columns = (Account.id, Account.balance_cents)
    all_of = fitting(columns, practice_id=practice_id, fit=fit, steps=steps, today=today)
    query = all_of.order_by(Account.balance_cents.desc(), Account.id.desc()).limit(PAGE + 1)
    if after:
        balance, last_id = read_key(after, cents_of)
        query = query.where(
            tuple_(Account.balance_cents, Account.id)
            < tuple_(balance, literal(last_id, Account.id.type))
        )
    found = session.execute(query).all()
    counted = all_of.limit(MOST_COUNTED + 1).subquery()
    count, cents = session.execute(
        select(func.count(), func.coalesce(func.sum(counted.c.balance_cents), 0))
    ).one()
    night = coming_night(session, practice=practice, at=clock.now())
    known = read_standings(
        session,
        [row.id for row in found[:PAGE]],
        practice_id=practice_id,
        steps=steps,
        night=night,
        keys=keys,
    )
    return Page(
        rows=tuple(known[row.id] for row in found[:PAGE] if row.id in known),
        next_key=write_key(found[PAGE - 1].balance_cents, found[PAGE - 1].id)
        if len(found) > PAGE
        else "",
        accounts=int(count) if count <= MOST_COUNTED else None,
        cents=int(cents),
    )
