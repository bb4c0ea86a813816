"""What a practice's account at the card processor tells whoever pays, and whether it takes money at all."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.delivery import telling_address, telling_word
from shared.processor import OwnAccount

GOOD = "good"
# What the processor itself asks of words on a bank statement.
_STATEMENT = re.compile(r"(?=.*[A-Za-z])[ -~]{5,22}")
_STATEMENT_SIGNS = frozenset("<>\\'\"*")


@dataclass(frozen=True, slots=True)
class Judged:
    """One thing about the account: ``what`` it is, ``why`` it is not well (or GOOD), and the words that
    it is about, as patients read them or as they tell of care."""

    what: str
    why: str
    words: str = ""

    def as_finding(self) -> dict[str, Any]:
        """As a trial keeps it."""
        return {"what": self.what, "why": self.why, "words": self.words}


def judge_account(told: OwnAccount, *, sender: str) -> list[Judged]:
    """Everything that is to be known, in the order in which one mends it. ``sender`` is the practice's
    neutral name, under which patients know it."""
    return [
        _name(told.name, sender),
        _statement(told.statement, sender),
        *_prefix(told.prefix),
        *_sites(told.sites),
        _switch("charges", told.charges),
        _payouts(told),
        _place(told),
        *([Judged("due", "asked")] if told.due else []),
    ]


def _name(name: str, sender: str) -> Judged:
    if not name:
        return Judged("name", "missing")
    if word := telling_word(name):
        return Judged("name", "telling", word)
    return Judged("name", GOOD if _bare(name) == _bare(sender) else "differs", name)


def _statement(statement: str, sender: str) -> Judged:
    if not statement:
        return Judged("statement", "missing")
    if word := telling_word(statement):
        return Judged("statement", "telling", word)
    if not _STATEMENT.fullmatch(statement) or _STATEMENT_SIGNS & set(statement):
        return Judged("statement", "strange", statement)
    here, there = _bare(statement), _bare(sender)
    known = there.startswith(here) or here.startswith(there)
    return Judged("statement", GOOD if known else "differs", statement)


def _prefix(prefix: str) -> Iterator[Judged]:
    if word := telling_word(prefix):
        yield Judged("prefix", "telling", word)


def _sites(sites: tuple[str, ...]) -> Iterator[Judged]:
    for site in sites:
        if word := telling_address(site):
            yield Judged("site", "telling", word)


def _switch(what: str, works: bool | None) -> Judged:
    return Judged(what, "unknown" if works is None else GOOD if works else "off")


def _payouts(told: OwnAccount) -> Judged:
    found = _switch("payouts", told.payouts)
    return (
        Judged("payouts", "by_hand") if found.why == GOOD and told.interval == "manual" else found
    )


def _place(told: OwnAccount) -> Judged:
    there = (told.country.upper(), told.currency.upper())
    if not all(there):
        return Judged("place", "unknown")
    return Judged("place", GOOD if there == ("FR", "EUR") else "elsewhere", ", ".join(there))


def _bare(name: str) -> str:
    """A name as a bank statement has it: capitals and figures alone."""
    return re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKD", name).upper())
