"""The rail at the left of every page: the desks that exist for whoever looks, and what waits there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for

from backoffice.auth import staff
from backoffice.counted import totals
from backoffice.desks.rail import AGREEMENTS, CHECKS, DECISIONS, INBOX, STRAYS, TODAY, waiting
from shared.orders import ASKS, FORGIVE, REFUND
from shared.staff import SignedIn


@dataclass(frozen=True, slots=True)
class Desk:
    """One line of the rail; ``counted`` where a number says what waits; ``other`` is another right for it."""

    title: str
    endpoint: str
    permission: str
    counted: bool = False
    other: str = ""

    def is_for(self, who: SignedIn) -> bool:
        """Whether somebody has this desk."""
        return who.may(self.permission) or (bool(self.other) and who.may(self.other))


@dataclass(frozen=True, slots=True)
class Line:
    """A desk as it is shown."""

    title: str
    address: str
    here: bool
    waiting: int
    first: bool


# Only desks that exist, so that no link is dead; a group without a desk for the role is not shown.
GROUPS: tuple[tuple[str, tuple[Desk, ...]], ...] = (
    (
        "",
        (
            Desk("Aujourd’hui", TODAY, "tasks.read", counted=True),
            Desk("Messages", INBOX, "messages.write", counted=True),
            Desk("Comptes", "accounts.list_accounts", "accounts.read"),
            Desk("Échelle", "ladder.show_board", "accounts.read"),
            Desk("Accords et aides", DECISIONS, "plans.write", counted=True, other="aid.decide"),
            Desk("Validations", AGREEMENTS, ASKS[REFUND], counted=True, other=ASKS[FORGIVE]),
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
            Desk("Réglages", "settings.show_practice", "settings.read"),
            Desk("Équipe", "team.list_members", "staff.manage"),
            Desk("Mon accès", "own_access.show", "sessions.own"),
            Desk("Journal", "journal.show", "audit.read"),
            Desk("Import", "imports.list_imports", "imports.write"),
            Desk("Sessions", "sessions.list_sessions", "sessions.own"),
        ),
    ),
)


def rail() -> Iterator[tuple[str, list[Line]]]:
    """The groups and their desks, for whoever is signed in."""
    who = staff()
    groups = [(title, [d for d in desks if d.is_for(who)]) for title, desks in GROUPS]
    counted = any(desk.counted for _, desks in groups for desk in desks)
    counts = waiting(totals()) if counted else Counter[str]()
    for title, desks in groups:
        if desks:
            yield title, [_line(desk, counts) for desk in desks]


def first_desk() -> str:
    """The endpoint of the first desk that whoever is signed in has; one's own sessions everybody has."""
    who = staff()
    return next(d.endpoint for _, desks in GROUPS for d in desks if d.is_for(who))


def open_desk() -> str:
    """The title of the desk whose page is open; empty on a page of no desk."""
    who = staff()
    titles = (d.title for _, desks in GROUPS for d in desks if d.is_for(who) and _is_here(d))
    return next(titles, "")


def _is_here(desk: Desk) -> bool:
    return request.path.startswith(url_for(desk.endpoint))


def _line(desk: Desk, counts: Counter[str]) -> Line:
    return Line(
        title=desk.title,
        address=url_for(desk.endpoint),
        here=_is_here(desk),
        waiting=counts[desk.endpoint],
        first=desk.endpoint == TODAY,
    )
