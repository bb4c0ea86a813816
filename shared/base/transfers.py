"""Bank transfers: a creditor reference (ISO 11649) and the QR code that banks' apps read (EPC069-12)."""

import secrets
from dataclasses import dataclass
from decimal import Decimal

from segno.helpers import make_epc_qr
from stdnum.iso7064 import mod_97_10

from shared.base.ids import CROCKFORD
from shared.base.money import Cents

REFERENCE_LENGTH = 16
_BODY_LENGTH = REFERENCE_LENGTH - len("RF00")


def creditor_reference(body: str) -> str:
    """``RF``, two check digits, and ``body``: at most 21 capital letters and digits."""
    return f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"


def new_creditor_reference() -> str:
    """A fresh reference whose body is drawn: on a bank statement it tells nothing to anyone else."""
    return creditor_reference("".join(secrets.choice(CROCKFORD) for _ in range(_BODY_LENGTH)))


def in_fours(code: str) -> str:
    """An account number or a reference as people read and copy it, four signs at a time."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@dataclass(frozen=True, slots=True)
class QrPicture:
    """A square of ``size`` modules, its dark ones as the path of an SVG."""

    size: int
    path: str


def transfer_qr(*, holder: str, iban: str, bic: str, cents: Cents, reference: str) -> QrPicture:
    """The code that fills in a transfer of ``cents``.

    ``holder`` is the account's name exactly as its bank knows it: banks compare the two. Raises
    ValueError for a sum below 0,01 € or above 999 999 999,99 €.
    """
    code = make_epc_qr(
        holder, iban, Decimal(cents) / 100, reference=reference, bic=bic or None, encoding="utf-8"
    )
    lines = (f"M0 {y}.5{_runs(row)}" for y, row in enumerate(code.matrix))
    return QrPicture(len(code.matrix), "".join(lines))


def _runs(row: bytes | bytearray) -> str:
    """One row of modules: strokes where they are dark, moves where they are light."""
    path, start = "", 0
    for place in range(1, len(row) + 1):
        if place == len(row) or row[place] != row[start]:
            path += f"{'h' if row[start] else 'm'}{place - start}{'' if row[start] else ' 0'}"
            start = place
    return path
