"""By what the record of all that happened can be filtered, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.audit import PATIENT, PROCESSOR, SYSTEM, Actor


@dataclass(frozen=True, slots=True)
class Group:
    """Some kinds of events: those whose names begin with one of ``concepts``."""

    title: str
    concepts: frozenset[str]


GROUPS: Mapping[str, Group] = {
    "money": Group(
        "Factures et argent",
        frozenset(
            {
                "invoice",
                "payment",
                "payment_attempt",
                "credit",
                "refund",
                "dispute",
                "stray_payment",
                "money_order",
                "debt",
                "saved_card",
                "webhook_event",
            }
        ),
    ),
    "plans": Group("Étalements", frozenset({"plan"})),
    "talks": Group(
        "Messages et aide", frozenset({"thread", "aid_request", "canned_answer", "document"})
    ),
    "reminders": Group(
        "Rappels, envois et pauses",
        frozenset(
            {
                "notice",
                "ladder",
                "ladder_cycle",
                "ladder_bulk",
                "ladder_letter",
                "ladder_policy",
                "ladder_quiet",
                "hold",
            }
        ),
    ),
    "access": Group(
        "Accès des patients",
        frozenset({"link", "link_request", "pay_link", "identity", "door", "one_time_code"}),
    ),
    "details": Group("Détails et confidentialité", frozenset({"details", "privacy", "erasure"})),
    "people": Group(
        "Personnes et contacts",
        frozenset({"contact", "contact_point", "account", "proposal", "preferences"}),
    ),
    "staff": Group(
        "Équipe",
        frozenset(
            {
                *("staff", "staff_user", "staff_link", "staff_mail", "staff_membership"),
                *("staff_role", "task"),
            }
        ),
    ),
    "practice": Group(
        "Cabinet et imports",
        frozenset(
            {
                *("practice", "practice_text", "keys", "processor", "setup_trial"),
                *("import", "import_job"),
            }
        ),
    ),
}
WRITERS: Mapping[str, tuple[str, Actor]] = {
    "patient": ("Les patients, par le portail", PATIENT),
    "processor": ("Le paiement par carte", PROCESSOR),
    "system": ("Ardoise, de lui-même", SYSTEM),
    "operator": ("L’exploitant, en ligne de commande", Actor("system", "command line")),
}
