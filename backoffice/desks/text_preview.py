"""How a message looks on a phone: taken apart from the very text that would be sent."""

from dataclasses import dataclass

from shared.accounts import Practice
from shared.base.errors import ArdoiseError
from shared.delivery import Measure, NoticeRenderer, NoticeValues, OwnWords, measure
from shared.texts import TextName

OPEN = {"fr": "Ouvrir mon espace privé", "en": "Open my private space"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: its lines, and whether it is the button (``link``), the footer (``foot``) or plain."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """One message as a phone shows it. ``first`` is what a locked screen shows of it; ``taken`` is what a
    text message takes of the network, None for an e-mail."""

    sender: str
    subject: str
    first: str
    blocks: tuple[Block, ...]
    taken: Measure | None


def preview_of(
    renderer: NoticeRenderer,
    practice: Practice,
    name: TextName,
    own: OwnWords | None,
    values: NoticeValues,
) -> Preview | None:
    """The message with these words, right or wrong; None where nothing can be made of them."""
    try:
        if name.channel == "sms":
            text = renderer.sms_text(name.template, name.language, values, own)
            return Preview(practice.sms_sender, "", text, (Block("text", (text,)),), measure(text))
        made = renderer.email_text(name.template, name.language, values, own)
    except ArdoiseError:
        return None
    paragraphs = [part.strip("\n") for part in made.text.split("\n\n") if part.strip()]
    blocks = [_block(part, name.language, values) for part in paragraphs[:-1]]
    foot = Block("foot", tuple(paragraphs[-1].splitlines()))
    first = " ".join(line for block in blocks if block.kind == "text" for line in block.lines)
    return Preview(practice.sender, made.subject, first, (*blocks, foot), None)


def _block(paragraph: str, language: str, values: NoticeValues) -> Block:
    if paragraph == values.link:
        return Block("link", (OPEN[language],))
    return Block("text", tuple(paragraph.splitlines()))
