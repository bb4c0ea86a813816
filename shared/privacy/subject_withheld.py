"""What is not told to the person whose data it is, and why not."""

from collections.abc import Mapping

# Tables that reach an account and are not told, and why.
LEFT_OUT: Mapping[str, str] = {
    "import_touch": "what an import changed, kept to take it back: the rows that it names are told",
    "ladder_bulk_item": "that one act was done on many accounts: each is among the events",
    "thread_seen": "which colleague has opened a conversation: about the colleague",
    "thread_presence": "which colleague is writing at this moment: about the colleague",
}

_FINGERPRINT = "a keyed fingerprint, by which the database is searched"
_PROCESSOR = "an identifier at the card processor"
_FORM = "the mark of a form or a request, against sending it twice"
_COLLEAGUE = "a colleague's identifier: the role is told"
_OTHERS = "may name somebody else who paid"
# Columns that are not told, by name or as table.column, and why.
WITHHELD: Mapping[str, str] = {
    "practice_id": "the practice is told once",
    "account_id": "the account is told once",
    "id": "an identifier that nothing told refers to, or that is a secret's",
    "wrapped_key": "a key",
    "key_id": "the name of a key",
    "surname_index": _FINGERPRINT,
    "surname3_index": _FINGERPRINT,
    "given_index": _FINGERPRINT,
    "value_index": _FINGERPRINT,
    "once": _FORM,
    "idempotency_key": _FORM,
    "processor_ref": _PROCESSOR,
    "processor_session": _PROCESSOR,
    "processor_intent": _PROCESSOR,
    "processor_customer": _PROCESSOR,
    "processor_method": _PROCESSOR,
    "redirect_url": "the address of a payment page: whoever has it can go there",
    "user_id": _COLLEAGUE,
    "author_id": _COLLEAGUE,
    "assigned_to": _COLLEAGUE,
    "asked_by": _COLLEAGUE,
    "noted_by": _COLLEAGUE,
    "decided_by": _COLLEAGUE,
    "handed_by": _COLLEAGUE,
    "dropped_by": _COLLEAGUE,
    "payment.reference": _OTHERS,
    "money_order.reference": _OTHERS,
    "stray_payment.reference": _OTHERS,
    "payment.attempt_id": "the try that it came of: told among the tries by its sum and time",
    "payment_attempt.card_id": "told among the saved cards",
    "payment_attempt.cause": "the date of an agreement, told among its dates",
    "payment_attempt.checked_at": "when the worker asked the processor: workings",
    "payment_attempt.checks": "how often the worker asked the processor: workings",
    "saved_card.agreement_id": "the agreement of the same time",
    "pay_link.attempt_id": "told among the tries to pay",
    "proposal.visit_id": "a visit's secret",
    "proposal.contact_id": "told in the content",
    "one_time_code.code": "a code",
    "one_time_code.visit_id": "a visit's secret",
    "one_time_code.subject_id": "what it was for is told as its purpose",
    "one_time_code.contact_id": "told among the messages sent",
    "one_time_code.wrong_tries": "a count that guards the door",
    "link.wrong_tries": "a count that guards the door",
    "link.waits_until": "a count that guards the door",
    "portal_session.link_id": "a link's secret",
    "portal_session.extensions": "told by its end",
    "document.content": "handed out beside the export, each for itself",
    "invoice.source_id": "the practice's software",
    "journal_entry.cause": "the row that a booking came of, by its identifier",
    "refund.moved_at": "workings",
    "dispute.stray_id": "told among the payments found",
    "dispute.refund_id": "told among the refunds",
    "dispute.fee_cents": "what the bank took from the practice: not the person's",
    "dispute.moves": "workings",
    "money_order.stray_id": "told among the payments found",
    "money_order.limit_cents": "a rule of the practice",
    "money_order.alone": "a rule of the practice",
    "money_order.not_before": "a rule of the practice",
    "money_order.sent_at": "workings",
    "money_order.tries": "workings",
    "money_order.tried_at": "workings",
    "forgiveness.order_id": "told by its sum and day",
    "thread.answer_id": "told among the messages",
    "thread.broken_for": "told among the events",
    "notice.cause_id": "told by its purpose",
    "notice.claimed_at": "workings",
    "notice.link_id": "a link's secret",
    "notice.message_ref": "an identifier at the carrier",
    "task.key": "a mark against asking twice",
    "detail_grant.name": _COLLEAGUE,
    "timeline_event.link_seq": "the seal's number",
}
# Facts of events that name a colleague, or are secrets' identifiers.
FACTS_WITHHELD = frozenset({"id", "user", "to", "by", "name", "key", "signal", "digest", "title"})
