"""Everything that is held about a person, on paper: the same rows as in the JSON, in words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from backoffice.desks.subject_codes import worded
from backoffice.desks.subject_labels import BELOW_ZERO, LABELS, OF_SECTION, UNSAID
from backoffice.desks.subject_states import ENDS_BY_ITSELF, EXPIRED
from backoffice.desks.subject_words import SHARES, TITLES
from backoffice.desks.timeline_words import sentence
from backoffice.desks.words import ACTORS, title
from shared.base.clock import local_date
from shared.base.formats import clock_time, day, money
from shared.base.vault import Json
from shared.privacy import Record, SubjectData

Pairs = list[Json]
_KNOWN_BY = {
    "payment_id": "payments",
    "thread_id": "conversations",
    "message_id": "messages",
    "plan_id": "plans",
}
NOTE = (
    "Cette copie dit tout ce que le cabinet tient ici des personnes de ce compte. Les collègues y sont "
    "nommés par leur rôle ; les personnes qui ont payé pour autrui, par le seul moyen de paiement. N’y sont "
    "pas les clés, codes et secrets qui gardent l’accès. Les documents envoyés sont remis à part. Le fichier "
    "JSON dit la même chose à un programme."
)


@dataclass(frozen=True, slots=True)
class SubjectPaper:
    """The copy as the letter template sets it."""

    data: SubjectData
    number: str
    timezone: str

    def typeset_from(self, *, at: datetime, by: str, reason: str) -> dict[str, Json]:
        """What ``templates/letters/subject.typ`` takes."""
        controller = self.data.controller
        made = f"{self._moment(at)}, par une personne du rôle « {by} »"
        sections: list[Json] = [
            {"title": heading, "entries": entries}
            for heading, entries in self._sections(at)
            if entries
        ]
        return {
            "lang": "fr",
            "title": f"Copie des données du compte {self.number}",
            "sender": {
                "name": controller["name"],
                "address": controller["postal_address"],
                "siren": controller["siren"],
            },
            "foot": f"Compte {self.number}, copie établie le {day(local_date(at, self.timezone))}",
            "note": NOTE,
            "proof": [["Établie", made], ["Pourquoi", reason], ["Empreinte", self.data.digest]],
            "sections": sections,
            "events": [self._event(row) for row in self.data.sections["events"]],
        }

    def _sections(self, at: datetime) -> Iterator[tuple[str, list[Json]]]:
        shares = self._shares()
        for key, heading in TITLES.items():
            if key != "events":
                rows = self.data.sections[key]
                yield (
                    heading,
                    [list(self._pairs(key, _as_of(at, key, row), shares)) for row in rows],
                )

    def _event(self, row: Record) -> Json:
        facts = row["facts"]
        who = str(row["actor_kind"])
        by = str(row["actor"]) if who == "staff" else title(ACTORS, who)
        said = sentence(str(row["kind"]), facts if isinstance(facts, dict) else {})
        return [self._said("events", "at", row["at"]), said, by]

    def _shares(self) -> Mapping[tuple[str, str], Pairs]:
        """By section and row: the invoices that a payment, a try or an agreement is for."""
        found: dict[tuple[str, str], Pairs] = defaultdict(list)
        for key, (section, column) in SHARES.items():
            for row in self.data.sections[key]:
                booked = str(row.get("ledger_account", ""))
                parts = [worded(key, "ledger_account", booked)] if booked else []
                if row["invoice_id"] is not None:
                    parts.append(f"facture {self._invoice(row['invoice_id'])}")
                words = ", ".join(parts)
                cents = row["amount_cents"]
                assert isinstance(cents, int)  # noqa: S101 - a column of cents
                found[section, str(row[column])].append(["", f"{words} : {money(cents)}"])
        return found

    def _pairs(
        self, key: str, row: Record, shares: Mapping[tuple[str, str], Pairs]
    ) -> Iterator[Json]:
        for column, value in row.items():
            if column in UNSAID or value in (None, "", [], {}, False):
                continue
            if isinstance(value, dict):
                for name, inner in value.items():
                    if inner not in (None, "", []):
                        yield [LABELS.get(name, name), self._said(key, name, inner)]
            else:
                label = OF_SECTION.get((key, column), LABELS.get(column, column))
                if isinstance(value, int) and value < 0 and column in BELOW_ZERO:
                    label, value = BELOW_ZERO[column], -value
                yield [label, self._said(key, column, value)]
        if "id" in row:
            yield from shares.get((key, str(row["id"])), [])

    def _said(self, section: str, column: str, value: Json) -> str:
        """A value in words."""
        if value is True:
            return "oui"
        if isinstance(value, int):
            return money(value) if column.endswith("_cents") else str(value)
        if isinstance(value, list):
            return ", ".join(self._said(section, column, one) for one in value)
        text = str(value)
        if column == "invoice_id":
            return self._invoice(text)
        if column.endswith("_id"):
            return self._other(column, text)
        if column.endswith(("_at", "_on", "_by", "_since", "_until", "_before")) or column in (
            *("at", "until", "born", "birth_date"),
        ):
            return self._time(text)
        return worded(section, column, text)

    def _time(self, text: str) -> str:
        """A day or an instant; anything else, such as a name, as it is."""
        try:
            if len(text) == len("2026-01-01"):
                return day(date.fromisoformat(text))
            return self._moment(datetime.fromisoformat(text))
        except ValueError:
            return text

    def _moment(self, at: datetime) -> str:
        return f"{day(local_date(at, self.timezone))} à {clock_time(at, self.timezone)}"

    def _invoice(self, invoice_id: Json) -> str:
        rows = self.data.sections["invoices"]
        return next((str(row["number"]) for row in rows if row["id"] == invoice_id), "—")

    def _other(self, column: str, row_id: str) -> str:
        """What the row of another section is known by: a receipt's number, a conversation's day."""
        rows = self.data.sections.get(_KNOWN_BY.get(column, ""), [])
        row = next((one for one in rows if one["id"] == row_id), None)
        if row is None:
            return "—"
        if "made_at" in row:
            return self._said("", "made_at", row["made_at"])
        if "number" in row:
            return str(row["number"])
        if "opened_at" in row:
            subject = self._said("conversations", "subject", row["subject"])
            return f"{subject}, {self._said('', 'opened_at', row['opened_at'])}"
        return self._said("", "at", row["at"])


def _as_of(at: datetime, section: str, row: Record) -> Record:
    """A row with the state that it has at that instant: what ends by itself is written nowhere."""
    ends = row.get("expires_at")
    is_over = isinstance(ends, str) and datetime.fromisoformat(ends) <= at
    if is_over and row["status"] in ENDS_BY_ITSELF.get(section, ()):
        return row | {"status": EXPIRED}
    return row
