"""Accepting or declining what a person proposes for their account."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.views.account_acts import act_on
from shared.accounts import Account, account_vault, get_practice
from shared.base.errors import NotAllowedError
from shared.preferences import accept_proposal, decline_proposal

desk = Blueprint("account_changes", __name__)

ACCEPTED = (
    "Changement accepté. Nos messages ne vont plus que là. Les liens envoyés avant ne s’ouvrent plus. "
    "« Montrer le contact » le donne en entier : notez-le aussi dans votre logiciel."
)
DECLINED = "Changement décliné. Un message neutre prévient la personne, aux heures permises."


@desk.post("/accounts/<number>/changes/<uuid:proposal_id>")
@needs("contacts.write")
def decide(number: str, proposal_id: UUID) -> Response:
    """Take over a new contact or a representative, or leave everything as it is."""

    def act(session: Session, account: Account, at: datetime) -> str:
        return decide_change(session, account, proposal_id, request.form, at)

    return act_on(number, act)


def decide_change(
    session: Session, account: Account, proposal_id: UUID, form: Mapping[str, str], at: datetime
) -> str:
    """Accept or decline what a person proposes, as a form says. Raises NotFoundError, NotAllowedError."""
    decision = form.get("decision", "")
    if decision == "accept":
        if not form.get("checked"):
            raise NotAllowedError("Vérifiez d’abord avec la personne, puis cochez la case.")
        accept_proposal(
            session,
            practice=get_practice(session, account.practice_id),
            account=account,
            proposal_id=proposal_id,
            vault=account_vault(office().keys, account),
            index=office().index,
            actor=staff().actor,
            at=at,
        )
        return ACCEPTED
    decline_proposal(
        session,
        account=account,
        proposal_id=proposal_id,
        reason=decision,
        actor=staff().actor,
        at=at,
    )
    return DECLINED
