"""Care has more words than a list of trades: what a stranger who reads a telephone would understand is found,
and what Ardoise and the practices say every day is not taken for it."""

import re
from pathlib import Path

import pytest

from backoffice.desks.decision_words import STARTS
from shared.delivery.lint import Profile, lint
from shared.delivery.lint_care import CARE
from shared.delivery.lint_words import MEDICAL
from shared.inbox.starting import STARTING

ROOT = Path(__file__).parents[2]
OURS = sorted(
    path
    for folder in ("notices", "letters")
    for path in (ROOT / "templates" / folder).rglob("*.txt")
)


def care_in(text: str, profile: Profile = Profile.PORTAL) -> list[str]:
    return [found.excerpt for found in lint(text, profile=profile) if found.rule == "R4"]


@pytest.mark.parametrize(
    "text",
    [
        "Votre détartrage vous attend",
        "Vos caries",
        "C’est pour la dépression",
        "Le frottis",
        "La HANCHE",
        "Deux couronnes",
        "Les genoux",
        "L’œil gauche",
        "Votre cœur",
        "La prise de sang",
        "Vos lunettes",
        "Le vaccin de la grippe",
        "Vous êtes opérée",
        "Le RDV",
        "Votre hospitalisation",
        "Chez l’ophtalmo",
        "L’orthophoniste",
        "Vos antibiotiques",
        "La mammographie",
        "V.I.H.",
        "votre k.i.n.é",
        "l’I R M",
        "I. R. M.",
        "votre psy",
        "Your hearing aid",
        "Your knee surgery",
    ],
)
@pytest.mark.parametrize("profile", list(Profile))
def test_a_word_of_care_is_found_whoever_reads_it(text: str, profile: Profile) -> None:
    assert care_in(text, profile), text


@pytest.mark.parametrize(
    "text",
    [
        "Au sein de l’équipe, quelqu’un vous répond aujourd’hui.",
        "Vous gardez la main : l’examen de votre demande prend deux jours.",
        "Votre banque a refusé l’opération. Un appareil suffit pour ouvrir le lien.",
        "Nous vérifions avec votre complémentaire : cela ne change rien à votre accord.",
        "Prenez votre temps. Choisissez votre langue, puis une date qui vous va.",
        "Un coup d’œil suffit. Nous suivons votre dossier, sans intervention de votre part.",
        "You can choose another date, and we can help.",
        "M. A. B. Martin, où y a-t-il une erreur ? Le plan A, B ou C vous va.",
        "L’écart vient d’une règle de calcul : le détail est sur la ligne « Part à charge ».",
    ],
)
def test_everyday_words_are_not_taken_for_care(text: str) -> None:
    assert care_in(text) == []


def test_the_ready_made_answers_and_beginnings_pass_the_look_that_is_taken_at_them() -> None:
    said = [body for _, body in STARTING]
    said = [re.sub(r"\{[^}]*\}", "…", body) for body in said]  # places are filled in before
    said += [text for starts in STARTS.values() for _, text in starts.values()]
    assert len(said) > 10
    assert [(text[:40], care_in(text)) for text in said if care_in(text)] == []


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_what_ardoise_itself_sends_holds_no_word_of_care(path: Path) -> None:
    assert care_in(path.read_text()) == []


def test_every_word_of_the_list_is_found_and_stands_in_it_once() -> None:
    assert len(CARE) == len(set(CARE))
    assert not set(CARE) & set(MEDICAL)
    missed = [term for term in CARE if not care_in(f"Voici {term.replace('*', 'ibus')}, voilà")]
    assert missed == []
