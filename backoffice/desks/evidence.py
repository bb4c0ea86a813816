"""What a practice can tell a bank about a payment that it disputes: facts that anyone may read.

Numbers, days, sums, and what the person did in their space. No care, no name, no message's words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_disputes import DisputeShown, dispute_shown
from backoffice.desks.words import (
    CHANNELS,
    METHODS,
    NOTICE_TITLES,
    title,
)
from shared.accounts import Account, Practice, get_practice
from shared.audit import Actor, TimelineEvent, record
from shared.base.clock import local_date
from shared.base.formats import clock_time, day, money
from shared.delivery import Notice
from shared.payments import (
    BY_LINK,
    OF_DISPUTE,
    Payment,
    PaymentAttempt,
    get_attempt,
    get_payment,
    refunds_of,
)
from shared.plans import plans_of
from shared.reversals import Dispute, get_dispute

IDENTITY_GIVEN = "link.opened"
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """A heading, and what is known below it: what, and how it is."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is to be told about one dispute."""

    shown: DisputeShown
    parts: tuple[Facts, ...]

    @property
    def text(self) -> str:
        """The same to be copied, line by line."""
        blocks = (
            "\n".join([part.title, *(f"- {what} : {how}" for what, how in part.lines)])
            for part in self.parts
        )
        return "\n\n".join(blocks)


def gather(
    session: Session, *, account: Account, dispute_id: UUID, actor: Actor, at: datetime
) -> Evidence:
    """The facts about a disputed payment; that they were asked for is noted. Raises NotFoundError."""
    practice = get_practice(session, account.practice_id)
    dispute = get_dispute(
        session, practice_id=account.practice_id, account_id=account.id, dispute_id=dispute_id
    )
    assert dispute.payment_id is not None  # noqa: S101 - an account's dispute names its payment
    payment, shares = get_payment(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        payment_id=dispute.payment_id,
    )
    told = _Telling(session, practice, account, payment, dispute)
    parts = (
        told.of_payment(),
        Facts(
            "Factures réglées par ce paiement",
            tuple(
                (
                    f"Facture {invoice.number}",
                    f"émise le {day(invoice.issued_on)}, à payer au plus tard le "
                    f"{day(invoice.due_on)}, part du patient {money(invoice.patient_cents)}, "
                    f"réglée par ce paiement {money(cents)}",
                )
                for invoice, cents in shares
            ),
        ),
        told.of_identity(),
        told.of_agreements(),
        told.of_messages(),
        told.of_returns(),
    )
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="dispute.evidence",
        actor=actor,
        at=at,
        id=str(dispute.id),
        cents=dispute.amount_cents,
        receipt=payment.number,
    )
    shown = dispute_shown(dispute, payment.number, practice.timezone)
    return Evidence(shown, tuple(part for part in parts if part.lines))


@dataclass(frozen=True, slots=True)
class _Telling:
    """One disputed payment, told in the practice's own time."""

    session: Session
    practice: Practice
    account: Account
    payment: Payment
    dispute: Dispute

    def of_payment(self) -> Facts:
        """What was paid, when and how."""
        payment, attempt = self.payment, self._attempt()
        begun = (
            [("Commencé par la personne dans son espace", self._moment(attempt.created_at))]
            if attempt is not None and attempt.cause is None and attempt.choice != BY_LINK
            else []
        )
        lines = [
            ("Reçu par", f"{self.practice.sender}, SIREN {self.practice.siren}"),
            ("Somme", money(payment.amount_cents)),
            ("Moyen", title(METHODS, payment.method)),
            *begun,
            ("Argent reçu", self._moment(payment.received_at)),
            ("Reçu donné", f"{payment.number}, toujours visible dans l’espace de la personne"),
            ("Référence du compte", self.account.number),
            ("Paiement chez le prestataire", payment.processor_ref),
            ("Contestation chez le prestataire", self.dispute.processor_ref),
            ("Somme contestée", money(self.dispute.amount_cents)),
            ("Contesté", self._moment(self.dispute.opened_at)),
        ]
        return Facts("Le paiement", tuple(lines))

    def of_identity(self) -> Facts:
        """When somebody who knew who the person is had come in, before paying."""
        until = self._begun_at()
        given = self.session.scalars(
            select(TimelineEvent.at)
            .where(
                TimelineEvent.practice_id == self.practice.id,
                TimelineEvent.account_id == self.account.id,
                TimelineEvent.kind == IDENTITY_GIVEN,
                TimelineEvent.at <= until,
            )
            .order_by(TimelineEvent.at.desc())
            .limit(3)
        )
        return Facts(
            "Contrôle d’identité réussi avant le paiement",
            tuple(("Lien personnel ouvert, identité donnée", self._moment(at)) for at in given),
        )

    def of_agreements(self) -> Facts:
        """What had been agreed to for paying in parts."""
        paid_at = self.payment.received_at
        plans = [
            view.plan
            for view in plans_of(
                self.session, practice_id=self.practice.id, account_id=self.account.id
            )
            if view.plan.agreed_at is not None
            and view.plan.agreed_at <= paid_at
            and (view.plan.closed_at is None or view.plan.closed_at >= paid_at)
        ]
        return Facts(
            "Accord de paiement en plusieurs fois",
            tuple(
                (
                    f"Accord donné {self._moment(plan.agreed_at)}",
                    f"{money(plan.total_cents)} en tout, texte accepté version {plan.text_version}, "
                    f"empreinte SHA-256 {plan.text_hash}",
                )
                for plan in plans
                if plan.agreed_at is not None
            ),
        )

    def of_messages(self) -> Facts:
        """Messages that went to the contact on file, and did not bounce, before the bank's dispute."""
        sent = self.session.scalars(
            select(Notice)
            .where(
                Notice.practice_id == self.practice.id,
                Notice.account_id == self.account.id,
                Notice.status == "sent",
                Notice.outcome_at <= self.dispute.opened_at,
            )
            .order_by(Notice.outcome_at.desc())
            .limit(MOST_LINES)
        )
        return Facts(
            "Messages envoyés au contact du dossier, sans retour d’erreur", tuple(self._sent(sent))
        )

    def of_returns(self) -> Facts:
        """What the practice had given back of it already."""
        made = refunds_of(self.session, practice_id=self.practice.id, payments=[self.payment.id])
        return Facts(
            "Remboursements faits par le cabinet",
            tuple(
                (self._moment(refund.refunded_at), money(refund.amount_cents))
                for refund in made.get(self.payment.id, [])
                if refund.status == "succeeded" and refund.kind != OF_DISPUTE
            ),
        )

    def _sent(self, notices: Iterable[Notice]) -> Iterable[tuple[str, str]]:
        for notice in notices:
            if notice.outcome_at is not None:
                what = title(NOTICE_TITLES, notice.template)
                by = title(CHANNELS, notice.channel)
                words = notice.words_version
                own = f", texte du cabinet version {words}" if words else ""
                yield what, f"{by}, {self._moment(notice.outcome_at)}{own}"

    def _attempt(self) -> PaymentAttempt | None:
        if self.payment.attempt_id is None:
            return None
        return get_attempt(
            self.session, practice_id=self.practice.id, attempt_id=self.payment.attempt_id
        )

    def _begun_at(self) -> datetime:
        attempt = self._attempt()
        return self.payment.received_at if attempt is None else attempt.created_at

    def _moment(self, at: datetime) -> str:
        timezone = self.practice.timezone
        return f"le {day(local_date(at, timezone))} à {clock_time(at, timezone)}"
