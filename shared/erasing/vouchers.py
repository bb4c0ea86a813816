"""What the accounts and the money at the processor need of an erased account: sums, days and codes."""

from shared.erasing.fates import BOOKED, OPAQUE, WORKINGS, Stays

VOUCHERS: tuple[Stays, ...] = (
    Stays(
        "invoice",
        kept={
            "patient_id source_id number status issued_on due_on total_cents amo_cents "
            "amc_cents patient_cents open_cents source_left_cents unacknowledged_cents": BOOKED
        },
        emptied={"lines": None},
    ),
    Stays("journal_line", kept={"entry_id ledger_account invoice_id amount_cents": BOOKED}),
    Stays(
        "journal_entry",
        kept={"at booked_on kind cause": BOOKED},
        through=("id", "journal_line", "entry_id"),
    ),
    Stays(
        "payment",
        kept={
            "attempt_id method amount_cents credit_cents left_cents processor_ref number "
            "received_at booked_on cancelled_on": BOOKED
        },
        late={"reference": None},
    ),
    Stays(
        "payment_share",
        kept={"payment_id invoice_id amount_cents": BOOKED},
        through=("payment_id", "payment", "id"),
    ),
    Stays(
        "payment_attempt",
        kept={
            "status amount_cents choice language idempotency_key processor_session "
            "processor_intent created_at returned_at checked_at checks settled_at failure "
            "card_id cause": OPAQUE
        },
        emptied={"redirect_url": None},
    ),
    Stays(
        "attempt_share",
        kept={"attempt_id invoice_id amount_cents": BOOKED},
        through=("attempt_id", "payment_attempt", "id"),
    ),
    Stays(
        "refund",
        kept={
            "payment_id kind status amount_cents credit_cents beyond_cents processor_ref "
            "method refunded_at booked_on moved_at": BOOKED
        },
    ),
    Stays(
        "refund_share",
        kept={"refund_id invoice_id amount_cents": BOOKED},
        through=("refund_id", "refund", "id"),
    ),
    Stays("credit_use", kept={"payment_id invoice_id amount_cents used_at booked_on": BOOKED}),
    Stays(
        "forgiveness",
        kept={"invoice_id order_id nature amount_cents asked_at forgiven_at booked_on": BOOKED},
    ),
    Stays(
        "stray_payment",
        kept={
            "status processor_ref amount_cents returned_cents received_at booked_on "
            "found_at payment_id": BOOKED
        },
        late={"reference": None},
    ),
    Stays(
        "dispute",
        kept={
            "payment_id stray_id refund_id status reason amount_cents taken_cents fee_cents "
            "moves processor_ref respond_by opened_at moved_at closed_at": BOOKED
        },
    ),
    Stays(
        "money_order",
        kept={
            "payment_id stray_id kind status amount_cents method received_on reason once "
            "idempotency_key asked_by asked_name asked_at limit_cents alone not_before "
            "decided_by decided_name decided_at handed_by handed_name handed_at dropped_by "
            "dropped_name why sent_at tries tried_at ended_at outcome": BOOKED
        },
        emptied={"note": None},
        late={"reference": None},
    ),
    Stays(
        "money_order_share",
        kept={"order_id invoice_id amount_cents": BOOKED},
        through=("order_id", "money_order", "id"),
    ),
    Stays(
        "plan",
        kept={
            "version replaces_id status total_cents way made_by made_at text_version "
            "text_hash agreed_language agreed_at asked asked_at closed_at": BOOKED,
            "once": WORKINGS,
        },
        blank={"agreed_text": ""},
    ),
    Stays(
        "plan_invoice",
        kept={"plan_id invoice_id amount_cents": BOOKED},
        through=("plan_id", "plan", "id"),
    ),
    Stays(
        "instalment",
        kept={"plan_id position agreed_on due_on moves amount_cents": BOOKED},
        through=("plan_id", "plan", "id"),
    ),
)
