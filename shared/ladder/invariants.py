"""What must always be true of the ladder."""

from sqlalchemy import and_, or_, select, union_all

from shared.accounts import HOLD, Account, Hold
from shared.base.invariants import Invariant
from shared.delivery import LADDER, Notice
from shared.ladder.board_model import LadderBulk, LadderLetter, LadderQuiet
from shared.ladder.bulk_rules import BULK
from shared.ladder.letter_rules import LETTER
from shared.ladder.model import LadderCycle
from shared.ladder.rules import CYCLE, QUIET
from shared.links import LINK, LINK_REQUEST, Link, LinkRequest
from shared.worklist import TASK, Task

_strays = union_all(
    select(LadderCycle.id).where(LadderCycle.status.not_in(CYCLE.statuses)),
    select(LadderLetter.id).where(LadderLetter.status.not_in(LETTER.statuses)),
    select(LadderQuiet.id).where(LadderQuiet.status.not_in(QUIET.statuses)),
    select(LadderBulk.id).where(LadderBulk.status.not_in(BULK.statuses)),
    select(Hold.id).where(Hold.status.not_in(HOLD.statuses)),
    select(Link.id).where(Link.status.not_in(LINK.statuses)),
    select(LinkRequest.id).where(LinkRequest.status.not_in(LINK_REQUEST.statuses)),
    select(Task.id).where(Task.status.not_in(TASK.statuses)),
).subquery()

INVARIANTS = (
    Invariant(
        "cycle-status",
        "every cycle, letter, act on many, hold, link, request and task is on its edge table",
        select(_strays.c.id),
    ),
    Invariant(
        "step-was-sent",
        "a message step that counts as done went out",
        select(LadderCycle.id)
        .outerjoin(
            Notice,
            and_(
                Notice.practice_id == LadderCycle.practice_id,
                Notice.account_id == LadderCycle.account_id,
                Notice.cause_id == LadderCycle.id,
                Notice.purpose == LADDER,
                Notice.status == "sent",
            ),
        )
        .where(LadderCycle.messages > 0, Notice.id.is_(None)),
    ),
    Invariant(
        "letter-was-sent",
        "a formal notice that counts as sent says when, under which number, and on whose word",
        select(LadderLetter.id).where(
            LadderLetter.status == "sent",
            or_(
                LadderLetter.sent_on.is_(None),
                LadderLetter.tracking.is_(None),
                LadderLetter.decided_name == "",
            ),
        ),
    ),
    Invariant(
        "closed-cycle",
        "a closed cycle says when, an open one does not, and belongs to an account",
        select(LadderCycle.id)
        .outerjoin(
            Account,
            and_(
                Account.practice_id == LadderCycle.practice_id,
                Account.id == LadderCycle.account_id,
            ),
        )
        .where(
            or_(
                and_(LadderCycle.status == "closed", LadderCycle.closed_at.is_(None)),
                and_(LadderCycle.status == "open", LadderCycle.closed_at.is_not(None)),
                Account.id.is_(None),
            )
        ),
    ),
)
