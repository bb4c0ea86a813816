"""Decisions about staff: what a role may do, which passwords will do, how long to wait."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.base.errors import NotAllowedError
from shared.base.states import StateMachine

STAFF_USER = StateMachine(
    "staff_user",
    initial=frozenset({"active"}),
    edges={
        ("active", "suspend"): "suspended",
        ("suspended", "restore"): "active",
    },
)

# In one practice, by its owners; the state of the person themselves is the operator's.
STAFF_MEMBERSHIP = StateMachine(
    "staff_membership",
    initial=frozenset({"active"}),
    edges={
        ("active", "suspend"): "suspended",
        ("suspended", "restore"): "active",
    },
)
STAFF_LINK = StateMachine(
    "staff_link",
    initial=frozenset({"open"}),
    edges={
        ("open", "use"): "used",
        ("open", "revoke"): "revoked",
    },
)
# A link that an owner gave for a new password, and one that its person asked for at the door.
INVITE, PASSWORD, FORGOTTEN, FACTOR = "invite", "password", "forgotten", "factor"
LINK_LIVES: Mapping[str, timedelta] = {
    INVITE: timedelta(hours=72),
    PASSWORD: timedelta(hours=24),
    FORGOTTEN: timedelta(minutes=30),
    FACTOR: timedelta(hours=24),
}

# Deny by default: what is not named here, nobody may. Without `accounts.names` one works by number.
_EVERYONE = frozenset({"sessions.own"})
_DESK = frozenset(
    {
        "accounts.read",
        "accounts.names",
        "timeline.read",
        "holds.write",
        "links.send",
        "tasks.read",
        "tasks.write",
        "messages.write",
        "contacts.write",
        "plans.write",
        "aid.decide",
        "debts.forgive",
        "refunds.write",
        "payments.desk",
        "ladder.bulk",
        "ladder.letters",
        "imports.write",
    }
)
# Whoever agrees to money that leaves (the row-level policies of money_order ask for it too), undoes what
# others noted, or what was noted on another day, sees how the practice is set, and says that a formal notice
# goes and by which policy people are written to; who takes a whole import back, or says that a list comes
# from a further software.
_IN_CHARGE = frozenset(
    {
        "refunds.approve",
        "payments.cancel",
        "settings.read",
        "ladder.approve",
        "ladder.policy",
        "imports.manage",
    }
)
# Whoever writes the answers that all others send.
_WORDS = frozenset({"messages.canned"})
# The lines of invoices, each time with a reason that the patient reads.
_DETAILS = frozenset({"details.read"})
# The copy of all of a person's own data, and that these are erased.
_PRIVACY = frozenset({"privacy.export", "privacy.erase"})
# The record of all that happened, colleagues' acts among it.
_RECORD = frozenset({"audit.read"})
# What stays with whoever owns the practice: nobody else is ever given it, not by a role of one's own either.
# The row-level policies of staff_link and staff_membership name the role.
OWNER = "owner"
OWNERS_ONLY = frozenset({"settings.write", "roles.manage", "staff.manage"})
ROLES: Mapping[str, frozenset[str]] = {
    "secretary": _EVERYONE | _DESK,
    "manager": _EVERYONE | _DESK | _IN_CHARGE | _WORDS | _DETAILS | _PRIVACY,
    "owner": _EVERYONE | _DESK | _IN_CHARGE | _WORDS | _DETAILS | _PRIVACY | _RECORD | OWNERS_ONLY,
    "accountant": _EVERYONE | {"accounts.read", "tasks.read"},
    "auditor": _EVERYONE | _RECORD | {"accounts.read", "tasks.read", "timeline.read"},
}
PERMISSIONS = frozenset[str]().union(*ROLES.values())
GRANTABLE = PERMISSIONS - OWNERS_ONLY
ROLE_TITLES: Mapping[str, str] = {
    "secretary": "Secrétariat",
    "manager": "Responsable",
    "owner": "Propriétaire du cabinet",
    "accountant": "Comptabilité",
    "auditor": "Contrôle",
}


def roles_with(permission: str) -> frozenset[str]:
    """The roles that have a permission."""
    return frozenset(role for role, may in ROLES.items() if permission in may)


def permissions_of(role: str, own: Collection[str] = ()) -> frozenset[str]:
    """What a role may do; nothing for a role that is not known. ``own`` is what a practice gave a role of its
    own: it holds where the role is none of ours, and never more than a role of one's own can be given."""
    return ROLES.get(role, _EVERYONE | GRANTABLE.intersection(own) if own else frozenset())


SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256

# What is tried first among long passwords, compared by letters and digits.
_FIRST_GUESSES = """
    123456789012 1234567890123 12345678901234 123456789123 012345678901 098765432109 112233445566
    123123123123 123321123321 111222333444 987654321012 1q2w3e4r5t6y azertyuiopqs azertyuiop12
    azertyuiop123 azertyqwerty azertyazerty azerty123456 azerty12345678 qwertyuiopas qwertyuiop12
    qwertyuiop123 qwertyqwerty qwerty123456 motdepasse12 motdepasse123 motdepasse1234
    motdepasse2024 motdepasse2025 motdepasse2026 monmotdepasse lemotdepasse motdepassemotdepasse
    password1234 password12345 password123456 passwordpassword mypassword123 administrateur
    administrator administrateur1 admin1234567 admin12345678 adminadmin12 secretariat1
    secretariat12 secretariat123 cabinetmedical cabinet12345 cabinet123456 bonjourbonjour
    bonjour12345 bonjour123456 bienvenue123 bienvenue1234 bienvenue2026 welcome12345 iloveyou1234
    jetaime12345 jetaimejetaime soleilsoleil doudoudoudou chouchouchou loulouloulou ardoiseardoise
    ardoise12345 ardoise123456 changezmoi123 changeme1234 changemechangeme letmeinletmein
    abcdefghijkl abcdefghijklm abc123abc123 abcd12345678 aaaabbbbcccc marseille1234
    parissaintgermain
"""
_COMMON = frozenset(_FIRST_GUESSES.split())
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


def normal_email(email: str) -> str:
    """An address as it is kept and compared. Raises NotAllowedError when it is none."""
    bare = email.strip().lower()
    if len(bare) > 254 or not bare.isprintable() or not _EMAIL.fullmatch(bare):
        raise NotAllowedError("Écrivez une adresse e-mail, par exemple claire@cabinet.fr.")
    return bare


def normal_password(password: str) -> str:
    """The same password however a keyboard composes its accents."""
    return unicodedata.normalize("NFKC", password)


def check_new_password(password: str, *, email: str) -> None:
    """Raises NotAllowedError for what is short or guessed first; composition does not matter."""
    normal = normal_password(password)
    bare = "".join(c for c in normal.casefold() if c.isalnum())
    if len(normal) < SHORTEST_PASSWORD:
        raise NotAllowedError(
            f"Le mot de passe doit compter au moins {SHORTEST_PASSWORD} caractères : "
            "quelques mots à la suite conviennent."
        )
    if len(normal) > LONGEST_PASSWORD:
        raise NotAllowedError(
            f"Le mot de passe doit compter au plus {LONGEST_PASSWORD} caractères."
        )
    guessable = bare in _COMMON or len(set(normal)) < 4 or email.split("@")[0] == normal.casefold()
    if guessable or normal.casefold() == email:
        raise NotAllowedError("Ce mot de passe est trop facile à deviner : choisissez-en un autre.")


TRIES_BEFORE_WAIT = 5
TRIES_IN_ALL = 30
TRIES_COUNT_FOR = timedelta(hours=24)
LONGEST_WAIT = timedelta(minutes=60)


def wait_after(tries: int, *, free: int = TRIES_BEFORE_WAIT) -> timedelta:
    """The wait after so many wrong tries in a row: 1 minute from the ``free``-th on, then doubling."""
    if tries < free:
        return timedelta(0)
    doublings = min(tries - free, 6)
    return min(timedelta(minutes=2**doublings), LONGEST_WAIT)


CODE_SECONDS = 30
CODE_DRIFT = 1


def code_steps(now: datetime) -> tuple[int, ...]:
    """The time steps whose codes are taken: this one and its two neighbours (RFC 6238)."""
    step = int(now.timestamp()) // CODE_SECONDS
    return tuple(range(step - CODE_DRIFT, step + CODE_DRIFT + 1))


SESSION_IDLE = timedelta(minutes=20)
SESSION_LONGEST = timedelta(hours=10)
SEEN_STEP = timedelta(minutes=1)
CONFIRMED_FOR = timedelta(minutes=5)


def session_lives(*, seen_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether a session still opens the desk: used within 20 minutes, begun within 10 hours."""
    return now < ends_at and now - seen_at < SESSION_IDLE


def is_confirmed(confirmed_at: datetime | None, *, now: datetime) -> bool:
    """Whether a person showed lately that they are there, which a grave act asks for."""
    return confirmed_at is not None and now - confirmed_at < CONFIRMED_FOR


@dataclass(frozen=True, slots=True)
class WrongTry:
    """What a wrong password or code brings."""

    tries: int
    waits_until: datetime | None


def after_wrong_try(*, tries_before: int, now: datetime, free: int = TRIES_BEFORE_WAIT) -> WrongTry:
    """Password and code count alike; only a whole sign-in sets the count back."""
    tries = tries_before + 1
    wait = wait_after(tries, free=free)
    return WrongTry(tries, now + wait if wait else None)
