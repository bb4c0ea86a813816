"""Staff accounts in the database: made with a second factor, sealed, moved to a new master key."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from shared.audit import SYSTEM
from shared.base.errors import NotAllowedError, NotFoundError, SealError
from shared.base.vault import KeyRing
from shared.staff import (
    Opener,
    Shown,
    StaffUser,
    add_staff,
    check_factor,
    find_session,
    open_session,
    reseal_second_factors,
    suspend_staff,
)
from tests.backoffice_office import PASSWORD, Samples, opened
from tests.backoffice_people import INDEX, KEYS, NOW, OTHERS, OURS


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        yield samples


def add(office: Samples, **changes: str) -> None:
    given = {"email": "new@cabinet.example", "name": "Nina Roche", "role": "manager"}
    given |= {"password": PASSWORD} | changes
    with office.database.unit_of_work(OURS) as work:
        add_staff(
            work.session,
            email=given["email"],
            name=given["name"],
            role=given["role"],
            password=given["password"],
            practice_id=OURS,
            keys=KEYS,
            at=NOW,
        )
        work.commit()


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "SECRETARY@cabinet.example"},
        {"role": "director"},
        {"name": "  "},
        {"name": "x" * 65},
        {"password": "trop court"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_person_who_cannot_be_added_is_refused_with_a_sentence(
    office: Samples, wrong: dict[str, str]
):
    with pytest.raises(NotAllowedError, match=r"\w+ \w+"):
        add(office, **wrong)


def test_neither_password_nor_second_factor_is_readable_in_the_database(office: Samples):
    new = office.staff["secretary"]
    with office.database.reading() as reading:
        row = reading.get_one(StaffUser, new.user.id)
    assert row.password_hash.startswith("$argon2id$")
    assert new.totp_secret.encode() not in row.totp_secret
    assert new.totp_secret not in repr(row.__dict__)


def test_the_authenticators_address_names_person_and_secret(office: Samples):
    uri = office.staff["secretary"].provisioning_uri
    assert uri.startswith("otpauth://totp/Ardoise:secretary%40cabinet.example?secret=")
    assert office.staff["secretary"].totp_secret in uri


def test_second_factors_move_to_a_new_master_key(office: Samples):
    both = KeyRing({"m2": b"n" * 32} | dict(KEYS.keys))
    user_id = office.staff["secretary"].user.id

    def works(keys: KeyRing) -> bool:
        with office.database.unit_of_work(OURS) as work:
            return check_factor(
                work.session,
                user_id=user_id,
                practice_id=OURS,
                shown=Shown(office.code("secretary")),
                opener=Opener(keys, INDEX),
                network="here",
                at=NOW,
            ).right

    assert works(both)
    with office.database.unit_of_work() as work:
        assert reseal_second_factors(work.session, keys=both) == len(office.staff)
        assert reseal_second_factors(work.session, keys=both) == 0
        work.commit()
    assert works(KeyRing({"m2": b"n" * 32}))
    with pytest.raises(SealError):
        works(KEYS)


def test_a_sealed_second_factor_opens_on_its_own_row_only(office: Samples):
    with office.database.unit_of_work() as work:
        ours, theirs = work.session.scalars(select(StaffUser).limit(2))
        ours.totp_secret = theirs.totp_secret
        work.session.flush()
        with pytest.raises(SealError):
            check_factor(
                work.session,
                user_id=ours.id,
                practice_id=OURS,
                shown=Shown("123456"),
                opener=Opener(KEYS, INDEX),
                network="here",
                at=NOW,
            )


def test_no_session_and_no_suspension_in_a_practice_one_does_not_belong_to(office: Samples):
    user_id = office.staff["secretary"].user.id
    with office.database.unit_of_work(OTHERS) as work:
        with pytest.raises(NotFoundError):
            open_session(work.session, user_id=user_id, practice_id=OTHERS, at=NOW)
        with pytest.raises(NotFoundError):
            suspend_staff(work.session, user_id=user_id, practice_id=OTHERS, actor=SYSTEM, at=NOW)


@pytest.mark.parametrize("secret", ["", "x", "é", "a" * 44, "AAAA", "=" * 44])
def test_a_cookie_that_is_no_secret_finds_no_session(office: Samples, secret: str):
    office.client("secretary")
    with office.database.reading() as reading:
        assert find_session(reading, secret=secret, at=NOW) is None
