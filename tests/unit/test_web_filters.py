"""Templates write sentences, sums, days and telephone links without thinking of the language."""

from datetime import UTC, date, datetime

import pytest
from flask import g, render_template_string
from jinja2 import UndefinedError
from markupsafe import Markup

from shared.web.filters import filled, t, telephone, tn
from tests.unit.web_apps import bare_app


def rendered(source: str, language: str = "fr", **context: object) -> str:
    with bare_app().test_request_context():
        g.language = language
        return (
            render_template_string(source, **context).replace("\u00a0", " ").replace("\u202f", " ")
        )


@pytest.mark.parametrize(
    ("source", "french", "english"),
    [
        ("{{ 4250|money }}", "42,50 €", "€42.50"),
        ("{{ spring|day }}", "3 mars", "3 March"),
        ("{{ spring|full_day }}", "3 mars 2026", "3 March 2026"),
        ("{{ late|full_day }}", "25 novembre 2026", "25 November 2026"),
        ("{{ late|clock }}", "0 h 30", "12:30 am"),
        ("{{ late|near }}", "demain", "tomorrow"),
        ("{{ t('Payer') }}", "Payer", "Pay"),
        (
            "{{ tn('Votre facture', 'Vos {count} factures', 3) }}",
            "Vos 3 factures",
            "Your 3 invoices",
        ),
    ],
)
def test_a_page_is_written_in_its_language(source: str, french: str, english: str) -> None:
    values = {"spring": date(2026, 3, 3), "late": datetime(2026, 11, 24, 23, 30, tzinfo=UTC)}
    assert rendered(source, **values) == french
    assert rendered(source, "en", **values) == english


def test_a_count_of_another_day_names_its_day() -> None:
    lately, before = (
        datetime(2026, 11, 24, 8, 5, tzinfo=UTC),
        datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
    )
    assert rendered("{{ at|counted }}", at=lately) == "à 9 h 05"
    assert rendered("{{ at|counted }}", at=before) == "le 23 novembre à 17 h"


def test_what_a_sentence_quotes_is_escaped() -> None:
    source = "{{ t('Bonjour {name},', name=name) }}"
    assert rendered(source, name="<b>Nadia</b>") == "Bonjour &lt;b&gt;Nadia&lt;/b&gt;,"


def test_markup_of_ours_passes_and_the_rest_is_escaped() -> None:
    text = filled("{a} < {b}", {"a": Markup("<b>x</b>"), "b": "<i>"})
    assert text == Markup("<b>x</b> &lt; &lt;i&gt;")


def test_views_speak_as_templates_do() -> None:
    with bare_app().test_request_context():
        g.language = "en"
        assert t("Payer") == "Pay"
        assert tn("Votre facture", "Vos {count} factures", 1) == "Your invoice"


def test_a_value_that_a_page_did_not_get_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        rendered("{{ left_out }}")


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("04 65 71 20 12", "tel:+33465712012"),
        ("+33 4 65 71 20 12", "tel:+33465712012"),
        ("3939", "tel:3939"),
        ("?", "tel:"),
    ],
)
def test_a_telephone_number_can_be_touched(number: str, link: str) -> None:
    assert telephone(number) == link
