"""The processor's list held against our journal: each difference is named, and booked where it can be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ardoise.differing import is_before_a_person, tell_differences
from ardoise.office import House
from ardoise.patience import Patience
from ardoise.settling import settle_one
from ardoise.straying import look_at_stray
from shared.base.database import Database
from shared.base.errors import ArdoiseError
from shared.base.log import get_logger
from shared.payments import Desk
from shared.processor import Charged
from shared.reconciliation import (
    BANKS_TAKE,
    DISPUTE_OTHER,
    DISPUTE_UNKNOWN,
    MISSING_HERE,
    NOBODYS,
    REFUND_FAILED,
    REFUND_UNKNOWN,
    Booked,
    Difference,
    Returned,
    booked_between,
    disputes_between,
    find_differences,
    refunds_between,
)

log = get_logger(__name__)
LOOKED_BACK = timedelta(days=30)  # the worker may have been away for long
CLOCKS_APART = timedelta(hours=1)  # the processor's may be ahead of ours
_WENT_BACK = (REFUND_UNKNOWN, REFUND_FAILED, DISPUTE_UNKNOWN, DISPUTE_OTHER)
ROUNDS = 2  # what the first finds out (that it was no attempt's after all) the second books


class NoProcessorError(ArdoiseError):
    """A practice that takes no cards has nothing to be held against."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference, and whether it is one no more: it was booked."""

    difference: Difference
    booked: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of holding one against the other: how many payments the processor listed, and whether
    it answered whenever it was asked more."""

    listed: int
    findings: tuple[Finding, ...]
    answered: bool

    @property
    def left(self) -> tuple[Difference, ...]:
        """What could not be booked."""
        return tuple(f.difference for f in self.findings if not f.booked)


@dataclass(frozen=True, slots=True)
class _List:
    """What the processor said, and what was ours before it was asked."""

    livemode: bool
    charged: list[Charged]
    returned: Returned
    ours: list[Booked]

    def held_against(self, database: Database, practice_id: int) -> list[Difference]:
        """What differs now."""
        with database.reading(practice_id) as session:
            return find_differences(
                session,
                practice_id=practice_id,
                livemode=self.livemode,
                charged=self.charged,
                returned=self.returned,
                ours=self.ours,
            )


def verify(
    house: House,
    practice_id: int,
    *,
    since: datetime,
    until: datetime,
    patience: Patience | None = None,
) -> Verified:
    """Read first, then book what can be through the same ways as always, then look again.

    Raises NoProcessorError, GatewayUnavailableError, GatewayRefusedError.
    """
    desk = house.desk(practice_id)
    if desk is None:
        raise NoProcessorError("This practice has no account with a card processor.")
    patience = patience or Patience()
    listed = _read(house, desk, since=since, until=until)
    patience.answered()
    return _hold(house, desk, listed, patience)


def _read(house: House, desk: Desk, *, since: datetime, until: datetime) -> _List:
    practice_id, banks_since = desk.practice_id, since - BANKS_TAKE
    with house.database.reading(practice_id) as session:
        ours = booked_between(session, practice_id=practice_id, since=since, until=until)
        refunds = refunds_between(session, practice_id=practice_id, since=since, until=until)
        disputes = disputes_between(
            session, practice_id=practice_id, since=banks_since, until=until
        )
    asked_at = house.clock.now()
    charged = desk.gateway.payments_between(since, until)
    refunded = desk.gateway.refunds_since(since)
    disputed = [one for one in desk.gateway.disputes_since(banks_since) if one.at < until]
    returned = Returned(asked_at, refunded, disputed, refunds, disputes)
    return _List(desk.gateway.livemode, charged, returned, ours)


def _hold(house: House, desk: Desk, listed: _List, patience: Patience) -> Verified:
    found: dict[tuple[str, str, str], Difference] = {}
    booking = _Booking(house, desk, patience)
    left = listed.held_against(house.database, desk.practice_id)
    for _ in range(ROUNDS):
        if left:
            found |= {one.name: one for one in left}
            booking.book(left)
            left = listed.held_against(house.database, desk.practice_id)
    found |= {one.name: one for one in left}
    names = {one.name for one in left}
    findings = tuple(Finding(d, name not in names) for name, d in found.items())
    return Verified(len(listed.charged), findings, booking.answered)


class _Booking:
    """Settles what is an attempt's of ours and takes over what is nobody's; each attempt once."""

    def __init__(self, house: House, desk: Desk, patience: Patience) -> None:
        self._house, self._desk, self._patience = house, desk, patience
        self._settled: set[UUID] = set()
        self.answered = True

    def book(self, left: Iterable[Difference]) -> None:
        """Do about each difference what can be done."""
        settled_before = frozenset(self._settled)
        for one in left:
            if self._patience.is_over:
                self.answered = False
                return
            if one.kind == MISSING_HERE and one.attempt_id in settled_before:
                self._not_its_own(one)
            elif one.kind in (MISSING_HERE, *_WENT_BACK) and one.attempt_id is not None:
                self._settle(one.attempt_id)
            elif one.kind in (NOBODYS, *_WENT_BACK) and one.intent_id:
                self._take(one.intent_id)

    def _settle(self, attempt_id: UUID) -> None:
        if attempt_id in self._settled:
            return
        if settle_one(self._house, self._desk.practice_id, attempt_id, self._patience):
            self._settled.add(attempt_id)
        else:
            self.answered = False

    def _not_its_own(self, one: Difference) -> None:
        """The attempt is settled, and this money bears its name and is not what was paid on its page:
        unless a person looks at it already, it is nobody's."""
        practice_id = self._desk.practice_id
        with self._house.database.reading(practice_id) as session:
            if is_before_a_person(session, one, practice_id=practice_id):
                return
        self._take(one.intent_id)

    def _take(self, intent_id: str) -> None:
        self.answered &= look_at_stray(self._desk, intent_id, self._patience)


def sweep_payments(house: House, practice_id: int, patience: Patience | None = None) -> int | None:
    """The same for the last days; what can't be booked is put before a person, once each.

    Returns how many differences there were; None when the processor did not answer.
    """
    patience = patience or Patience()
    desk = house.desk(practice_id)
    if desk is None:
        return 0
    now = house.clock.now()
    since, until = now - LOOKED_BACK, now + CLOCKS_APART
    listed = patience.ask(lambda: _read(house, desk, since=since, until=until))
    if listed is None:
        return None
    verified = _hold(house, desk, listed, patience)
    for finding in verified.findings:
        told = {"kind": finding.difference.kind, "intent": finding.difference.intent_id}
        log.warning("payments.differ", booked=finding.booked, **told)
    if not verified.answered:
        return None
    tell_differences(house, practice_id, verified.left)
    return len(verified.findings)
