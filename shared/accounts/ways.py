"""How a practice takes money beside cards: by transfer, by cheque, at its desk."""

from dataclasses import dataclass

from shared.accounts.model import Practice
from shared.base.errors import ArdoiseError

AT_DESK = ("card", "cash", "cheque")
LONGEST_NAME = 70  # what a transfer's QR code and banks' forms hold


class UnfitWayError(ArdoiseError):
    """What a practice says of its ways to be paid can't be used; the text says why."""


@dataclass(frozen=True, slots=True)
class WaysToPay:
    """What a practice takes. Empty fields are ways that it does not take.

    ``holder`` is the bank account's name exactly as the bank knows it; it stands on the statements of
    whoever pays, as ``cheque_order`` does. ``at_desk`` holds card, cash, cheque.
    """

    iban: str = ""
    bic: str = ""
    holder: str = ""
    cheque_order: str = ""
    at_desk: tuple[str, ...] = ()


def set_ways_to_pay(practice: Practice, ways: WaysToPay) -> None:
    """Write down what a practice takes; IBAN and BIC are checked already (see ``base.bank_numbers``).

    Raises UnfitWayError.
    """
    holder, order = _name(ways.holder), _name(ways.cheque_order)
    if bool(ways.iban) != bool(holder):
        raise UnfitWayError("Give both the IBAN and the holder's name as the bank knows it.")
    if ways.bic and not ways.iban:
        raise UnfitWayError("A BIC alone says nothing: give the IBAN as well.")
    if unknown := set(ways.at_desk) - set(AT_DESK):
        raise UnfitWayError(f"The desk takes card, cash or cheque, not {sorted(unknown)[0]!r}.")
    practice.iban = ways.iban or None
    practice.bic = ways.bic or None
    practice.account_holder = holder or None
    practice.cheque_order = order or None
    practice.desk_takes = ",".join(way for way in AT_DESK if way in ways.at_desk)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UnfitWayError(f"A name has {LONGEST_NAME} letters and signs at most, on one line.")
    return name


def ways_of(practice: Practice) -> WaysToPay:
    """What a practice takes."""
    return WaysToPay(
        iban=practice.iban or "",
        bic=practice.bic or "",
        holder=practice.account_holder or "",
        cheque_order=practice.cheque_order or "",
        at_desk=tuple(filter(None, practice.desk_takes.split(","))),
    )
