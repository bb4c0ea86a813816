"""What the text lint stops, and what it lets pass, rule by rule."""

import unicodedata
from types import SimpleNamespace

import pytest

from shared.delivery import lint_words
from shared.delivery.lint import Profile, lint


def rules(text: str, profile: Profile = Profile.SHORT) -> set[str]:
    return {finding.rule for finding in lint(text, profile=profile)}


STOPPED = {
    "R1": [
        "Dernier avertissement.",
        "Votre dossier part au contentieux.",
        "Ceci vaut mise en demeure.",
        "Sans réponse sous 48 h, nous agirons.",
        "Vous êtes fiché.",
        "Message urgent.",
        "Un huissier viendra.",
        "Votre retard nous gêne.",
        "Les pénalités courent.",
        "Répondez, ou vous serez poursuivi.",
        "Vous serez poursuivies.",
        "Nous pouvons vous poursuivre en justice.",
        "Nous vous poursuivrons.",
        "Des poursuites suivront.",
        "Nous irons en justice.",
        "Cela finira devant la justice.",
        "Une procédure judiciaire suivra.",
        "Vous recevrez une assignation.",
        "Un procès suivra.",
        "Nous saisirons qui de droit.",
        "Notre service juridique prend la suite.",
        "You may be sued.",
        "Legal proceedings will follow.",
        "Our lawyer will write.",
        "We will take legal action.",
        "Your account is overdue.",
        "The court will decide.",
        "A late fee applies.",
        "This is the final notice.",
        "We may garnish something.",
    ],
    "R2": [
        "C'est une honte.",
        "Malgré nos nombreux rappels, rien.",
        "Vous auriez dû répondre.",
        "Nous sommes déçus.",
        "Répondez !!",
        "REPONDEZ ici.",
        "RÉPONDEZ ici.",
        "You should have answered.",
        "Despite our many reminders, nothing.",
        "We are disappointed.",
    ],
    "R3": [
        "Il reste 7,50 €.",
        "Il reste 7.50 ici.",
        "Il reste 1 234,56 ici.",
        "Il reste 1\u202f234,56 ici.",
        "Il reste 50 euros.",
        "Il reste 50EUR ici.",
        "Votre facture est prête.",
        "La somme est notée.",
        "Ce qui est dû reste ici.",
        "Le document est réglé.",
        "C'était le 3 mars.",
        "C'était le 3\nmars.",
        "C'était le 1er août.",
        "C'était le 03/03/2026.",
        "C'était le 3-4.",
        "C'était le 2026-03-03.",
        "Your invoice is ready.",
        "It is due soon.",
        "Please pay here.",
        "It was on March 3.",
        "It was on 3rd of March.",
        "It is £5.",
    ],
    "R4": [
        "Le Docteur Roux vous attend.",
        "Le Dr. Roux vous attend.",
        "Le Pr Martin vous attend.",
        "Après vos soins.",
        "Votre séance est notée.",
        "Votre rendez-vous est noté.",
        "Votre rendez vous est noté.",
        "Le kinésithérapeute vous attend.",
        "Le cabinet vous attend.",
        "La C2S vous aide.",
        "L’hôpital vous attend.",
        "Les hôpitaux vous attendent.",
        "Votre accident du travail est noté.",
        "Un AT/MP est noté.",
        "L'AME vous aide.",
        "Your appointment is saved.",
        "Take care of yourself.",
        "Your X-ray is here.",
        "Your test results are here.",
        "The physiotherapist is here.",
    ],
    "R5": [
        "Personnel et confidentiel",
        "Private and confidential",
        "Parlez-en à votre famille.",
        "Ask your neighbour.",
    ],
    "R6": [
        "Votre numéro : 1 84 12 76 451 089 46.",
        "Votre numéro : 284122A45108946.",
        "Code HBMD042.",
        "Cotation AMK 8,5.",
        "Cotation AMK8.",
        "Code F32.1 noté.",
        "IBAN : FR76 3000 6000 0112 3456 7890 189.",
        "IBAN : FR7630006000011234567890189.",
        "Carte 4242 4242 4242 4242.",
        "Écrivez à jean.dupont@exemple.org.",
        "Appelez le 06 12 34 56 78.",
        "Appelez le +33612345678.",
        "Document n° 12.",
        "Document FA-2024.",
        "Document 20240117.",
    ],
    "R7": [
        "Ouvrez https://ailleurs.example/x.",
        "Ouvrez www.ailleurs.example.",
        "Ouvrez bit.ly/abc.",
        "Ouvrez ailleurs.fr pour lire.",
    ],
    "R8": [
        "Bonjour !",
        "Bonjour 🙂",
        "Tu as un document.",
        "Un document t'attend.",
        "Un deux trois quatre cinq six sept huit neuf dix un deux trois quatre cinq six sept "
        "huit neuf.",
    ],
}

PASSED = [
    "Vous avez besoin de temps ou d'aide ?",
    "Nous sommes là.",
    "Nous ne sommes pas loin.",
    "C’est sans frais.",
    "Un court message vous attend.",
    "Le réglage suit la règle.",
    "Du temps pour vous.",
    "Cette fiche est claire, belle âme.",
    "Votre pays compte.",
    "Le prêtre promène son chien.",
    "Votre sécurité compte.",
    "Le lien marche pendant 14 jours.",
    "Une personne vous répond sous 3 jours.",
    "Laborieux mais carefully done.",
    "It is free of charge.",
    "A document is waiting for you.",
    "Tell us in two clicks.",
    "A courtesy to you.",
    "Voici un lien pour suivre votre demande.",
    "Je poursuis mes recherches.",
    "Nous poursuivons notre travail.",
    "Pouvez-vous poursuivre ainsi ?",
    "Le conciliateur de justice aide.",
    "This process is short.",
    "You may ask 2 questions.",
]


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in STOPPED.items() for text in texts]
)
def test_a_message_that_anyone_may_see_is_stopped(rule: str, text: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in STOPPED.items() for text in texts]
)
def test_it_is_stopped_in_the_midst_of_a_long_message_too(rule: str, text: str) -> None:
    neutral = "Un document vous attend dans votre espace privé.\n" * 8
    assert rule in rules(neutral + text + "\n" + neutral)


@pytest.mark.parametrize("text", PASSED)
def test_an_ordinary_sentence_passes(text: str) -> None:
    assert lint(text, profile=Profile.SHORT) == []


@pytest.mark.parametrize(
    ("rule", "terms"),
    [
        ("R1", lint_words.THREATS),
        ("R2", lint_words.GUILT),
        ("R3", lint_words.MONEY),
        ("R4", lint_words.MEDICAL),
        ("R5", lint_words.DISCLOSURE),
        ("R8", lint_words.FAMILIAR),
        *lint_words.WITH_ACCENTS.items(),
    ],
)
def test_each_listed_term_is_found_wherever_it_stands(rule: str, terms: tuple[str, ...]) -> None:
    for term in terms:
        word = term.replace("*", "ibus")
        for text in (word, word.capitalize() + ".", f"Voici : « {word} », voilà", f"le_{word}.pdf"):
            assert rule in rules(text), text


@pytest.mark.parametrize(
    "text",
    [
        "vos so\u200bins",
        "vos so\u00adins",
        "vos\u00a0SOINS",
        "vos ｓｏｉｎｓ",
        "la sante\u0301",
        "rendez\u2011vous",
        "dossier_soins_2026.pdf",
        "soins2026.pdf",
    ],
)
def test_disguised_words_are_found(text: str) -> None:
    assert "R4" in rules(text)


def test_a_finding_says_where_it_stands_in_the_text_as_written() -> None:
    text = "E\u0301crivez a\u0300 «\u00a0la cli\u200bnique\u00a0» ﬁn de séance"
    found = {finding.excerpt: finding.start for finding in lint(text, profile=Profile.PORTAL)}

    assert found == {"clinique": text.index("cli"), "seance": text.index("séance")}


def test_a_portal_answer_may_speak_of_money_and_lateness_but_not_of_care() -> None:
    assert rules("Il reste 7,50 €, ce retard n'est pas grave.", Profile.PORTAL) == set()
    assert rules("Après votre séance, il reste 7,50 €.", Profile.PORTAL) == {"R4"}
    assert rules("Sous peine de saisie.", Profile.PORTAL) == {"R1"}


@pytest.mark.parametrize(
    "payer",
    [
        "votre mutuelle",
        "votre complémentaire santé",
        "la Complémentaire santé solidaire",
        "la C2S",
        "l’assurance maladie",
        "la Sécurité sociale",
        "la CPAM",
        "le tiers-payant",
        "your health insurance",
    ],
)
def test_a_reply_in_the_space_names_who_pays_and_a_message_that_anyone_may_see_does_not(
    payer: str,
) -> None:
    text = f"C’est {payer} qui doit payer."
    assert rules(text, Profile.PORTAL) == set()
    assert "R4" in rules(text)
    assert "R4" in rules(text, Profile.LETTER)


@pytest.mark.parametrize(
    "text",
    [
        "Votre mutuelle paie cette séance.",
        "Votre santé compte, la mutuelle paie.",
        "Votre ALD est prise à 100 %.",
        "L’AME vous aide.",
        "Your insurance paid for this treatment.",
    ],
)
def test_a_reply_that_names_who_pays_still_does_not_say_for_what(text: str) -> None:
    assert rules(text, Profile.PORTAL) == {"R4"}


def test_a_letter_may_give_formal_notice_but_not_threaten() -> None:
    assert rules("Cette mise en demeure précède le tribunal.", Profile.LETTER) == set()
    assert rules("La dette ira au contentieux, devant l'employeur.", Profile.LETTER) == {"R1"}
    assert rules("Cotation AMK 8, code HBMD042.", Profile.LETTER) == {"R6"}
    assert "R1" in rules("Cette mise en demeure précède le tribunal.", Profile.SHORT)


def test_acronyms_of_banking_are_no_shouting() -> None:
    assert rules("Votre IBAN, un virement SEPA.", Profile.LETTER) == set()
    assert rules("REPONDEZ.", Profile.LETTER) == {"R2"}


def test_a_number_that_fails_the_card_check_is_no_card_in_a_letter() -> None:
    assert rules("Carte 4242 4242 4242 4242", Profile.LETTER) == {"R6"}
    assert rules("Dossier 4242 4242 4242 4243", Profile.LETTER) == set()


def test_long_words_are_few() -> None:
    assert rules("Anticonstitutionnellement, exceptionnellement, bonjour.") == {"R8"}
    assert rules("Exceptionnellement, bonjour.") == set()


def test_a_sentence_of_eighteen_words_passes_and_quotation_marks_are_no_words() -> None:
    eighteen = "Vous pouvez lire « ce document » et " + "puis " * 10 + "nous répondre"
    assert rules(eighteen + ".") == set()
    assert rules(eighteen + " ici.") == {"R8"}


def test_twice_the_text_is_twice_the_work(monkeypatch: pytest.MonkeyPatch):
    """However many words are found in it: somebody else waits meanwhile."""

    def work(text: str) -> int:
        signs = 0

        def normalize(form: str, part: str) -> str:
            nonlocal signs
            signs += len(part)
            return unicodedata.normalize(form, part)

        with monkeypatch.context() as patched:
            patched.setattr(
                "shared.delivery.lint_folding.unicodedata", SimpleNamespace(normalize=normalize)
            )
            assert lint(text, profile=Profile.PORTAL)
        return signs

    once, twice = work("vótre détte " * 200), work("vótre détte " * 400)
    assert once
    assert twice <= 2.2 * once
    found = lint("é" * 30 + " votre dette", profile=Profile.PORTAL)
    assert [finding.start for finding in found] == [37]
