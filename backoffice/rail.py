"""The rail at the left of every page: the desks that exist for whoever looks, and what waits there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for

from backoffice.auth import staff
from backoffice.desks.rail import AGREEMENTS, CHECKS, STRAYS, waiting
from backoffice.office import office


@dataclass(frozen=True, slots=True)
class Desk:
    """One line of the rail; ``counted`` where a number says what waits."""

    title: str
    endpoint: str
    permission: str
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A desk as it is shown."""

    title: str
    address: str
    here: bool
    waiting: int


# Only desks that exist, so that no link is dead; a group without a desk for the role is not shown.
GROUPS: tuple[tuple[str, tuple[Desk, ...]], ...] = (
    (
        "",
        (
            Desk("Comptes", "accounts.list_accounts", "accounts.read"),
            Desk("Demandes d’accord", AGREEMENTS, "refunds.write", counted=True),
        ),
    ),
    (
        "Argent",
        (
            Desk("Paiements à attribuer", STRAYS, "payments.desk", counted=True),
            Desk("À vérifier", CHECKS, "tasks.write", counted=True),
        ),
    ),
    (
        "Le cabinet",
        (
            Desk("Import", "imports.list_imports", "imports.write"),
            Desk("Sessions", "sessions.list_sessions", "sessions.own"),
        ),
    ),
)


def rail() -> Iterator[tuple[str, list[Line]]]:
    """The groups and their desks, for whoever is signed in."""
    who = staff()
    groups = [(title, [d for d in desks if who.may(d.permission)]) for title, desks in GROUPS]
    counts: Counter[str] = Counter()
    if any(desk.counted for _, desks in groups for desk in desks):
        here = office()
        with here.database.reading(who.practice_id) as reading:
            counts = waiting(reading, practice_id=who.practice_id, now=here.now())
    for title, desks in groups:
        if desks:
            yield title, [_line(desk, counts) for desk in desks]


def _line(desk: Desk, counts: Counter[str]) -> Line:
    address = url_for(desk.endpoint)
    return Line(desk.title, address, request.path.startswith(address), counts[desk.endpoint])
