"""Whoever was answered is told so once, neutrally, at a fitting hour, and not if it is read already."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from ardoise import jobs
from ardoise.jobs_messages import tell_messages
from shared.accounts import Account
from shared.aid import AidAnswers
from shared.worklist import Task
from tests.integration.talks import Talks, words
from tests.world import World

NOON = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
ASKED = AidAnswers(("talk",), (), None, "")


@pytest.fixture
def talks(database_url: str) -> Iterator[Talks]:
    world = World(database_url, NOON, demo=False)
    yield Talks(world)
    world.check()
    world.database.dispose()


def told(talks: Talks) -> list[str]:
    """Let the worker tell what there is to tell; the texts that went out."""
    before = len(talks.world.sms.sent)
    tell_messages(talks.world.house, talks.practice_id)
    jobs.send_reminders(talks.world.house, talks.world.office, talks.practice_id)
    return [sent.text for sent in talks.world.sms.sent[before:]]


def test_an_answer_is_told_once(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Bonjour"))
    assert told(talks) == []
    talks.answer(thread, words("Bonjour, voici."))
    [text] = told(talks)
    assert text.startswith("Secrétariat R12 : nous vous avons répondu.")
    assert "/l/" in text
    assert "voici" not in text
    assert told(talks) == []
    assert talks.notices(account) == [("answered", "sent")]


def test_in_the_evening_it_waits_for_the_morning_and_one_word_tells_of_all(talks: Talks) -> None:
    account = talks.world.account()
    one, other = (talks.open(account, "other", words(text)) for text in ("Un", "Deux"))
    talks.world.clock.instant = EVENING
    talks.answer(one, words("Oui"))
    assert told(talks) == []
    talks.world.later(minutes=5)
    talks.answer(other, words("Oui"))
    talks.world.later(hours=14)
    assert len(told(talks)) == 1
    talks.world.later(days=1)
    assert told(talks) == []


def test_a_later_answer_is_told_again(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Bonjour"))
    talks.answer(thread, words("Oui"))
    assert len(told(talks)) == 1
    talks.world.later(hours=1)
    talks.answer(thread, words("Et encore"))
    assert len(told(talks)) == 1


def test_what_was_read_meanwhile_is_not_told(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Bonjour"))
    talks.answer(thread, words("Oui"))
    tell_messages(talks.world.house, talks.practice_id)
    talks.read(thread)
    assert told(talks) == []
    assert talks.notices(account) == [("answered", "withheld")]
    talks.world.later(days=1)
    assert told(talks) == []


def test_a_request_for_help_is_said_to_have_come_in(talks: Talks) -> None:
    account = talks.world.account()
    talks.ask_aid(account, ASKED)
    [text] = told(talks)
    assert "message bien noté" in text
    assert told(talks) == []
    other = talks.world.account(phone="+33639980119")
    request = talks.ask_aid(other, ASKED)
    tell_messages(talks.world.house, talks.practice_id)
    talks.withdraw(request)
    assert told(talks) == []


def test_words_of_a_request_go_with_its_languages_and_channel(talks: Talks) -> None:
    account = talks.world.account(phone="", email="nadia@courriel.example", language="en")
    talks.ask_aid(account, ASKED)
    tell_messages(talks.world.house, talks.practice_id)
    jobs.send_reminders(talks.world.house, talks.world.office, talks.practice_id)
    [sent] = talks.world.mail.sent
    assert sent.subject == "About your message"
    assert "services that can help" in sent.text


def test_whoever_can_not_be_reached_is_a_task_and_only_one(talks: Talks) -> None:
    account = talks.world.account()
    with talks.world.database.unit_of_work(talks.practice_id) as work:
        work.session.execute(update(Account).values(channel="letter"))
        work.commit()
    thread = talks.open(account, "other", words("Bonjour"))
    talks.answer(thread, words("Oui"))
    for _ in range(3):
        assert told(talks) == []
    assert talks.work(account) == ["news_untold"]
    with talks.world.database.unit_of_work(talks.practice_id) as work:
        task = work.session.scalars(select(Task).where(Task.kind == "news_untold")).one()
        task.status = "done"
        work.commit()
    assert told(talks) == []
    assert talks.work(account) == []


def test_a_closed_door_is_not_knocked_at(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Bonjour"))
    talks.answer(thread, words("Oui"))
    with talks.world.database.unit_of_work(talks.practice_id) as work:
        work.session.execute(update(Account).values(door_closed_at=NOON))
        work.commit()
    for _ in range(3):
        assert told(talks) == []
    assert talks.notices(account) == [("answered", "withheld")]


def test_the_worker_does_all_of_it_by_itself(talks: Talks) -> None:
    """A pause for one account is no pause for the news of its answer."""
    account = talks.world.account()
    thread = talks.open(account, "payer", words("Bonjour"))
    talks.answer(thread, words("Nous demandons."))
    assert talks.holds(account) == ["claim"]
    assert len(told(talks)) == 1
    assert talks.world.night().withheld == {"hold_claim": 1}
