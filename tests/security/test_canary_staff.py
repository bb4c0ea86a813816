"""What goes to staff by mail is in the mail alone: no log, no row and no answer repeats it."""

from collections.abc import Iterator

import pytest

from shared.delivery import NeverError, SmtpCarrier
from shared.staff_mail import Post
from tests.backoffice_office import Samples, opened
from tests.integration.staff_doors import NEW_PASSWORD, SITE, follow, own, send
from tests.integration.staff_post import Mailroom, path_in
from tests.integration.vendors import mail_server
from tests.security.conftest import Logged
from tests.security.wiretap import errors_noted

NINA = "canari-zq83@cabinet.example"
FORGETFUL = "secretary@cabinet.example"


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url, backoffice_url=SITE) as samples:
        samples.later(minutes=1)
        yield samples


def ask_for_both(office: Samples) -> None:
    fields = {"email": NINA, "name": "Nina Canari", "role": "secretary", "way": "mail"}
    assert send(own(office, "owner"), "/team/invite", **fields).status_code == 303
    send(office.app.test_client(), "/sign-in/forgotten", email=FORGETFUL)


def test_tokens_and_addresses_stand_in_no_log_and_tokens_in_no_row(office: Samples, logged: Logged):
    room = Mailroom(office)
    ask_for_both(office)
    mails = {mail.to: path_in(mail) for mail in room.look()}
    assert mails.keys() == {NINA, FORGETFUL}
    assert follow(office, mails[NINA]).status_code == 200
    typed = {"password": NEW_PASSWORD, "code": office.code("secretary")}
    assert send(office.app.test_client(), mails[FORGETFUL], **typed).status_code == 303
    rows = str(office.tables())
    for path in mails.values():
        secret = path.rpartition("/")[2]
        assert secret not in logged.text
        assert secret not in rows
    for address in (NINA, FORGETFUL, "Nina Canari"):
        assert address not in logged.text


def test_a_mail_that_is_refused_tells_no_log_whose_it_was(office: Samples, logged: Logged):
    ask_for_both(office)
    room = Mailroom(office)
    with errors_noted() as texts:
        for fails in (NeverError("refused with 550"), ValueError(f"{NINA} {FORGETFUL}")):
            room.outbox.raises = fails
            room.look()
            send(office.client("owner"), f"/team/invitations/{room.mails()[0].id}/again")
    for told in (logged.text, *texts):
        assert NINA not in told
        assert FORGETFUL not in told


def test_a_whole_mail_server_gets_it_as_a_plain_text_and_a_page(office: Samples):
    with mail_server() as server:
        carrier = SmtpCarrier(server.url, "secretariat@r12.example", office.clock)
        ask_for_both(office)
        room = Mailroom(office)
        room.look_with(Post(office.database, office.clock, carrier, SITE))
        carrier.close()
    assert sorted(mail["To"] for mail in server.mails) == [NINA, FORGETFUL]
    for mail in server.mails:
        assert "Secrétariat R11" in str(mail["From"])
        assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    assert {mail.status for mail in room.mails()} == {"sent"}
