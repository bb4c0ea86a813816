"""No sentence of the portal stays French in another language: a made-up language marks each that is not.

Every route is walked, as it answers to a patient and to a form that is filled in badly. Whatever no mark
surrounds was never offered to translators.
"""

import calendar
import re
from gettext import GNUTranslations
from html.parser import HTMLParser

import pytest
from werkzeug.test import TestResponse

from shared.accounts import Practice
from shared.aid import aid_paths
from shared.base.formats import Translator
from tests.integration.plan_world import TEXT
from tests.security.portal_house import Browser, portal_app
from tests.security.portal_stories import ROUTES, Route, Stories
from tests.world import NADIA

MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
TYPED = "x" * 9000
SPOKEN = {"aria-label", "title", "placeholder", "alt", "data-say"}
# What is the same in every language, and what CLDR writes of dates.
SAME = frozenset(
    {"English", "Français", "Fr", "En", "PDF", "IBAN", "BIC", "RF", "EUR", "SMS", "SIREN"}
    | {"Today", "am", "pm", *calendar.month_name}
)


class Marks(GNUTranslations):
    """A language in which every sentence is its French between two marks."""

    def gettext(self, message: str) -> str:
        """The sentence, marked."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The sentence that goes with a count, marked."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Words(HTMLParser):
    """What a page says, to eyes and to screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What an element says by itself."""
        self._silent += tag in {"style", "script"}
        told = dict(attrs)
        if told.get("type") == "submit":
            self.said.append(told.get("value") or "")
        self.said += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        """The end of what nobody reads."""
        self._silent -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._silent:
            self.said.append(data)


def unmarked(page: str, same: frozenset[str]) -> set[str]:
    """The words of a page that no sentence of the catalogue brought."""
    words = Words()
    words.feed(page)
    said = " ".join(words.said)
    while (less := MARKED.sub(" ", said)) != said:
        said = less
    return set(WORD.findall(said)) - same


@pytest.fixture
def marked(stories: Stories, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A patient's browser in the marked language."""
    made = Translator({"en": Marks()})
    monkeypatch.setattr("portal.app.Translator.read", lambda _folder: made)
    browser = Browser(portal_app(stories.world))
    browser.post("/language", {"language": "en", "back": "/"})
    browser.enter(stories.world.token(stories.accounts["mine"]))
    return browser


def data_of(stories: Stories) -> frozenset[str]:
    """What the practice and its patient call themselves and wrote; data that has its own languages."""
    world = stories.world
    with world.database.reading(world.practice_id) as session:
        practice = session.get_one(Practice, world.practice_id)
    told = [practice.sender, practice.postal_address, practice.vat_mention]
    told += [practice.opening_hours["en"], NADIA.given, NADIA.surname, TEXT.text]
    told += [stories.accounts["mine"].number, "Pourquoi Parce que", TYPED]
    paths = aid_paths("en")
    told += [
        f"{one.name} {one.gist} {one.where} {one.site}" for one in (*paths.first, *paths.others)
    ]
    return SAME | frozenset(WORD.findall(" ".join(told)))


def pages(stories: Stories, browser: Browser, route: Route) -> list[TestResponse]:
    address = stories.address(route)
    if route.method == "GET":
        return [browser.get(address), browser.get(f"{address}?choice=part&how=sum&sum=x&day=40")]
    return [browser.post(address), browser.post(address, {"amount": "x", "text": TYPED})]


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_word_stays_untranslated(stories: Stories, marked: Browser, route: Route) -> None:
    for answer in pages(stories, marked, route):
        if answer.mimetype == "text/html" and answer.status_code != 303:
            assert unmarked(answer.text, data_of(stories)) == set(), answer.status


def test_an_untranslated_word_would_be_found() -> None:
    page = '<title>⟦Payer⟧</title><p aria-label="Somme">⟦Il reste <b>⟦{x}⟧</b>⟧ à payer</p>'
    assert unmarked(page, SAME) == {"Somme", "payer"}
