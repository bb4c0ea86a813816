"""Sentences are typed once, in French, and read well in each language."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from shared.base.errors import ConfigurationError
from shared.base.formats import NARROW, NO_BREAK, Translator, french_spaces
from tests.unit.portal_samples import ROOT, TRANSLATOR
from tests.unit.sentences import Sentence, of_portal

CATALOGUE = ROOT / "locale/en/LC_MESSAGES/ardoise.po"


def english_sentences() -> dict[Sentence, Sentence]:
    with CATALOGUE.open("rb") as file:
        return {m.id: m.string for m in read_po(file, locale="en") if m.id}


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Une question ?", f"Une question{NARROW}?"),
        ("Par exemple : 27", f"Par exemple{NO_BREAK}: 27"),
        ("À corriger :", f"À corriger{NO_BREAK}:"),
        ("Appelez ; écrivez", f"Appelez{NARROW}; écrivez"),
        ("« oui »", f"«{NO_BREAK}oui{NO_BREAK}»"),
        ("20 % de", f"20{NARROW}% de"),
        ("n° {number}", f"n°{NO_BREAK}{{number}}"),
        ("à 14 h 30 ou 9 h", f"à 14{NO_BREAK}h{NO_BREAK}30 ou 9{NO_BREAK}h"),
        ("il reste 15 minutes", f"il reste 15{NO_BREAK}minutes"),
        ("https://example.org/a:b", "https://example.org/a:b"),
        ("Voici: rien", "Voici: rien"),
    ],
)
def test_french_gets_its_unbreakable_spaces(typed: str, printed: str) -> None:
    assert french_spaces(typed) == printed
    assert french_spaces(printed) == printed


def test_a_sentence_is_read_in_the_readers_language() -> None:
    sentence = "Votre visite se ferme à {time}, pour vous protéger."
    french = TRANSLATOR.gettext("fr", sentence, time="14 h 52")
    assert french == "Votre visite se ferme à 14 h 52, pour vous protéger."
    english = TRANSLATOR.gettext("en", sentence, time="2:52 pm")
    assert english == "Your visit closes at 2:52 pm, to protect you."


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "Votre facture", "Your 0 invoices"),
        (1, "Votre facture", "Your invoice"),
        (2, "Vos 2 factures", "Your 2 invoices"),
    ],
)
def test_each_language_counts_in_its_own_way(count: int, french: str, english: str) -> None:
    forms = "Votre facture", "Vos {count} factures"
    assert TRANSLATOR.ngettext("fr", *forms, count) == french
    assert TRANSLATOR.ngettext("en", *forms, count) == english


def test_a_sentence_without_translation_stays_french_rather_than_empty() -> None:
    assert TRANSLATOR.gettext("en", "Phrase que personne n’a traduite.") == (
        "Phrase que personne n’a traduite."
    )


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [(["en-GB", "fr"], "en"), (["de", "en"], "en"), (["de"], "fr"), ([], "fr"), (["FR-ca"], "fr")],
)
def test_the_first_language_that_there_is_is_chosen(wanted: list[str], chosen: str) -> None:
    assert TRANSLATOR.choose(wanted) == chosen


def test_every_sentence_of_the_portal_has_its_english() -> None:
    used = of_portal()
    assert len(used) > 100
    assert used - english_sentences().keys() == set()


def test_the_catalogue_holds_no_sentence_that_is_no_longer_used() -> None:
    used = of_portal()
    assert english_sentences().keys() - used == set()


def test_every_translation_is_there_and_keeps_its_names() -> None:
    for french, english in english_sentences().items():
        ours = (french,) if isinstance(french, str) else french
        theirs = (english,) if isinstance(english, str) else english
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert other.strip() == other
            assert other
            assert names(one) == names(other), one


def names(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _how in Formatter().parse(sentence) if name}


def test_a_broken_catalogue_stops_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "ardoise.po").write_text('msgid "Oui"\nmsgstring "Yes"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"en/ardoise\.po is broken"):
        Translator.read(tmp_path)
