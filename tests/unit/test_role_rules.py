"""What a practice's own role can hold, and what needs what."""

import pytest

from backoffice.desks.role_words import SAID
from shared.staff import GRANTABLE, NEEDED, OWNERS_ONLY, PERMISSIONS, ROLES, RoleError, missing_for
from shared.staff.role_rules import checked_permissions
from shared.staff.rules import permissions_of


def test_every_permission_is_said_in_french():
    assert set(SAID) == PERMISSIONS


def test_what_is_the_owners_no_other_role_has_nor_can_be_given():
    for role, may in ROLES.items():
        assert role == "owner" or not may & OWNERS_ONLY
    assert not permissions_of("own-x", sorted(PERMISSIONS)) & OWNERS_ONLY
    assert permissions_of("own-x", ["accounts.read", "gone.since"]) == {
        "accounts.read",
        "sessions.own",
    }


def test_the_five_roles_lack_nothing_that_what_they_hold_needs():
    for role, may in ROLES.items():
        assert missing_for(may) == {}, role


def test_what_is_needed_can_be_given_and_needs_nothing_that_is_not_named():
    for name, needs in NEEDED.items():
        assert name in GRANTABLE
        assert needs <= GRANTABLE
        for one in needs:
            assert NEEDED.get(one, frozenset()) <= needs, f"{name} needs what {one} needs"


def test_nobody_gives_what_they_do_not_have_but_what_a_role_had_stays():
    mine = frozenset({"accounts.read"})
    with pytest.raises(RoleError, match="que les droits que l’on a"):
        checked_permissions({"accounts.read", "refunds.write"}, kept=(), own=mine)
    kept = checked_permissions({"accounts.read", "refunds.write"}, kept={"refunds.write"}, own=mine)
    assert kept == {"accounts.read", "refunds.write"}
