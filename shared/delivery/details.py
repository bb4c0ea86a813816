"""Whether a practice's names and number can stand in the messages that leave the house."""

import re
import string

from shared.base.errors import ArdoiseError
from shared.delivery.lint import (
    FieldKind,
    Profile,
    SecrecyError,
    TypedField,
    lint_field,
    lint_host,
    lint_sender,
)
from shared.delivery.render import NoticeRenderer
from shared.delivery.values import NoticeValues

SAMPLE_TOKEN = "A" * 47
# Networks carry no more than eleven (3GPP TS 23.040, 9.1.2.5).
SMS_SENDER_LENGTH = range(3, 12)
_SMS_SENDER_SIGNS = frozenset(string.ascii_letters + string.digits + " ")


class UnfitDetailError(ArdoiseError):
    """A detail can't stand in a message. ``detail`` names it (sender, sms_sender, or texts for what only
    shows in whole messages); ``why`` is ``rule`` with the lint's ``rule``, ``edge``, ``length``, ``sign`` or
    ``letter``; ``excerpt`` is what breaks it."""

    def __init__(self, detail: str, why: str, excerpt: str = "", rule: str = "") -> None:
        super().__init__(f"{detail}: {why}")
        self.detail, self.why, self.excerpt, self.rule = detail, why, excerpt, rule


def check_sender(sender: str) -> None:
    """Raises UnfitDetailError for a name that is long, strange or not neutral."""
    for finding in lint_sender(sender):
        raise UnfitDetailError("sender", "rule", finding.excerpt, finding.rule)


def check_sms_sender(sender: str) -> None:
    """Raises UnfitDetailError for what networks don't show, or what is not neutral."""
    if sender != sender.strip():
        raise UnfitDetailError("sms_sender", "edge", sender)
    if len(sender) not in SMS_SENDER_LENGTH:
        raise UnfitDetailError("sms_sender", "length", sender)
    if strange := [sign for sign in sender if sign not in _SMS_SENDER_SIGNS]:
        raise UnfitDetailError("sms_sender", "sign", strange[0])
    if not any(sign.isalpha() for sign in sender):
        raise UnfitDetailError("sms_sender", "letter", sender)
    if finding := next(iter(lint_sender(sender)), None):
        raise UnfitDetailError("sms_sender", "rule", finding.excerpt, finding.rule)


def telling_word(name: str) -> str:
    """The first word of a name, shown where anybody may see it, that isn't neutral; none is nothing.

    Capitals count for nothing: bank statements are written in them.
    """
    found = lint_field(TypedField(FieldKind.NAME, name.lower()), Profile.SHORT, site="")
    return next((finding.excerpt for finding in found), "")


def telling_address(address: str) -> str:
    """The same of an address on the web or of a mailbox: of its words, and of what its host runs together."""
    host = re.split(r"[/?#]", address.partition("://")[2] or address)[0].rpartition("@")[2].lower()
    told = (finding.excerpt for finding in lint_host(host) if finding.rule == "R4")
    return next(told, "") or telling_word(re.sub(r"[\W_]+", " ", address))


def check_texts(
    renderer: NoticeRenderer, *, sender: str, phone: str, site: str, link_days: int
) -> None:
    """Try every notice with these. ``site`` is the portal's whole address.

    Raises UnfitDetailError from the error that tells of the notice.
    """
    values = sample_values(sender=sender, phone=phone, site=site, link_days=link_days)
    try:
        renderer.check(values)
    except SecrecyError as error:
        words = ", ".join(sorted({f"“{finding.excerpt}”" for finding in error.findings}))
        raise UnfitDetailError("texts", "rule", words) from error
    except ArdoiseError as error:
        raise UnfitDetailError("texts", "length") from error


def sample_values(*, sender: str, phone: str, site: str, link_days: int) -> NoticeValues:
    """What a sample of a message says; its link opens nothing."""
    return NoticeValues(
        sender=sender,
        link=f"{site}/l/{SAMPLE_TOKEN}",
        site=site.partition("://")[2],
        phone=phone,
        link_days=link_days,
    )
