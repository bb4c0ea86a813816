"""The processor's published test bank accounts, and what each bank answers to a debit."""

from dataclasses import dataclass
from typing import Literal

Answer = Literal["succeeds", "fails"]


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A published test IBAN, and what the bank answers by itself; ``at_once`` without the wait."""

    iban: str
    answer: Answer
    at_once: bool = False

    @property
    def last4(self) -> str:
        """What may be shown of it."""
        return self.iban[-4:]

    @property
    def spaced(self) -> str:
        """As it is printed."""
        return " ".join(self.iban[i : i + 4] for i in range(0, len(self.iban), 4))


_ALL = (
    BankAccount("FR3020041010050500013M02609", "succeeds"),
    BankAccount("FR1420041010050500013M02606", "succeeds", at_once=True),
    BankAccount("FR7920041010050500013M02600", "fails"),
    BankAccount("FR8420041010050500013M02607", "fails", at_once=True),
)
BANK_ACCOUNTS = {bank.iban: bank for bank in _ALL}
USUAL = _ALL[0]


def find(typed: str) -> BankAccount | None:
    """The test account behind what was typed; None for any other, above all a real one."""
    return BANK_ACCOUNTS.get("".join(c for c in typed.upper() if c.isalnum()))
