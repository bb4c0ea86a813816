"""Decisions about a practice's own roles: what one may hold, and what needs what."""

from collections.abc import Collection, Mapping

from shared.base.errors import NotAllowedError
from shared.staff.rules import GRANTABLE, ROLE_TITLES

OWN = "own-"  # begins every slug of one's own, so that none is ever one of ours
SHORTEST_TITLE, LONGEST_TITLE = 3, 40

_READING = frozenset({"accounts.read"})
# What is no use, or no good, without something else.
NEEDED: Mapping[str, frozenset[str]] = {
    "accounts.names": _READING,
    "timeline.read": _READING,
    "holds.write": _READING,
    "links.send": _READING,
    "tasks.read": _READING,
    "tasks.write": _READING | {"tasks.read"},
    "messages.write": _READING | {"accounts.names"},
    "contacts.write": _READING | {"accounts.names"},
    "messages.canned": _READING | {"accounts.names", "messages.write"},
    "plans.write": _READING,
    "aid.decide": _READING | {"accounts.names"},
    "details.read": _READING,
    "privacy.export": _READING | {"accounts.names", "details.read"},
    "privacy.erase": _READING | {"accounts.names"},
    "debts.forgive": _READING,
    "ladder.bulk": _READING,
    "ladder.letters": _READING | {"accounts.names"},
    "ladder.approve": _READING | {"accounts.names", "ladder.letters"},
    "ladder.policy": _READING,
    "payments.desk": _READING,
    "imports.write": _READING | {"accounts.names"},
    "imports.manage": _READING | {"accounts.names", "imports.write"},
    "payments.cancel": _READING | {"payments.desk"},
    "refunds.write": _READING,
    "refunds.approve": _READING | {"refunds.write"},
}


class RoleError(NotAllowedError):
    """A role can't be so; ``about`` is ``title``, or the permission that can't be given."""

    def __init__(self, about: str, text: str) -> None:
        super().__init__(text)
        self.about = about


def missing_for(permissions: Collection[str]) -> dict[str, frozenset[str]]:
    """By permission that is wanted, the ones that it needs and that are not wanted."""
    wanted = frozenset(permissions)
    lacking = {one: NEEDED.get(one, frozenset()) - wanted for one in sorted(wanted)}
    return {one: needs for one, needs in lacking.items() if needs}


def checked_title(title: str, *, others: Collection[str]) -> str:
    """The title with tidy spaces. ``others`` are the titles of the practice's other roles of its own.

    Raises RoleError.
    """
    bare = " ".join(title.split())
    if not SHORTEST_TITLE <= len(bare) <= LONGEST_TITLE or not bare.isprintable():
        raise RoleError(
            "title", f"Donnez à ce rôle un nom de {SHORTEST_TITLE} à {LONGEST_TITLE} caractères."
        )
    taken = {name.casefold() for name in (*others, *ROLE_TITLES.values())}
    if bare.casefold() in taken:
        raise RoleError("title", "Un rôle porte déjà ce nom : choisissez-en un autre.")
    return bare


def checked_permissions(
    wanted: Collection[str], *, kept: Collection[str], own: Collection[str]
) -> frozenset[str]:
    """What a role is to hold. ``kept`` is what it holds now; ``own`` is what whoever gives it may do:
    nobody gives more than they have. Raises RoleError."""
    chosen = frozenset(wanted)
    if not chosen:
        raise RoleError(
            "permissions", "Cochez au moins un droit : un rôle sans droit n’ouvre rien."
        )
    if chosen - GRANTABLE:
        raise RoleError(
            "permissions", "Un de ces droits reste au propriétaire du cabinet : rechargez la page."
        )
    if chosen - frozenset(kept) - frozenset(own):
        raise RoleError(
            "permissions",
            "On ne donne que les droits que l’on a : décochez ceux que vous n’avez pas.",
        )
    return chosen
