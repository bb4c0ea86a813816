"""Which links for someone else are open, for pages that read it among other things."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from shared.base.money import Cents
from shared.payments.model import PayLink, PaymentAttempt
from shared.payments.pay_links import UNDER_WAY


def open_links(kind: ColumnElement[str]) -> Select[str, datetime, datetime, Cents]:
    """A select of the links by which money may still come: ``kind``, at, until and cents of each.

    Its parameters are practice_id, account_id and now.
    """
    return (
        select(
            kind.label("kind"),
            PayLink.made_at.label("at"),
            PayLink.expires_at.label("until"),
            PayLink.amount_cents.label("cents"),
        )
        .outerjoin(
            PaymentAttempt,
            and_(
                PaymentAttempt.practice_id == PayLink.practice_id,
                PaymentAttempt.id == PayLink.attempt_id,
            ),
        )
        .where(
            PayLink.practice_id == bindparam("practice_id"),
            PayLink.account_id == bindparam("account_id"),
            PayLink.status == "live",
            PayLink.expires_at > bindparam("now"),
            or_(PayLink.attempt_id.is_(None), PaymentAttempt.status.not_in(UNDER_WAY)),
        )
    )
