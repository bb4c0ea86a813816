"""Notices: planned, rendered, linted, sent by mail or SMS, and what became of them."""

from shared.delivery.carriers import (
    Carrier,
    Envelope,
    NeverError,
    NotNowError,
    UnknownOutcomeError,
    UnsendableError,
)
from shared.delivery.invariants import INVARIANTS
from shared.delivery.lint import RULES, SecrecyError, lint_sender
from shared.delivery.mail import SmtpCarrier
from shared.delivery.model import Notice
from shared.delivery.outcomes import BOUNCED, IN_DOUBT, decide_doubt
from shared.delivery.render import NoticeRenderer, NoticeValues
from shared.delivery.requests import link_obstacle, new_link_gate, plan_requested_links
from shared.delivery.rules import NOTICE, Hours, may_arrive
from shared.delivery.sending import Gate, Office, mark_lost, send_next
from shared.delivery.service import (
    LADDER,
    NEW_LINK,
    Plan,
    as_row,
    channel_of,
    notices_of,
    usable_contacts,
)
from shared.delivery.sms import HttpSmsCarrier

__all__ = [
    "BOUNCED",
    "INVARIANTS",
    "IN_DOUBT",
    "LADDER",
    "NEW_LINK",
    "NOTICE",
    "RULES",
    "Carrier",
    "Envelope",
    "Gate",
    "Hours",
    "HttpSmsCarrier",
    "NeverError",
    "NotNowError",
    "Notice",
    "NoticeRenderer",
    "NoticeValues",
    "Office",
    "Plan",
    "SecrecyError",
    "SmtpCarrier",
    "UnknownOutcomeError",
    "UnsendableError",
    "as_row",
    "channel_of",
    "decide_doubt",
    "link_obstacle",
    "lint_sender",
    "mark_lost",
    "may_arrive",
    "new_link_gate",
    "notices_of",
    "plan_requested_links",
    "send_next",
    "usable_contacts",
]
