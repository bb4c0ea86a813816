"""What patients would read at the card processor is judged as the practice's own messages are."""

from dataclasses import replace

import pytest

from ardoise.commands import setup_words
from backoffice.desks import setup_account
from backoffice.desks.setup_account import account_lines
from shared.processor import OwnAccount
from shared.setup import GOOD, judge_account

SENDER = "Secrétariat R12"
RIGHT = OwnAccount(
    account_id="acct_1",
    name="Secrétariat R12",
    statement="SECRETARIAT R12",
    prefix="R12",
    sites=("https://espace-r12.example", "bonjour@r12.example"),
    charges=True,
    payouts=True,
    interval="daily",
    country="FR",
    currency="eur",
    due=False,
)


def wrong(**changes: object) -> dict[str, tuple[str, str]]:
    """What is not well of an account that differs so from a right one."""
    judged = judge_account(replace(RIGHT, **changes), sender=SENDER)  # type: ignore[arg-type]
    return {one.what: (one.why, one.words) for one in judged if one.why != GOOD}


def test_an_account_that_tells_nothing_and_takes_money_is_well() -> None:
    assert wrong() == {}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": ""}, {"name": ("missing", "")}),
        ({"name": "Cabinet Dupont"}, {"name": ("telling", "cabinet")}),
        ({"name": "Kinésithérapie R12"}, {"name": ("telling", "kinesitherapie")}),
        ({"name": "Espace vert"}, {"name": ("differs", "Espace vert")}),
        ({"name": "secretariat r12"}, {}),
        ({"statement": ""}, {"statement": ("missing", "")}),
        ({"statement": "DR DUPONT"}, {"statement": ("telling", "dr")}),
        ({"statement": "R12"}, {"statement": ("strange", "R12")}),
        ({"statement": "SECRETARIAT*R12"}, {"statement": ("strange", "SECRETARIAT*R12")}),
        ({"statement": "MAISON VERTE"}, {"statement": ("differs", "MAISON VERTE")}),
        ({"statement": "SECRETARIAT"}, {}),
        ({"prefix": "DENTISTE"}, {"prefix": ("telling", "dentiste")}),
        ({"sites": ("https://cliniquedupont.fr/x",)}, {"site": ("telling", "clinique")}),
        ({"sites": ("https://r12.example/kine",)}, {"site": ("telling", "kine")}),
        ({"sites": ("accueil@laboratoire-sud.example",)}, {"site": ("telling", "laboratoire")}),
        ({"charges": False}, {"charges": ("off", "")}),
        ({"charges": None}, {"charges": ("unknown", "")}),
        ({"payouts": False}, {"payouts": ("off", "")}),
        ({"interval": "manual"}, {"payouts": ("by_hand", "")}),
        ({"country": "DE"}, {"place": ("elsewhere", "DE, EUR")}),
        ({"currency": "usd"}, {"place": ("elsewhere", "FR, USD")}),
        ({"country": ""}, {"place": ("unknown", "")}),
        ({"due": True}, {"due": ("asked", "")}),
    ],
)
def test_each_thing_that_is_not_well_is_found_and_said_first(
    changes: dict[str, object], found: dict[str, tuple[str, str]]
) -> None:
    assert wrong(**changes) == found
    judged = judge_account(replace(RIGHT, **changes), sender=SENDER)  # type: ignore[arg-type]
    lines = account_lines({"judged": [one.as_finding() for one in judged]}, sender=SENDER)
    assert len(lines) == len(judged)
    for words in (words for _, words in found.values() if words):
        assert words in lines[0]


def test_what_the_page_says_is_to_be_mended_operators_are_told_too():
    pages = {pair for pair in setup_account._SAID if pair[1] != GOOD}
    pages |= {("look", why) for why in (*setup_account.WHY, "old")}
    assert set(setup_words._SAID) == pages
