"""Which columns of which tables are told to the person whose they are, and why the others are not.

What is not named here is not told: a new column waits for a decision, which a test asks for.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A table of which an account's rows are told under ``key``, in the order of ``by``.

    ``plain`` columns are told as they stand, ``sealed`` ones opened with the account's key; of ``staff``,
    which name colleagues, the role is told. Rows that name no account are found ``through`` a column of
    theirs, or of the other table's, that leads to one that does: (own column, table, its column).
    """

    table: str
    key: str
    plain: str
    sealed: str = ""
    staff: str = ""
    by: str = "id"
    through: tuple[str, str, str] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All that are told, in their order."""
        return (*self.plain.split(), *self.sealed.split(), *self.staff.split())


_OF_PLAN = ("plan_id", "plan", "id")
TOLD: tuple[Told, ...] = (
    Told(
        "account",
        "account",
        "number status transfer_reference external_key language channel source_language "
        "source_channel represented balance_cents checkable door_closed_at opened_at erased_at",
        sealed="protection",
    ),
    Told("party", "people", "id role external_ref", sealed="name birth_date address"),
    Told(
        "contact_point",
        "contacts",
        "id kind position status by_person of_representative replaces_id",
        sealed="value",
        by="position",
    ),
    Told("proposal", "proposed_changes", "kind status asked_at moved_at decline_reason", "content"),
    Told(
        "invoice",
        "invoices",
        "id patient_id number status issued_on due_on total_cents amo_cents amc_cents patient_cents "
        "open_cents source_left_cents unacknowledged_cents",
        sealed="lines",
        by="issued_on",
    ),
    Told(
        "journal_entry",
        "bookings",
        "id at booked_on kind",
        through=("id", "journal_line", "entry_id"),
    ),
    Told("journal_line", "booking_lines", "entry_id ledger_account invoice_id amount_cents"),
    Told(
        "payment",
        "payments",
        "id number method amount_cents credit_cents left_cents received_at booked_on cancelled_on",
        by="received_at",
    ),
    Told(
        "payment_share",
        "payment_shares",
        "payment_id invoice_id amount_cents",
        through=("payment_id", "payment", "id"),
    ),
    Told(
        "payment_attempt",
        "payment_attempts",
        "id status amount_cents choice language created_at returned_at settled_at failure",
        by="created_at",
    ),
    Told(
        "attempt_share",
        "attempt_shares",
        "attempt_id invoice_id amount_cents",
        through=("attempt_id", "payment_attempt", "id"),
    ),
    Told(
        "refund",
        "refunds",
        "id payment_id kind status amount_cents credit_cents beyond_cents method refunded_at booked_on",
        by="refunded_at",
    ),
    Told(
        "refund_share",
        "refund_shares",
        "refund_id invoice_id amount_cents",
        through=("refund_id", "refund", "id"),
    ),
    Told("credit_use", "credit_uses", "payment_id invoice_id amount_cents used_at booked_on"),
    Told(
        "stray_payment",
        "payments_found",
        "status amount_cents returned_cents received_at booked_on found_at payment_id",
    ),
    Told(
        "dispute",
        "bank_disputes",
        "payment_id status reason amount_cents taken_cents respond_by opened_at moved_at closed_at",
    ),
    Told(
        "money_order",
        "money_orders",
        "id payment_id kind status amount_cents method received_on reason asked_at decided_at "
        "handed_at why ended_at outcome",
        sealed="note",
        staff="asked_name decided_name handed_name dropped_name",
        by="asked_at",
    ),
    Told(
        "money_order_share",
        "money_order_shares",
        "order_id invoice_id amount_cents",
        through=("order_id", "money_order", "id"),
    ),
    Told(
        "forgiveness",
        "sums_no_longer_asked",
        "invoice_id nature amount_cents asked_at forgiven_at booked_on",
        by="forgiven_at",
    ),
    Told(
        "plan",
        "plans",
        "id version replaces_id status total_cents way made_by made_at text_version text_hash "
        "agreed_language agreed_at asked asked_at closed_at",
        sealed="agreed_text",
        by="made_at",
    ),
    Told("plan_invoice", "plan_invoices", "plan_id invoice_id amount_cents", through=_OF_PLAN),
    Told(
        "instalment",
        "plan_dates",
        "plan_id position agreed_on due_on moves amount_cents",
        by="due_on",
        through=_OF_PLAN,
    ),
    Told(
        "saved_card",
        "saved_cards",
        "status text_version text_hash agreed_at brand last4 expires_on kept_at removed_at",
        by="agreed_at",
    ),
    Told("pay_link", "links_for_others", "status amount_cents made_at expires_at", by="made_at"),
    Told(
        "thread",
        "conversations",
        "id subject status opened_at moved_at answer_by answered_at patient_unread keeps_hold "
        "assigned_at awaits_until merged_into",
        staff="assigned_name assigned_by",
        by="opened_at",
    ),
    Told("message", "messages", "id thread_id side at read_at", "body", "author", by="at"),
    Told("thread_note", "staff_notes", "thread_id at", "body", "author", by="at"),
    Told("thread_promise", "promised_answers", "thread_id answer_by kept ended_at", by="answer_by"),
    Told("document", "documents", "message_id media pages size_bytes at", by="at"),
    Told(
        "aid_request",
        "requests_for_help",
        "thread_id status asked_at decided_at documents_gone_at",
        sealed="answers",
        by="asked_at",
    ),
    Told(
        "notice",
        "notices",
        "purpose step template channel language contact_id status planned_at not_before outcome_at "
        "outcome tries words_version",
        by="planned_at",
    ),
    Told(
        "ladder_cycle",
        "reminders",
        "id status opened_on closed_at position stepped_on asked_position asked_at messages withheld "
        "withheld_since",
        by="opened_on",
    ),
    Told("ladder_segment", "reminder_profile", "segment set_at", staff="set_name", by="set_at"),
    Told(
        "ladder_letter",
        "formal_notices",
        "cycle_id status covers total_cents days reason until decided_at sent_on tracking",
        staff="decided_name sent_name",
        by="decided_at",
    ),
    Told(
        "hold",
        "pauses",
        "invoice_id kind status placed_at review_on released_at release_reason",
        sealed="note",
        staff="placed_by released_by",
        by="placed_at",
    ),
    Told(
        "task",
        "staff_tasks",
        "kind status due_on comes_on later_reason later_at opened_at closed_at",
        staff="later_by closed_by",
        by="opened_at",
    ),
    Told("link", "links", "status created_at expires_at first_opened_at", by="created_at"),
    Told("link_request", "link_requests", "status asked_at answered_at", by="asked_at"),
    Told("portal_session", "open_visits", "language started_at seen_at ends_at", by="started_at"),
    Told("identity_failure", "wrong_answers", "at", by="at"),
    Told("one_time_code", "codes_asked", "purpose status asked_at expires_at", by="asked_at"),
    Told(
        "erasure",
        "erasure_requests",
        "status asker checked received_on due_on noted_at waits decided_at why begun_at told ended_at",
        staff="noted_name decided_name",
        by="noted_at",
    ),
    Told("detail_access", "looks_at_details", "invoice_id by role reason at", by="at"),
    Told("detail_grant", "openings_of_details", "role reason opened_at ends_at", "note"),
    Told("timeline_event", "events", "at actor_kind kind facts", staff="actor", by="at"),
)
