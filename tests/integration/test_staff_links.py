"""A link lets in whoever it was made for, once, and takes nobody's second factor away by itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.staff import StaffLink, StaffMembership, StaffUser
from tests.authenticator import Authenticator
from tests.backoffice_office import PASSWORD, Samples, opened, tables_of, text_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import OTHERS, OURS
from tests.integration.staff_doors import (
    NEW_PASSWORD,
    SITE,
    draw,
    follow,
    give_password,
    invited,
    link_on,
    now_of,
    own,
    secret_on,
    send,
    told,
)
from tests.integration.test_team import second_owner


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url, backoffice_url=SITE) as samples:
        yield samples


def member(office: Samples, role: str) -> str:
    return f"/team/{office.staff[role].user.id}"


def is_over(office: Samples, path: str) -> bool:
    page = office.app.test_client().get(path)
    return page.status_code == 404 and "ne sert plus" in page.text


def enters(client: FlaskClient, code: str) -> bool:
    return send(client, "/sign-in/code", code=code).status_code == 303


def test_whoever_is_invited_begins_with_a_second_factor_and_recovery_codes(office: Samples):
    path = invited(office)
    listed = text_of(own(office, "owner").get("/team"))
    assert "Nina Roche new@cabinet.example" in listed
    client = office.app.test_client()
    secret = secret_on(client.get(path))
    code = now_of(office, secret)
    done = send(client, path, password=NEW_PASSWORD, secret=secret, code=code)
    assert done.text.count("<code>") == 10
    assert is_over(office, path)
    office.later(seconds=30)
    give_password(client, "", email="new@cabinet.example", password=NEW_PASSWORD)
    assert enters(client, now_of(office, secret))
    assert "Nina Roche" in client.get("/accounts").text
    assert [event.facts["role"] for event in told(office, "staff.added")][-1] == "secretary"
    assert "Nina Roche" in text_of(own(office, "owner").get("/team"))


def test_whoever_is_invited_may_begin_with_a_passkey(office: Samples):
    path, client, device = invited(office), office.app.test_client(), Authenticator()
    client.get(path)
    options = send(client, f"{path}/ask").get_json()
    assert options["user"]["name"] == "new@cabinet.example"
    done = send(client, path, password=NEW_PASSWORD, passkey=device.make(options))
    assert done.text.count("<code>") == 10
    office.later(seconds=1)
    options = send(client, "/sign-in/passkey/ask").get_json()
    assert send(client, "/sign-in/passkey", passkey=device.show(options)).location == "/accounts"


@pytest.mark.parametrize("wrong", [{"password": "court"}, {"code": "000000"}, {"secret": "x"}])
def test_what_will_not_do_is_told_and_the_link_stays(office: Samples, wrong: dict[str, str]):
    path = invited(office)
    before = tables_of(office.database)
    refused = follow(office, path, **wrong)
    assert refused.status_code == 422
    assert "À corriger" in refused.text
    assert tables_of(office.database) == before
    assert follow(office, path).status_code == 200


def test_the_same_invitation_twice_at_once_lets_in_once(office: Samples):
    path = invited(office)
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: follow(office, path).status_code, range(2)))
    assert sorted(answers) in ([200, 404], [200, 422])
    with office.database.reading() as reading:
        query = select(StaffUser).where(StaffUser.email == "new@cabinet.example")
        assert len(reading.scalars(query).all()) == 1


def test_a_link_ends_with_its_time_and_with_a_word_of_the_owner(office: Samples):
    late, revoked = invited(office), invited(office, "other@cabinet.example")
    with office.database.reading() as reading:
        link = reading.scalars(
            select(StaffLink.id).where(StaffLink.email == "other@cabinet.example")
        ).one()
    send(own(office, "owner"), f"/team/links/{link}/revoke")
    assert is_over(office, revoked)
    assert not is_over(office, late)
    office.later(hours=72)
    assert is_over(office, late)
    assert is_over(office, "/welcome/" + "A" * 32)
    assert is_over(office, "/welcome/x")


def test_nobody_is_invited_twice_nor_who_is_here(office: Samples):
    invited(office)
    client = own(office, "owner")
    for email, says in (
        ("new@cabinet.example", "déjà invitée"),
        ("secretary@cabinet.example", "fait déjà partie"),
        ("nobody", "adresse e-mail"),
    ):
        refused = send(client, "/team/invite", email=email, name="Nina", role="manager")
        assert (refused.status_code, says in text_of(refused)) == (422, True), email
        assert f'value="{email}"' in refused.text


def test_nobody_is_invited_by_the_name_of_a_colleague(office: Samples):
    client = own(office, "owner")
    for name in ("Claire Le Goff", "\u0421laire LE GOFF", "Ardoise"):
        typed = {"email": "twin@cabinet.example", "name": name, "role": "manager"}
        refused = send(client, "/team/invite", **typed)
        assert (refused.status_code, "second prénom" in text_of(refused)) == (422, True), name
    typed["name"] = "Claire Le Goff (accueil)"
    assert link_on(send(client, "/team/invite", **typed))


def test_of_two_who_are_invited_by_one_name_one_comes_in(office: Samples):
    paths = [invited(office), invited(office, "other@cabinet.example")]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda path: follow(office, path), paths))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert any("porte déjà votre nom" in text_of(answer) for answer in answers)


def test_who_works_elsewhere_joins_with_what_they_have_and_changes_practice(office: Samples):
    email = "stranger@cabinet.example"
    path, client = invited(office, email, "manager"), office.app.test_client()
    assert "déjà un compte" in text_of(client.get(path))
    wrong = send(client, path, password="quelque chose d’autre", code=office.code("stranger"))
    assert wrong.status_code == 422
    right = send(client, path, password=PASSWORD, code=office.code("stranger"))
    assert right.location == "/sign-in", text_of(right)
    office.later(seconds=30)
    give_password(client, "stranger")
    inside = send(client, "/sign-in/code", code=office.code("stranger"))
    assert inside.location == "/practices"
    assert "Secrétariat R12" in client.get("/practices").text
    send(client, "/practices/2/enter")
    assert "Changer de cabinet" in client.get("/accounts").text
    assert "Marie Ferhat" in client.get("/accounts").text
    send(client, "/practices/1/enter")
    assert "Marie Ferhat" not in client.get("/accounts").text
    send(own(office, "owner"), f"{member(office, 'stranger')}/suspend")
    assert client.get("/accounts").status_code == 303
    give_password(client, "stranger")
    office.later(seconds=30)
    assert enters(client, office.code("stranger")), "the other practice is not ours to close"


def test_an_invitation_tells_nothing_of_the_passkeys_of_who_works_elsewhere(office: Samples):
    device, at_theirs = Authenticator(), office.client("stranger", practice_id=OTHERS)
    path = invited(office, "stranger@cabinet.example", "manager")

    def asked(client: FlaskClient) -> tuple[object, bool]:
        options = send(client, f"{path}/ask").get_json()
        button = "Rejoindre avec ma clé d’accès" in client.get(path).text
        return {name: options[name] for name in options if name != "challenge"}, button

    client = office.app.test_client()
    without = asked(client)
    confirm(office)
    options = send(at_theirs, "/access/passkeys/ask").get_json()
    send(at_theirs, "/access/passkeys", passkey_name="Clé", passkey=device.make(options))
    office.later(seconds=1)
    assert asked(client) == without
    options = send(client, f"{path}/ask").get_json()
    assert not options.get("allowCredentials")
    assert send(client, path, passkey=device.show(options)).location == "/sign-in"


def test_an_owner_takes_nothing_from_who_works_elsewhere_too(office: Samples):
    with office.database.unit_of_work() as work:
        stranger = office.staff["stranger"].user.id
        work.session.add(StaffMembership(practice_id=OURS, user_id=stranger, role="manager"))
        work.commit()
    client = own(office, "owner")
    before = tables_of(office.database)["staff_user"]
    for act in ("password-link", "factors"):
        send(client, f"{member(office, 'stranger')}/{act}")
        assert "exploitant" in text_of(client.get("/team"))
    assert tables_of(office.database)["staff_user"] == before


def test_a_new_password_is_taken_behind_the_second_factor_alone(office: Samples):
    codes = draw(office, "secretary")
    signed_in = office.client("secretary")
    path = link_on(send(own(office, "owner"), f"{member(office, 'secretary')}/password-link"))
    client = office.app.test_client()
    assert send(client, path, password=NEW_PASSWORD, code="000000").status_code == 422
    assert give_password(client, "secretary", password=PASSWORD).status_code == 303
    assert send(client, path, password=NEW_PASSWORD, code=codes[0]).location == "/sign-in"
    assert is_over(office, path)
    assert signed_in.get("/access").status_code == 303
    assert give_password(client, "secretary", password=NEW_PASSWORD).status_code == 303
    assert enters(client, office.code("secretary"))


def test_lost_factors_end_at_once_and_the_link_asks_for_the_password(office: Samples):
    codes = draw(office, "secretary")
    signed_in = office.client("secretary")
    path = link_on(send(own(office, "owner"), f"{member(office, 'secretary')}/factors"))
    assert signed_in.get("/access").status_code == 303
    client = office.app.test_client()
    assert give_password(client, "secretary").status_code == 303
    assert "plus de second facteur" in text_of(client.get("/sign-in/code"))
    assert not enters(client, office.code("secretary"))
    assert not enters(client, codes[0])
    assert follow(office, path, password="quelque chose d’autre").status_code == 422
    assert follow(office, path, password=PASSWORD).text.count("<code>") == 10
    assert told(office, "staff.factors_reset")
    assert not told(office, "staff.password_changed")


@pytest.mark.parametrize("how", ["suspend", "role"])
def test_links_end_with_the_owner_who_made_them_and_do_not_come_back(office: Samples, how: str):
    second_owner(office)
    by_them = invited(office, role="owner")
    for_password = link_on(
        send(own(office, "owner"), f"{member(office, 'secretary')}/password-link")
    )
    by_other = link_on(
        send(
            own(office, "manager"),
            "/team/invite",
            **{"email": "other@cabinet.example", "name": "Paul Roy", "role": "secretary"},
        )
    )
    send(own(office, "manager"), f"{member(office, 'owner')}/{how}", role="secretary")
    assert follow(office, by_other).status_code == 200
    assert is_over(office, by_them)
    assert is_over(office, for_password)
    send(own(office, "manager"), f"{member(office, 'owner')}/restore")
    send(own(office, "manager"), f"{member(office, 'owner')}/role", role="owner")
    assert is_over(office, by_them), "who is an owner again makes another"


def test_a_link_is_followed_only_while_whoever_made_it_is_an_owner(office: Samples):
    path = invited(office, role="owner")
    client = office.app.test_client()
    secret = secret_on(client.get(path))
    with office.database.unit_of_work() as work:
        maker = work.session.get_one(StaffMembership, (OURS, office.staff["owner"].user.id))
        maker.role = "manager"
        work.commit()
    late = send(client, path, password=NEW_PASSWORD, secret=secret, code=now_of(office, secret))
    assert (late.status_code, "ne sert plus" in late.text) == (404, True)
    assert not told(office, "staff_link.use")
