"""Letters as PDF: tagged, the same every time, and deaf to what stands in their data."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from typst import TypstError

from shared.base.pdf import LETTERS, typeset

AT = datetime(2026, 11, 24, 13, 38, tzinfo=UTC)
FRAME: dict[str, Any] = {
    "lang": "fr",
    "title": "Notre accord",
    "sender": {
        "name": "Secrétariat R12",
        "address": "BP 12, 44200 Nantes",
        "siren": "900 412 876",
    },
    "foot": "Secrétariat R12, compte P7K49QP",
    "head": ["Date", "Vous payez", "Il reste"],
    "rows": [["5 décembre 2026", "15,00 €", "27,50 €"], ["5 janvier 2027", "27,50 €", "0,00 €"]],
    "total": ["En tout, sans frais", "42,50 €", ""],
    "marks": [["Empreinte", "ab12" * 16]],
}
DATA: dict[str, dict[str, Any]] = {
    "agreement": FRAME
    | {"words_lang": "fr", "paragraphs": ["Entre nous.", "Vous payez."], "dates_title": "Dates"},
    "receipt": FRAME
    | {
        "title": "Reçu n° R-2026-00001",
        "sums_title": "Factures",
        "refunds_title": "Remboursé depuis",
        "refunds": [["Le 6 décembre 2026, par le même moyen", "− 5,00 €", ""]],
        "kept": ["Payé, après remboursement", "37,50 €", ""],
        "notes": [["TVA", "Exonération de TVA, article 261-4-1° du CGI"]],
    },
    "formal_notice": FRAME
    | {
        "title": "Mise en demeure de payer",
        "to": ["René Caradec", "3 rue des Tilleuls", "44000 Nantes"],
        "sent": "Lettre recommandée avec avis de réception, le 24 novembre 2026",
        "greeting": "Madame, Monsieur,",
        "before": ["La facture suivante n’est pas payée."],
        "head": ["Ce qui est dû", "Somme"],
        "rows": [["Facture n° 2026-0412", "42,50 €"]],
        "total": ["En tout", "42,50 €"],
        "after": ["Nous vous mettons en demeure de payer."],
        "pay_title": "Comment payer",
        "pay": [["Par téléphone", "04 65 71 20 12"]],
        "sign": ["Pour Secrétariat R12, signature :"],
        "until": "Avant le 9 décembre 2026.",
    },
}
DATA["account"] = FRAME | {
    "title": "Dossier du compte P7K49QP",
    "about": [["Compte", "P7K49QP"]],
    "sections": [
        {
            "title": "Factures",
            "head": ["Facture", "Reste"],
            "rows": [["n° 1", "42,50 €"]],
            "words": 0,
        }
    ],
    "note": "Rien des soins.",
    "proof": [["Empreinte", "ab12" * 16]],
}
DATA["subject"] = FRAME | {
    "title": "Copie des données du compte P7K49QP",
    "sections": [{"title": "Personnes", "entries": [[["Nom", "Nadia Ferhat"]]]}],
    "events": [["le 24 novembre à 14 h 38", "Lien ouvert", "patient"]],
    "note": "Tout ce qui est gardé.",
    "proof": [["Empreinte", "ab12" * 16]],
}
ODD = '#panic("x") $x$ *a* _b_ <c> @d \\ // /* `e` #sys.inputs = \u202e é'


def words(pdf: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(BytesIO(pdf)).pages).split())


def test_every_letter_is_tried_here() -> None:
    assert {path.stem for path in LETTERS.glob("*.typ")} == set(DATA) | {"paper"}


@pytest.mark.parametrize("name", DATA)
def test_a_letter_is_tagged_says_its_language_and_title_and_comes_the_same_again(name: str) -> None:
    pdf = typeset(name, DATA[name], at=AT)
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert reader.metadata
    assert reader.metadata.title == DATA[name]["title"]
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert typeset(name, DATA[name], at=AT) == pdf
    assert len(pdf) < 60_000


@pytest.mark.parametrize("name", DATA)
def test_what_stands_in_the_data_is_read_as_words(name: str) -> None:
    odd = DATA[name] | {"title": ODD, "rows": [[ODD, ODD, ODD]], "marks": [[ODD, ODD]]}
    assert '#panic("x") $x$ *a* _b_ <c> @d' in words(typeset(name, odd, at=AT))


@settings(max_examples=20)
@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_words_can_be_set(paragraphs: list[str]) -> None:
    data = DATA["agreement"] | {"paragraphs": list(paragraphs)}
    assert typeset("agreement", data, at=AT).startswith(b"%PDF-1.7")


def test_a_long_schedule_goes_over_pages_with_its_head_on_each() -> None:
    rows = [[f"{n} mars 2027", "10,00 €", "0,00 €"] for n in range(1, 61)]
    pdf = typeset("agreement", DATA["agreement"] | {"rows": rows}, at=AT)
    pages = PdfReader(BytesIO(pdf)).pages
    assert len(pages) > 1
    with_rows = [text for page in pages if "mars 2027" in (text := page.extract_text())]
    assert len(with_rows) > 1
    assert all("Vous payez" in text and "En tout" in text for text in with_rows)


@pytest.mark.parametrize("name", ["محمد العربي", "王小明", "Nguyễn", "😀 \x1f"])
def test_a_name_in_any_script_gets_its_letter(name: str) -> None:
    data = DATA["agreement"] | {"paragraphs": [f"Entre {name} et nous."]}
    assert "Entre" in words(typeset("agreement", data, at=AT))


def test_a_letter_that_lacks_something_is_not_made() -> None:
    with pytest.raises(TypstError):
        typeset("agreement", FRAME, at=AT)
