"""What a line of the export is, in an accountant's words."""

from shared.payments import OF_DISPUTE

PAID = "paiement"
ASSIGNED = "attribution"  # money of nobody known that staff gave to an account
OVERPAID = "trop-perçu"  # what of a payment settled nothing when it came
CREDIT_USED = "trop-perçu utilisé"
CANCELLED = "annulation"
WAIVED, WRITTEN_OFF = "remise accordée", "irrécouvrable"  # given up: no money moved
REFUNDED, REFUND_BACK = "remboursement", "remboursement revenu"
GOODWILL, GOODWILL_BACK = "geste commercial", "geste commercial revenu"
DISPUTED, DISPUTE_BACK = "contestation", "contestation rendue"
TWICE = "parti deux fois"  # refunded and taken by a bank: settles nothing, a loss until it is back


def of_forgiven(nature: str) -> str:
    """Of a debt that was given up."""
    return WRITTEN_OFF if nature == "written_off" else WAIVED


def of_refund(kind: str, *, is_goodwill: bool, is_back: bool, beyond: bool) -> str:
    """Of money that went, or ``is_back``: a refund, or what a bank took (``kind``). ``beyond`` is the
    part that went although nothing was left of its payment."""
    if beyond:
        return TWICE
    if kind == OF_DISPUTE:
        return DISPUTE_BACK if is_back else DISPUTED
    if is_goodwill:
        return GOODWILL_BACK if is_back else GOODWILL
    return REFUND_BACK if is_back else REFUNDED
