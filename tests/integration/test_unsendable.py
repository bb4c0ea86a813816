"""A message that can't even be written is told to staff; it is never said to have perhaps left."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from shared.accounts import Account, Practice
from shared.delivery import SmtpCarrier
from tests.integration.ladder_world import LadderWorld
from tests.integration.vendors import MailServer, mail_server
from tests.world import NOON


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def world(sqlite_url: str, server: MailServer) -> Iterator[LadderWorld]:
    """A practice whose mails go out through a real server."""
    opened = LadderWorld(sqlite_url, NOON)
    carrier = SmtpCarrier(server.url, opened.settings.mail_from, opened.clock)
    opened.office.carriers["email"] = carrier
    yield opened
    carrier.close()
    opened.check()
    opened.database.dispose()


def told_to_staff(world: LadderWorld, account: Account) -> None:
    [notice] = world.notices(account)
    assert notice.status == "failed"
    assert notice.link_id is None, "its link, which nobody has, opens nothing"
    assert [task.kind for task in world.tasks()] == ["notice_failed"]


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?a=0D=0ABcc=3Az?=@x.fr",
        "a\r\nBcc: z@x.fr",
        "a@x.fr, z@x.fr",
        "a\x00b@x.fr",
        "nobody",
    ],
)
def test_an_address_that_no_mail_can_bear_is_a_task_and_holds_up_no_other(
    world: LadderWorld, server: MailServer, address: str
) -> None:
    account = world.account(phone="", email=address)
    world.night_and_send()
    told_to_staff(world, account)
    assert server.mails == []
    other = world.account(phone="", email="nadia@ferhat.example")
    world.night_and_send()
    assert [notice.status for notice in world.notices(other)] == ["sent"]
    assert [str(mail["To"]) for mail in server.mails] == ["nadia@ferhat.example"]


def test_a_practice_name_with_a_line_break_is_a_task(
    world: LadderWorld, server: MailServer
) -> None:
    account = world.account(phone="", email="nadia@ferhat.example")
    world.night()
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(Practice).values(sender="Espace\r\nBcc: z@x.fr"))
        work.commit()
    world.send()
    told_to_staff(world, account)
    assert server.mails == []


def test_a_text_that_cannot_be_made_is_a_task(
    world: LadderWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.account(phone="", email="nadia@ferhat.example")
    world.night()

    def torn(*_: object) -> None:
        raise KeyError("subject")

    monkeypatch.setattr(type(world.office.renderer), "email", torn)
    world.send()
    told_to_staff(world, account)
