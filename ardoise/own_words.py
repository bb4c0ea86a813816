"""Which of practices' own words for messages would not go today."""

from sqlalchemy.orm import Session

from shared.accounts import get_practice
from shared.base.config_demands import is_loopback
from shared.base.errors import ArdoiseError
from shared.delivery import NoticeRenderer, sample_values
from shared.texts import key_of, texts_in_force, words_of


def unsendable_texts(session: Session, site: str) -> list[str]:
    """Each in force that breaks a rule, named by practice and text; of Ardoise's words there is none."""
    renderer = NoticeRenderer(loopback=is_loopback(site))
    found = []
    for text in texts_in_force(session):
        own = words_of(text)
        if own is None:
            continue
        practice = get_practice(session, text.practice_id)
        make = renderer.sms if text.channel == "sms" else renderer.email
        try:
            values = sample_values(
                sender=practice.sender,
                phone=practice.phone,
                site=site,
                link_days=practice.link_days,
            )
            make(text.template, text.language, values, own)
        except ArdoiseError as error:
            key = key_of(text.template, text.channel, text.language)
            found.append(f"practice {practice.id}, {key}, {type(error).__name__}")
    return sorted(found)
