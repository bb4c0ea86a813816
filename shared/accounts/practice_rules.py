"""What a practice decides for itself, each within bounds: how one spreads, how soon it answers…"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.accounts.model import Practice
from shared.base.errors import ArdoiseError

Value = int | bool


class PracticeRuleError(ArdoiseError):
    """A rule can't be so; the text says what it may be."""


@dataclass(frozen=True, slots=True)
class PracticeRule:
    """A column of the practice, what it means, and the least and the most that it may be."""

    column: str
    told: str
    low: int = 0
    high: int = 1
    switch: bool = False


PRACTICE_RULES = (
    PracticeRule("link_days", "Days that a link lives.", 1, 60),
    PracticeRule("minimum_payment_cents", "Least part payment by card, in cents.", 50, 1_000_000),
    PracticeRule("answer_days", "Working days within which messages are answered.", 1, 30),
    PracticeRule("pause_days", "Days after which a pause of staff is looked at again.", 1, 366),
    PracticeRule("granted_pause_days", "Days of a pause that is granted to help.", 1, 366),
    PracticeRule(
        "aid_documents_days", "Days that documents for help stay once it is decided.", 0, 90
    ),
    PracticeRule("source_fresh_days", "Days after which a list is too old to remind.", 1, 60),
    PracticeRule(
        "plan_minimum_cents", "Least monthly sum agreed at once, in cents.", 50, 1_000_000
    ),
    PracticeRule("plan_most_months", "Most months agreed at once.", 1, 60),
    PracticeRule("plan_instant_cents", "Highest sum spread at once, in cents.", 0, 10_000_000),
    PracticeRule("plan_first_now", "The first part of a plan is paid at once.", switch=True),
    PracticeRule("card_plans", "Later parts may be taken from a saved card.", switch=True),
    PracticeRule("bank_debit", "The card page may take from a bank account too.", switch=True),
    PracticeRule(
        "credit_by_itself", "What was paid too much settles what comes by itself.", switch=True
    ),
    PracticeRule(
        "four_eyes_cents",
        "Most that one person alone gives back, of a payment or in a day, in cents.",
        0,
        10_000_000,
    ),
    PracticeRule("asks_more", "The portal asks for postcode and telephone too.", switch=True),
    PracticeRule("keeps_lines", "Imports keep what was done, sealed.", switch=True),
)
RULES_BY_COLUMN = {rule.column: rule for rule in PRACTICE_RULES}


def rules_of_practice(practice: Practice) -> dict[str, Value]:
    """The rules as they are, by column."""
    return {rule.column: getattr(practice, rule.column) for rule in PRACTICE_RULES}


def change_rules(practice: Practice, changes: Mapping[str, Value]) -> dict[str, Value]:
    """Set rules by column; only what differs is returned. Raises PracticeRuleError, nothing changed."""
    for column, value in changes.items():
        rule = RULES_BY_COLUMN[column]
        if not rule.low <= value <= rule.high:
            raise PracticeRuleError(
                f"{rule.told.rstrip('.')}: a number from {rule.low} to {rule.high}, not {value}."
            )
    changed = {
        column: value for column, value in changes.items() if getattr(practice, column) != value
    }
    for column, value in changed.items():
        setattr(practice, column, value)
    return changed
