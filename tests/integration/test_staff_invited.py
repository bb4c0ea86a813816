"""An owner invites by mail: the link is in the mail alone, and the page tells what became of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shared.base.invariants import find_breaches
from shared.delivery import NeverError, NotNowError, UnknownOutcomeError
from shared.staff import StaffMembership
from shared.staff_mail import INVARIANTS, StaffMail
from tests.backoffice_office import Samples, opened, tables_of, text_of, token_of
from tests.backoffice_people import OURS
from tests.integration.staff_doors import SITE, follow, own, send, told
from tests.integration.staff_post import Mailroom, path_in

NINA = "new@cabinet.example"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url, backoffice_url=SITE) as samples:
        yield samples


@pytest.fixture
def room(office: Samples) -> Mailroom:
    return Mailroom(office)


def invite(office: Samples, email: str = NINA, role: str = "secretary") -> str:
    """By the form, as the owner; what the next page says."""
    client = own(office, "owner")
    fields = {"email": email, "name": "Nina Roche", "role": role, "way": "mail"}
    answer = send(client, "/team/invite", **fields)
    return text_of(client.get("/team") if answer.status_code == 303 else answer)


def team(office: Samples) -> str:
    return text_of(office.client("owner").get("/team"))


def act(office: Samples, room: Mailroom, what: str) -> str:
    client = office.client("owner")
    send(client, f"/team/invitations/{room.mails()[-1].id}/{what}")
    return text_of(client.get("/team"))


def is_over(office: Samples, path: str) -> bool:
    return office.app.test_client().get(path).status_code == 404


def test_the_mail_brings_a_link_by_which_one_joins(office: Samples, room: Mailroom):
    assert "part dans un instant" in invite(office)
    [mail] = room.look()
    assert (mail.to, mail.sender) == (NINA, "Secrétariat R11")
    assert mail.subject == "Une invitation à rejoindre l’espace de l’équipe"
    for words in ("Camille Owner vous invite", "« Secrétariat »", "Vous n’attendiez pas"):
        assert words in mail.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "envoyée" in team(office)
    assert room.look() == [], "it goes once"
    path = path_in(mail)
    for _ in range(2):  # a mail scanner looks, and looks again
        assert office.app.test_client().get(path).status_code == 200
    assert follow(office, path).status_code == 200
    assert "acceptée" in team(office)
    assert room.look() == [], "who has just begun knows what they enrolled"
    assert is_over(office, path)


def test_no_row_ever_holds_the_secret_of_a_link(office: Samples, room: Mailroom):
    invite(office)
    [mail] = room.look()
    secret = path_in(mail).rpartition("/")[2]
    assert secret not in str(tables_of(office.database))


def test_a_mail_that_goes_again_ends_the_link_before(office: Samples, room: Mailroom):
    invite(office)
    [first] = room.look()
    assert "repart" in act(office, room, "again")
    assert is_over(office, path_in(first))
    [second] = room.look()
    assert not is_over(office, path_in(second))
    assert "retirée" in act(office, room, "withdraw")
    assert is_over(office, path_in(second))
    assert "Nina Roche" not in team(office)
    assert [event.actor for event in told(office, "staff_mail.withdraw")] == ["Camille Owner"]
    late = act(office, room, "again")
    assert "déjà retirée. Dernier geste : Camille Owner, 24 novembre, 9 h 40" in late
    assert room.look() == []


@pytest.mark.parametrize(
    ("fails", "says"),
    [
        (NeverError("refused with 550"), "adresse refusée"),
        (UnknownOutcomeError("reset"), "envoi incertain"),
        (NotNowError("deferred with 451"), "pas encore partie"),
        (ValueError(NINA), "n’a pas pu partir"),
    ],
)
def test_what_the_mail_server_says_is_on_the_page(
    office: Samples, room: Mailroom, fails: Exception, says: str
):
    invite(office)
    room.outbox.raises = fails
    assert room.look() == []
    assert says in team(office)
    assert room.look() == [], "not at once again"
    room.outbox.raises = None
    if isinstance(fails, NotNowError):
        office.later(minutes=3)
    else:
        act(office, room, "again")
    [mail] = room.look()
    assert follow(office, path_in(mail)).status_code == 200


def test_a_server_that_says_not_now_again_and_again_is_left_in_peace(
    office: Samples, room: Mailroom
):
    invite(office)
    room.outbox.raises = NotNowError("deferred with 451")
    for _ in range(8):
        room.look()
        office.later(hours=1)
    [mail] = room.mails()
    assert (mail.status, len(told(office, "staff_mail.claim"))) == ("failed", 5)
    with office.database.reading(OURS) as reading:
        live = select(StaffMail.link_id).where(StaffMail.status == "failed")
        assert reading.scalar(live) is not None
    assert len(told(office, "staff_link.revoke")) == 5, "no link stays that nobody got"


def test_a_worker_that_is_killed_while_it_sends_leaves_it_in_doubt(office: Samples, room: Mailroom):
    invite(office)

    class Killed(BaseException):
        pass

    room.outbox.raises = Killed()  # type: ignore[assignment]
    with pytest.raises(Killed):
        room.look()
    room.outbox.raises = None
    office.later(minutes=11)
    room.tidy()
    assert room.look() == [], "it may have arrived"
    assert "envoi incertain" in team(office)


def test_nobody_is_invited_twice_whichever_way(office: Samples, room: Mailroom):
    invite(office)
    assert "déjà invitée" in invite(office)
    client = own(office, "owner")
    fields = {"email": NINA, "name": "Nina", "role": "secretary", "way": "link"}
    assert "déjà invitée" in text_of(send(client, "/team/invite", **fields))
    room.look()
    assert "déjà invitée" in invite(office)
    assert "fait déjà partie" in invite(office, "manager@cabinet.example")
    assert "Écrivez une adresse" in invite(office, "nobody")


def test_of_two_who_invite_the_same_person_at_once_one_does(office: Samples, room: Mailroom):
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: invite(office), range(2)))
    assert len(room.mails()) == 1
    assert len(room.look()) == 1


def test_of_two_who_send_it_again_at_once_one_does(office: Samples, room: Mailroom):
    invite(office)
    room.look()
    mail_id = room.mails()[0].id
    clients = [office.client("owner") for _ in range(2)]
    tokens = [token_of(client) for client in clients]

    def press(which: int) -> int:
        fields = {"csrf_token": tokens[which]}
        return clients[which].post(f"/team/invitations/{mail_id}/again", data=fields).status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(press, range(2))) == [303, 303]
    assert len(told(office, "staff_mail.again")) == 1
    assert any("part déjà" in text_of(client.get("/team")) for client in clients)
    assert len(room.look()) == 1


def test_it_does_not_leave_once_it_no_longer_holds(office: Samples, room: Mailroom):
    invite(office)
    with office.database.unit_of_work(OURS) as work:
        owner = office.staff["owner"].user.id
        place = update(StaffMembership).where(StaffMembership.user_id == owner)
        work.session.execute(place.values(role="manager"))
        work.commit()
    assert room.look() == []
    [mail] = room.mails()
    assert (mail.status, mail.outcome, mail.link_id) == ("withheld", "maker", None)


def test_there_is_a_number_a_day_for_owners_and_for_the_worker(office: Samples, room: Mailroom):
    invite(office)
    with office.database.unit_of_work(OURS) as work:
        [one] = work.session.scalars(select(StaffMail)).all()
        for serial in range(29):
            work.session.add(
                StaffMail(
                    practice_id=OURS,
                    kind=one.kind,
                    status="sent",
                    user_id=office.staff["auditor"].user.id,
                    email=f"{serial}@cabinet.example",
                    name="Nina",
                    role="secretary",
                    made_by=one.made_by,
                    made_name=one.made_name,
                    made_at=one.made_at,
                    not_before=one.made_at,
                    claimed_at=one.made_at,
                    tries=0,
                    times=1,
                )
            )
        work.commit()
    assert "30 invitations" in invite(office, "more@cabinet.example")
    with office.database.unit_of_work(OURS) as work:
        again = update(StaffMail).where(StaffMail.email == "0@cabinet.example")
        work.session.execute(again.values(status="planned"))
        other = update(StaffMail).where(StaffMail.id == one.id)
        work.session.execute(other.values(claimed_at=one.made_at, status="sent"))
        work.commit()
    assert room.look() == []
    office.later(hours=25)
    assert len(room.look()) == 1


def breaches(office: Samples) -> set[str]:
    with office.database.reading() as reading:
        found = find_breaches(reading, INVARIANTS)
    return {breach.invariant.name for breach in found}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"status": "failed"}, "staff-mail-link"),
        ({"status": "withdrawn"}, "staff-mail-link"),
        ({"status": "lost"}, "staff-mail-status"),
        ({"made_by": None}, "staff-mail-status"),
    ],
)
def test_the_check_names_a_link_that_lives_on_and_a_mail_of_nobody(
    office: Samples, room: Mailroom, values: dict[str, str | None], name: str
):
    invite(office)
    room.look()
    assert breaches(office) == set()
    with office.database.unit_of_work(OURS) as work:
        work.session.execute(update(StaffMail).values(**values))
        work.commit()
    assert name in breaches(office)


def test_old_ones_are_forgotten_the_journal_is_not(office: Samples, room: Mailroom):
    invite(office)
    room.look()
    office.clock.instant += timedelta(days=31)
    room.tidy()
    assert room.mails() == []
    assert told(office, "staff_mail.send")


def test_without_mail_the_owner_is_shown_the_link_alone(sqlite_url: str):
    with opened(sqlite_url, backoffice_url=SITE, staff_mail=False) as office:
        client = own(office, "owner")
        assert 'name="way"' not in client.get("/team/invite").text
        fields = {"email": NINA, "name": "Nina", "role": "secretary", "way": "mail"}
        assert "Copiez-le maintenant" in send(client, "/team/invite", **fields).text
        assert Mailroom(office).look() == []
