"""What an export must not say: sums that cannot be booked, people who are not who they were."""

from dataclasses import dataclass

from shared.accounts import PersonDetails
from shared.base.money import Cents
from shared.base.vault import folded
from shared.billing import InvoiceRow

TOLERANCE_CENTS: Cents = 1

MOVED = (
    "Cette facture est déjà connue pour un autre débiteur. Remettez le débiteur d’avant dans votre "
    "logiciel, ou refacturez sous un autre numéro."
)
SOMEONE_ELSE = (
    "Ce numéro de dossier est déjà celui d’une autre personne\u00a0: nom, prénom et date de "
    "naissance diffèrent. Vérifiez-le dans votre logiciel."
)
ERASED = (
    "Cette facture est d’un compte dont les données sont effacées\u00a0: elle ne se rouvre pas. "
    "Refacturez sous un autre numéro, ou retirez la ligne."
)
ERASED_PAID = (
    "Cette facture payée est d’un compte dont les données sont effacées\u00a0: la ligne est laissée "
    "de côté."
)
OTHER_PARTS = (
    "Le total ou les parts de cette facture ne sont plus ceux de son arrivée\u00a0: seul le reste dû "
    "est repris."
)


def twice(source: str) -> str:
    """What is said of an invoice that the same account already has from another source."""
    return (
        f"Ce compte a déjà cette facture, de la source « {source} »\u00a0: elle serait demandée deux "
        "fois. Importez cette liste sous cette source-là, ou retirez la ligne."
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """Who pays which part of an invoice, in cents; ``total`` is their sum."""

    amo: Cents
    amc: Cents
    patient: Cents

    @property
    def total(self) -> Cents:
        """The sum of the parts: a cent of rounding in the export goes with them."""
        return self.amo + self.amc + self.patient

    @property
    def all(self) -> tuple[Cents, Cents, Cents, Cents]:
        """Total, AMO, AMC, patient."""
        return self.total, self.amo, self.amc, self.patient


def parts_of(row: InvoiceRow) -> Parts:
    """The parts of an invoice.

    One payer's part that the export leaves out is what the others leave of the total. Where it
    names neither, nothing is known of the payers, perhaps not even that there are any: then nothing
    is booked on them, and the total is the patient's share.
    """
    share, amo, amc = row.patient_share_cents, row.amo_cents, row.amc_cents
    if amo is None and amc is None:
        return Parts(0, 0, share)
    rest = max(row.total_cents - share - (amo or 0) - (amc or 0), 0)
    return Parts(rest if amo is None else amo, rest if amc is None else amc, share)


def wrong_sums(row: InvoiceRow) -> list[tuple[str, str]]:
    """(field, French sentence) for sums that must not be asked of a patient or cannot be booked."""
    stated = (row.amo_cents or 0, row.amc_cents or 0)
    if min(stated) < 0:
        return [("amo" if stated[0] < 0 else "amc", "Part négative. Corrigez-la.")]
    if sum(stated) + row.patient_share_cents > row.total_cents + TOLERANCE_CENTS:
        return [("total", "Le total est inférieur à la somme des parts. Corrigez la ligne.")]
    if row.remaining_cents > row.patient_share_cents + TOLERANCE_CENTS:
        return [
            (
                "remaining",
                "Le reste dû dépasse la part patient\u00a0: il contient sans doute la part d’un "
                "payeur. Exportez le reste dû par le patient.",
            )
        ]
    return []


def agreements(known: PersonDetails, stated: PersonDetails) -> int:
    """How many of surname, given name and birth date two descriptions have in common."""
    return sum(
        (
            folded(known.name.surname) == folded(stated.name.surname),
            folded(known.name.given) == folded(stated.name.given),
            known.birth_date is not None and known.birth_date == stated.birth_date,
        )
    )


def same_person(known: PersonDetails, stated: PersonDetails) -> bool:
    """Whether it is the same person after a marriage, a correction or a new file number."""
    return agreements(known, stated) >= 2


def someone_else(known: PersonDetails, stated: PersonDetails) -> bool:
    """Whether nothing at all agrees, so that a file number now means someone else."""
    return agreements(known, stated) == 0
