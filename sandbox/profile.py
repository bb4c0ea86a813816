"""What an account's owner sets in the processor's own pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """What patients read of an account, and what the processor lets it do."""

    public_name: str | None = "Espace privé"
    statement: str | None = "ESPACE PRIVE"
    prefix: str | None = "ESPACE"
    url: str | None = None
    support_email: str | None = None
    charges: bool = True
    payouts: bool = True
    country: str = "FR"
    currency: str = "eur"
    due: bool = False
