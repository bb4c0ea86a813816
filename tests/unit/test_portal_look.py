"""The two pages that people wait for hold fewer rules, and are no less dressed for it."""

import re
from html.parser import HTMLParser

import pytest

from portal.look import SHEETS
from tests.unit.portal_samples import ROOT, SAMPLES, sample_app

SMALL = [name for name, sample in SAMPLES.items() if sample.template in SHEETS]


class Things(HTMLParser):
    """What a style can be about in a page: its elements and its classes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.seen |= {f".{name}" for name in (dict(attrs).get("class") or "").split()}


def ruled(sheets: set[str]) -> set[str]:
    """What the rules of these files end in or pass by: each element and each class they name."""
    named: set[str] = set()
    for sheet in sheets:
        text = re.sub(
            r"/\*.*?\*/|@[^{]*\{", "", (ROOT / "static/portal" / sheet).read_text(), flags=re.S
        )
        for rule in re.findall(r"([^{}]+)\{", text):
            for selector in re.split(r",(?![^(]*\))", rule):
                classes = re.findall(r"\.[a-z]\w*", selector)
                named |= set(classes[:1] or re.findall(r"(?<![\w.:-])[a-z]+\d?", selector)[:1])
    return named


def test_there_are_states_of_both_pages():
    assert len(SMALL) >= 12


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_with_its_own_sheet_misses_no_rule(name: str, language: str):
    things = Things()
    things.feed(sample_app().test_client().get(f"/sample/{language}/{name}").text)
    kept = SHEETS[SAMPLES[name].template]
    left_out = set(SHEETS["page"]) - set(kept)
    assert not things.seen & (ruled(left_out) - ruled(set(kept)))


def test_a_rule_that_is_left_out_would_be_noticed():
    assert {".door", ".sheet", ".steps"} <= ruled({"account.css"})
    assert {"fieldset", ".pick", "legend"} <= ruled({"forms.css"})
    assert {"table", ".msg"} <= ruled({"letters.css"})
