"""A claimed notice made into a message, in the practice's own words or in ours; needs no database."""

from dataclasses import dataclass

from shared.accounts import Practice
from shared.base.log import describe_failure, get_logger
from shared.delivery.carriers import Envelope
from shared.delivery.model import Notice
from shared.delivery.render import NoticeRenderer
from shared.delivery.values import NoticeValues
from shared.delivery.wording import OwnWords

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Claimed:
    """A claimed notice, all that is needed to send it without the database. ``site`` is the portal's whole
    address, ``own`` the practice's words for it where they fit."""

    notice: Notice
    practice: Practice
    to: str
    site: str
    url: str | None = None
    code: str | None = None
    own: OwnWords | None = None

    @property
    def values(self) -> NoticeValues:
        """All that it may say. Raises UnusableNoticeError."""
        return NoticeValues(
            sender=self.practice.sender,
            link=self.url,
            code=self.code,
            site=self.site.partition("://")[2],
            phone=self.practice.phone,
            link_days=self.practice.link_days,
        )


def fitting(renderer: NoticeRenderer, claimed: Claimed, own: OwnWords | None) -> OwnWords | None:
    """The practice's words where they pass the rules of today with the values of this very message; else
    none, and ours go. Chosen before the claim is committed: a notice then says which words went even if
    the sender is killed."""
    if own is None:
        return None
    notice = claimed.notice
    make = renderer.sms if notice.channel == "sms" else renderer.email
    try:
        make(notice.template, notice.language, claimed.values, own)
    except Exception as error:  # whatever it is: their words must keep no message back
        log.error("notice.own_words_unfit", notice=str(notice.id), **describe_failure(error))
        return None
    return own


def envelope_of(renderer: NoticeRenderer, claimed: Claimed) -> Envelope:
    """The message ready to go. Raises what the renderer raises, and UnusableNoticeError."""
    notice, practice, values = claimed.notice, claimed.practice, claimed.values
    if notice.channel == "sms":
        sms = renderer.sms(notice.template, notice.language, values, claimed.own)
        return Envelope(claimed.to, practice.sms_sender, notice.id.hex, "", sms.text, "")
    mail = renderer.email(notice.template, notice.language, values, claimed.own)
    return Envelope(claimed.to, practice.sender, notice.id.hex, mail.subject, mail.text, mail.html)
