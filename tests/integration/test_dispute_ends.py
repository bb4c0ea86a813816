"""A dispute ends by somebody's word, never by an answer that nobody gave; and each pause is somebody's."""

from datetime import date

import pytest
from sqlalchemy import select

from shared.accounts import Account, Hold
from shared.base.errors import NotAllowedError
from shared.messages import Thread
from shared.worklist import Task
from tests.integration.talks import Talks, words


@pytest.fixture
def account(talks: Talks) -> Account:
    return talks.world.account()


@pytest.fixture
def disputed(talks: Talks, account: Account) -> Thread:
    return talks.open(account, "wrong", words("Ce n’est pas à moi"))


def released_because(talks: Talks) -> list[str | None]:
    with talks.world.database.reading() as session:
        return list(session.scalars(select(Hold.release_reason)))


@pytest.mark.parametrize("reason", ["", "answered", "not_due"])
def test_a_dispute_that_nobody_answered_is_not_ended_as_if_somebody_had(
    talks: Talks, account: Account, disputed: Thread, reason: str
) -> None:
    with pytest.raises(NotAllowedError, match="Personne n’a répondu"):
        talks.close(disputed, reason)
    assert talks.holds(account) == ["dispute"]
    assert talks.work(account) == ["message_waiting"]


def test_the_pause_keeps_the_true_reason_for_which_it_ended(talks: Talks, disputed: Thread) -> None:
    talks.close(disputed, "withdrawn")
    assert released_because(talks) == ["withdrawn"]


def test_an_answered_dispute_ends_with_the_answer_as_its_reason(
    talks: Talks, disputed: Thread
) -> None:
    talks.answer(disputed, words("La facture était d’un autre : elle est retirée."))
    talks.close(disputed, "")
    assert released_because(talks) == ["answered"]


def test_thanks_after_our_answer_need_none(talks: Talks, disputed: Thread) -> None:
    talks.answer(disputed, words("C’est corrigé."))
    talks.reply(disputed, words("Merci"))
    talks.close(disputed, "not_due")
    assert released_because(talks) == ["not_due"]


def test_what_stays_paused_behind_an_answer_is_on_the_list_on_its_day(
    talks: Talks, account: Account, disputed: Thread
) -> None:
    talks.answer(disputed, words("Nous regardons."))
    assert talks.work(account) == ["pause_to_end"]
    with talks.world.database.reading() as session:
        assert session.scalars(select(Task.due_on).where(Task.status == "open")).all() == [
            date(2026, 12, 8)
        ]
    talks.answer(disputed, words("Encore un peu de patience."))
    assert talks.work(account) == ["pause_to_end"], "once, however often we write"
    talks.close(disputed)
    assert talks.holds(account) == talks.work(account) == []
