"""A request for help, in the back-office's samples."""

from shared.accounts import account_vault, get_account, get_practice
from shared.aid import AidAnswers, ask_aid
from tests.backoffice_office import Samples
from tests.backoffice_people import OURS


def add_request(office: Samples, story: str = "settled") -> None:
    """One that waits to be decided."""
    with office.database.unit_of_work(OURS) as work:
        account = get_account(
            work.session, practice_id=OURS, account_id=office.ids[story], lock=True
        )
        asked = ask_aid(
            work.session,
            practice=get_practice(work.session, OURS),
            account_id=account.id,
            vault=account_vault(office.settings.masters(), account),
            answers=AidAnswers(("later",), (), None, "Une demande"),
            once="9" * 32,
            at=office.clock.now(),
        )
        office.ids[f"{story}_request"] = asked.id
        work.commit()
