"""A practice's own words: only known places, always one link, never a word that tells, one text message."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.desks import text_words
from backoffice.desks.texts import check, warned
from backoffice.flaws import FieldError
from shared.base.errors import ArdoiseError, NotFoundError
from shared.base.formats import french_spaces
from shared.delivery import (
    LANGUAGES,
    NoticeRenderer,
    NoticeValues,
    OwnWords,
    SecrecyError,
    UnfitWordsError,
    measure,
)
from shared.delivery.gsm7 import BASIC, EXTENDED
from shared.texts import CHANGEABLE, CHANNELS, FIXED, MOMENTS, TextName, ardoise_words
from shared.texts.rules import WARNED

RENDERER = NoticeRenderer()
LINK = "https://r12.espace.example/l/" + "Ab3-K12_F32.1AMK8.HBMD042-dr.soin_cancer-xyz9Q7"
VALUES = NoticeValues("Secrétariat R12", LINK, "r12.espace.example", "01 99 00 12 34", 14)
SMS = TextName("reminder", "sms", "fr")
MAIL = TextName("reminder", "email", "fr")
LETTER = "Bonjour,\n\nUn mot vous attend.\n\n{lien}\n\nMerci,\n{téléphone}"
EVERY = [
    TextName(template, channel, language)
    for template in sorted(CHANGEABLE)
    for channel in CHANNELS
    for language in LANGUAGES
]


def refused(name: TextName, words: OwnWords) -> str:
    """The sentence that whoever wrote it reads."""
    with pytest.raises(FieldError) as caught:
        check(RENDERER, name, words, VALUES)
    return str(caught.value)


def test_every_message_that_exists_has_its_moment_and_its_words_for_staff():
    known = [template for templates in MOMENTS.values() for template in templates]
    assert sorted(known) == RENDERER.templates()
    assert set(text_words.WHEN) == set(known)
    assert set(text_words.MOMENT_TITLES) == set(MOMENTS)
    assert set(text_words.WARNINGS) == set(WARNED)
    assert set(text_words.WAYS) == set(text_words.FIXED_PARTS) == set(CHANNELS)


@pytest.mark.parametrize("name", EVERY, ids=lambda n: f"{n.template}-{n.channel}-{n.language}")
def test_ardoise_words_could_have_been_a_practice_s_and_none_is_warned_of(name: TextName):
    words = ardoise_words(RENDERER, name)
    check(RENDERER, name, words, VALUES)
    assert warned(name, words) == ()
    if name.channel == "sms":
        ours = RENDERER.sms(name.template, name.language, VALUES).text
        assert RENDERER.sms(name.template, name.language, VALUES, words).text == ours
    else:
        ours, theirs = (
            RENDERER.email(name.template, name.language, VALUES, w) for w in (None, words)
        )
        assert theirs.subject == ours.subject
        assert sorted(theirs.text.split()) == sorted(ours.text.split())


@pytest.mark.parametrize("template", sorted(FIXED))
def test_what_guards_somebody_is_worded_by_nobody(template: str):
    with pytest.raises(NotFoundError):
        check(RENDERER, TextName(template, "sms", "fr"), OwnWords("", "Ici : {lien}"), VALUES)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "Écrivez le texte"),
        ("Un mot vous attend.", "Il manque {lien}"),
        ("Un mot. {lien} et {lien}", "qu’une fois"),
        (
            "{expéditeur} : un mot vous attend. {lien}",
            "Ôtez {expéditeur} : Ardoise met déjà ce nom",
        ),
        ("Un mot de { EXPEDITEUR }. {lien}", "il y serait deux fois"),
        ("Bonjour {nom}. {lien}", "Ce qui peut l’être : {lien}, {téléphone}."),
        ("Bonjour {nom}. {lien}", "« {nom} » ne peut pas être rempli"),
        ("Bonjour {{ sender }}. {lien}", "ne peut pas être rempli"),
        ("Bonjour {% raw %} {lien}", "ne peut pas être rempli"),
        ("Un mot vous attend. {lien}.", "accolades"),
        ("Un mot vous attend{lien}", "accolades"),
        ("Votre facture vous attend. {lien}", "« facture » : cela parle d’argent"),
        ("Il reste 42,50 € ici : {lien}", "argent"),
        ("Après vos soins : {lien}", "« soins » : cela parle de soin"),
        ("Dernier rappel avant l'huissier : {lien}", "presse ou menace"),
        ("Malgré nos rappels : {lien}", "reproche"),
        ("Ou bien sur www.exemple.fr ici : {lien}", "seule l’adresse du lien"),
        ("Vite ! {lien}", "« ! »"),
        ("Un être vous attend : {lien}", "« ê » n’existe pas"),
        ("Un mot vous attend. " * 6 + "{lien}", "de trop pour partir en un seul"),
        ("Un\u200bmot : {lien}", "signe invisible"),
        ("Un\u202emot : {lien}", "signe invisible"),
    ],
)
def test_a_text_message_that_may_not_go_is_refused_in_one_sentence(body: str, says: str):
    assert says in refused(SMS, OwnWords("", body))


def test_several_words_to_change_stand_apart_by_a_sign_with_its_space():
    said = french_spaces(refused(MAIL, OwnWords("Un mot", LETTER + "\nVos soins, 12 euros.")))
    assert "\N{NARROW NO-BREAK SPACE};" in said
    assert not re.search(r"\w;", said)


@pytest.mark.parametrize(
    ("subject", "body", "says"),
    [
        ("", LETTER, "Écrivez un objet"),
        ("x" * 61, LETTER, "60 signes"),
        ("Pour {téléphone}", LETTER, "ôtez les accolades"),
        ("Votre rendez-vous", LETTER, "cela parle de soin"),
        ("Un mot", "Ouvrez ceci : {lien} vite", "seul sur une ligne"),
        ("Un mot", LETTER + "\nNous saisirons le tribunal.", "presse ou menace"),
        ("Un mot", LETTER + "\nIl manque 12 euros.", "argent"),
        ("Un mot", LETTER + " mot" * 600, "2000 signes"),
        ("Un mot", LETTER + "\nhttps://r12.espace.example/l/x", "seule l’adresse du lien"),
        ("Un mot", LETTER.replace("Un mot", "Votre kinésithérapeute"), "cela parle de soin"),
    ],
)
def test_an_e_mail_that_may_not_go_is_refused_in_one_sentence(subject: str, body: str, says: str):
    assert says in refused(MAIL, OwnWords(subject, body))


def test_places_are_known_with_and_without_accents():
    for typed in ("{téléphone}", "{telephone}", "{ TÉLÉPHONE }"):
        text = RENDERER.sms("reminder", "fr", VALUES, OwnWords("", f"Une aide ? {typed} {{lien}}"))
        assert "01 99 00 12 34" in text.text


def test_own_words_never_become_markup():
    words = OwnWords("Un mot", "Bonjour <b>vous</b> & {expéditeur}\n\n{lien}")
    made = RENDERER.email_text("reminder", "fr", VALUES, words)
    assert "&lt;b&gt;vous&lt;/b&gt; &amp; Secrétariat R12" in made.html
    assert made.html.count("<a ") == 1
    assert f'href="{LINK}"' in made.html


def test_an_e_mail_in_own_words_still_says_how_long_who_and_how_to_stop():
    made = RENDERER.email("reminder", "fr", VALUES, OwnWords("Un mot", LETTER))
    assert made.subject == "Un mot"
    for text in (made.text, made.html):
        assert "Le lien marche pendant 14\N{NO-BREAK SPACE}jours." in text
        assert "Secrétariat R12" in text
        assert "Nous ne demandons jamais vos codes bancaires" in text
    assert made.text.count(LINK) == 1


@pytest.mark.parametrize(
    ("name", "words", "key"),
    [
        (
            TextName("second_reminder", "sms", "fr"),
            OwnWords("", "Un mot vous attend. {lien}"),
            "way_out",
        ),
        (MAIL, OwnWords("Un mot", "Besoin de temps ?\n\n{lien}\n\n{téléphone}"), "done"),
        (MAIL, OwnWords("Un mot", "Déjà fait ? Besoin de temps ?\n\n{lien}"), "phone_less"),
        (SMS, OwnWords("", "Une aide en 3 clics : {lien}"), "number"),
        (SMS, OwnWords("", "Une aide garantie : {lien}"), "promise"),
        (
            TextName("answered", "email", "fr"),
            OwnWords("Un mot", "Un petit mot. " * 60 + "\n\n{lien}"),
            "long",
        ),
    ],
)
def test_what_is_mostly_wrong_is_asked_twice(name: TextName, words: OwnWords, key: str):
    check(RENDERER, name, words, VALUES)
    assert warned(name, words) == (key,)


@given(st.text(alphabet=st.sampled_from("ab {}éln\n"), max_size=40))
def test_whatever_is_typed_no_message_goes_without_exactly_one_link(body: str):
    for name in (SMS, MAIL):
        for typed in (body, f"{body} {{lien}}", f"{body}\n{{lien}}\n"):
            make = RENDERER.sms if name is SMS else RENDERER.email
            try:
                made = make(name.template, name.language, VALUES, OwnWords("Un mot", typed))
            except ArdoiseError:
                continue
            assert made.text.count(LINK) == 1
            assert "{" not in made.text


@given(st.text(max_size=400))
def test_any_text_is_a_message_that_passes_the_lint_or_is_refused_by_name(body: str):
    try:
        made = RENDERER.sms("reminder", "fr", VALUES, OwnWords("", body + " {lien}"))
    except (UnfitWordsError, SecrecyError, ArdoiseError):
        return
    taken = measure(made.text)
    assert (taken.parts, taken.wide) == (1, False)


@pytest.mark.parametrize(
    ("text", "signs", "parts", "wide"),
    [
        ("a" * 160, 160, 1, False),
        ("a" * 161, 161, 2, False),
        ("a" * 306, 306, 2, False),
        ("a" * 307, 307, 3, False),
        ("€" * 80, 160, 1, False),
        ("ê" * 70, 70, 1, True),
        ("ê" + "a" * 70, 71, 2, True),
        ("ê" * 134, 134, 2, True),
        ("ê" * 135, 135, 3, True),
        ("\U0001f600" * 35, 70, 1, True),
        ("", 0, 1, False),
    ],
)
def test_what_a_text_message_takes_is_counted_as_networks_do(
    text: str, signs: int, parts: int, wide: bool
):
    taken = measure(text)
    assert (taken.signs, taken.parts, taken.wide) == (signs, parts, wide)


@given(st.text(alphabet=sorted(BASIC | EXTENDED), max_size=500))
def test_parts_hold_the_whole_text_and_none_is_empty(text: str):
    taken = measure(text)
    most = taken.room if taken.parts == 1 else 153 * taken.parts
    assert taken.signs <= most
    assert taken.parts == 1 or taken.signs > 153 * (taken.parts - 1)


def test_no_word_for_staff_breaks_the_rules_of_french_signs():
    for sentence in (*text_words.WHEN.values(), *text_words.WARNINGS.values()):
        assert not re.search(r"\w'", sentence)
