"""A template written by someone else is held to the same rules."""

from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from shared.delivery.lint import SecrecyError
from shared.delivery.render import LANGUAGES, NoticeRenderer, visible_text
from shared.delivery.values import NoticeValues

TOKEN = "Ab3-K12_F32.1AMK8.HBMD042-dr.soin_cancer-xyz9Q7"
VALUES = NoticeValues(
    "Secrétariat R12",
    f"https://r12.espace.example/l/{TOKEN}",
    "r12.espace.example",
    "01 99 00 12 34",
    14,
)
NEUTRAL = {
    "sms.txt": "{{ sender }}: bonjour. {{ link }}",
    "subject.txt": "Un document vous attend",
    "body.txt": "Bonjour, {{ sender }}",
    "body.html": "<p>Bonjour, {{ sender }}</p>",
}


def a_renderer(folder: Path, **parts: str) -> NoticeRenderer:
    for language in LANGUAGES:
        notice = folder / "essai" / language
        notice.mkdir(parents=True)
        for name, text in (NEUTRAL | parts).items():
            (notice / name).write_text(text, encoding="utf-8")
    return NoticeRenderer(folder)


def test_a_neutral_template_passes(tmp_path: Path) -> None:
    renderer = a_renderer(tmp_path)
    assert renderer.templates() == ["essai"]
    renderer.check(VALUES)


@pytest.mark.parametrize(
    ("rule", "part", "text"),
    [
        ("R4", "subject.txt", "Votre rendez-vous"),
        ("R3", "body.txt", "Il reste 7,50 €."),
        ("R1", "body.html", "<p>C’est urgent.</p>"),
        ("R4", "body.html", "<p>Vos so<b>in</b>s.</p>"),
        ("R4", "body.html", "<p>Bonjour &#115;oins.</p>"),
        ("R4", "body.html", '<p title="Clinique">Bonjour</p>'),
        ("R7", "body.html", '<p>Bonjour <img src="https://pixel.example/a.gif" alt=""></p>'),
        ("R7", "body.html", '<p><a href="{{ link }}">Un</a> <a href="{{ link }}">Deux</a></p>'),
        ("R7", "body.html", '<p><a href="{{ link }}?utm=1">Un</a></p>'),
        ("R7", "body.txt", "Ouvrez {{ link }}."),
    ],
)
def test_a_telling_template_is_refused(tmp_path: Path, rule: str, part: str, text: str) -> None:
    renderer = a_renderer(tmp_path, **{part: text})
    with pytest.raises(SecrecyError, match=rf"essai \(e-mail\).*{rule}"):
        renderer.email("essai", "fr", VALUES)


def test_a_finding_stays_found_the_second_time(tmp_path: Path) -> None:
    renderer = a_renderer(tmp_path, **{"body.txt": "Vos soins"})
    for _ in range(2):
        with pytest.raises(SecrecyError, match="R4"):
            renderer.email("essai", "fr", VALUES)


def test_a_missing_file_is_noticed_at_the_start(tmp_path: Path) -> None:
    a_renderer(tmp_path)
    (tmp_path / "essai" / "en" / "sms.txt").unlink()
    with pytest.raises(TemplateNotFound, match=r"essai/en/sms\.txt"):
        NoticeRenderer(tmp_path)


def test_an_unknown_placeholder_is_an_error_and_not_a_gap(tmp_path: Path) -> None:
    renderer = a_renderer(tmp_path, **{"sms.txt": "{{ sender }}: {{ amount }}"})
    with pytest.raises(UndefinedError, match="amount"):
        renderer.sms("essai", "fr", VALUES)


def test_what_a_page_says_holds_its_title_text_and_speaking_attributes() -> None:
    html = (
        '<title>Un</title><style>p { color: red }</style><p class="x">De<b>ux</b></p>'
        '<a href="/x" aria-label="Trois">&eacute;</a>'
    )
    assert visible_text(html).split() == ["Un", "Deux", "é", "/x", "Trois"]
