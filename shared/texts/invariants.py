"""What must always be true of a practice's own words."""

from sqlalchemy import select

from shared.base.invariants import Invariant
from shared.delivery import Notice
from shared.texts.model import PracticeText
from shared.texts.rules import CHANGEABLE

INVARIANTS = (
    Invariant(
        "notice-words",
        "every message that went with a practice's own words names a version that is kept",
        select(Notice.id).where(
            Notice.words_version.is_not(None),
            ~select(PracticeText.id)
            .where(
                PracticeText.practice_id == Notice.practice_id,
                PracticeText.template == Notice.template,
                PracticeText.channel == Notice.channel,
                PracticeText.language == Notice.language,
                PracticeText.version == Notice.words_version,
                PracticeText.body.is_not(None),
            )
            .exists(),
        ),
    ),
    Invariant(
        "words-only-where-allowed",
        "no practice words a message that is the same from everybody",
        select(PracticeText.id).where(PracticeText.template.not_in(CHANGEABLE)),
    ),
)
