"""The floor of a night: the least SQL that finds who is due, plans their messages and notes it.

Three set-based statements over the same tables: one puts the due aside (open balance and oldest due date
summed up from the invoices, the step's minimum, gap and offset, the first usable contact), one
inserts their notices, one updates their cycles. No holds, no payments under way, no weekly cap, no
freshness of the export, no languages, no cycles opened or closed, nothing of why.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

_DUE = """
CREATE TEMPORARY TABLE due AS
SELECT c.id AS cycle_id, c.account_id, p.id AS contact_id, s.position, s.name
FROM ladder_cycle c
JOIN (SELECT account_id, SUM(open_cents) AS cents, MIN(due_on) AS oldest
      FROM invoice
      WHERE practice_id = :practice AND status = 'issued' AND open_cents > 0
      GROUP BY account_id) owed ON owed.account_id = c.account_id
JOIN ladder_step s ON s.practice_id = c.practice_id AND s.version = 1
     AND s.position = c.position + 1
JOIN contact_point p ON p.practice_id = c.practice_id AND p.account_id = c.account_id
     AND p.position = 1 AND p.status = 'usable'
WHERE c.practice_id = :practice AND c.status = 'open' AND c.position = :before
  AND owed.cents >= s.minimum_cents AND owed.oldest <= :oldest AND c.stepped_on <= :stepped
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
_FRESH_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


@dataclass(frozen=True, slots=True)
class PlainNight:
    """The step whose turn it is: the one after ``before``, so many days after due date and step."""

    practice_id: int
    before: int
    offset_days: int
    gap_days: int
    at: datetime

    def run(self, connection: Connection) -> int:
        """Decide; returns how many were due. The caller rolls back, and with it the table of the due."""
        on_sqlite = connection.dialect.name == "sqlite"
        today = self.at.date()
        oldest = today - timedelta(days=self.offset_days)
        stepped = today - timedelta(days=self.gap_days)
        values = {
            "practice": self.practice_id,
            "before": self.before,
            "oldest": oldest.isoformat() if on_sqlite else oldest,
            "stepped": stepped.isoformat() if on_sqlite else stepped,
        }
        at = self.at.strftime("%Y-%m-%d %H:%M:%S.%f") if on_sqlite else self.at
        connection.execute(text(_DUE), values)
        plan = _PLAN.format(fresh_id=_FRESH_ID[connection.dialect.name])
        connection.execute(text(plan), {"practice": self.practice_id, "at": at})
        noted = connection.execute(text(_NOTE), {"practice": self.practice_id})
        return noted.rowcount
