"""What the processor pays out to the practice's bank changes nothing of what patients owe."""

from tests.integration.stray_till import check_to_the_cent, sweep
from tests.integration.till import Till


def test_payouts_are_told_by_webhook_and_passed_over_quietly(till: Till) -> None:
    client = till.processor.client(till.key)
    nowhere = "http://127.0.0.1:9/webhooks"
    client.v1.webhook_endpoints.create({"url": nowhere, "enabled_events": ["*"]})
    account = till.world.account()
    till.pay(account)
    till.tell_all()
    till.work()
    before = till.booked()
    [payout] = till.processor.control("payout/send", key=till.key)["payouts"]
    till.processor.control("payout/end", payout=payout, status="failed")
    told = [event["type"] for event in till.events()]
    assert {"payout.created", "payout.reconciliation_completed", "payout.failed"} <= set(told)
    till.tell_all()  # each is answered with 200
    sweep(till)  # and they are among the events that reached nobody
    assert (till.booked(), till.owed(account), till.tasks()) == (before, 0, [])
    check_to_the_cent(till)
    till.check()
