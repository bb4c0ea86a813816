"""The ways to pay that need no card on our pages, as the practice takes them."""

from dataclasses import dataclass

from babel.lists import format_list
from flask import g

from portal.context import visit
from shared.accounts import ways_of
from shared.base.formats import locale_of, marked
from shared.base.transfers import in_fours
from shared.web.filters import t

DESK_WORDS = {
    "card": marked("par carte"),
    "cash": marked("en espèces"),
    "cheque": marked("par chèque"),
}


@dataclass(frozen=True, slots=True)
class OtherWays:
    """What a practice takes; ``at_desk`` is « par carte, en espèces ou par chèque », or nothing."""

    transfer: bool
    cheque_order: str
    at_desk: str
    reference: str

    @property
    def there_are(self) -> bool:
        """Whether there is any."""
        return bool(self.transfer or self.cheque_order or self.at_desk)


def other_ways() -> OtherWays:
    """What the practice at hand takes beside cards on the processor's page."""
    here = visit()
    ways = ways_of(here.practice)
    words = [t(DESK_WORDS[way]) for way in ways.at_desk]
    return OtherWays(
        transfer=bool(ways.iban),
        cheque_order=ways.cheque_order,
        at_desk=format_list(words, style="or", locale=locale_of(g.language)) if words else "",
        reference=in_fours(here.account.transfer_reference),
    )
