"""Writing to the practice stops the clock; an answer lets it run, and nothing counts twice."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from ardoise.invariants import ALL
from shared.accounts import Hold, get_account, place_hold
from shared.aid import AidAnswers
from shared.audit import Actor
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.invariants import find_breaches
from shared.messages import Document, Message, MovedOnError, Thread, answer_thread, open_document
from shared.messages.rules import MOST_A_DAY
from tests.integration.talks import CLAIRE, SCAN, Talks, words
from tests.world import World

IMPORT = Actor("import", "logiciel")


@pytest.mark.parametrize(
    ("subject", "hold", "work", "review"),
    [
        ("paid", "message", ["message_waiting", "payment_search"], date(2026, 11, 26)),
        ("payer", "claim", ["message_waiting", "payer_claim"], date(2026, 12, 24)),
        ("wrong", "dispute", ["message_waiting"], date(2026, 12, 8)),
        ("unclear", "message", ["message_waiting"], date(2026, 11, 26)),
        ("other", "message", ["message_waiting"], date(2026, 11, 26)),
    ],
)
def test_each_subject_stops_the_ladder_and_gives_staff_their_work(
    talks: Talks, subject: str, hold: str, work: list[str], review: date
) -> None:
    account = talks.world.account()
    thread = talks.open(account, subject, words("Bonjour"))
    assert (thread.status, thread.answer_by) == ("waiting", date(2026, 11, 26))
    assert talks.holds(account) == [hold]
    assert talks.work(account) == work
    with talks.world.database.reading() as session:
        assert session.scalars(select(Hold.review_on)).one() == review
    assert talks.world.night().withheld == {f"hold_{hold}": 1}


def test_what_is_written_is_sealed_and_opens_for_the_account(talks: Talks) -> None:
    account = talks.world.account()
    talks.open(account, "other", words("Ma question secrète", SCAN))
    with talks.world.database.reading() as session:
        message = session.scalars(select(Message)).one()
        document = session.scalars(select(Document)).one()
        assert b"secr" not in message.body
        assert b"scan" not in document.content
        assert (document.media, document.size_bytes) == ("pdf", len(SCAN.content))
    assert talks.said(account) == ["Ma question secrète"]


def test_a_form_sent_twice_opens_one_thread(talks: Talks) -> None:
    account = talks.world.account()
    said = words("Bonjour", SCAN, once="a" * 32)
    first, again = (talks.open(account, "paid", said) for _ in range(2))
    assert first.id == again.id
    assert talks.said(account) == ["Bonjour"]
    with talks.world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1


def test_two_taps_at_the_same_moment_open_one_thread(postgres_url: str) -> None:
    talks = Talks(World(postgres_url))
    account = talks.world.account()
    said, opened = words("Bonjour", once="b" * 32), []
    start = threading.Barrier(4, timeout=60)

    def tap() -> None:
        start.wait()
        opened.append(talks.open(account, "other", said).id)

    taps = [threading.Thread(target=tap) for _ in range(4)]
    for one in taps:
        one.start()
    for one in taps:
        one.join(60)
    assert len(opened) == 4
    assert len(set(opened)) == 1
    assert talks.said(account) == ["Bonjour"]


def test_the_same_mark_on_another_account_is_another_form(talks: Talks) -> None:
    one, other = talks.world.account(), talks.world.account(phone="+33639980119")
    said = words("Bonjour", once="c" * 32)
    assert talks.open(one, "other", said).id != talks.open(other, "other", said).id


def test_an_answer_ends_the_pause_and_the_work(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "unclear", words("Je ne comprends pas"))
    talks.world.later(hours=1)
    assert talks.answer(thread, words("C’est la part qui reste."))
    now = talks.thread(thread.id)
    assert (now.status, now.patient_unread) == ("answered", True)
    assert talks.holds(account) == []
    assert talks.work(account) == []
    assert talks.world.night().withheld == {}


def test_an_answer_that_promises_more_keeps_the_pause_until_it_is_closed(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "paid", words("J’ai payé le 20"))
    talks.answer(thread, words("Nous cherchons."), keeps_hold=True)
    assert talks.holds(account) == ["message"]
    assert talks.work(account) == ["pause_to_end", "payment_search"]
    talks.close(thread)
    assert talks.holds(account) == talks.work(account) == []


@pytest.mark.parametrize(("subject", "hold"), [("payer", "claim"), ("wrong", "dispute")])
def test_a_claim_or_a_dispute_outlasts_the_answer(talks: Talks, subject: str, hold: str) -> None:
    account = talks.world.account()
    thread = talks.open(account, subject, words("Bonjour"))
    talks.answer(thread, words("Nous demandons."))
    assert talks.holds(account) == [hold]
    talks.close(thread)
    assert talks.holds(account) == []


def test_a_pause_that_two_threads_need_lasts_until_both_are_answered(talks: Talks) -> None:
    account = talks.world.account()
    one, other = (talks.open(account, "other", words(text)) for text in ("Un", "Deux"))
    talks.answer(one, words("Oui"))
    assert talks.holds(account) == ["message"]
    talks.answer(other, words("Oui"))
    assert talks.holds(account) == []


def test_a_pause_that_the_software_or_staff_placed_is_left_to_them(talks: Talks) -> None:
    account = talks.world.account()
    with talks.world.database.unit_of_work(talks.practice_id) as work:
        place_hold(
            work.session,
            account=get_account(work.session, practice_id=talks.practice_id, account_id=account.id),
            kind="dispute",
            actor=IMPORT,
            at=talks.world.clock.now(),
            review_on=date(2026, 12, 1),
        )
        work.commit()
    thread = talks.open(account, "wrong", words("Pas juste"))
    talks.answer(thread, words("Nous vérifions"))
    talks.close(thread)
    assert talks.holds(account) == ["dispute"]


def test_writing_on_waits_for_us_again_with_a_new_promise(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Un"))
    talks.answer(thread, words("Oui"))
    talks.world.later(days=2)
    moved = talks.reply(thread, words("Et ceci ?"))
    assert (moved.status, moved.answer_by) == ("waiting", date(2026, 11, 30))
    assert talks.holds(account) == ["message"]
    assert talks.work(account) == ["message_waiting"]
    talks.close(thread)
    talks.world.later(days=1)
    assert talks.reply(thread, words("Encore")).status == "waiting"
    assert talks.said(account) == ["Un", "Oui", "Et ceci ?", "Encore"]


def test_adding_words_while_waiting_does_not_put_the_promise_off(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Un"))
    talks.world.later(days=1)
    assert talks.reply(thread, words("J’ajoute")).answer_by == thread.answer_by
    assert talks.work(account) == ["message_waiting"]


def test_an_answer_sent_twice_counts_once(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Un"))
    said = words("Oui", once="d" * 32)
    assert [talks.answer(thread, said) for _ in range(2)] == [True, False]
    assert talks.said(account) == ["Un", "Oui"]


def test_staff_do_not_answer_past_what_they_have_not_read(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Un"))
    seen = talks.latest(thread)
    talks.world.later(minutes=1)
    talks.reply(thread, words("Attendez"))
    with (
        pytest.raises(MovedOnError, match="écrit entre-temps"),
        talks.world.database.unit_of_work(talks.practice_id) as work,
    ):
        answer_thread(
            work.session,
            practice_id=talks.practice_id,
            account_id=account.id,
            thread_id=thread.id,
            vault=None,  # type: ignore[arg-type]  # refused before anything is sealed
            words=words("Oui"),
            actor=CLAIRE,
            at=talks.world.clock.now(),
            seen=seen,
        )
    assert talks.thread(thread.id).status == "waiting"


def test_reading_marks_what_was_there_and_not_what_came_after(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("Un"))
    talks.world.later(minutes=1)
    talks.answer(thread, words("Oui"))
    talks.read(thread)
    read = talks.thread(thread.id)
    assert read.patient_unread is False
    talks.world.later(minutes=1)
    talks.answer(thread, words("Et aussi"))
    talks.world.clock.instant -= timedelta(seconds=30)  # the page was made before that answer
    talks.read(thread)
    assert talks.thread(thread.id).patient_unread is True
    with talks.world.database.reading() as session:
        marks = session.execute(select(Message.side, Message.read_at).order_by(Message.at)).all()
    assert [(side, at is not None) for side, at in marks] == [
        ("patient", True),
        ("staff", True),
        ("staff", False),
    ]


def test_twenty_messages_a_day_and_no_more(talks: Talks) -> None:
    account = talks.world.account()
    thread = talks.open(account, "other", words("0"))
    for number in range(1, MOST_A_DAY):
        talks.world.later(minutes=1)
        talks.reply(thread, words(str(number)))
    with pytest.raises(NotAllowedError, match="beaucoup écrit"):
        talks.reply(thread, words("encore"))
    with pytest.raises(NotAllowedError, match="beaucoup écrit"):
        talks.open(account, "other", words("autrement"))
    talks.world.later(days=1)
    assert talks.reply(thread, words("demain")).status == "waiting"


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("UPDATE thread SET subject = 'comet' WHERE subject = 'other'", "thread-status"),
        ("UPDATE task SET status = 'done'", "thread-promised"),
        ("UPDATE thread SET patient_unread = true", "thread-unread"),
        ("UPDATE aid_request SET decided_at = asked_at", "aid-status"),
        ("UPDATE hold SET status = 'released' WHERE kind = 'aid'", "aid-held"),
    ],
)
@pytest.mark.broken_books("what is wrong is what the check is to see")
def test_what_must_always_be_true_is_seen_to(database_url: str, damage: str, named: str) -> None:
    talks = Talks(World(database_url))
    account = talks.world.account()
    talks.open(account, "other", words("Bonjour"))
    talks.ask_aid(account, AidAnswers(("talk",), (), None, ""))
    talks.world.check()
    with talks.world.database.unit_of_work() as work:
        work.session.execute(text(damage))
        work.commit()
    with talks.world.database.reading() as session:
        breaches = find_breaches(session, ALL)
    assert [breach.invariant.name for breach in breaches] == [named]


def test_nobody_writes_to_or_opens_what_belongs_to_another_account(talks: Talks) -> None:
    mine, theirs = talks.world.account(), talks.world.account(phone="+33639980119")
    thread = talks.open(theirs, "other", words("Privé", SCAN))
    stolen = Thread(practice_id=talks.practice_id, id=thread.id, account_id=mine.id)
    with pytest.raises(NotFoundError):
        talks.reply(stolen, words("Bonjour"))
    with talks.world.database.reading() as session:
        document = session.scalars(select(Document)).one()
        with pytest.raises(NotFoundError):
            open_document(
                session,
                practice_id=talks.practice_id,
                account_id=mine.id,
                document_id=document.id,
                vault=None,  # type: ignore[arg-type]  # refused before anything is opened
            )
