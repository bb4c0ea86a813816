"""IBAN and BIC as people type them, checked. Apart from ``transfers``: only set-up needs the registries."""

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from shared.base.errors import ArdoiseError


class BankNumberError(ArdoiseError):
    """What was typed is no number of a bank account in euros; the text says why."""


def checked_iban(text: str) -> str:
    """The IBAN without spaces, its own and its country's check digits right. Raises BankNumberError."""
    try:
        iban = IBAN(text, validate_bban=True)
    except SchwiftyException as error:
        raise BankNumberError(f"This is no IBAN ({error}): copy it from the bank.") from None
    if not iban.in_sepa_zone:
        raise BankNumberError("That country takes no SEPA transfers: give another account.")
    return str(iban)


def checked_bic(text: str) -> str:
    """The BIC without spaces. Raises BankNumberError."""
    try:
        return str(BIC(text))
    except SchwiftyException as error:
        raise BankNumberError(f"This is no BIC ({error}): copy it from the bank.") from None
