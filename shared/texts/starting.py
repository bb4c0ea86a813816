"""What Ardoise says, put down as a practice could have written it: something to begin with."""

import re

from shared.delivery import NoticeRenderer, NoticeValues, OwnWords
from shared.texts.service import TextName

_SENDER = "\ue010"
_HOW_LONG = re.compile(
    r"^(?:Le lien marche pendant|The link works for)\s14\s(?:jours|days)\.\n?", re.MULTILINE
)


def ardoise_words(renderer: NoticeRenderer, name: TextName) -> OwnWords:
    """Ardoise's words for a text, with places where values stand, without what is put about every text."""
    values = NoticeValues(_SENDER, "{lien}", "espace.example", "{téléphone}", 14)
    if name.channel == "sms":
        said = renderer.sms_text(name.template, name.language, values)
        return OwnWords("", said.partition(_SENDER)[2].lstrip(" :"))
    made = renderer.email_text(name.template, name.language, values)
    body = _HOW_LONG.sub("", made.text.partition(f"\n{_SENDER}\n")[0])
    return OwnWords(made.subject, re.sub(r"\n{3,}", "\n\n", body).strip())
