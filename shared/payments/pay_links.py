"""Links for someone else who pays: a frozen sum, seven days, one payment, nothing of the account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice, get_account
from shared.audit import PATIENT, advance, record
from shared.base.errors import ArdoiseError, NotAllowedError, NotFoundError
from shared.base.formats import marked
from shared.links import LinkSigner, Token
from shared.payments.model import PayLink, PaymentAttempt
from shared.payments.rules import (
    BY_LINK,
    MOST_PAY_LINKS,
    PAY_LINK,
    PAY_LINK_DAYS,
    Choice,
    ChoiceError,
    shares_of,
)
from shared.payments.service import payables_of
from shared.payments.told_links import link_of_form, secrets_of, tell_again

TOO_MANY = marked("Vous avez fait beaucoup de liens aujourd’hui. Appelez-nous, ou revenez demain.")
UNDER_WAY = frozenset({"processing", "succeeded"})


class PayLinkOverError(ArdoiseError):
    """The link was revoked, has expired, or is paid already."""


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link and the latest try to pay by it."""

    link: PayLink
    attempt: PaymentAttempt | None

    @property
    def is_paid(self) -> bool:
        """Whether money came by it, or is on its way."""
        return self.attempt is not None and self.attempt.status in UNDER_WAY


def make_pay_link(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    choice: Choice,
    once: str,
    seed: bytes,
    signer: LinkSigner,
    at: datetime,
) -> str:
    """Freeze what ``choice`` means now under a link that ``seed`` and ``once`` can tell again.

    Returns the mark that it can be told by: the same form sent twice makes one link, and so does the
    same sum asked for again while the visit with this seed has an unpaid link of it. Raises ChoiceError,
    and NotAllowedError for an account that has made its most of a day.
    """
    account = get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    if link_of_form(session, account.practice_id, account.id, once) is not None:
        return once
    payables = payables_of(session, practice_id=practice.id, account_id=account.id)
    cents = sum(shares_of(choice, payables, practice.minimum_payment_cents).values())
    standing = pay_links_of(session, practice_id=practice.id, account_id=account.id, at=at)
    for shown in standing:
        same = shown.link.amount_cents == cents and not shown.is_paid
        if same and tell_again(shown.link, seed=seed, signer=signer) is not None:
            return shown.link.once
    _check_room(session, account, at=at)
    token, _ = signer.mint(
        practice_id=practice.id,
        expires_at=at + timedelta(days=PAY_LINK_DAYS),
        secrets=secrets_of(seed, once),
    )
    session.add(
        PayLink(
            practice_id=practice.id,
            id=token.link_id,
            account_id=account.id,
            status="live",
            amount_cents=cents,
            once=once,
            made_at=at,
            expires_at=token.expires_at,
        )
    )
    record(
        session,
        practice_id=practice.id,
        account_id=account.id,
        kind="pay_link.made",
        actor=PATIENT,
        at=at,
        cents=cents,
    )
    return once


def _check_room(session: Session, account: Account, *, at: datetime) -> None:
    made = session.scalar(
        select(func.count())
        .select_from(PayLink)
        .where(
            PayLink.practice_id == account.practice_id,
            PayLink.account_id == account.id,
            PayLink.made_at > at - timedelta(days=1),
        )
    )
    if (made or 0) >= MOST_PAY_LINKS:
        raise NotAllowedError(TOO_MANY)


def pay_links_of(
    session: Session, *, practice_id: int, account_id: UUID, at: datetime
) -> list[ShownLink]:
    """The account's links that still stand, paid ones included, the latest first."""
    rows = session.execute(
        select(PayLink, PaymentAttempt)
        .outerjoin(
            PaymentAttempt,
            (PaymentAttempt.practice_id == PayLink.practice_id)
            & (PaymentAttempt.id == PayLink.attempt_id),
        )
        .where(
            PayLink.practice_id == practice_id,
            PayLink.account_id == account_id,
            PayLink.status == "live",
            PayLink.expires_at > at,
        )
        .order_by(PayLink.made_at.desc(), PayLink.id)
    )
    return [ShownLink(link, attempt) for link, attempt in rows]


def revoke_pay_link(
    session: Session, *, practice_id: int, account_id: UUID, link_id: UUID, at: datetime
) -> UUID | None:
    """The patient takes a link back; doing so twice does it once. Raises NotFoundError.

    Returns the latest try to pay by it, whose page may still be open.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    link = session.get(PayLink, (practice_id, link_id), populate_existing=True)
    if link is None or link.account_id != account_id:
        raise NotFoundError("Ce lien n’est pas dans votre espace.")
    if PAY_LINK.allows(link.status, "revoke"):
        advance(
            session,
            link,
            PAY_LINK,
            "revoke",
            account_id=account_id,
            actor=PATIENT,
            at=at,
            cents=link.amount_cents,
        )
    return link.attempt_id


def find_pay_link(session: Session, token: Token) -> ShownLink | None:
    """The link behind a token, whatever became of it."""
    link = session.get(PayLink, (token.practice_id, token.link_id))
    if link is None:
        return None
    attempt = (
        session.get(PaymentAttempt, (link.practice_id, link.attempt_id))
        if link.attempt_id is not None
        else None
    )
    return ShownLink(link, attempt)


def is_open(link: PayLink, at: datetime) -> bool:
    """Whether a link still leads somewhere."""
    return link.status == "live" and at < link.expires_at


def is_payable(session: Session, *, practice: Practice, link: PayLink) -> bool:
    """Whether its whole sum is still owed; a part of it is never taken."""
    payables = payables_of(session, practice_id=link.practice_id, account_id=link.account_id)
    try:
        shares_of(choice_of(link), payables, practice.minimum_payment_cents)
    except ChoiceError:
        return False
    return True


def choice_of(link: PayLink) -> Choice:
    """What a link means to pay."""
    return Choice(BY_LINK, amount=link.amount_cents)


def payable_link(session: Session, practice_id: int, link_id: UUID, *, at: datetime) -> PayLink:
    """A link about to be paid, under its account's lock. Raises PayLinkOverError."""
    link = session.get(PayLink, (practice_id, link_id), populate_existing=True)
    if link is None or not is_open(link, at):
        raise PayLinkOverError("the link leads nowhere any more")
    attempt = (
        session.get(PaymentAttempt, (practice_id, link.attempt_id)) if link.attempt_id else None
    )
    if ShownLink(link, attempt).is_paid:
        raise PayLinkOverError("the link is paid")
    return link
