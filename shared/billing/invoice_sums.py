"""Whether the sums that an export states of one invoice agree, and what those left out must be."""

from dataclasses import dataclass

from shared.base.money import Cents

TOLERANCE_CENTS: Cents = 1


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of one invoice as the file states them, in cents; None where it says nothing."""

    total: Cents
    amo: Cents | None
    amc: Cents | None
    patient: Cents | None
    paid: Cents | None
    left: Cents | None

    @property
    def patient_share(self) -> Cents:
        """What falls to the patient: as stated, else what the payers leave, else left and paid."""
        if self.patient is not None:
            return self.patient
        if self.amo is not None or self.amc is not None:
            return self.total - (self.amo or 0) - (self.amc or 0)
        return (self.left or 0) + (self.paid or 0)

    @property
    def left_to_pay(self) -> Cents:
        """What the patient still owes: as stated, else the share less what is already paid."""
        return self.patient_share - (self.paid or 0) if self.left is None else self.left

    def disagreements(self) -> list[tuple[str, str]]:
        """(field, French sentence) for each sum that cannot be true beside the others."""
        found = [
            (field, "Montant négatif\u00a0: un avoir ne s’importe pas. Retirez cette ligne.")
            for field, cents in (
                ("total", self.total),
                ("patient_share", self.patient),
                ("already_paid", self.paid),
                ("remaining", self.left),
            )
            if cents is not None and cents < 0
        ]
        if found:
            return found
        if self.patient is None and self.left is None:
            return [("patient_share", "Indiquez la part patient ou le reste dû.")]
        return self._wrong_parts() or self._wrong_remainder()

    def _wrong_parts(self) -> list[tuple[str, str]]:
        share = self.patient_share
        if share > self.total + TOLERANCE_CENTS or share < 0:
            return [("patient_share", "La part patient n’est pas comprise entre zéro et le total.")]
        if self.amo is None or self.amc is None:
            return []
        if abs(self.total - self.amo - self.amc - share) > TOLERANCE_CENTS:
            return [
                (
                    "total",
                    "Le total n’est pas la somme des parts AMO, AMC et patient. "
                    "Corrigez la ligne dans votre logiciel.",
                )
            ]
        return []

    def _wrong_remainder(self) -> list[tuple[str, str]]:
        """Practices count payers' money among what is paid, or leave it out: both are accepted."""
        if self.left_to_pay < 0:
            return [
                (
                    "already_paid",
                    "Le déjà réglé dépasse la part patient. Ajoutez une colonne «\u00a0reste "
                    "dû\u00a0».",
                )
            ]
        if self.paid is None or self.left is None:
            return []
        owed = (self.patient_share, self.total)
        if all(abs(sum_ - self.paid - self.left) > TOLERANCE_CENTS for sum_ in owed):
            return [
                (
                    "remaining",
                    "Le reste dû ne correspond pas à la part patient moins le déjà réglé. "
                    "Corrigez la ligne dans votre logiciel.",
                )
            ]
        return []
