"""What the patient's phone and mailbox received."""

import re
import threading
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.clock import stamp
from sandbox.store import new_id

Channel = Literal["sms", "email"]

LINK = re.compile(r"https?://[^\s<>\"'()\[\]{}]+[^\s<>\"'()\[\]{}.,;:!?]")
_HREF = re.compile(r"""href\s*=\s*["'](https?://[^"']+)["']""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as one recipient got it. ``raw`` is the e-mail's source, headers and all."""

    channel: Channel
    to: str
    sender: str
    text: str
    subject: str = ""
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    reference: str = ""
    raw: str = ""
    id: str = field(default_factory=lambda: new_id("msg_"))
    at: datetime = field(default_factory=stamp)

    @property
    def links(self) -> list[str]:
        """Addresses in the text, then those only in the HTML, each once."""
        hrefs = [href.replace("&amp;", "&") for href in _HREF.findall(self.html)]
        return list(dict.fromkeys([*LINK.findall(self.text), *hrefs]))

    def as_json(self) -> dict[str, Any]:
        """For tests."""
        return asdict(self) | {"at": self.at.isoformat(), "links": self.links}

    def mentions(self, wanted: str) -> bool:
        """Whether the words stand in it, whatever their case."""
        places = (self.to, self.sender, self.subject, self.text)
        return any(wanted.casefold() in place.casefold() for place in places)


def address(text: str) -> str:
    """A recipient as it is kept: e-mail in lower case, number without spaces.

    A ``+`` that came through a query string as a space is put back.
    """
    if "@" in text:
        return text.strip().lower()
    bare = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    return f"+{bare}" if text.startswith(" ") and bare.isdecimal() else bare


class Inbox:
    """All messages, in order of arrival."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._by_reference: dict[str, Message] = {}

    def add(self, message: Message) -> Message:
        """Keep a message; with a reference already seen, the first one is handed back instead."""
        with self._lock:
            if message.reference:
                known = self._by_reference.setdefault(message.reference, message)
                if known is not message:
                    return known
            self._messages.append(message)
            return message

    def newest_first(self, to: str = "", words: str = "") -> list[Message]:
        """Messages for a recipient (all without one) that mention the words."""
        with self._lock:
            messages = list(reversed(self._messages))
        return [m for m in messages if (not to or m.to == to) and (not words or m.mentions(words))]

    def find(self, message_id: str) -> Message | None:
        """One message."""
        with self._lock:
            return next((m for m in self._messages if m.id == message_id), None)
