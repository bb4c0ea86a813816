"""Notices: planned, rendered, linted, sent by mail or SMS, and what became of them."""

from shared.delivery.bounced import confirm_contact, get_bounced
from shared.delivery.carriers import (
    Carrier,
    Envelope,
    NeverError,
    NotNowError,
    UnknownOutcomeError,
    UnsendableError,
)
from shared.delivery.changes import (
    change_told_to,
    contacts_told,
    plan_change_done,
    plan_change_told,
)
from shared.delivery.codes import code_gate, plan_at_once, plan_requested_codes
from shared.delivery.details import (
    UnfitDetailError,
    check_sender,
    check_sms_sender,
    check_texts,
    sample_values,
    telling_address,
    telling_word,
)
from shared.delivery.gsm7 import Measure, NotGsm7Error, measure
from shared.delivery.invariants import INVARIANTS
from shared.delivery.lint import RULES, Finding, Profile, SecrecyError, lint_sender
from shared.delivery.lint import lint as lint_text
from shared.delivery.mail import SmtpCarrier
from shared.delivery.model import Notice
from shared.delivery.news import UNTOLD, News, news_gate, plan_news, tells_known
from shared.delivery.outcomes import BOUNCED, IN_DOUBT, decide_doubt
from shared.delivery.render import LANGUAGES, NoticeRenderer, RenderedEmail
from shared.delivery.requests import link_obstacle, new_link_gate, plan_requested_links
from shared.delivery.rules import NOTICE, Hours, may_arrive
from shared.delivery.sending import Gate, Office, mark_lost, send_next
from shared.delivery.service import (
    CODE,
    LADDER,
    NEW_LINK,
    NEWS,
    Plan,
    as_row,
    channel_of,
    notices_of,
    notices_part,
)
from shared.delivery.sms import HttpSmsCarrier
from shared.delivery.values import NoticeValues, UnusableNoticeError
from shared.delivery.wording import (
    LONGEST_BODY,
    LONGEST_SMS,
    LONGEST_SUBJECT,
    OwnWords,
    UnfitWordsError,
    check_words,
    places_in,
    places_of,
    without_places,
)

__all__ = [
    "BOUNCED",
    "CODE",
    "INVARIANTS",
    "IN_DOUBT",
    "LADDER",
    "LANGUAGES",
    "LONGEST_BODY",
    "LONGEST_SMS",
    "LONGEST_SUBJECT",
    "NEWS",
    "NEW_LINK",
    "NOTICE",
    "RULES",
    "UNTOLD",
    "Carrier",
    "Envelope",
    "Finding",
    "Gate",
    "Hours",
    "HttpSmsCarrier",
    "Measure",
    "NeverError",
    "News",
    "NotGsm7Error",
    "NotNowError",
    "Notice",
    "NoticeRenderer",
    "NoticeValues",
    "Office",
    "OwnWords",
    "Plan",
    "Profile",
    "RenderedEmail",
    "SecrecyError",
    "SmtpCarrier",
    "UnfitDetailError",
    "UnfitWordsError",
    "UnknownOutcomeError",
    "UnsendableError",
    "UnusableNoticeError",
    "as_row",
    "change_told_to",
    "channel_of",
    "check_sender",
    "check_sms_sender",
    "check_texts",
    "check_words",
    "code_gate",
    "confirm_contact",
    "contacts_told",
    "decide_doubt",
    "get_bounced",
    "link_obstacle",
    "lint_sender",
    "lint_text",
    "mark_lost",
    "may_arrive",
    "measure",
    "new_link_gate",
    "news_gate",
    "notices_of",
    "notices_part",
    "places_in",
    "places_of",
    "plan_at_once",
    "plan_change_done",
    "plan_change_told",
    "plan_news",
    "plan_requested_codes",
    "plan_requested_links",
    "sample_values",
    "send_next",
    "telling_address",
    "telling_word",
    "tells_known",
    "without_places",
]
