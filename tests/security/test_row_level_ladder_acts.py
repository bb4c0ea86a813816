"""What staff do on the ladder, done with the rights of the back-office's role and nothing more."""

from tests.backoffice_ladder import policy_form
from tests.backoffice_office import Samples, press, text_of
from tests.backoffice_orders import confirm
from tests.security.conftest import Logged
from tests.security.office_role import opened_in_role


def test_the_ladder_is_held_changed_and_given_back_in_the_role(
    postgres_roles_url: str, logged: Logged
):
    with opened_in_role(postgres_roles_url) as office:
        walk(office)
    assert "InsufficientPrivilege" not in logged.text


def walk(office: Samples) -> None:
    manager, number = office.client("manager"), office.numbers["letter"]
    confirm(office)
    seen = {"seen": "letter-1:16200"}
    press(manager, f"/accounts/{number}/letter/postpone", until="2026-12-01")
    called = {"reason": "talk"}
    for act, given in (
        ("decline", called),
        ("undo", {}),
        ("approve", seen),
        ("undo", {}),
        ("approve", seen),
    ):
        assert press(manager, f"/accounts/{number}/letter/{act}", **given).status_code == 303, act
    sent = press(
        manager, f"/accounts/{number}/letter/sent", sent_on="2026-11-24", tracking="2C 118 45"
    )
    assert sent.status_code == 303
    assert "recommandé 2C 1" in text_of(manager.get(f"/accounts/{number}/letter"))
    for act, more in (("hold", {"review_on": "2026-12-08"}), ("release", {"reason": "over"})):
        done = press(manager, "/ladder/acts", act=act, all="1", once=act * 4, **more)
        page = text_of(manager.get(str(done.location)))
        assert "Défaire" in page
        if act == "release":
            press(manager, f"{done.location}/undo")
            assert "Défaite par" in text_of(manager.get(str(done.location)))
    press(manager, "/ladder/night/hold", night="2026-11-24")
    press(manager, "/ladder/night/undo", night="2026-11-24")
    press(manager, "/ladder/policy", **policy_form(**{"reminder-offset": "9"}))
    assert manager.get("/ladder/policy/trial").status_code == 200
    told = press(manager, "/ladder/policy/publish", revision="1", why="plus tard")
    assert told.location == "/ladder/policy/versions"
