"""What must always be true of proposals and representatives."""

from sqlalchemy import String, cast, exists, func, or_, select

from shared.accounts import Account, ContactPoint, Party
from shared.base.invariants import Invariant, names_row
from shared.preferences.model import Proposal
from shared.preferences.proposing import DECIDE_CHANGE
from shared.preferences.rules import DECLINE_REASONS, NEW_CONTACT, OPEN, PROPOSAL, REPRESENTATIVE
from shared.worklist import Task

_asked_for = exists().where(
    Task.practice_id == Proposal.practice_id,
    Task.account_id == Proposal.account_id,
    Task.kind == DECIDE_CHANGE.name,
    Task.status == "open",
    names_row(Task.key, Proposal.id),
)
_used_before_staff = exists().where(
    ContactPoint.practice_id == Proposal.practice_id,
    ContactPoint.id == Proposal.contact_id,
    ContactPoint.status.not_in(("proposed", "replaced")),
)
_named = exists().where(
    Party.practice_id == Account.practice_id,
    Party.account_id == Account.id,
    Party.role == REPRESENTATIVE,
)

INVARIANTS = (
    Invariant(
        "proposal-status",
        "every proposal is on its edge table, and only a declined one says why",
        select(Proposal.id).where(
            or_(
                Proposal.status.not_in(PROPOSAL.statuses),
                Proposal.kind.not_in((NEW_CONTACT, REPRESENTATIVE)),
                (Proposal.status == "declined") != Proposal.decline_reason.is_not(None),
                Proposal.decline_reason.not_in(DECLINE_REASONS),
            )
        ),
    ),
    Invariant(
        "proposal-promised",
        "what a person confirmed is on somebody's list",
        select(Proposal.id).where(Proposal.status == "confirmed", ~_asked_for),
    ),
    Invariant(
        "proposal-waits",
        "no proposed contact is used before staff accepted it",
        select(Proposal.id).where(Proposal.status != "accepted", _used_before_staff),
    ),
    Invariant(
        "proposal-open",
        "of each kind an account has one open proposal at most",
        select(func.min(cast(Proposal.id, String)))
        .where(Proposal.status.in_(OPEN))
        .group_by(Proposal.practice_id, Proposal.account_id, Proposal.kind)
        .having(func.count() > 1),
    ),
    Invariant(
        "represented-by-someone",
        "an account that is written to through a representative has one",
        select(Account.id).where(Account.represented, ~_named),
    ),
)
