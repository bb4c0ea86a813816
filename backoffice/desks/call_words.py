"""What is said once a call was noted: what the ladder does next, and not before which day."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from backoffice.desks.account_page import LadderShown, read_page
from backoffice.office import office
from shared.accounts import Account
from shared.base.formats import day
from shared.ladder import CALL_TASK, CALLS, CAP_DAYS
from shared.staff import SignedIn
from shared.worklist import Task


def words_after(kind: str, ladder: LadderShown, *, today: date) -> str:
    """The sentence for a call of this kind; ``ladder`` is as it stands when the call was noted."""
    if kind != CALL_TASK.name:
        return "La nuit prochaine, la lettre attend de nouveau une décision."
    if ladder.stopped:
        return "Le compte est en pause ou retenu : rien ne part avant que ce soit levé."
    following = next((step for step in ladder.steps if step.state in ("next", "below")), None)
    if following is None:
        return "C’était la dernière étape : rien d’autre ne vient de l’échelle."
    if following.state == "below":
        return f"Ensuite vient « {following.title} », si davantage est dû : pour l’instant, rien."
    earliest = day(today + timedelta(days=CAP_DAYS), today=today)
    return (
        f"Ensuite : « {following.title} », pas avant le {earliest}. Autre chose est convenu ? Mettez le "
        "compte en pause."
    )


def told_after(session: Session, task: Task, account: Account | None, *, who: SignedIn) -> str:
    """What is said once work was noted as done; after a call with what comes next."""
    done = "C’est noté : fait."
    if task.kind not in CALLS or account is None:
        return done
    here = office()
    page = read_page(session, who=who, number=account.number, keys=here.keys, at=here.now())
    return f"{done} {words_after(task.kind, page.ladder, today=here.today(who.timezone))}"
