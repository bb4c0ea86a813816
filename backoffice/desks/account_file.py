"""An account's file, to be printed: what was billed, paid and agreed, what went out and when.

For whoever must be shown what happened: the person, a conciliator, an auditor. As little as that needs: no
line of an invoice, no word of a conversation, no request for help and no reason of a pause, which say more
about a person than a debt does. Names only for roles that see them.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backoffice.desks.account_file_sums import given_up_told, invoices_told, section
from backoffice.desks.account_head import Found, read_account
from backoffice.desks.account_reading import AccountParts, read_parts
from backoffice.desks.debts import given_up_of
from backoffice.desks.words import CHANNELS, METHODS, NOTICE_OUTCOMES, NOTICE_TITLES, title
from shared.accounts import account_vault, open_address, open_name
from shared.audit import Head, TimelineEvent, head_of, record, timeline_of
from shared.base.clock import local_date
from shared.base.formats import clock_time, day, money
from shared.base.transfers import in_fours
from shared.base.vault import Json, KeyRing
from shared.payments import Received, payments_of
from shared.plans import PlanView, plans_of
from shared.staff import SignedIn

IDENTITY_GIVEN = "link.opened"
GONE = frozenset({"sent", "bounced", "in_doubt"})
PLAN_STATES = {
    "active": "en cours",
    "paused": "en pause",
    "kept": "tenu",
    "ended": "arrêté",
    "replaced": "remplacé par un autre",
}


@dataclass(frozen=True, slots=True)
class AccountFile:
    """What the letter is typeset from, and the fingerprint by which it is known again."""

    data: dict[str, Json]
    digest: str
    at: datetime


def make_file(
    session: Session, *, who: SignedIn, number: str, keys: KeyRing, at: datetime
) -> AccountFile:
    """Gather the file and note on the timeline that it was made, with its fingerprint: each time, since each
    is handed out.

    Raises NotFoundError.
    """
    practice_id = who.practice_id
    found = read_account(session, practice_id=practice_id, number=number, at=at)
    account = found.account
    parts = read_parts(session, practice_id=practice_id, account_id=account.id)
    told = _Telling(found, parts, who, at)
    payments = payments_of(session, practice_id=practice_id, account_id=account.id)
    plans = plans_of(session, practice_id=practice_id, account_id=account.id)
    forgiven = given_up_of(session, account, parts.orders)
    events = timeline_of(session, practice_id=practice_id, account_id=account.id, limit=5000)
    sections: list[Json] = [
        invoices_told(parts.invoices, forgiven),
        told.payments(payments),
        given_up_told(parts.invoices, forgiven, found.practice.timezone),
        told.agreements(plans),
        told.messages(),
        told.deeds(events),
    ]
    facts: dict[str, Json] = {
        "about": told.about(keys),
        "sections": [one for one in sections if one],
    }
    digest = hashlib.sha256(
        json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    record(
        session,
        practice_id=practice_id,
        account_id=account.id,
        kind="account.file_made",
        actor=who.actor,
        at=at,
        digest=digest,
    )
    head = head_of(session, practice_id=practice_id)
    return AccountFile(facts | told.frame(digest, head), digest, at)


@dataclass(frozen=True, slots=True)
class _Telling:
    """One account, told in the practice's own time."""

    found: Found
    parts: AccountParts
    who: SignedIn
    at: datetime

    def frame(self, digest: str, head: Head) -> dict[str, Json]:
        """What stands on the paper around the facts; the journal's last seal makes the paper a witness of
        all that was sealed before."""
        practice, number = self.found.practice, self.found.account.number
        return {
            "lang": "fr",
            "title": f"Dossier du compte {number}",
            "sender": {
                "name": practice.sender,
                "address": practice.postal_address,
                "siren": practice.siren,
            },
            "foot": f"{practice.sender}, compte {number}, établi {self._moment(self.at)}",
            "proof": [
                ["Établi", f"{self._moment(self.at)}, par {self.who.name}"],
                ["Empreinte", digest],
                ["Journal scellé", str(head) if head.seq else "pas encore"],
            ],
            "note": (
                "Ce dossier dit ce qui a été facturé, payé, convenu et envoyé. Il ne dit rien des soins, "
                "ni de ce que la personne et le secrétariat se sont écrit. L’empreinte (SHA-256) est notée "
                "au journal du cabinet au moment où il est établi. La dernière ligne est le sceau du journal "
                "à ce moment : « ardoise audit verify --head » dit si rien n’y a changé depuis."
            ),
        }

    def about(self, keys: KeyRing) -> list[Json]:
        """Whose account it is, for roles with names, and where it stands."""
        account = self.found.account
        rows: list[Json] = [
            ["Compte", account.number],
            ["Référence de virement", in_fours(account.transfer_reference)],
            ["Ouvert", f"le {day(local_date(account.opened_at, self.found.practice.timezone))}"],
        ]
        if self.who.may("accounts.names") and self.found.parties:
            vault, debtor = account_vault(keys, account), self.found.parties[0]
            rows.append(["Au nom de", open_name(vault, debtor).full])
            address = open_address(vault, debtor)
            if address:
                rows.append(["Adresse", ", ".join(address.values())])
        balance = account.balance_cents
        rows.append(["Trop-perçu" if balance < 0 else "Reste dû", money(abs(balance))])
        return rows

    def payments(self, payments: Sequence[Received]) -> Json:
        """What was received, cancelled and given back, the earliest first."""
        rows: list[Json] = []
        for one in reversed(payments):
            payment = one.payment
            what = f"{title(METHODS, payment.method)}, reçu {payment.number}"
            rows.append([self._day(payment.received_at), what, money(payment.amount_cents)])
            if payment.cancelled_on is not None:
                rows.append(
                    [f"le {day(payment.cancelled_on)}", f"annulation du reçu {payment.number}", ""]
                )
            rows.extend(
                [
                    self._day(refund.refunded_at),
                    f"rendu sur le reçu {payment.number}",
                    f"− {money(refund.amount_cents)}",
                ]
                for refund in one.returned
            )
        return section("Paiements", ["Date", "Quoi", "Somme"], rows, words=1)

    def agreements(self, plans: Sequence[PlanView]) -> Json:
        """What was agreed to be paid in parts, the words by their fingerprint."""
        rows: list[Json] = [
            [
                self._day(view.plan.agreed_at),
                f"{money(view.plan.total_cents)} en {len(view.parts)} dates, texte version "
                f"{view.plan.text_version}, empreinte {view.plan.text_hash}",
                PLAN_STATES[view.plan.status],
            ]
            for view in reversed(plans)
            if view.plan.agreed_at is not None and view.plan.status in PLAN_STATES
        ]
        return section(
            "Accords de paiement en plusieurs fois", ["Date", "Quoi", "État"], rows, words=1
        )

    def messages(self) -> Json:
        """What went out, where to in kind, and what became of it."""
        rows: list[Json] = [
            [
                self._moment(one.outcome_at or one.planned_at),
                f"{title(NOTICE_TITLES, one.template)}, par {title(CHANNELS, one.channel)}",
                NOTICE_OUTCOMES[one.status][0],
            ]
            for one in reversed(self.parts.notices)
            if one.status in GONE
        ]
        return section("Messages envoyés, les derniers", ["Date", "Quoi", "Sort"], rows, words=1)

    def deeds(self, events: Iterable[TimelineEvent]) -> Json:
        """When somebody who knew who the person is had come in, and when the two sides wrote."""
        told = [(e.at, "Lien ouvert, identité donnée") for e in events if e.kind == IDENTITY_GIVEN]
        told += [
            (m.at, "Message de la personne" if m.side == "patient" else "Réponse du secrétariat")
            for m in self.parts.messages
        ]
        rows: list[Json] = [[self._moment(at), what, ""] for at, what in sorted(told)]
        return section("Échanges", ["Date", "Quoi", ""], rows, words=1)

    def _day(self, at: datetime | None) -> str:
        return f"le {day(local_date(at, self.found.practice.timezone))}" if at else ""

    def _moment(self, at: datetime) -> str:
        return f"{self._day(at)} à {clock_time(at, self.found.practice.timezone)}"
