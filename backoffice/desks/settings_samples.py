"""What settings come to: the messages that patients would get, and what a debt could be spread into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.base.config_demands import is_loopback
from shared.base.errors import ArdoiseError
from shared.base.money import Cents
from shared.delivery import NoticeRenderer, OwnWords, sample_values
from shared.plans import INSTANT, PlanRules, Wish, durations, schedule, verdict
from shared.texts import CHANNELS, TextName, text_in_force, words_of

SAMPLE_CENTS: Cents = 12_000
SAMPLE_DAY = 5
FIRST_MESSAGE = "pre_due"


@dataclass(frozen=True, slots=True)
class MessageSamples:
    """A first message as it would leave."""

    sms_sender: str
    sms: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Spread:
    """One way to spread the sample: so many parts, the first and the last sum."""

    months: int
    first_on: date
    each: Cents
    last: Cents
    at_once: bool


def first_words(session: Session, practice_id: int) -> dict[str, OwnWords | None]:
    """The practice's own words for a first message, by channel."""
    return {
        channel: words_of(
            text_in_force(
                session, practice_id=practice_id, name=TextName(FIRST_MESSAGE, channel, "fr")
            )
        )
        for channel in CHANNELS
    }


def message_samples(
    practice: Practice, words: Mapping[str, OwnWords | None], *, site: str
) -> MessageSamples:
    """A first message with the names as they are set, in the practice's own ``words`` where they would go."""
    renderer = NoticeRenderer(loopback=is_loopback(site))
    values = sample_values(
        sender=practice.sender, phone=practice.phone, site=site, link_days=practice.link_days
    )
    try:
        email = renderer.email(FIRST_MESSAGE, "fr", values, words["email"])
    except ArdoiseError:
        email = renderer.email(FIRST_MESSAGE, "fr", values)
    try:
        sms = renderer.sms(FIRST_MESSAGE, "fr", values, words["sms"])
    except ArdoiseError:
        sms = renderer.sms(FIRST_MESSAGE, "fr", values)
    shown = f"{site}/l/…"
    return MessageSamples(
        practice.sms_sender,
        sms.text.replace(str(values.link), shown),
        email.subject,
        email.text.replace(str(values.link), shown),
    )


def spreads(rules: Mapping[str, Any], *, today: date) -> list[Spread]:
    """What the sample could be spread into by whoever owes it, under these rules."""
    own = PlanRules(
        minimum_cents=rules["plan_minimum_cents"],
        most_months=rules["plan_most_months"],
        instant_cents=rules["plan_instant_cents"],
        first_now=rules["plan_first_now"],
    )
    found = []
    for months in durations(SAMPLE_CENTS, own):
        parts = schedule(SAMPLE_CENTS, Wish(SAMPLE_DAY, months=months), own, today)
        at_once = verdict(parts, own) == INSTANT
        found.append(Spread(months, parts[0].due_on, parts[0].cents, parts[-1].cents, at_once))
    return found
