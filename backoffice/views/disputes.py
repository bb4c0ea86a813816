"""Answering a bank that disputes a payment: the facts, gathered on one page."""

from uuid import UUID

from flask import Blueprint, abort, render_template

from backoffice.auth import staff
from backoffice.desks.evidence import gather
from backoffice.office import office
from backoffice.permissions import needs
from shared.accounts import find_account

desk = Blueprint("disputes", __name__)


@desk.post("/accounts/<number>/disputes/<uuid:dispute_id>/evidence")
@needs("tasks.write")
def show_evidence(number: str, dispute_id: UUID) -> str:
    """What can be told to the bank, to be printed or copied. A POST, since it leaves a trace."""
    here, who = office(), staff()
    if not who.may("accounts.read"):
        abort(403)
    with here.database.unit_of_work(who.practice_id) as work:
        account = find_account(work.session, practice_id=who.practice_id, number=number)
        evidence = gather(
            work.session,
            account=account,
            dispute_id=dispute_id,
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    return render_template("backoffice/evidence.html", evidence=evidence, number=number)
