"""An accountant reads in the export what each line is, and by which name to find it elsewhere."""

from ardoise.exporting import export_payments
from tests.integration.desk_money import paid_at_desk
from tests.integration.refund_desk import RefundDesk
from tests.integration.stray_till import Clerk, by_hand, strays, sweep
from tests.integration.test_refunds import paid, told
from tests.integration.till import Till


def lines(till: Till) -> list[tuple[str, str, str]]:
    """Sum, reference and nature of each line."""
    practice_id = till.world.practice_id
    with till.world.database.reading(practice_id) as session:
        exported = list(export_payments(session, practice_id=practice_id, since=None, until=None))
    return [(cells[3], cells[6], cells[7]) for cells in exported]


def test_a_refund_handed_back_has_no_name_of_ours_but_its_receipts_number(till: Till) -> None:
    desk, account = RefundDesk.of(till), paid_at_desk(till, "cheque")
    desk.ask(account, 1000, method="cash", reason="corrected")
    desk.ask(account, 500, method="cash", reason="goodwill")
    desk.work()
    assert sorted(lines(till)[1:]) == [
        ("-10,00", "", "remboursement"),
        ("-5,00", "", "geste commercial"),
    ]
    practice_id = till.world.practice_id
    with till.world.database.reading(practice_id) as session:
        for cells in export_payments(session, practice_id=practice_id, since=None, until=None):
            assert cells[5] == "R-2026-00001"
            assert "order" not in "".join(cells)


def test_a_gift_on_a_card_is_told_from_what_the_processors_pages_gave_back(till: Till) -> None:
    desk, account = RefundDesk.of(till), paid(till)
    desk.ask(account, 500, reason="goodwill")
    desk.work()
    made_there = till.give_back(account, 700)
    told(till)
    assert [(sum_, nature) for sum_, _, nature in lines(till)] == [
        ("42,50", "paiement"),
        ("-5,00", "geste commercial"),
        ("-7,00", "remboursement"),
    ]
    assert lines(till)[2][1] == made_there
    assert lines(till)[1][1].startswith("re_")


def test_a_sum_given_back_twice_for_two_reasons_is_no_gift_for_sure(till: Till) -> None:
    desk, account = RefundDesk.of(till), paid(till)
    for reason in ("goodwill", "corrected"):
        desk.ask(account, 500, reason=reason)
        desk.work()
    assert {nature for _, _, nature in lines(till)[1:]} == {"remboursement"}


def test_what_a_bank_takes_and_gives_back_is_named_as_the_bank_names_it(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    till.end_contest(made, "won")
    told(till)
    assert lines(till)[1:] == [
        ("-42,50", made, "contestation"),
        ("42,50", made, "contestation rendue"),
    ]
    assert made.startswith(("dp_", "du_"))


def test_a_refund_that_did_not_arrive_comes_back_under_its_own_name(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account, 900)
    told(till)
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    assert lines(till)[1:] == [
        ("-9,00", ref, "remboursement"),
        ("9,00", ref, "remboursement revenu"),
    ]


def test_money_that_a_bank_takes_after_it_was_given_back_is_no_credit(till: Till) -> None:
    account = paid(till)
    till.give_back(account, 4250)
    told(till)
    till.contest(account)
    told(till)
    assert [(sum_, nature) for sum_, _, nature in lines(till)[1:]] == [
        ("-42,50", "remboursement"),
        ("-42,50", "parti deux fois"),
    ]


def test_money_of_nobody_known_is_told_when_it_was_given_to_an_account(till: Till) -> None:
    intent = by_hand(till, 5000)
    sweep(till)
    assert lines(till) == [], "it is nobody's yet"
    account = till.world.account(owes=(3000,))
    Clerk.of(till).assign(strays(till)[0], account)
    assert lines(till) == [
        ("30,00", intent, "attribution"),
        ("20,00", intent, "trop-perçu"),
    ]
