"""What a wish has to do with the practice's rules: where it leaves them, and what is nearest inside."""

from collections.abc import Sequence
from datetime import date

from shared.base.money import Cents
from shared.plans.rules import LAST_DAY, Part, PlanRules, Wish, durations, schedule


def broken_rules(parts: Sequence[Part], rules: PlanRules) -> tuple[str, ...]:
    """What of the practice's rules a schedule does not keep to: ``sum``, ``months``, ``part``."""
    broken = []
    if sum(part.cents for part in parts) > rules.instant_cents:
        broken.append("sum")
    if len(parts) > rules.most_months:
        broken.append("months")
    if any(part.cents < rules.least_part for part in parts[:-1]):
        broken.append("part")
    return tuple(broken)


def inside_rules(
    parts: Sequence[Part], total: Cents, rules: PlanRules, today: date
) -> list[Part] | None:
    """The schedule nearest to one that was wished for which keeps to the rules on months and parts, for
    what is owed now; None where there is none. A sum above what is agreed to at once stays so."""
    most = max(durations(total, rules), default=0)
    months = min(len(parts), most)
    if months < 2:
        return None
    wish = Wish(min(parts[0].due_on.day, LAST_DAY), months=months)
    return schedule(total, wish, rules, today)
