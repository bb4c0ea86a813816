"""What the processor says of a practice's own account: what patients read there, what it lets happen."""

from dataclasses import dataclass
from typing import Any

from shared.processor.stripe_values import Json, read_name

NO_RIGHT = "no_right"
"""The code of a refusal for a right that the key lacks."""
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """A practice's account at the processor. What is None or empty it did not say.

    Patients read ``name`` and ``sites`` on its payment page and its mails, ``statement`` and ``prefix`` on
    their bank statements. ``interval`` is how often money leaves for the bank; ``due`` whether the processor
    wants to know more of the practice.
    """

    account_id: str
    name: str
    statement: str
    prefix: str
    sites: tuple[str, ...]
    charges: bool | None
    payouts: bool | None
    interval: str
    country: str
    currency: str
    due: bool


def read_own(client: Any) -> OwnAccount:
    """The account of the key that ``client`` has."""
    account: Json = client.v1.accounts.retrieve_current().to_dict()
    profile, settings = _part(account, "business_profile"), _part(account, "settings")
    cards = _part(settings, "card_payments")
    return OwnAccount(
        account_id=read_name(account["id"]),
        name=_words(profile, "name") or _words(_part(settings, "dashboard"), "display_name"),
        statement=_words(_part(settings, "payments"), "statement_descriptor"),
        prefix=_words(cards, "statement_descriptor_prefix"),
        sites=tuple(
            words
            for name in ("url", "support_url", "support_email")
            if (words := _words(profile, name))
        ),
        charges=account.get("charges_enabled"),
        payouts=account.get("payouts_enabled"),
        interval=_words(_part(_part(settings, "payouts"), "schedule"), "interval"),
        country=_words(account, "country"),
        currency=_words(account, "default_currency"),
        due=bool(_part(account, "requirements").get("currently_due")),
    )


def _part(thing: Json, name: str) -> Json:
    return thing.get(name) or {}


def _words(thing: Json, name: str) -> str:
    """Words that somebody typed at the processor. Raises TypeError for what are none."""
    value = thing.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError
    return " ".join(value.split())[:LONGEST_WORDS]
