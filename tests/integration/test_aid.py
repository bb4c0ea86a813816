"""Asking for help: reminders stop, people decide, and what was told is forgotten in time."""

from datetime import date

import pytest
from sqlalchemy import func, select

from ardoise.jobs_messages import forget_old_requests
from shared.accounts import Hold, account_vault
from shared.aid import AidAnswers, open_answers
from shared.base.errors import NotAllowedError
from shared.messages import Document, Message
from tests.integration.talks import SCAN, Talks, words

ASKED = AidAnswers(("later", "less_total"), ("less_money",), 0, "Je cherche du travail")


def test_a_request_stops_the_ladder_and_waits_for_a_decision(talks: Talks) -> None:
    account = talks.world.account()
    request = talks.ask_aid(account, ASKED)
    assert request.status == "asked"
    assert talks.holds(account) == ["aid"]
    assert talks.work(account) == ["aid_decide"]
    assert talks.world.night().withheld == {"hold_aid": 1}
    assert talks.thread(request.thread_id).answer_by == date(2026, 11, 26)


def test_what_was_ticked_is_sealed_and_comes_back_as_it_was(talks: Talks) -> None:
    account = talks.world.account()
    request = talks.ask_aid(account, ASKED)
    assert request.answers is not None
    for word in (b"later", b"less_money", b"travail"):
        assert word not in request.answers
    assert open_answers(account_vault(talks.world.house.keys, account), request) == ASKED


def test_the_same_form_twice_is_one_request(talks: Talks) -> None:
    account = talks.world.account()
    once = "e" * 32
    assert talks.ask_aid(account, ASKED, once).id == talks.ask_aid(account, ASKED, once).id


def test_while_one_waits_a_second_request_becomes_words_about_it(talks: Talks) -> None:
    account = talks.world.account()
    first = talks.ask_aid(account, ASKED)
    talks.world.later(minutes=5)
    for _ in range(2):
        again = talks.ask_aid(
            account, AidAnswers(("talk",), (), None, "Appelez-moi"), once="f" * 32
        )
        assert again.id == first.id
    assert talks.said(account) == ["Appelez-moi"]
    assert len(talks.threads(account)) == 1


def test_taking_it_back_lets_the_ladder_go_on(talks: Talks) -> None:
    account = talks.world.account()
    request = talks.ask_aid(account, ASKED)
    for _ in range(2):
        talks.withdraw(request)
    assert talks.request(request).status == "withdrawn"
    assert talks.holds(account) == talks.work(account) == []
    assert talks.ask_aid(account, ASKED).id != request.id, "help may be asked for again"


def test_documents_are_asked_for_sent_and_put_before_staff_again(talks: Talks) -> None:
    account = talks.world.account()
    request = talks.ask_aid(account, ASKED)
    talks.world.later(hours=1)
    talks.decide(request, "want_documents", words("Envoyez votre avis, s’il vous plaît."))
    assert talks.request(request).status == "documents"
    assert talks.work(account) == []
    assert talks.holds(account) == ["aid"]
    talks.world.later(hours=1)
    talks.follow_up(request, words("Je le cherche"))
    assert talks.request(request).status == "documents"
    assert talks.work(account) == ["message_waiting"]
    talks.decide(request, None, words("Bien."))
    talks.world.later(hours=1)
    talks.follow_up(request, words("", SCAN))
    assert talks.request(request).status == "asked"
    assert talks.work(account) == ["aid_decide"]
    assert talks.holds(account) == ["aid"]


@pytest.mark.parametrize(("decision", "status"), [("grant", "granted"), ("decline", "declined")])
def test_a_decision_ends_pause_and_work(talks: Talks, decision: str, status: str) -> None:
    account = talks.world.account()
    request = talks.ask_aid(account, ASKED)
    talks.world.later(hours=1)
    talks.decide(request, decision, words("Voici notre réponse."))
    decided = talks.request(request)
    assert (decided.status, decided.decided_at) == (status, talks.world.clock.now())
    assert talks.holds(account) == talks.work(account) == []
    assert talks.thread(request.thread_id).patient_unread
    with pytest.raises(NotAllowedError):
        talks.decide(request, "decline", words("Non, finalement."))
    assert talks.said(account) == ["Voici notre réponse."]


def test_time_that_is_granted_is_a_pause_with_its_day(talks: Talks) -> None:
    account = talks.world.account()
    request = talks.ask_aid(account, ASKED)
    talks.decide(request, "grant", words("Oui"), pause_until=date(2027, 1, 15))
    assert talks.holds(account) == ["staff"]
    with talks.world.database.reading() as session:
        hold = session.scalars(select(Hold).where(Hold.status == "active")).one()
        assert (hold.review_on, hold.placed_by) == (date(2027, 1, 15), "Claire Le Goff")


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2020, 1, 1), date(2028, 1, 1)])
def test_a_pause_ends_between_tomorrow_and_a_year_ahead(talks: Talks, day: date) -> None:
    request = talks.ask_aid(talks.world.account(), ASKED)
    with pytest.raises(NotAllowedError, match="entre demain et dans un an"):
        talks.decide(request, "grant", words("Oui"), pause_until=day)
    assert talks.request(request).status == "asked"


def test_a_decision_sent_twice_counts_once(talks: Talks) -> None:
    account = talks.world.account()
    request = talks.ask_aid(account, ASKED)
    said = words("Oui", once="a" * 32)
    for _ in range(2):
        talks.decide(request, "grant", said)
    assert talks.said(account) == ["Oui"]


def test_a_reply_after_the_decision_waits_for_an_answer_again(talks: Talks) -> None:
    account = talks.world.account()
    request = talks.ask_aid(account, ASKED)
    talks.decide(request, "decline", words("Non"))
    talks.world.later(hours=1)
    talks.follow_up(request, words("Et en deux fois ?"))
    assert talks.request(request).status == "declined"
    assert talks.holds(account) == ["message"]
    assert talks.work(account) == ["message_waiting"]


def test_what_was_told_is_forgotten_half_a_year_after_the_answer(talks: Talks) -> None:
    world, account = talks.world, talks.world.account()
    old, other = talks.ask_aid(account, ASKED), talks.open(account, "other", words("Reste"))
    talks.decide(old, "want_documents", words("Envoyez-le"))
    talks.follow_up(old, words("Voici", SCAN))
    talks.decide(old, "grant", words("Oui"))
    world.later(days=182)
    assert forget_old_requests(world.house, world.practice_id) == 0
    recent = talks.ask_aid(account, ASKED)
    world.later(days=2)
    assert forget_old_requests(world.house, world.practice_id) == 1
    assert forget_old_requests(world.house, world.practice_id) == 0
    forgotten = talks.request(old)
    vault = account_vault(world.house.keys, account)
    assert (forgotten.status, open_answers(vault, forgotten)) == ("granted", None)
    assert talks.request(recent).answers is not None
    assert talks.said(account) == ["Reste"]
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0
        assert session.scalars(select(Message.thread_id)).all() == [other.id]
