"""Decisions about mails to staff: how one lives, how many there may be, which change is told by which."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from shared.base.errors import NotAllowedError
from shared.base.states import StateMachine

INVITATION, FORGOTTEN, NO_FACTOR = "invitation", "forgotten", "no_factor"
PASSWORD_TOLD, FACTOR_TOLD, RESET_TOLD = "password_told", "factor_told", "reset_told"
ANSWERS = frozenset({FORGOTTEN, NO_FACTOR})
TOLD = frozenset({PASSWORD_TOLD, FACTOR_TOLD, RESET_TOLD})

STAFF_MAIL = StateMachine(
    "staff_mail",
    initial=frozenset({"planned"}),
    edges={
        ("planned", "claim"): "claimed",
        ("planned", "withhold"): "withheld",
        ("claimed", "send"): "sent",
        ("claimed", "retry"): "planned",
        ("claimed", "refuse"): "refused",
        ("claimed", "fail"): "failed",
        ("claimed", "lose"): "in_doubt",
        **{
            (status, event): after
            for status in ("sent", "refused", "failed", "in_doubt", "withheld")
            for event, after in (("again", "planned"), ("withdraw", "withdrawn"))
        },
        ("planned", "withdraw"): "withdrawn",
    },
)

MOST_TRIES = 5
FIRST_RETRY = timedelta(minutes=2)
LEASE = timedelta(minutes=10)
# Whoever forgot a password waits for the mail; later they have asked anew, or remembered.
ANSWERED_WITHIN = timedelta(minutes=30)
# A change is told while it is news; after an outage nobody gets last month's.
TOLD_WITHIN = timedelta(hours=24)
KEPT = timedelta(days=30)
REQUESTS_KEPT = timedelta(hours=24)

DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
MOST_INVITATIONS_A_DAY = 30
MOST_TIMES = 5
MOST_ANSWERS_AN_HOUR = 3
MOST_ANSWERS_A_DAY = 10
# A practice sits behind one address of the net.
MOST_REQUESTS_OF_ADDRESS = 5
MOST_REQUESTS_OF_NETWORK = 30
MOST_REQUESTS_IN_ALL = 600

_TELLS: Mapping[str, str] = {
    "staff.reset": RESET_TOLD,
    "staff.factors_reset": RESET_TOLD,
    "staff.password_changed": PASSWORD_TOLD,
    "staff.totp_set": FACTOR_TOLD,
    "staff.totp_removed": FACTOR_TOLD,
    "staff.passkey_added": FACTOR_TOLD,
    "staff.passkey_removed": FACTOR_TOLD,
    "staff.codes_drawn": FACTOR_TOLD,
}
LOOKED_AT = frozenset(_TELLS)
# More than anybody changes; a process in wrong hands fills nobody's mailbox.
MOST_TOLD_A_DAY = 20


def told_by(kinds: Collection[str]) -> tuple[str, str]:
    """What tells a person of these kinds of events at one instant: (the mail, the kind that it is about)."""
    return next((mail, kind) for kind, mail in _TELLS.items() if kind in kinds)


def retry_at(now: datetime, tries: int) -> datetime:
    """When to try again after ``tries`` clear refusals for the moment; the wait doubles."""
    wait: timedelta = FIRST_RETRY * (1 << max(tries - 1, 0))
    return now + wait


def check_day(asked: int) -> None:
    """Raises NotAllowedError beyond what a practice invites by mail in a day."""
    if asked >= MOST_INVITATIONS_A_DAY:
        raise NotAllowedError(
            f"{MOST_INVITATIONS_A_DAY} invitations sont parties par e-mail depuis hier : donnez le lien "
            "vous-même, ou réessayez demain."
        )


def check_again(status: str, *, times: int, accepted: bool) -> None:
    """Whether an invitation may be sent once more. Raises NotAllowedError."""
    check_open(status, accepted=accepted)
    if status in {"planned", "claimed"}:
        raise NotAllowedError("Cette invitation part déjà : rechargez la page dans un instant.")
    if times >= MOST_TIMES:
        raise NotAllowedError(
            f"Cette invitation est déjà partie {MOST_TIMES} fois : retirez-la et donnez un lien vous-même."
        )


def check_withdrawn(status: str, *, accepted: bool) -> None:
    """Whether an invitation may be withdrawn. Raises NotAllowedError."""
    check_open(status, accepted=accepted)
    if status == "claimed":
        raise NotAllowedError(
            "Cette invitation part en ce moment : rechargez la page, puis retirez-la."
        )


def check_open(status: str, *, accepted: bool) -> None:
    """Raises NotAllowedError for an invitation that is over."""
    if accepted:
        raise NotAllowedError("Cette invitation est déjà acceptée : la personne est dans la liste.")
    if status == "withdrawn":
        raise NotAllowedError("Cette invitation est déjà retirée.")


def is_due(*, of_address: int, of_network: int, in_all: int) -> bool:
    """Whether one more request is kept, after so many within an hour; told apart by nobody outside."""
    return (
        of_address < MOST_REQUESTS_OF_ADDRESS
        and of_network < MOST_REQUESTS_OF_NETWORK
        and in_all < MOST_REQUESTS_IN_ALL
    )


def is_answered(*, in_hour: int, in_day: int) -> bool:
    """Whether a person gets one more answer, after so many."""
    return in_hour < MOST_ANSWERS_AN_HOUR and in_day < MOST_ANSWERS_A_DAY
