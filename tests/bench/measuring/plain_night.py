"""The floor of a night: plain SQL that finds who is due, plans their messages and notes it.

Three set-based statements over the same tables: one puts the due aside (what is open and since when,
summed up from the invoices that nothing holds; the next step's minimum, offset and gap; no message of
that step yet; the first contact), one inserts their notices, one updates their cycles. Nothing of what
may speak against a message: no holds of the account, no payment under way, no weekly cap, no age of
the export, no wish for a channel; no cycles opened, moved or closed; nothing of why.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

_DUE = """
CREATE TEMPORARY TABLE due AS
SELECT c.id AS cycle_id, c.account_id, p.id AS contact_id, s.position, s.name
FROM ladder_cycle c
JOIN ladder_step s ON s.practice_id = c.practice_id AND s.version = 1
     AND s.position = c.position + 1
JOIN (SELECT account_id, SUM(open_cents) AS cents, MIN(issued_on) AS issued, MIN(due_on) AS due
      FROM invoice i
      WHERE practice_id = :practice AND status = 'issued' AND open_cents > 0
        AND NOT EXISTS (SELECT 1 FROM hold h
                        WHERE h.practice_id = i.practice_id AND h.invoice_id = i.id
                          AND h.status = 'active')
      GROUP BY account_id) owed ON owed.account_id = c.account_id
JOIN contact_point p ON p.practice_id = c.practice_id AND p.account_id = c.account_id
     AND p.position = 1 AND p.status = 'usable'
WHERE c.practice_id = :practice AND c.status = 'open' AND owed.cents >= s.minimum_cents
  AND CASE s.anchor WHEN 'issue' THEN owed.issued ELSE owed.due END <= {offset}
  AND (c.stepped_on IS NULL OR c.stepped_on <= {gap})
  AND NOT EXISTS (SELECT 1 FROM notice n
                  WHERE n.practice_id = c.practice_id AND n.account_id = c.account_id
                    AND n.cause_id = c.id AND n.step = s.position
                    AND n.status NOT IN ('withheld', 'failed', 'bounced'))
"""
_PLAN = """
INSERT INTO notice (practice_id, id, account_id, purpose, cause_id, step, template, channel,
                    language, contact_id, status, planned_at, not_before, tries)
SELECT :practice, {fresh_id}, account_id, 'ladder', cycle_id, position, name,
       'email', 'fr', contact_id, 'planned', :at, :at, 0
FROM due
"""
_NOTE = """
UPDATE ladder_cycle SET withheld = NULL, withheld_since = NULL
WHERE practice_id = :practice AND id IN (SELECT cycle_id FROM due)
"""


@dataclass(frozen=True, slots=True)
class Words:
    """What the two databases write differently."""

    offset: str
    gap: str
    fresh_id: str


_WORDS = {
    "sqlite": Words(
        offset="date(:today, -s.offset_days || ' days')",
        gap="date(:today, -s.gap_days || ' days')",
        fresh_id="lower(hex(randomblob(16)))",
    ),
    "postgresql": Words(
        offset="CAST(:today AS date) - s.offset_days",
        gap="CAST(:today AS date) - s.gap_days",
        fresh_id="gen_random_uuid()",
    ),
}


def plain_night(connection: Connection, *, practice_id: int, at: datetime) -> int:
    """Decide; returns how many were due. The caller rolls back, and with it the table of the due."""
    words = _WORDS[connection.dialect.name]
    instant = at.strftime("%Y-%m-%d %H:%M:%S.%f") if words.offset.startswith("date(") else at
    due = _DUE.format(offset=words.offset, gap=words.gap)
    connection.execute(text(due), {"practice": practice_id, "today": at.date().isoformat()})
    plan = _PLAN.format(fresh_id=words.fresh_id)
    connection.execute(text(plan), {"practice": practice_id, "at": instant})
    return connection.execute(text(_NOTE), {"practice": practice_id}).rowcount
