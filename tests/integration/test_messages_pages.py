"""Messages and help in the portal, as a browser without scripts meets them."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from flask import request
from PIL import Image
from werkzeug.test import TestResponse

from shared.accounts import Account
from shared.aid import AidAnswers
from shared.messages import LARGEST_DOCUMENT
from tests import papers
from tests.integration.talks import SCAN, Talks, words
from tests.security.portal_house import Browser, portal_app, visitor

ONCE = re.compile(r'name="once" value="([0-9a-f]{32})"')
DOCUMENT = re.compile(r"/document/[0-9a-f-]{36}")


@pytest.fixture
def account(talks: Talks) -> Account:
    return talks.world.account()


@pytest.fixture
def browser(talks: Talks, account: Account) -> Browser:
    return visitor(portal_app(talks.world), talks.world.token(account))


def said(page: TestResponse) -> str:
    """What a page says, without markup and with plain spaces."""
    bare = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", page.text, flags=re.S)
    return " ".join(unescape(bare).split())


def once_of(page: TestResponse) -> str:
    found = ONCE.search(page.text)
    assert found
    return found[1]


def test_the_statement_leads_to_help_and_to_questions(browser: Browser) -> None:
    page = browser.get("/statement")
    assert 'href="/help"' in page.text
    assert page.text.count('href="/messages"') == 2
    assert "Demander de l’aide" in said(page)
    assert "Poser une question" in said(page)


def test_a_question_is_sent_confirmed_and_listed(
    browser: Browser, talks: Talks, account: Account
) -> None:
    page = browser.get("/messages")
    assert "Une personne vous répond d’ici jeudi 26 novembre." in said(page)
    sent = browser.post(
        "/messages",
        {"subject": "paid", "text": "J’ai payé\nle 20", "once": once_of(page)},
    )
    assert sent.status_code == 303
    thread = browser.get(sent.location)
    assert "Votre message est parti. Réponse d’ici jeudi 26 novembre." in said(thread)
    assert "J’ai payé\nle 20" in unescape(thread.text)
    assert "Votre message est parti" not in said(browser.get(sent.location.partition("?")[0]))
    assert "Réponse d’ici jeudi 26 novembre" in said(browser.get("/messages"))
    assert "Nous vous devons une réponse." in said(browser.get("/statement"))
    assert talks.holds(account) == ["message"]


def test_pressing_twice_or_going_back_and_sending_again_opens_one_thread(
    browser: Browser, talks: Talks, account: Account
) -> None:
    fields = {"subject": "other", "text": "Bonjour", "once": once_of(browser.get("/messages"))}
    first, again = (browser.post("/messages", fields) for _ in range(2))
    assert first.location == again.location
    answer = {"text": "J’ajoute", "once": once_of(browser.get(first.location))}
    for _ in range(2):
        assert browser.post(first.location.partition("?")[0], answer).status_code == 303
    assert talks.said(account) == ["Bonjour", "J’ajoute"]


def test_what_is_missing_is_told_and_what_was_typed_stays(browser: Browser) -> None:
    page = browser.post("/messages", {"text": "Mes mots & <b>"})
    assert page.status_code == 422
    assert "Choisissez le sujet de votre message." in said(page)
    assert "Mes mots &amp; &lt;b&gt;</textarea>" in page.text
    chosen = browser.post("/messages", {"subject": "payer", "text": ""})
    assert "Écrivez votre message." in said(chosen)
    assert 'value="payer" checked' in chosen.text


def test_an_answer_is_announced_read_and_answered(
    browser: Browser, talks: Talks, account: Account
) -> None:
    thread = talks.open(account, "unclear", words("Pourquoi ?"))
    talks.world.later(minutes=1)
    talks.answer(thread, words("Parce que."))
    assert "Nous vous avons répondu." in said(browser.get("/statement"))
    assert "Réponse à lire" in said(browser.get("/messages"))
    assert talks.thread(thread.id).patient_unread, "the list alone is no reading"
    page = browser.get(f"/messages/{thread.id}")
    assert "Claire, secrétariat" in said(page)
    assert "Le Goff" not in page.text
    assert not talks.thread(thread.id).patient_unread
    assert "Nous vous avons répondu." not in said(browser.get("/statement"))
    reply = browser.post(f"/messages/{thread.id}", {"text": "Merci"})
    assert reply.location == f"/messages/{thread.id}?fresh=1"
    assert talks.thread(thread.id).status == "waiting"


def test_only_a_look_at_the_page_is_a_reading(
    browser: Browser, talks: Talks, account: Account
) -> None:
    thread = talks.open(account, "other", words("Un"))
    talks.answer(thread, words("Oui"))
    browser.send("HEAD", f"/messages/{thread.id}")
    assert browser.post(f"/messages/{thread.id}", {"text": ""}).status_code == 422
    assert talks.thread(thread.id).patient_unread


def test_a_photo_comes_along_without_its_place_and_can_be_had_back(
    browser: Browser, talks: Talks
) -> None:
    sent = browser.post(
        "/messages",
        {
            "subject": "paid",
            "text": "Voici",
            "documents": [
                (BytesIO(papers.photo()), "mon avis médical.jpg"),
                (BytesIO(papers.pdf(2)), "b.pdf"),
            ],
        },
    )
    page = browser.get(sent.location)
    photo, paper = DOCUMENT.findall(page.text)
    assert "médical" not in page.text
    kept = browser.get(photo)
    assert kept.headers["Content-Disposition"] == 'attachment; filename="document.jpg"'
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert kept.headers["Content-Security-Policy"].endswith("sandbox")
    assert kept.mimetype == "image/jpeg"
    assert not Image.open(BytesIO(kept.data)).getexif()
    assert browser.get(paper).data.startswith(b"%PDF-")
    other = talks.world.account(phone="+33639980119")
    stranger = visitor(browser.app, talks.world.token(other))
    assert stranger.get(photo).status_code == 404
    assert Browser(browser.app).get(photo).status_code == 401


def test_a_document_that_is_refused_keeps_the_words_and_opens_nothing(
    browser: Browser, talks: Talks, account: Account
) -> None:
    for content in (papers.pdf_with_javascript(), papers.locked_pdf(), papers.bomb(), b"MZ"):
        page = browser.post(
            "/messages",
            {"subject": "other", "text": "Mes mots", "documents": (BytesIO(content), "x.jpg")},
        )
        assert page.status_code == 422
        assert "Mes mots</textarea>" in page.text
        assert 'id="documents-why"' in page.text
    assert talks.threads(account) == []


def test_three_photos_as_phones_make_them_are_told_which_size_and_the_words_are_kept(
    browser: Browser,
) -> None:
    photos = [(BytesIO(b"\xff\xd8\xff" + b"x" * 10_000_000), f"{n}.jpg") for n in range(3)]
    fields = {"subject": "other", "text": "Mes mots", "documents": photos}
    page = browser.post("/messages", fields)
    assert page.status_code == 422
    assert "Ce fichier est trop lourd : 5 Mo au plus." in said(page)
    assert "Mes mots</textarea>" in page.text


def test_of_a_heavy_file_only_so_much_is_kept_as_shows_that_it_is(browser: Browser) -> None:
    kept: list[list[int]] = []

    def look() -> None:
        kept.append([len(one.read()) for one in request.files.getlist("documents")])

    browser.app.before_request_funcs[None].append(look)
    photos = [(BytesIO(b"x" * 6_000_000), f"{n}.jpg") for n in range(5)]
    page = browser.post("/messages", {"text": "Mes mots", "documents": photos})
    assert "Envoyez 3 documents au plus." in said(page)
    assert [LARGEST_DOCUMENT + 1] * 3 + [0, 0] in kept


def test_what_is_heavier_still_is_told_the_limit_and_the_way_back(browser: Browser) -> None:
    heavy = BytesIO(b"x" * 42_000_000)
    page = browser.post("/messages", {"documents": (heavy, "x.jpg")})
    assert page.status_code == 413
    assert "Vos documents dépassent 40 Mo ensemble" in said(page)
    assert "chacun peut faire 5 Mo au plus" in said(page)
    assert 'href="/messages">Retour</a>' in page.text
    assert "Secrétariat R12" in said(page)
    assert 'href="tel:' in page.text
    light = BytesIO(b"x" * 1_000_000)
    assert browser.post("/pay", {"documents": (light, "x.jpg")}).status_code == 413


def test_too_many_messages_in_a_day_are_told_with_the_words_kept(
    browser: Browser, talks: Talks, account: Account
) -> None:
    thread = talks.open(account, "other", words("0"))
    for number in range(1, 20):
        talks.reply(thread, words(str(number)))
    page = browser.post(f"/messages/{thread.id}", {"text": "Encore"})
    assert page.status_code == 422
    assert "Vous avez beaucoup écrit aujourd’hui." in said(page)
    assert "Encore</textarea>" in page.text
    assert browser.post("/messages", {"subject": "other", "text": "x"}).status_code == 422


# Help


def test_help_is_asked_for_by_boxes_and_followed(
    browser: Browser, talks: Talks, account: Account
) -> None:
    page = browser.get("/help")
    assert "CCAS" in page.text
    assert "Voir toutes les aides (13)" in said(page)
    fields = {
        "wish": ["later", "talk"],
        "reason": ["less_money"],
        "monthly": "0",
        "text": "Je cherche du travail",
        "once": once_of(page),
    }
    first, again = (browser.post("/help", fields) for _ in range(2))
    assert first.location == again.location
    follow = said(browser.get(first.location))
    for told in (
        "Votre demande est partie. Réponse d’ici jeudi 26 novembre.",
        "Payer plus tard",
        "J’ai moins d’argent qu’avant",
        "Vous pourriez payer 0,00 € par mois.",
        "Je cherche du travail",
    ):
        assert told in follow
    assert talks.holds(account) == ["aid"]
    assert browser.get("/help").location == first.location.partition("?")[0]
    statement = said(browser.get("/statement"))
    assert "Votre demande d’aide est en cours." in statement
    assert "Votre demande d’aide Où elle en est." in statement
    assert browser.get("/messages").text.count(first.location.partition("?")[0]) == 1


def test_no_box_is_told_kindly_and_the_rest_stays(browser: Browser) -> None:
    page = browser.post("/help", {"reason": "family", "monthly": "peu", "text": "Bonjour"})
    assert page.status_code == 422
    assert "Cochez au moins une réponse" in said(page)
    assert "Écrivez une somme en euros" in said(page)
    assert 'value="family" checked' in page.text
    assert 'value="peu"' in page.text
    assert "Bonjour</textarea>" in page.text


def test_documents_are_sent_when_they_were_asked_for_and_not_before(
    browser: Browser, talks: Talks, account: Account
) -> None:
    request = talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
    page = f"/help/{request.id}"
    assert 'type="file"' not in browser.get(page).text
    unasked = {"text": "", "documents": (BytesIO(papers.picture()), "x.jpg")}
    assert browser.post(page, unasked).status_code == 422
    talks.world.later(minutes=1)
    talks.decide(request, "want_documents", words("Envoyez votre avis."))
    asked = browser.get(page)
    assert "Nous avons besoin de documents." in said(asked)
    assert 'type="file"' in asked.text
    sent = browser.post(page, {"text": "", "documents": (BytesIO(papers.picture()), "x.jpg")})
    assert sent.location == f"{page}?fresh=1"
    assert talks.request(request).status == "asked"
    assert "Photo 1" in said(browser.get(page))


def test_a_request_is_taken_back(browser: Browser, talks: Talks, account: Account) -> None:
    request = talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
    for _ in range(2):
        done = browser.post(f"/help/{request.id}/withdraw")
        assert done.location == f"/help/{request.id}"
    page = browser.get(f"/help/{request.id}")
    assert "Vous avez retiré votre demande." in said(page)
    assert "Retirer ma demande" not in said(page)
    assert talks.holds(account) == []
    assert browser.get("/help").status_code == 200


def test_a_decision_is_read_on_the_page_of_the_request(
    browser: Browser, talks: Talks, account: Account
) -> None:
    request = talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
    talks.world.later(minutes=1)
    talks.decide(request, "grant", words("Prenez votre temps."))
    page = said(browser.get(f"/help/{request.id}"))
    assert "Nous avons dit oui." in page
    assert "Prenez votre temps." in page
    assert not talks.thread(request.thread_id).patient_unread
    assert browser.get(f"/messages/{request.thread_id}").status_code == 404
    assert browser.post(f"/messages/{request.thread_id}", {"text": "x"}).status_code == 404


def test_time_that_was_granted_is_said_with_its_day_and_help_leads_to_it(
    browser: Browser, talks: Talks, account: Account
) -> None:
    request = talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
    talks.world.later(minutes=1)
    talks.decide(request, "grant", words("Oui."), pause_until=date(2026, 12, 31))
    for _ in range(2):  # before the answer is read, and after
        statement = said(browser.get("/statement"))
        assert "Nous avons dit oui : aucun rappel jusqu’au 31 décembre." in statement
        assert browser.get("/help").location == f"/help/{request.id}"
        page = said(browser.get(f"/help/{request.id}"))
        assert "aucun rappel jusqu’au 31 décembre" in page
    talks.world.later(days=60)
    late = visitor(portal_app(talks.world), talks.world.token(account))
    assert "31 décembre" not in said(late.get("/statement"))
    assert late.get("/help").status_code == 200


def test_help_without_a_pause_promises_none(
    browser: Browser, talks: Talks, account: Account
) -> None:
    request = talks.ask_aid(account, AidAnswers(("talk",), (), None, ""))
    talks.decide(request, "grant", words("Oui."))
    assert "aucun rappel" not in said(browser.get("/statement"))
    assert browser.get("/help").status_code == 200


def test_a_promise_whose_day_is_over_is_owned_to_everywhere(talks: Talks, account: Account) -> None:
    request = talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
    thread = talks.open(account, "other", words("Une question"))
    pages = ("/statement", "/messages", f"/messages/{thread.id}", f"/help/{request.id}")
    talks.world.later(days=2)  # the promised day itself
    browser = visitor(portal_app(talks.world), talks.world.token(account))
    for page in pages:
        assert "en retard" not in said(browser.get(page)), page
    talks.world.later(days=1)
    browser = visitor(portal_app(talks.world), talks.world.token(account))
    for page in pages:
        shown = browser.get(page)
        assert "Nous sommes en retard" in said(shown), page
        assert "désolés. Appelez le" in said(shown), page
        assert "Réponse d’ici jeudi 26 novembre" not in said(shown), page
        assert 'href="tel:' in shown.text.split("retard", 1)[1]
    talks.answer(thread, words("Voici."))
    talks.decide(request, "decline", words("Non."))
    for page in pages:
        assert "en retard" not in said(browser.get(page)), page


def test_the_sites_of_who_helps_open_by_themselves_and_learn_nothing(browser: Browser) -> None:
    page = browser.get("/help").text
    link = (
        '<a class="act" href="https://mesdroitssociaux.gouv.fr" target="_blank" rel="noreferrer">'
    )
    assert link in page


def test_what_belongs_to_a_neighbour_is_not_there(browser: Browser, talks: Talks) -> None:
    other = talks.world.account(phone="+33639980119")
    thread = talks.open(other, "other", words("Privé", SCAN))
    request = talks.ask_aid(other, AidAnswers(("later",), (), None, "Privé"))
    for path in (f"/messages/{thread.id}", f"/help/{request.id}"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"text": "x"}).status_code == 404
    assert browser.post(f"/help/{request.id}/withdraw").status_code == 404
    assert talks.said(other) == ["Privé"]


def test_in_english_all_of_it_is_english(talks: Talks) -> None:
    account = talks.world.account(language="en")
    english = visitor(portal_app(talks.world), talks.world.token(account))
    assert "Someone answers you by Thursday 26 November." in said(english.get("/messages"))
    sent = english.post("/help", {"wish": "talk"})
    assert "Your request has been sent." in said(english.get(sent.location))
