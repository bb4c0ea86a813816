"""A practice's own words on their way: what is sent, what is kept of it, and when Ardoise's go instead."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select, update

from ardoise import jobs
from shared.accounts import Account, Practice
from shared.audit import Actor
from shared.base.errors import ChangedMeanwhileError
from shared.delivery import NeverError, Notice, OwnWords, UnknownOutcomeError, notices_of
from shared.staff import add_staff
from shared.texts import Author, TextName, save_text, texts_in_force
from tests.command_line import run
from tests.world import World

SMS = TextName("pre_due", "sms", "fr")
MAIL = TextName("pre_due", "email", "fr")
OURS = "un document vous attend dans votre espace privé."
THEIRS = OwnWords("", "un mot du bureau. {lien} Ou appelez le {téléphone}")
LETTER = OwnWords("Un mot du bureau", "Bonjour,\n\nLe bureau vous écrit.\n\n{lien}\n\nÀ bientôt,")


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


@pytest.fixture
def author(world: World) -> Author:
    with world.database.unit_of_work(world.practice_id) as work:
        made = add_staff(
            work.session,
            email="camille@r12.example",
            name="Camille Oger",
            role="owner",
            practice_id=world.practice_id,
            password="cheval correct agrafe pile",
            keys=world.house.keys,
            at=world.clock.now(),
        )
        work.commit()
    return Author(made.user.id, Actor("staff", made.user.name), world.clock.now(), "Europe/Paris")


def write(
    world: World, author: Author, name: TextName, words: OwnWords | None, *, seen: int = 0
) -> int:
    with world.database.unit_of_work(world.practice_id) as work:
        text = save_text(
            work.session,
            practice_id=world.practice_id,
            name=name,
            words=words,
            seen=seen,
            by=author,
        )
        work.commit()
        return text.version if text else 0


def send(world: World) -> None:
    world.night()
    jobs.send_reminders(world.house, world.office, world.practice_id)


def notice_of(world: World, account: Account) -> Notice:
    with world.database.reading(world.practice_id) as session:
        [notice] = notices_of(session, practice_id=world.practice_id, account_id=account.id)
    return notice


def test_a_text_message_goes_in_the_practice_s_words_and_says_in_which(
    world: World, author: Author
) -> None:
    account = world.account()
    assert write(world, author, SMS, THEIRS) == 1
    send(world)
    [message] = world.sms.sent
    assert message.text.startswith("Secrétariat R12 : un mot du bureau. http")
    assert message.text.endswith(" Ou appelez le 04 65 71 20 12")
    assert message.text.count("/l/") == 1
    assert notice_of(world, account).words_version == 1
    world.check()


def test_an_e_mail_goes_in_the_practice_s_words_in_both_its_bodies(
    world: World, author: Author
) -> None:
    account = world.account(phone="", email="nadia@boite.example")
    write(world, author, MAIL, LETTER)
    send(world)
    [message] = world.mail.sent
    assert message.subject == "Un mot du bureau"
    for body in (message.text, message.html):
        assert "Le bureau vous écrit." in body
        assert "Nous ne demandons jamais vos codes bancaires" in body
        assert OURS not in body
    assert notice_of(world, account).words_version == 1


def test_an_english_patient_gets_english_ours_until_the_practice_writes_theirs(
    world: World, author: Author
) -> None:
    write(world, author, SMS, THEIRS)
    first = world.account(language="en")
    send(world)
    assert "a document is waiting in your private space" in world.sms.sent[0].text
    assert notice_of(world, first).words_version is None
    write(world, author, replace(SMS, language="en"), OwnWords("", "the desk writes. {lien}"))
    second = world.account(language="en", phone="+33639980119")
    send(world)
    assert "the desk writes." in world.sms.sent[1].text
    assert notice_of(world, second).words_version == 1


def test_the_latest_version_goes_and_going_back_is_a_version_too(
    world: World, author: Author
) -> None:
    write(world, author, SMS, THEIRS)
    write(world, author, SMS, OwnWords("", "le bureau vous attend. {lien}"), seen=1)
    first = world.account()
    send(world)
    assert write(world, author, SMS, None, seen=2) == 3
    second = world.account(phone="+33639980119")
    send(world)
    assert "le bureau vous attend." in world.sms.sent[0].text
    assert OURS in world.sms.sent[1].text
    assert notice_of(world, first).words_version == 2
    assert notice_of(world, second).words_version is None


def test_words_that_break_a_rule_of_today_stay_here_ours_go_and_the_check_tells(
    world: World, author: Author
) -> None:
    account = world.account()
    assert run(world.settings, "check").exit_code == 0
    write(world, author, SMS, OwnWords("", "votre facture vous attend. {lien}"))
    told = run(world.settings, "check")
    assert told.exit_code == 1
    assert "pre_due-sms-fr" in told.output
    assert "facture" not in told.output
    send(world)
    [message] = world.sms.sent
    assert OURS in message.text
    assert notice_of(world, account).words_version is None


def test_a_sender_that_grew_makes_no_message_too_long(world: World, author: Author) -> None:
    first = world.account()
    long = "un mot du bureau vous attend ici. Quand vous voulez. {lien} Merci d'avance"
    write(world, author, SMS, OwnWords("", long))
    send(world)
    assert notice_of(world, first).words_version == 1
    second = world.account(phone="+33639980119")
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(Practice).values(sender="Secrétariat de la rue R12"))
        work.commit()
    send(world)
    assert all(len(message.text) <= 160 for message in world.sms.sent)
    assert notice_of(world, second).words_version is None


def test_what_guards_somebody_goes_in_our_words_whatever_is_written(
    world: World, author: Author
) -> None:
    """A captured back-office is bounded by the worker, not by its own forms."""
    with world.database.unit_of_work(world.practice_id) as work:
        for template in ("code", "change_asked"):
            save_text(
                work.session,
                practice_id=world.practice_id,
                name=TextName(template, "sms", "fr"),
                words=OwnWords("", "donnez ce code a qui le demande {lien}"),
                seen=0,
                by=author,
            )
            notice = Notice(
                practice_id=world.practice_id, template=template, channel="sms", language="fr"
            )
            assert world.office.wording(work.session, notice) is None


def test_the_gate_stands_before_any_words(world: World, author: Author) -> None:
    write(world, author, SMS, THEIRS)
    account = world.account()
    world.night()
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(Account).values(door_closed_at=world.clock.now()))
        work.commit()
    jobs.send_reminders(world.house, world.office, world.practice_id)
    assert not world.sms.sent
    notice = notice_of(world, account)
    assert (notice.status, notice.words_version) == ("withheld", None)


@pytest.mark.parametrize(
    ("error", "status"),
    [(UnknownOutcomeError("cut"), "in_doubt"), (NeverError("gone"), "bounced")],
)
def test_a_message_in_doubt_still_says_which_words_may_have_gone(
    world: World, author: Author, error: Exception, status: str
) -> None:
    write(world, author, SMS, THEIRS)
    account = world.account()
    world.sms.raises = error
    send(world)
    notice = notice_of(world, account)
    assert (notice.status, notice.words_version) == (status, 1)


def test_a_failure_of_ours_in_their_words_keeps_no_message_back(
    world: World, author: Author
) -> None:
    write(world, author, SMS, THEIRS)
    world.account()
    with patch("shared.delivery.render.filled", side_effect=RuntimeError("ours")):
        send(world)
    assert OURS in world.sms.sent[0].text


def test_who_saves_second_is_told_who_was_first_and_nothing_is_written(
    world: World, author: Author
) -> None:
    write(world, author, SMS, THEIRS)
    other = replace(author, at=author.at + timedelta(minutes=1))
    with pytest.raises(ChangedMeanwhileError, match=r"Camille Oger a changé ce texte le .* à "):
        write(world, other, SMS, OwnWords("", "autre chose. {lien}"), seen=0)
    with world.database.reading(world.practice_id) as session:
        [text] = texts_in_force(session, world.practice_id)
    assert text.body == THEIRS.body


def test_the_same_words_again_are_no_version(world: World, author: Author) -> None:
    assert write(world, author, SMS, None) == 0
    assert write(world, author, SMS, THEIRS) == 1
    assert write(world, author, SMS, THEIRS, seen=1) == 0


def test_words_of_one_practice_go_for_no_other(world: World, author: Author) -> None:
    write(world, author, SMS, THEIRS)
    other = world.open_practice("Espace 14")
    notice = Notice(practice_id=other, template="pre_due", channel="sms", language="fr")
    with world.database.reading(other) as session:
        assert world.office.wording(session, notice) is None
        assert not session.scalars(select(Notice)).all()
