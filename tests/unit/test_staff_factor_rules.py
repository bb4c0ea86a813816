"""What the rules decide about second factors, links and names."""

import pytest

from shared.base.errors import NotAllowedError
from shared.staff.factor_rules import (
    Factors,
    check_letter_name,
    check_name,
    check_not_oneself,
    check_of_one_practice,
    check_owner_left,
    namesake,
    normal_recovery,
)
from shared.staff.passkeys import relying_party
from shared.staff.rules import OWNERS_ONLY, ROLES


@pytest.mark.parametrize("typed", ["ABCDE-01234", "abcde 01234", " abcdeO1234 ", "ABCDE-OI234"])
def test_a_recovery_code_is_the_same_however_it_is_typed(typed: str):
    assert normal_recovery(typed) == "ABCDE01234"


@pytest.mark.parametrize("typed", ["", "123456", "123 456", "ABCDE-0123", "ABCDE-012345", "é" * 10])
def test_what_is_no_recovery_code_is_taken_for_none(typed: str):
    assert normal_recovery(typed) == ""


def test_the_last_second_factor_stays_and_recovery_codes_are_none():
    assert not Factors(totp=True, passkeys=0, codes_left=10).may_lose(totp=True)
    assert not Factors(totp=False, passkeys=1, codes_left=10).may_lose(totp=False)
    assert Factors(totp=True, passkeys=1, codes_left=0).may_lose(totp=True)
    assert Factors(totp=True, passkeys=1, codes_left=0).may_lose(totp=False)
    assert Factors(totp=False, passkeys=2, codes_left=0).may_lose(totp=False)
    assert not Factors(totp=False, passkeys=0, codes_left=10).enough


def test_only_owners_say_who_comes_in():
    assert [role for role, may in ROLES.items() if may & OWNERS_ONLY] == ["owner"]


def test_an_owner_stays_and_decides_neither_on_themselves_nor_for_other_practices():
    check_owner_left(others=1)
    check_of_one_practice(1)
    check_not_oneself("one", "other")
    with pytest.raises(NotAllowedError, match="dernier propriétaire"):
        check_owner_left(others=0)
    with pytest.raises(NotAllowedError, match="autre cabinet"):
        check_of_one_practice(2)
    with pytest.raises(NotAllowedError, match="propre accès"):
        check_not_oneself("one", "one")


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\u200bb"])
def test_a_name_that_will_not_do_is_told(name: str):
    with pytest.raises(NotAllowedError, match="Le nom"):
        check_name(name, longest=40, what="Le nom")


@pytest.mark.parametrize(
    "name", ["Jean-Paul d’Arc", "M. Le Goff", "J.-P. O’Brien", "Zoé (accueil)", "Anne & Luc"]
)
def test_a_message_may_begin_with_a_person_s_name(name: str):
    assert check_letter_name(name, longest=40) == name


@pytest.mark.parametrize(
    "name",
    [
        "Gagnez https://a.example",
        "cliquez www.a.fr",
        "voir a.example",
        "claire@a.example",
        "<b>Nina",
        "WWW.A.EXAMPLE",
    ],
)
def test_no_message_begins_with_what_leads_somewhere(name: str):
    with pytest.raises(NotAllowedError, match="ni adresse ni lien"):
        check_letter_name(name, longest=40)


@pytest.mark.parametrize(
    "name",
    [
        "claire le goff",
        "Claire\u00a0Le Goff",
        "Claire Le-Goff.",
        "Clâire Le Göff",
        "\u0421laire Le Goff",  # a Cyrillic C
        "CIaire Le Goff",  # a capital i
        "C1aire Le G0ff",
        "\uff23laire Le Goff",  # a wide C
        "Ardoise",
        "ARD0ISE",
    ],
)
def test_a_name_that_reads_like_a_colleagues_or_the_softwares_is_found(name: str):
    assert namesake(name, ["Paul Roy", "Claire Le Goff"])


def test_other_people_keep_their_names():
    others = ["Claire Le Goff", "Irène Roche"]
    for name in (
        "Claire M. Le Goff",
        "Clara Le Goff",
        "Lrene Roche",
        "Camille Ardoise",
        "Paul Roy",
    ):
        assert namesake(name, others) is None, name


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://equipe.example", ("equipe.example", "https://equipe.example")),
        ("http://localhost:8001/", ("localhost", "http://localhost:8001")),
        ("http://127.0.0.1:8001", None),
        ("https://[::1]:8001", None),
    ],
)
def test_passkeys_are_bound_to_a_name_never_to_a_number(url: str, site: tuple[str, str] | None):
    party = relying_party(url)
    assert (party and (party.id, party.origin)) == site
