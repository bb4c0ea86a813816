"""Links, names and addresses in a text are judged by what they are."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.delivery.lint import (
    FieldKind,
    Finding,
    Profile,
    SecrecyError,
    TypedField,
    lint,
    lint_host,
    lint_sender,
)

SITE = "r12.espace.example"
TOKEN = "Ab3-K12_F32.1AMK8.HBMD042-dr.soin_cancer-xyz9Q7"
TOKENS = st.builds(
    str.__add__,
    st.text(string.ascii_letters + string.digits + "_.-", min_size=46, max_size=46),
    st.sampled_from(string.ascii_letters + string.digits),
)


def rules_with(
    text: str,
    kind: FieldKind,
    value: str,
    *,
    profile: Profile = Profile.SHORT,
    site: str = SITE,
    loopback: bool = False,
) -> set[str]:
    found = lint(
        text, profile=profile, typed=[TypedField(kind, value)], site=site, loopback=loopback
    )
    return {finding.rule for finding in found}


def rules_of_link(link: str, *, site: str = SITE, loopback: bool = False) -> set[str]:
    text = f"Un document vous attend. {link}"
    return rules_with(text, FieldKind.URL, link, site=site, loopback=loopback)


@given(token=TOKENS)
def test_a_link_of_the_site_passes_whatever_its_token_looks_like(token: str) -> None:
    assert rules_of_link(f"https://{SITE}/l/{token}") == set()


def test_a_token_may_spell_anything() -> None:
    assert len(TOKEN) == 47
    assert rules_of_link(f"https://{SITE}/l/{TOKEN}") == set()


@pytest.mark.parametrize(
    "link",
    [
        f"http://{SITE}/l/{TOKEN}",
        f"https://ailleurs.example/l/{TOKEN}",
        f"https://{SITE}.ailleurs.example/l/{TOKEN}",
        f"https://x@{SITE}/l/{TOKEN}",
        f"https://{SITE}/m/{TOKEN}",
        f"https://{SITE}/l/{TOKEN[:-1]}",
        f"https://{SITE}/l/{TOKEN}x",
        f"https://{SITE}/l/{TOKEN[:-1]}.",
        f"https://{SITE}/l/{TOKEN}?utm_source=sms",
        f"https://{SITE}/l/{TOKEN}#top",
        f"https://{SITE}/facture",
        f"https://{SITE}/?a=1",
        f"ftp://{SITE}/l/{TOKEN}",
    ],
)
def test_any_other_address_is_stopped(link: str) -> None:
    assert "R7" in rules_of_link(link)


def test_no_link_passes_when_the_site_is_not_known() -> None:
    assert rules_of_link(f"https://{SITE}/l/{TOKEN}", site="") == {"R7"}


def test_the_bare_site_may_be_named() -> None:
    for address in (SITE, f"https://{SITE}", f"https://{SITE}/"):
        assert rules_with(f"Notre site : {address}", FieldKind.URL, address) == set()


def test_plain_http_passes_on_this_machine_only_and_only_when_allowed() -> None:
    link = f"http://127.0.0.1:8000/l/{TOKEN}"
    assert rules_of_link(link, site="127.0.0.1:8000", loopback=True) == set()
    assert rules_of_link(link, site="127.0.0.1:8000") == {"R7"}
    assert rules_of_link(link, site="127.0.0.1:8001", loopback=True) == {"R7"}
    assert "R7" in rules_of_link(f"http://{SITE}/l/{TOKEN}", loopback=True)


def test_nothing_stands_directly_behind_a_link_and_there_is_only_one() -> None:
    link = f"https://{SITE}/l/{TOKEN}"
    assert rules_with(f"Ouvrez {link}.", FieldKind.URL, link) == {"R7"}
    assert rules_with(f"Ouvrez {link}, puis lisez.", FieldKind.URL, link) == {"R7"}
    assert rules_with(f"Ouvrez {link} ou {link} ici.", FieldKind.URL, link) == {"R7"}


def test_a_finding_never_shows_a_token() -> None:
    link = f"https://ailleurs.example/l/{TOKEN}"
    typed = lint(f"Lisez {link}.", profile=Profile.SHORT, site=SITE,
                 typed=[TypedField(FieldKind.URL, link)])  # fmt: skip
    untyped = lint(f"Lisez {link} ici.", profile=Profile.SHORT, site=SITE)

    assert typed
    assert untyped == [Finding("R7", "https://ailleurs.example", 6)]
    for finding in typed + untyped:
        assert not any(TOKEN[i : i + 4] in finding.excerpt for i in range(44))
    assert TOKEN[:4] not in str(SecrecyError("reminder", typed + untyped))


@pytest.mark.parametrize(
    "host", ["cabinet-dupont.example", "cabinetdupont.example", "kine75.example",
             "sante.example", "dr-roux.example", "laboratoiredusud.example",
             "xn--sant-epa.example"]
)  # fmt: skip
def test_a_site_named_after_care_is_stopped(host: str) -> None:
    assert {finding.rule for finding in lint_host(host)} == {"R4"}
    assert "R4" in rules_of_link(f"https://{host}/l/{TOKEN}", site=host)


@pytest.mark.parametrize("host", ["", "Espace.example", "a b.example", "espace.example/x", "é.fr"])
def test_a_malformed_site_is_stopped(host: str) -> None:
    assert {finding.rule for finding in lint_host(host)} == {"R7"}


@pytest.mark.parametrize("host", [SITE, "espace.example:8443", "concorde.example", "127.0.0.1:1"])
def test_a_neutral_site_passes(host: str) -> None:
    assert lint_host(host) == ()


def test_a_street_may_be_called_after_a_doctor() -> None:
    address = "4 rue du Docteur Roux\n75015 Paris"
    for profile in Profile:
        text = f"Écrivez-nous : {address}"
        assert rules_with(text, FieldKind.POSTAL_ADDRESS, address, profile=profile) == set()
    assert "R4" in {f.rule for f in lint(address, profile=Profile.SHORT)}
    script = "4 rue <script>"
    assert rules_with(script, FieldKind.POSTAL_ADDRESS, script) == {"R6"}


def test_a_neutral_sender_is_no_code() -> None:
    name = "Secrétariat R12"
    assert rules_with(f"{name}: bonjour", FieldKind.NAME, name) == set()
    assert {f.rule for f in lint(f"{name}: bonjour", profile=Profile.SHORT)} == {"R6"}


def test_a_practice_is_named_in_a_letter_but_not_in_a_short_message() -> None:
    name = "Cabinet de kinésithérapie Roux"
    for kind in (FieldKind.NAME, FieldKind.LEGAL_IDENTITY):
        assert rules_with(f"Bien à vous, {name}", kind, name) == {"R4"}
        assert rules_with(f"Bien à vous, {name}", kind, name, profile=Profile.LETTER) == set()


def test_a_masked_value_covers_whole_words_only() -> None:
    assert rules_with("Les soins de Mme Soin", FieldKind.NAME, "Soin", profile=Profile.PORTAL) == {
        "R4"
    }
    assert rules_with("Bonjour Mme Soin", FieldKind.NAME, "Soin", profile=Profile.PORTAL) == set()


def test_only_the_practices_phone_passes() -> None:
    text = "Appelez le 01 99 00 12 34."
    assert rules_with(text, FieldKind.PHONE, "01 99 00 12 34") == set()
    assert rules_with(text, FieldKind.PHONE, "01 99 00 12 35") == {"R6"}
    for phone in (
        "3646",
        "+33 1 99 00 12 34",
        "01.99.00.12.34",
        "01\u00a099\u00a000\u00a012\u00a034",
    ):
        assert rules_with(f"Appelez le {phone}.", FieldKind.PHONE, phone) == set()
    assert rules_with("Appelez le soir", FieldKind.PHONE, "le soir") == {"R6"}


def test_a_reference_is_no_identifier_of_a_person_or_a_card() -> None:
    assert rules_with("Réf. FA-2024/117", FieldKind.REFERENCE, "FA-2024/117") == set()
    for value in ("1 84 12 76 451 089 46", "4242 4242 4242 4242", "réf <b>"):
        assert rules_with(f"Voici {value}", FieldKind.REFERENCE, value) == {"R6"}


def test_an_empty_value_covers_nothing() -> None:
    assert rules_with("Vos soins", FieldKind.NAME, "") == {"R4"}


@pytest.mark.parametrize("name", ["Secrétariat R12", "Accueil Bellevue", "Espace 12", "Gestion B4"])
def test_a_neutral_sender_name_is_accepted(name: str) -> None:
    assert lint_sender(name) == []


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("R4", "Cabinet Roux"),
        ("R4", "Dr Roux"),
        ("R4", "Pr Roux"),
        ("R4", "Clinique du Parc"),
        ("R4", "Bellevue Santé"),
        ("R1", "Service contentieux"),
        ("R1", "Recouvrement R12"),
        ("R2", "SECRETARIAT"),
        ("R3", "Facturation R12"),
        ("R7", "bellevue.example"),
        ("R8", "Secrétariat Anaïs"),
        ("R8", "R12\nBcc: x"),
        ("R8", "R1"),
        ("R8", "     "),
        ("R8", "Secrétariat de la grande rue de Bellevue"),
    ],
)
def test_a_telling_or_unsendable_sender_name_is_refused(rule: str, name: str) -> None:
    assert rule in {finding.rule for finding in lint_sender(name)}
