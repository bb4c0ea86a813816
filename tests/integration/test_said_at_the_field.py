"""What can't be taken is said in a clear sentence, at the field that the page names, and nothing is cut."""

from collections.abc import Iterator

import pytest

from backoffice.payment_forms import LONGEST_REFERENCE
from tests.backoffice_office import Samples, opened, press, text_of
from tests.backoffice_orders import confirm

ERIKA = {"email": "erika@r11.example", "name": "Erika Lund", "role": "secretary", "way": "link"}


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def test_a_search_for_spaces_says_what_to_write_and_never_that_nothing_fits(
    office: Samples,
) -> None:
    found = press(office.client("secretary"), "/accounts/search", q="   ")
    assert found.status_code == 422
    assert "Rien n’était écrit dans la recherche" in text_of(found)
    assert "Aucun compte ne correspond" not in text_of(found)


def test_a_part_of_an_invoice_number_finds_nothing_and_the_page_asks_for_the_whole(
    office: Samples,
) -> None:
    found = press(office.client("secretary"), "/accounts/search", q="9187")
    assert "celui de la facture en entier" in text_of(found)
    assert "référence RF" in text_of(found)


@pytest.mark.parametrize(
    ("field", "typed", "label", "said"),
    [
        ("email", "erika", "Adresse e-mail", "Écrivez une adresse e-mail"),
        ("name", "", "Prénom et nom", "doit compter de 1 à"),
        ("name", "\U0001f600\U0001f600", "Prénom et nom", "au moins une lettre ou un chiffre"),
        ("name", "Camille Owner", "Prénom et nom", "qui existe déjà ici"),
        ("role", "", "Rôle", "Choisissez le rôle"),
    ],
)
def test_an_invitation_names_the_field_that_is_to_be_mended(
    office: Samples, field: str, typed: str, label: str, said: str
) -> None:
    owner = office.client("owner")
    confirm(office)
    answer = press(owner, "/team/invite", **ERIKA | {field: typed})
    assert answer.status_code == 422
    assert f"À corriger : {label} " in text_of(answer)
    assert f'href="#{field}"' in answer.text
    assert said in text_of(answer)


def test_a_reference_of_a_payment_is_refused_when_too_long_and_never_cut(office: Samples) -> None:
    client, number = office.client("secretary"), office.numbers["held"]
    page = client.get(f"/accounts/{number}").text
    field = page.split('id="reference"')[1].split(">")[0]
    assert "maxlength" not in field, "a browser would cut it without a word"
    typed = "V" * (LONGEST_REFERENCE + 1)
    today = office.clock.now().date().isoformat()
    money = {"method": "transfer", "amount": "1", "received_on": today, "once": "a" * 32}
    answer = press(client, f"/accounts/{number}/payments", **money, reference=typed)
    assert answer.status_code == 422
    assert "La référence compte au plus 35 caractères" in text_of(answer)
    assert typed in answer.text
