"""Every portal page in every state: well formed, light, in its own words, without a script."""

import gzip
import re
from html.parser import HTMLParser

import pytest

from shared.aid import aid_paths
from shared.delivery.lint import Profile, lint
from tests.unit.portal_samples import BEFORE, PRACTICE, SAMPLES, SCRIPT, STYLES, sample_app

# Capitals that are no shouting, and numbers of versions, which are no sums.
ACRONYMS = re.compile(r"\b(SIREN|IBAN|BIC|AGRIFRPP)\b|\b(RGAA|WCAG) \d\.\d\b")
VOID = {"meta", "link", "input", "br", "path"}
LANGUAGES = ("fr", "en")
EACH = [(language, name) for language in LANGUAGES for name in SAMPLES]


def page(language: str, name: str) -> str:
    """The page without our own script, which says nothing to the reader; another's would stay."""
    answer = sample_app().test_client().get(f"/sample/{language}/{name}")
    assert answer.status_code == 200
    return answer.text.replace(f"<script>{SCRIPT.text}</script>", "")


def without_bodies(language: str, text: str) -> str:
    """The text less those who help: their names, which tell of care, stand in that list alone."""
    paths = aid_paths(language)
    for path in (*paths.first, *paths.others):
        for told in (path.name, path.gist, path.where):
            text = text.replace(" ".join(told.split()), "")
    return text


class Reading(HTMLParser):
    """Reads a page: is every element closed, and what attributes, ids and words are there?"""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in tags]


@pytest.mark.parametrize(("language", "name"), EACH)
def test_a_page_is_well_formed_and_says_its_language(language: str, name: str) -> None:
    reading = Reading(page(language, name))
    assert reading.open == []
    assert reading.all("html") == [{"lang": language}]
    assert len(reading.all("h1")) == 1
    ids = [attributes["id"] for _tag, attributes in reading.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _tag, attributes in reading.tags:
        for name_of_others in ("for", "aria-labelledby", "aria-describedby"):
            assert set((attributes.get(name_of_others) or "").split()) <= set(ids)
        target = attributes.get("href") or ""
        assert not target.startswith("#") or target[1:] in ids


@pytest.mark.parametrize(("language", "name"), EACH)
def test_a_page_asks_nothing_of_anyone_else(language: str, name: str) -> None:
    html = page(language, name)
    reading = Reading(html)
    assert not reading.all("script", "img", "iframe", "object")
    paths = aid_paths(language)
    helpers = {f"https://{path.site}" for path in (*paths.first, *paths.others) if path.site}
    for tag, attributes in reading.tags:
        assert "style" not in attributes
        assert not any(key.startswith("on") for key in attributes)
        for key in ("href", "src", "action"):
            target = attributes.get(key) or "/"
            if tag == "a" and target in helpers:  # opened by a person, and told nothing of them
                assert (attributes.get("rel"), attributes.get("target")) == ("noreferrer", "_blank")
                continue
            assert target.startswith(("/", "#", "tel:", "data:image/svg+xml,"))
            assert not target.startswith("//")


@pytest.mark.parametrize(("language", "name"), EACH)
def test_every_form_holds_its_token(language: str, name: str) -> None:
    for form in re.findall(r"<form.*?</form>", page(language, name), re.S):
        if 'method="get"' in form:  # it asks for a page: its fields go into the address
            assert "csrf_token" not in form
            continue
        assert 'method="post"' in form
        assert re.search(r'name="csrf_token" value="[^"]{40,}"', form)


@pytest.mark.parametrize(("language", "name"), EACH)
def test_no_word_threatens_shames_or_tells_of_care(language: str, name: str) -> None:
    text = ACRONYMS.sub("", without_bodies(language, Reading(page(language, name)).text))
    assert lint(text, profile=Profile.PORTAL) == []
    assert "!" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(BEFORE))
def test_before_the_identity_check_no_word_tells_of_money(language: str, name: str) -> None:
    text = ACRONYMS.sub("", Reading(page(language, name)).text.replace(PRACTICE.phone, ""))
    tells = {"R1", "R2", "R3", "R4", "R5"}
    assert [found for found in lint(text, profile=Profile.SHORT) if found.rule in tells] == []


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_an_english_page_has_no_french_left(name: str) -> None:
    text = Reading(page("en", name)).text
    ours = text.replace(PRACTICE.opening_hours, "").replace("Défenseur des droits", "")
    for word in ("Français", PRACTICE.sender, PRACTICE.postal_address, "Nadia Ferhat"):
        ours = ours.replace(word, "")
    french = r"\b(le|la|les|des|une|vous|votre|vos|nous|est|pas|du)\b|[éèêàçùû’]"
    assert re.findall(french, ours, re.I) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_page_is_light(language: str, name: str) -> None:
    html = page(language, name).encode()
    assert len(html) < 23_500
    assert len(gzip.compress(html)) < 8_000


def test_a_wrong_field_keeps_what_was_typed_and_is_named_twice() -> None:
    reading = Reading(page("fr", "entry-error"))
    fields = {field["name"]: field for field in reading.all("input")}
    assert (fields["day"]["value"], fields["month"]["value"]) == ("3", "27")
    assert fields["month"]["aria-invalid"] == "true"
    assert "aria-invalid" not in fields["day"]
    assert reading.text.count("Écrivez le mois en chiffres, de 1 à 12.") == 2
    [summary] = [div for div in reading.all("div") if div.get("role") == "alert"]
    assert "autofocus" in summary
    assert "À corriger" in reading.text


def test_the_sum_comes_first_and_the_parts_add_up() -> None:
    text = Reading(page("fr", "statement")).text
    assert text.index("42,50") < text.index("Votre caisse a payé") < text.index("Facture")


def test_nothing_owed_is_said_and_no_door_is_open() -> None:
    html = page("fr", "statement-paid")
    assert "Il ne reste rien à payer." in html
    assert 'class="door"' not in html
    assert "Ce trop-perçu est à vous." in html


def test_the_step_of_the_ladder_is_marked_for_everyone() -> None:
    html = page("fr", "statement")
    assert html.count('aria-current="step"') == 1
    assert html.count('<li class="done">') == 1
    assert "Nos messages sont en pause." in page("fr", "statement-paused")


def test_paying_keeps_the_choice_and_its_bounds() -> None:
    fields = Reading(page("fr", "pay-error")).all("input")
    chosen = [
        f["value"] for f in fields if f.get("name") in ("choice", "invoice") and "checked" in f
    ]
    assert chosen == ["0190b", "other"]
    assert next(f["value"] for f in fields if f.get("name") == "amount") == "2"
    values = [f["value"] for f in Reading(page("fr", "pay-least")).all("input") if "checked" in f]
    assert values == ["all"]
    assert 'name="amount"' not in page("fr", "pay-least")


def test_every_refusal_says_that_nothing_was_taken_and_how_to_go_on() -> None:
    refused = [name for name, sample in SAMPLES.items() if sample.context.get("state") == "failed"]
    sentences = {Reading(page("fr", name)).text for name in refused}
    assert len(sentences) == len(refused) == 8
    assert all("Rien n’a été pris." in text and "Essayer encore" in text for text in sentences)


def test_a_link_that_was_cut_gets_a_page_of_the_same_shape() -> None:
    assert "R12" not in Reading(page("fr", "generic")).text
    tags = [tag for tag, _ in Reading(page("fr", "generic")).tags]
    assert {"header", "main", "footer", "form", "h1"} <= set(tags)


def test_the_style_stands_in_the_page_as_it_was_hashed() -> None:
    sizes = {"entry": 9_700, "statement": 10_500, "page": 14_500}
    for name, sheet in {"entry": "entry", "statement": "statement", "closed": "page"}.items():
        style = STYLES[sheet].text
        assert f"<style>{style}</style>" in page("fr", name)
        assert len(style) < sizes[sheet]
