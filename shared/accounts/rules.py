"""Decisions about people, contacts, holds and the identity check."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.base.states import StateMachine

HOLD = StateMachine(
    "hold", initial=frozenset({"active"}), edges={("active", "release"): "released"}
)
# One that only an import made which was taken back is withdrawn: no list shows it, no list finds it. Of an
# erased one the vouchers are left, with the debtor's name; of an expired one, whose vouchers are older
# than the law wants them, only the sums.
ACCOUNT = StateMachine(
    "account",
    initial=frozenset({"open"}),
    edges={
        ("open", "withdraw"): "withdrawn",
        ("open", "erase"): "erased",
        ("open", "expire"): "expired",
        ("withdrawn", "erase"): "erased",
        ("withdrawn", "expire"): "expired",
        ("erased", "expire"): "expired",
    },
)
NOBODYS = ("erased", "expired")
LISTED = ("open", "erased")
CONTACT = StateMachine(
    "contact_point",
    initial=frozenset({"usable", "opted_out", "proposed"}),
    edges={
        ("proposed", "accept"): "usable",
        ("proposed", "drop"): "replaced",
        ("usable", "mark_unsafe"): "unsafe",
        ("opted_out", "mark_unsafe"): "unsafe",
        ("unsafe", "replace"): "replaced",
        ("usable", "bounce"): "bounced",
        ("usable", "opt_out"): "opted_out",
        ("bounced", "confirm"): "usable",
        ("opted_out", "opt_in"): "usable",
        ("usable", "replace"): "replaced",
        ("bounced", "replace"): "replaced",
        ("opted_out", "replace"): "replaced",
        ("replaced", "restore"): "usable",
    },
)

# What staff read. A hold stops the ladder; those of an invoice take only that invoice out of it.
HOLD_TITLES = {
    "staff": "pause demandée par l’équipe",
    "dispute": "désaccord à vérifier",
    "message": "message en attente de réponse",
    "aid": "demande d’aide en cours",
    "plan": "paiement étalé demandé ou en cours",
    "claim": "réponse d’un payeur attendue",
    "protection": "protection à respecter",
    "refund": "remboursement à expliquer",
    "dispute_card": "paiement contesté à la banque",
    "absent": "absente du dernier export",
}

# Which kinds of contact fit how an account wants to be written to; none for letters only.
KINDS_OF_WISH = {
    "any": ("phone", "email"),
    "sms": ("phone",),
    "email": ("email",),
    "letter": (),
}

TRIES_BEFORE_WAIT = 3
TRIES_BEFORE_DEATH = 5
FAILURES_A_DAY = 10
WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name as it is written to them."""

    given: str
    surname: str

    @property
    def full(self) -> str:
        """Given name, then surname."""
        return f"{self.given} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class IdentityOnFile:
    """What the check compares with. ``birth_date`` None asks for postcode and telephone instead."""

    birth_date: date | None
    postcode: str | None
    phone_end: str | None

    @property
    def checkable(self) -> bool:
        """Whether there is enough on file to know the person by."""
        return self.birth_date is not None or (
            self.postcode is not None and self.phone_end is not None
        )


@dataclass(frozen=True, slots=True)
class IdentityGiven:
    """What the person typed; None where nothing was typed."""

    birth_date: date | None
    postcode: str | None
    phone_end: str | None


def asked_more(on_file: IdentityOnFile, *, practice_asks: bool) -> bool:
    """Whether postcode and the telephone's end are asked for beside, or instead of, the birth date."""
    has_more = on_file.postcode is not None and on_file.phone_end is not None
    return has_more and (practice_asks or on_file.birth_date is None)


def identity_matches(on_file: IdentityOnFile, given: IdentityGiven, *, practice_asks: bool) -> bool:
    """Whether what was given is what is on file. Nothing on file never matches."""
    if not on_file.checkable:
        return False
    date_fits = on_file.birth_date is None or on_file.birth_date == given.birth_date
    if not asked_more(on_file, practice_asks=practice_asks):
        return date_fits and on_file.birth_date is not None
    more_fits = on_file.postcode == given.postcode and on_file.phone_end == given.phone_end
    return date_fits and more_fits


@dataclass(frozen=True, slots=True)
class AfterWrongTry:
    """What a wrong answer brings: a wait, the link's end, the account's closed door, or tries left."""

    tries: int
    waits_until: datetime | None
    link_dies: bool
    door_closes: bool
    left: int


def after_wrong_try(
    *, tries_before: int, failures_today_before: int, now: datetime
) -> AfterWrongTry:
    """3 wrong tries wait 15 minutes, 5 kill the link, 10 a day over all links close the door."""
    tries = tries_before + 1
    dies = tries >= TRIES_BEFORE_DEATH
    closes = failures_today_before + 1 >= FAILURES_A_DAY
    waits = now + WAIT if tries >= TRIES_BEFORE_WAIT and not dies else None
    stop = TRIES_BEFORE_WAIT if tries < TRIES_BEFORE_WAIT else TRIES_BEFORE_DEATH
    return AfterWrongTry(tries, waits, dies, closes, max(stop - tries, 0))


def masked_phone(number: str) -> str:
    """A telephone number of which only the end shows."""
    return f"•• •• •• {number[-2:]}"


def masked_email(address: str) -> str:
    """An e-mail address of which only the first letter and the last label show."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@•••.{domain.rpartition('.')[2]}"
