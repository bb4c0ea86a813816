"""One difference between what the processor says and what we booked, by its kind."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.base.money import Cents
from shared.processor import Disputed, Refunded

MISSING_HERE = "missing_here"  # an attempt of ours took it, and it is not booked
NOBODYS = "nobodys"  # no attempt of ours asked for it
MISSING_THERE = "missing_there"  # we booked it, the processor does not list it
OTHER_SUM = "other_sum"  # booked here with another sum
OTHER_CURRENCY = "other_currency"
WRONG_MODE = "wrong_mode"  # test money in a live account, or the other way round
REFUND_UNKNOWN = "refund_unknown"  # given back there, not booked here so
REFUND_FAILED = "refund_failed"  # it failed there, and is booked here as given back
REFUND_MISSING = "refund_missing"  # booked here, and not in the processor's list
REFUND_SUM = "refund_sum"  # booked here with another sum
DISPUTE_UNKNOWN = "dispute_unknown"  # disputed there, not known here
DISPUTE_OTHER = "dispute_other"  # it stands otherwise there, with other money gone or another fee
DISPUTE_MISSING = "dispute_missing"  # known here, and not in the processor's list


@dataclass(frozen=True, slots=True)
class Stood:
    """How a dispute stands here: where it is, what a bank has of the money, what is kept as a fee."""

    standing: str
    taken_cents: Cents
    fee_cents: Cents


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference about the money that the processor calls ``intent_id``. ``cents`` is its sum there
    (or here, where it is not there), ``here`` what is booked; ``attempt_id`` whom to ask about it.

    ``part`` is the processor's name of the refund or dispute that it is about, ``told`` what the
    processor said of that, ``known`` how a dispute stands here.
    """

    kind: str
    intent_id: str
    cents: Cents
    at: datetime
    here: Cents = 0
    attempt_id: UUID | None = None
    part: str = ""
    told: Refunded | Disputed | None = None
    known: Stood | None = None

    @property
    def name(self) -> tuple[str, str, str]:
        """The same difference has the same name, before and after something was done about it."""
        return (self.kind, self.intent_id, self.part)
