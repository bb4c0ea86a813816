"""« Mot de passe oublié » tells nobody who works here, and changes nothing without the second factor."""

from collections.abc import Iterator
from functools import partial

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from shared.delivery import Envelope
from shared.staff import StaffMembership, StaffSession, StaffUser
from shared.staff_mail import PasswordRequest, StaffMail
from shared.web.limits import install_failure_limit
from tests.authenticator import Authenticator
from tests.backoffice_office import PASSWORD, Samples, counted, opened, tables_of, text_of
from tests.backoffice_people import OURS
from tests.integration.staff_doors import (
    NEW_PASSWORD,
    SITE,
    draw,
    enrol,
    give_password,
    invited,
    link_on,
    own,
    send,
    told,
)
from tests.integration.staff_post import Mailroom, path_in

OURS_MAIL = "secretary@cabinet.example"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url, backoffice_url=SITE) as samples:
        samples.later(minutes=1)  # who begins this very instant is told of nothing
        yield samples


@pytest.fixture
def room(office: Samples) -> Mailroom:
    return Mailroom(office)


def forget(office: Samples, email: str = OURS_MAIL) -> TestResponse:
    return send(office.app.test_client(), "/sign-in/forgotten", email=email)


def suspend(office: Samples, role: str = "secretary") -> None:
    with office.database.unit_of_work(OURS) as work:
        place = update(StaffMembership).where(StaffMembership.user_id == office.staff[role].user.id)
        work.session.execute(place.values(status="suspended"))
        work.commit()


def choose(office: Samples, path: str, *, code: str, client: FlaskClient | None = None) -> int:
    client = client or office.app.test_client()
    return send(client, path, password=NEW_PASSWORD, code=code).status_code


def link_of(room: Mailroom) -> str:
    forget(room.office)
    [mail] = room.look()
    return path_in(mail)


def test_a_link_a_new_password_and_the_second_factor_bring_one_in(office: Samples, room: Mailroom):
    signed_in = office.client("secretary")
    asked = forget(office, " Secretary@Cabinet.example ")
    assert asked.location == "/sign-in/forgotten/asked"
    [mail] = room.look()
    assert (mail.to, mail.sender) == (OURS_MAIL, "Secrétariat R11")
    path = path_in(mail)
    before = tables_of(office.database)
    page = office.app.test_client().get(path)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert tables_of(office.database) == before, "a mail scanner's look uses nothing up"
    client = office.app.test_client()
    assert choose(office, path, code=office.code("secretary"), client=client) == 303
    assert signed_in.get("/access").status_code == 303, "every other session is closed"
    assert office.app.test_client().get(path).status_code == 404, "it serves once"
    office.later(seconds=30)
    assert give_password(client, "secretary", password=PASSWORD).status_code == 422
    assert give_password(client, "secretary", password=NEW_PASSWORD).status_code == 303
    assert send(client, "/sign-in/code", code=office.code("secretary")).status_code == 303
    assert [event.facts["purpose"] for event in told(office, "staff_link.use")] == ["forgotten"]
    assert len(told(office, "staff.password_changed")) == 1
    [notice] = room.look()
    assert (notice.to, notice.subject) == (OURS_MAIL, "Votre mot de passe a été changé")
    assert "/welcome/" not in notice.text


def test_a_recovery_code_or_a_passkey_will_do_too(office: Samples, room: Mailroom):
    code, device = draw(office, "secretary")[0], Authenticator()
    enrol(office, "secretary", device)
    room.look()
    assert choose(office, link_of(room), code=code) == 303
    room.look()
    office.later(hours=1)
    path, client = link_of(room), office.app.test_client()
    client.get(path)
    options = send(client, f"{path}/ask").get_json()
    shown = send(client, path, password="encore quatre mots ici", passkey=device.show(options))
    assert shown.status_code == 303


def test_without_the_second_factor_nothing_changes_and_tries_are_counted(
    office: Samples, room: Mailroom
):
    path, client = link_of(room), office.app.test_client()
    password = office.staff["secretary"].user.password_hash
    for _ in range(5):
        assert choose(office, path, code="000000", client=client) == 422
    assert choose(office, path, code=office.code("secretary"), client=client) == 422, "one waits"
    with office.database.reading() as reading:
        user = reading.get_one(StaffUser, office.staff["secretary"].user.id)
    assert user.password_hash == password
    assert not told(office, "staff.password_changed")
    office.later(minutes=2)
    assert send(client, path, password="court", code=office.code("secretary")).status_code == 422
    assert choose(office, path, code=office.code("secretary"), client=client) == 303


def test_what_the_door_does_is_the_same_for_every_address(office: Samples, room: Mailroom):
    suspend(office, "manager")
    path = "/sign-in/forgotten"
    seen = []
    for email in (OURS_MAIL, "nobody@cabinet.example", "manager@cabinet.example"):
        client = office.app.test_client()
        client.get(path)
        with counted(office.database) as statements:
            answer = forget(office, email)
            page = office.app.test_client().get(answer.location)
        seen.append((list(statements), answer.status_code, answer.data, page.data))
        assert email not in page.text + answer.location
    assert seen[0] == seen[1] == seen[2]
    assert not any("staff_user" in one for one in seen[0][0]), "it does not even look"
    assert [mail.to for mail in room.look()] == [OURS_MAIL]
    assert room.look() == []


def test_who_was_kept_out_gets_no_mail_and_a_link_of_before_opens_nothing(
    office: Samples, room: Mailroom
):
    path = link_of(room)
    suspend(office)
    office.later(hours=1)
    forget(office)
    assert room.look() == []
    assert choose(office, path, code=office.code("secretary")) == 404


def test_a_link_lives_half_an_hour(office: Samples, room: Mailroom):
    path = link_of(room)
    office.later(minutes=29)
    assert office.app.test_client().get(path).status_code == 200
    office.later(minutes=1)
    assert office.app.test_client().get(path).status_code == 404
    forget(office)
    office.later(minutes=31)
    assert room.look() == [], "whoever asked has asked anew, or remembered"


def test_a_new_password_ends_all_other_links_for_one(office: Samples, room: Mailroom):
    by_owner = link_on(
        send(
            own(office, "owner"),
            f"/team/{office.staff['secretary'].user.id}/password-link",
        )
    )
    first, second = link_of(room), link_of(room)
    assert choose(office, first, code=office.code("secretary")) == 303
    for path in (second, by_owner):
        assert office.app.test_client().get(path).status_code == 404


def no_factor(mails: list[Envelope]) -> list[str]:
    for mail in mails:
        assert "/welcome/" not in mail.text
        assert "Demandez à un propriétaire" in mail.text
    return [mail.to for mail in mails]


def test_who_has_no_second_factor_yet_is_told_to_ask_an_owner(office: Samples, room: Mailroom):
    invited(office, "new@cabinet.example")
    forget(office, "new@cabinet.example")
    assert no_factor(room.look()) == ["new@cabinet.example"]
    send(own(office, "owner"), f"/team/{office.staff['secretary'].user.id}/factors")
    room.look()
    forget(office)
    assert no_factor(room.look()) == [OURS_MAIL]


def test_a_mailbox_is_not_filled_and_neither_is_a_table(office: Samples, room: Mailroom):
    answers = {forget(office).location for _ in range(7)}
    assert answers == {"/sign-in/forgotten/asked"}
    with office.database.reading() as reading:
        assert reading.scalar(select(func.count()).select_from(PasswordRequest)) == 5
    assert len(room.look()) == 1, "one for all that waited"
    for _ in range(6):
        office.later(minutes=13)
        forget(office)
        room.look()
    with office.database.reading(OURS) as reading:
        made = list(reading.scalars(select(StaffMail.made_at).order_by(StaffMail.made_at)))
    assert all(
        (late - early).total_seconds() > 3000 for early, late in zip(made, made[3:], strict=False)
    )
    office.later(hours=25)
    room.tidy()
    with office.database.reading() as reading:
        assert reading.scalar(select(func.count()).select_from(PasswordRequest)) == 0


def test_many_addresses_from_one_network_end_in_the_same_answer(office: Samples, room: Mailroom):
    for serial in range(32):
        assert forget(office, f"{serial}@cabinet.example").status_code == 303
    with office.database.reading() as reading:
        assert reading.scalar(select(func.count()).select_from(PasswordRequest)) == 30
    forget(office)
    assert room.look() == []


def test_a_network_that_asks_without_end_is_held_up_whoever_it_asks_for(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
):
    fence = partial(install_failure_limit, an_hour=3)
    monkeypatch.setattr("backoffice.app.install_failure_limit", fence)
    with opened(sqlite_url, backoffice_url=SITE) as office:
        asked = [forget(office, email).status_code for email in (OURS_MAIL, "x@x.example") * 3]
        assert asked == [303] * 3 + [429] * 3
        assert office.app.test_client().get("/sign-in/forgotten").status_code == 200


def test_what_is_no_address_is_said_before_anything_is_kept(office: Samples):
    refused = forget(office, "claire")
    assert (refused.status_code, "Écrivez une adresse" in text_of(refused)) == (422, True)
    assert 'value="claire"' in refused.text
    with office.database.reading() as reading:
        assert reading.scalar(select(PasswordRequest.id)) is None


def test_where_no_mail_goes_to_staff_the_page_says_whom_to_ask(sqlite_url: str):
    with opened(sqlite_url, backoffice_url=SITE, staff_mail=False) as office:
        assert "Demandez à un propriétaire" in text_of(office.app.test_client().get("/sign-in"))
        page = office.app.test_client().get("/sign-in/forgotten")
        assert "<form" not in page.text
        before = tables_of(office.database)
        assert forget(office).location == "/sign-in/forgotten"
        assert tables_of(office.database) == before


def test_sessions_of_others_stay(office: Samples, room: Mailroom):
    owner = office.client("owner")
    assert choose(office, link_of(room), code=office.code("secretary")) == 303
    assert owner.get("/team").status_code == 200
    with office.database.reading() as reading:
        assert reading.scalar(select(func.count()).select_from(StaffSession)) == 1
