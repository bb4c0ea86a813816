"""How the back-office's forms are filled in, for the tests that walk every route."""

from tests.backoffice_people import LAST_MESSAGE

REFUND = {"amount": "10", "reason": "overpaid", "note": "une note", "once": "a" * 32}
# What each form takes when it is filled in well.
FORMS = {
    "sign_in.take_password": {"email": "nobody@cabinet.example", "password": "x"},
    "sign_in.take_code": {"code": "000000"},
    "sign_in.leave": {},
    "sessions.close": {},
    "accounts.search_accounts": {"q": "Ferhat"},
    "accounts.show_phone": {},
    "account_acts.place": {"kind": "staff", "review_on": "2026-12-08", "note": "une note"},
    "account_acts.release": {"reason": "answered"},
    "account_acts.send_link": {},
    "account_acts.open_door": {},
    "account_acts.finish_task": {},
    "account_acts.settle_doubt": {"sent": "yes"},
    "account_messages.answer": {"body": "Bonjour.", "once": "a" * 32, "seen": str(LAST_MESSAGE)},
    "account_messages.close": {},
    "account_changes.decide": {"decision": "call"},
    "accounts.show_contact": {},
    "account_plans.decide": {"decision": "decline"},
    "account_refunds.check": REFUND,
    "account_refunds.ask": REFUND,
    "agreements.approve": {},
    "agreements.decline": {"why": "not_due"},
    "agreements.stop": {"why": "not_due"},
    "agreements.hand_over": {},
    "agreements.withdraw": {},
    "account_desk.note": {
        "method": "cash",
        "amount": "12,50",
        "received_on": "2026-11-24",
        "once": "a" * 24,
    },
    "account_desk.cancel": {"reason": "mistake", "once": "b" * 24},
    "account_desk.use_credit": {"once": "c" * 24},
    "disputes.show_evidence": {},
    "strays.look_for": {"q": "Ferhat"},
    "strays.check_assign": {"number": "0000"},
    "strays.assign": {"number": "0000", "once": "a" * 32},
    "strays.check_refund": {"reason": "other"},
    "strays.give_back": {"reason": "other", "once": "d" * 32},
    "checks.finish_check": {"reason": "explained"},
    "imports.take": {"source": "logiciel", "as_of": "2026-11-24", "full": "yes", "once": "e" * 32},
    "imports.choose": {},
    "import_acts.try_without": {"leave_out": "yes"},
    "import_acts.change": {},
    "import_acts.confirm": {"seen": "0" * 64},
    "import_acts.withdraw": {},
    "import_acts.undo": {"why": "wrong_file"},
    "import_columns.rename": {"name": "Export du lundi"},
    "import_columns.forget": {},
}
# Forms that only show what would come of an act, and who presses where the secretary may not.
ONLY_SHOW = {"account_refunds.check"}
PRESSED_BY = {"agreements.approve": "manager", "agreements.decline": "manager"}
# Which account an act is tried on, where not the first.
STORIES = {
    "account_acts.open_door": "door",
    "account_acts.settle_doubt": "doubt",
    "account_messages.answer": "settled",
    "account_messages.close": "settled",
    "account_messages.document": "settled",
    "account_changes.decide": "settled",
    "accounts.show_contact": "settled",
    "account_plans.decide": "settled",
    "account_desk.cancel": "door",
    "account_desk.use_credit": "door",
}
