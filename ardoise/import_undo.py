"""The worker takes a whole import back, or says which accounts stand against it."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ardoise.importing.beginning import lock_imports
from ardoise.importing.context import chunks
from ardoise.importing.standing import standing_against
from ardoise.importing.undoing import Undo, touches_of, undo_run
from ardoise.office import House
from shared.accounts import Account, Practice, get_practice, practice_vault
from shared.audit import Actor
from shared.base.clock import local_date
from shared.base.formats import french_spaces
from shared.base.vault import Vault
from shared.billing import ImportRun
from shared.imports import AGAINST, Fate, ImportJob, get_job, move, seal_words, write_rows

OVERTAKEN = (
    "Une liste plus récente de la même source a été importée depuis. Annulez d’abord celle-là, la plus "
    "récente."
)
STANDS = (
    "Rien n’a été annulé : depuis cet import, il s’est passé quelque chose sur les comptes ci-dessous. "
    "Importez plutôt une liste corrigée."
)


def undo_list(house: House, practice_id: int, job_id: UUID, *, actor: Actor) -> None:
    """Take an import back in one transaction, or leave everything and say why."""
    at = house.clock.now()
    with house.database.unit_of_work(practice_id) as work:
        session = work.session
        lock_imports(session, practice_id)
        job = get_job(session, practice_id=practice_id, job_id=job_id, lock=True)
        if job.status != "undoing" or job.run_id is None:
            return
        practice = get_practice(session, practice_id)
        vault = practice_vault(house.keys, practice)
        run = session.get_one(ImportRun, (practice_id, job.run_id))
        touches = touches_of(session, run)
        _lock(session, practice, (touch.account_id for touch in touches))
        if _is_overtaken(session, run):
            _refuse(session, job, vault, OVERTAKEN, {}, actor, house)
        else:
            invoices = [touch for touch in touches if touch.kind == "invoice"]
            against = standing_against(session, invoices, practice_id=practice_id, since=run.at)
            if against:
                _refuse(session, job, vault, STANDS, against, actor, house)
            else:
                undo = Undo(
                    session,
                    practice,
                    run,
                    Actor("staff", job.moved_name),
                    at,
                    local_date(at, practice.timezone),
                )
                undo_run(undo, touches)
                job.counts = {**job.counts, **undo.counts, "kind_against": 0}
                job.said = None
                write_rows(
                    session,
                    (),
                    practice_id=practice_id,
                    job_id=job.id,
                    vault=vault,
                    of_kind=AGAINST,
                )
                move(session, job, "undo", actor=actor, at=at)
        work.commit()


def _lock(session: Session, practice: Practice, accounts: Iterable[UUID | None]) -> None:
    """Hold the accounts until the end, always in the same order."""
    for some in chunks(sorted({account for account in accounts if account is not None})):
        session.execute(
            select(Account.id)
            .where(Account.practice_id == practice.id, Account.id.in_(some))
            .order_by(Account.id)
            .with_for_update()
        ).all()


def _is_overtaken(session: Session, run: ImportRun) -> bool:
    later = exists().where(
        ImportRun.practice_id == run.practice_id,
        ImportRun.source_id == run.source_id,
        ImportRun.undone_at.is_(None),
        ImportRun.id != run.id,
        ImportRun.at >= run.at,
    )
    return bool(session.scalar(select(later)))


def _refuse(
    session: Session,
    job: ImportJob,
    vault: Vault,
    sentence: str,
    against: Mapping[UUID, Sequence[str]],
    actor: Actor,
    house: House,
) -> None:
    numbers: dict[UUID, str] = {}
    for some in chunks(sorted(against)):
        query = select(Account.id, Account.number).where(
            Account.practice_id == job.practice_id, Account.id.in_(some)
        )
        numbers.update((row.id, row.number) for row in session.execute(query))
    write_rows(
        session,
        [
            Fate(AGAINST, 0, numbers[account_id], reason=f"{', '.join(reasons)}".capitalize() + ".")
            for account_id, reasons in against.items()
        ],
        practice_id=job.practice_id,
        job_id=job.id,
        vault=vault,
        of_kind=AGAINST,
    )
    job.counts = {**job.counts, "kind_against": len(against)}
    job.said = seal_words(vault, job.id, "said", french_spaces(sentence))
    job.why = None
    move(session, job, "stand", actor=actor, at=house.clock.now())
