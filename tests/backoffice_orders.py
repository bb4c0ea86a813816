"""Refunds that staff asked for, in the back-office's samples."""

import re
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.base.ids import new_id
from shared.billing import Invoice
from shared.orders import REFUND, MoneyOrder
from shared.payments import Payment, PaymentShare
from shared.staff import StaffSession
from tests.backoffice_office import Samples, press
from tests.backoffice_people import OURS

# One order for each thing that can be decided, so that none stands in another's way.
ORDERS = ("approve", "decline", "withdraw")
LATER = timedelta(hours=24)


def add_orders(office: Samples) -> None:
    """One that waits for each decision."""
    for decision in ORDERS:
        office.ids[f"to_{decision}"] = add_order(office)
    office.ids["to_stop"] = add_lone_order(office)
    office.ids["to_hand_over"] = add_agreed_order(office)


def add_lone_order(office: Samples) -> UUID:
    """One that waits its day, since nobody else could agree to it."""
    until = office.clock.now() + LATER
    return add_order(office, by="owner", status="approved", alone=True, not_before=until)


def add_agreed_order(office: Samples, **more: object) -> UUID:
    """One of money at the desk that a colleague agreed to, and nobody has handed over."""
    manager = office.staff["manager"].user
    agreed = {"decided_by": manager.id, "decided_name": manager.name}
    values = agreed | {"decided_at": office.clock.now(), "status": "agreed", "method": "cash"}
    return add_order(office, **(values | more))


def mark_seen(client: FlaskClient, address: str) -> str:
    """What the page where one agrees stands for; empty where it has no such button."""
    page = client.get(address.removesuffix("/approve"))
    found = re.search(r'name="seen" value="([^"]+)"', page.text)
    return found[1] if found else ""


def press_agreement(
    client: FlaskClient, order: UUID, what: str, why: str = "not_due"
) -> TestResponse:
    """Read an order's page and press one of its buttons."""
    address = f"/agreements/{order}/{what}"
    return press(client, address, seen=mark_seen(client, address), why=why)


def payment_of(office: Samples, story: str = "held") -> UUID:
    """The story's payment, which settled one of its invoices."""
    with office.database.unit_of_work(OURS) as work:
        payment = work.session.scalars(
            select(Payment).where(Payment.account_id == office.ids[story])
        ).one()
        if not work.session.scalar(select(PaymentShare.id)):
            invoice = work.session.scalars(
                select(Invoice).where(
                    Invoice.account_id == payment.account_id, Invoice.status == "settled"
                )
            ).first()
            assert invoice is not None
            work.session.add(
                PaymentShare(
                    practice_id=OURS,
                    payment_id=payment.id,
                    invoice_id=invoice.id,
                    amount_cents=payment.amount_cents,
                )
            )
            work.commit()
        return payment.id


def add_order(office: Samples, *, cents: int = 100, by: str = "secretary", **more: object) -> UUID:
    """An order that waits for a second person."""
    payment_id, order_id, now = payment_of(office), new_id(), office.clock.now()
    user = office.staff[by].user
    values: dict[str, object] = {
        "status": "waiting",
        "reason": "overpaid",
        "once": order_id.hex,
        "idempotency_key": f"order-{order_id}",
        "alone": False,
        "not_before": now,
    }
    with office.database.unit_of_work(OURS) as work:
        work.session.add(
            MoneyOrder(
                practice_id=OURS,
                id=order_id,
                account_id=office.ids["held"],
                payment_id=payment_id,
                kind=REFUND,
                amount_cents=cents,
                asked_by=user.id,
                asked_name=user.name,
                asked_at=now,
                **(values | more),
            )
        )
        work.commit()
    return order_id


def confirm(office: Samples) -> None:
    """Everybody who is signed in has just shown that they are there."""
    with office.database.unit_of_work() as work:
        for row in work.session.scalars(select(StaffSession)):
            row.confirmed_at = office.clock.now()
        work.commit()


def unconfirm(office: Samples) -> None:
    """It is too long ago."""
    with office.database.unit_of_work() as work:
        for row in work.session.scalars(select(StaffSession)):
            row.confirmed_at = office.clock.now() - timedelta(minutes=5)
        work.commit()
