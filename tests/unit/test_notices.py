"""Every notice, in each language and on each channel: neutral, short enough, well set."""

import re
import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from shared.base.errors import NotFoundError
from shared.delivery import gsm7
from shared.delivery.lint import FieldKind, Profile, SecrecyError, TypedField, lint
from shared.delivery.render import (
    LANGUAGES,
    TEMPLATES,
    NoticeRenderer,
    visible_text,
)
from shared.delivery.values import NoticeValues, UnusableNoticeError

RENDERER = NoticeRenderer()
NOTICES = RENDERER.templates()
EVERY_NOTICE = pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name in NOTICES for language in LANGUAGES]
)
FILES = {"sms.txt", "subject.txt", "body.txt", "body.html"}
SUBJECTS = {
    "fr": {"Un document vous attend", "Suite à votre message"},
    "en": {"A document is waiting for you", "About your message"},
}
# Where nothing waits and nobody wrote, the subject says what it is about, and no more.
SUBJECT_OF = {
    ("code", "fr"): "Votre code",
    ("code", "en"): "Your code",
    ("change_asked", "fr"): "Un changement est demandé",
    ("change_asked", "en"): "A change is asked for",
    ("change_done", "fr"): "Un changement est fait",
    ("change_done", "en"): "A change has been made",
    ("data_erased", "fr"): "Votre demande est suivie",
    ("data_erased", "en"): "Your request is being followed",
}
TOKENS = st.builds(
    str.__add__,
    st.text(string.ascii_letters + string.digits + "_.-", min_size=46, max_size=46),
    st.sampled_from(string.ascii_letters + string.digits),
)
VALUES = st.builds(
    lambda sender, site, token, phone, link_days: NoticeValues(
        sender, f"https://{site}/l/{token}", site, phone, link_days
    ),
    sender=st.sampled_from(["Secrétariat R12", "Accueil Gare", "Espace 12", "L'Accueil", "A & B"]),
    site=st.sampled_from(["r12.espace.example", "mon.espace.example", "e.example:8443"]),
    token=TOKENS,
    phone=st.sampled_from(["01 99 00 12 34", "+33 1 99 00 12 34", "3646"]),
    link_days=st.integers(1, 60),
)
LINK = "https://r12.espace.example/l/" + "Ab3-K12_F32.1AMK8.HBMD042-dr.soin_cancer-xyz9Q7"


USUAL = NoticeValues(
    sender="Secrétariat R12",
    link=LINK,
    site="r12.espace.example",
    phone="01 99 00 12 34",
    link_days=14,
)


CODE = "482913"
# Notices without a link: what they carry in its place, if anything.
LINKLESS: dict[str, str | None] = {
    "code": CODE,
    "change_asked": None,
    "change_done": None,
    "data_erased": None,
}


def values(**changes: Any) -> NoticeValues:
    return replace(USUAL, **changes)


def values_of(name: str) -> NoticeValues:
    """What the notice is made from when it goes out: a link, a code, or neither."""
    return values(link=None, code=LINKLESS[name]) if name in LINKLESS else values()


def carried(name: str) -> str:
    return LINKLESS.get(name, LINK) or ""


def test_the_ladders_notices_exist() -> None:
    assert {"pre_due", "reminder", "second_reminder", "new_link"} <= set(NOTICES)


def test_each_notice_has_each_channel_in_each_language_and_nothing_else() -> None:
    folders = [path for path in TEMPLATES.iterdir() if not path.name.startswith("_")]
    assert sorted(path.name for path in folders) == NOTICES
    for folder in folders:
        languages = {path.name for path in folder.iterdir()}
        assert languages == set(LANGUAGES), folder
        for language in languages:
            assert {path.name for path in (folder / language).iterdir()} == FILES, folder


@given(given_values=VALUES)
def test_every_notice_passes_the_lint_with_any_link(given_values: NoticeValues) -> None:
    RENDERER.check(given_values)


@EVERY_NOTICE
def test_a_text_message_is_one_segment_that_opens_with_the_sender(name: str, language: str) -> None:
    text = RENDERER.sms(name, language, values_of(name)).text

    assert gsm7.septets(text) <= 160
    assert text.startswith({"fr": "Secrétariat R12 : ", "en": "Secrétariat R12: "}[language])
    assert not re.search(r"\w[?:](?: |$)", text) or language == "en", "French sets a space there"
    assert text.count("https://") == (name not in LINKLESS)
    assert name in LINKLESS or re.search(re.escape(LINK) + r"(?:$| )", text)
    assert carried(name) in text
    assert "\n" not in text


@EVERY_NOTICE
def test_an_email_has_a_fixed_subject_the_link_and_the_promises(name: str, language: str) -> None:
    email = RENDERER.email(name, language, values_of(name))

    own = SUBJECT_OF.get((name, language))
    assert email.subject in ({own} if own else SUBJECTS[language])
    assert f"\n{carried(name)}\n" in email.text
    assert name in LINKLESS or f'href="{LINK}"' in email.html
    promises = {
        "fr": ["aucune information personnelle", "jamais vos codes bancaires", "ne plus recevoir"],
        "en": ["no personal information", "never ask for bank codes", "stop messages"],
    }
    phone = "01\u00a099\u00a000\u00a012\u00a034"
    for promise in (*promises[language], phone, "Secrétariat R12"):
        assert promise in email.text
        assert promise in email.html
    assert LINK[-47:] not in email.subject


@EVERY_NOTICE
def test_both_bodies_of_an_email_say_the_same(name: str, language: str) -> None:
    email = RENDERER.email(name, language, values_of(name))
    label = {"fr": "Ouvrir mon espace privé", "en": "Open my private space"}[language]
    page = visible_text(email.html).replace(label, LINK, 1).split()

    linked = [] if name in LINKLESS else [LINK]
    assert page == [*email.subject.split(), *email.text.split(), *linked]


@EVERY_NOTICE
def test_an_email_fetches_nothing_and_fits_light_and_dark(name: str, language: str) -> None:
    html = RENDERER.email(name, language, values_of(name)).html

    assert f'<html lang="{language}">' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert not re.search(r"<(?:img|script|link|table|iframe|object|form|input)|url\(|src=", html)
    assert re.findall(r"https?://[^\"]+", html) == ([] if name in LINKLESS else [LINK])
    assert len(html.encode()) < 4096


@pytest.mark.parametrize("name", NOTICES)
def test_french_emails_keep_french_typography(name: str) -> None:
    email = RENDERER.email(name, "fr", values_of(name))
    page = visible_text(email.html).replace(LINK, "")
    for text in (email.subject, email.text.replace(LINK, ""), page):
        assert not re.search(r"(?<!\u202f)[?;!]", text)
        assert not re.search(r"(?<!\u00a0):", text)
        assert "'" not in text


@pytest.mark.parametrize("name", sorted(set(NOTICES) - LINKLESS.keys()))
def test_one_day_is_singular(name: str) -> None:
    for language, plural in (("fr", r"\bjours\b"), ("en", r"\bdays\b")):
        assert re.search(plural, RENDERER.email(name, language, values()).text)
        once = RENDERER.email(name, language, values(link_days=1))
        assert not re.search(plural, once.text + once.html)


@pytest.mark.parametrize("language", ["de", "", "fr", "FR", "fr-BE", "ar"])
def test_an_unknown_language_is_answered_in_french(language: str) -> None:
    assert RENDERER.sms("reminder", language, values()).text.endswith("Ne faites rien.")
    assert RENDERER.email("reminder", language, values()).subject == "Un document vous attend"


@pytest.mark.parametrize("language", ["en", "EN", "en-GB"])
def test_english_is_spoken_to_english_speakers(language: str) -> None:
    assert RENDERER.sms("reminder", language, values()).text.endswith("Do nothing.")


def test_an_unknown_notice_is_named() -> None:
    with pytest.raises(NotFoundError, match=r"'\.\./secret'"):
        RENDERER.sms("../secret", "fr", values())


def test_a_long_site_name_says_what_to_shorten() -> None:
    site = "un-nom-de-site-vraiment-tres-long.espace.example"
    long = values(site=site, link=f"https://{site}/l/{LINK[-47:]}")

    with pytest.raises(UnusableNoticeError, match=r"28 too many.*shorten.*sender.*site") as error:
        RENDERER.sms("reminder", "fr", long)
    assert LINK[-47:] not in str(error.value)
    RENDERER.email("reminder", "fr", long)


def test_a_sender_name_outside_the_alphabet_is_refused_in_a_text_message() -> None:
    with pytest.raises(gsm7.NotGsm7Error, match="'ï'"):
        RENDERER.sms("reminder", "fr", values(sender="Anaïs R12"))


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("R4", {"sender": "Cabinet Roux"}),
        ("R3", {"sender": "Factures R12"}),
        ("R7", {"site": "ailleurs.example"}),
        ("R7", {"link": LINK + "?a=1"}),
        ("R7", {"link": LINK.replace("https", "http")}),
        ("R7", {"link": LINK.replace("r12.", "r13.")}),
        ("R6", {"phone": "dans la journée"}),
    ],
)
def test_a_notice_that_tells_too_much_is_not_made(rule: str, changes: dict[str, str]) -> None:
    with pytest.raises(SecrecyError, match=rf"pre_due \(e-mail\).*{rule}") as error:
        RENDERER.email("pre_due", "fr", values(**changes))
    assert rule in {finding.rule for finding in error.value.findings}
    assert LINK[-47:][:6] not in str(error.value)


def test_a_text_message_that_tells_too_much_is_not_made() -> None:
    with pytest.raises(SecrecyError, match=r"pre_due \(text message\).*R4"):
        RENDERER.sms("pre_due", "fr", values(sender="Dr Roux"))


def test_the_demo_links_to_this_machine() -> None:
    local = values(site="127.0.0.1:8000", link=f"http://127.0.0.1:8000/l/{LINK[-47:]}")

    NoticeRenderer(loopback=True).check(local)
    with pytest.raises(SecrecyError, match="R7"):
        RENDERER.check(local)


@pytest.mark.parametrize("missing", ["sender", "link", "site", "phone", "link_days"])
def test_a_missing_value_is_named(missing: str) -> None:
    with pytest.raises(UnusableNoticeError, match=missing):
        values(**{missing: type(getattr(USUAL, missing))()})


@pytest.mark.parametrize("name", ["reminder", "code"])
def test_a_notice_without_what_it_carries_is_not_made(name: str) -> None:
    with pytest.raises(UndefinedError, match=r"link|code"):
        RENDERER.sms(name, "fr", values(link=None))


@pytest.mark.parametrize("code", ["12345", "1234567", "12 345", "abcdef"])
def test_only_six_digits_pass_as_a_code(code: str) -> None:
    with pytest.raises(SecrecyError, match="R6"):
        RENDERER.sms("code", "fr", values(link=None, code=code))


def test_six_digits_that_are_no_code_are_still_found() -> None:
    text = f"Votre code est {CODE}, ou {CODE[::-1]}."
    found = lint(text, profile=Profile.SHORT, typed=[TypedField(FieldKind.CODE, CODE)])
    assert [(one.rule, one.start) for one in found] == [("R6", text.index(CODE[::-1]))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_stands_where_phones_find_it_and_beside_nothing_else(language: str) -> None:
    text = RENDERER.sms("code", language, values_of("code")).text
    assert re.findall(r"\d{4,}", text) == [CODE]
    assert re.search(rf"code (?:est|is) {CODE}\.", text)
    assert "Nadia" not in text


def test_a_value_cannot_write_into_the_page() -> None:
    email = RENDERER.email("reminder", "fr", values(sender="A <b>& B"))
    assert "A &lt;b&gt;&amp; B" in email.html
    assert "<b>" not in email.html
