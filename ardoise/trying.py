"""The worker does the trials of a practice that is set up: a message, a look at the sender's names."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Protocol

from ardoise.office import House
from shared.accounts import get_practice, practice_vault
from shared.audit import SYSTEM
from shared.base.log import describe_failure, get_logger
from shared.delivery import (
    Carrier,
    Envelope,
    NeverError,
    NotNowError,
    UnknownOutcomeError,
    UnsendableError,
)
from shared.processor import (
    NO_RIGHT,
    GatewayRefusedError,
    GatewayUnavailableError,
    OwnAccount,
)
from shared.setup import (
    ACCOUNT,
    EMAIL,
    GOOD,
    NAMES,
    SMS,
    Found,
    Names,
    NoAnswerError,
    SetupTrial,
    begin_next,
    end_trial,
    judge_account,
    read_dkim,
    read_dmarc,
    read_spf,
    target_of,
    trial_waits,
)

log = get_logger(__name__)
MOST = 20
SUBJECT = "Ceci est un essai"
TEXT = "Ceci est un essai : vos messages partent bien. Il n’y a rien à faire."
SHORT = "Ceci est un essai : vos messages partent bien."
Findings = dict[str, object]


class Processor(Protocol):
    """A practice's account at the card processor."""

    def read_account(self) -> OwnAccount:
        """Raises GatewayUnavailableError, GatewayRefusedError."""
        ...


def do_trials(
    house: House,
    practice_id: int,
    *,
    carriers: Mapping[str, Carrier],
    names: Names,
    mail_from: str,
    processor: Callable[[int], Processor | None],
) -> int:
    """Do what was asked for, each once; a worker that is killed between leaves it begun. Returns how many."""
    with house.database.reading(practice_id) as session:
        if not trial_waits(session, practice_id=practice_id):
            return 0
    done = 0
    while done < MOST:
        with house.database.unit_of_work(practice_id) as work:
            trial = begin_next(
                work.session, practice_id=practice_id, actor=SYSTEM, at=house.clock.now()
            )
            if trial is None:
                return done
            practice = get_practice(work.session, practice_id)
            target = target_of(trial, practice_vault(house.keys, practice))
            sender = {EMAIL: practice.sender, SMS: practice.sms_sender}.get(trial.kind, "")
            work.commit()
        if trial.kind == NAMES:
            passed, findings = _look(names, mail_from.partition("@")[2], target)
        elif trial.kind == ACCOUNT:
            passed, findings = _ask(processor(practice_id), practice.sender)
        else:
            passed, findings = _send(carriers[trial.kind], trial, target, sender)
        with house.database.unit_of_work(practice_id) as work:
            end_trial(
                work.session,
                practice_id=practice_id,
                trial_id=trial.id,
                passed=passed,
                findings=findings,
                actor=SYSTEM,
                at=house.clock.now(),
            )
            work.commit()
        done += 1
    return done


def _send(carrier: Carrier, trial: SetupTrial, to: str, sender: str) -> tuple[bool, Findings]:
    short = trial.kind == SMS
    envelope = Envelope(
        to=to,
        sender=sender,
        reference=str(trial.id),
        subject="" if short else SUBJECT,
        text=f"{sender} : {SHORT}" if short else TEXT,
        html="" if short else f"<p>{TEXT}</p>",
    )
    try:
        carrier.send(envelope)
    except NotNowError as error:
        return False, _failed("not_now", error)
    except (NeverError, UnsendableError) as error:
        return False, _failed("refused", error)
    except UnknownOutcomeError as error:
        return False, _failed("unknown", error)
    return True, {}


def _ask(processor: Processor | None, sender: str) -> tuple[bool, Findings]:
    """What the processor says of the practice's own account."""
    if processor is None:
        return False, {"why": "no_key"}
    try:
        judged = judge_account(processor.read_account(), sender=sender)
    except GatewayUnavailableError as error:
        return False, _failed("silent", error)
    except GatewayRefusedError as error:
        return False, _failed("no_right" if error.code == NO_RIGHT else "unknown_key", error)
    return all(one.why == GOOD for one in judged), {"judged": [one.as_finding() for one in judged]}


def _failed(why: str, error: Exception) -> Findings:
    log.warning("trial.failed", why=why, **describe_failure(error))
    return {"why": why}


def _look(names: Names, domain: str, selector: str) -> tuple[bool, Findings]:
    """What stands under the names of the sender's domain."""

    def read(name: str, reader: Callable[[list[str]], Found]) -> Found:
        try:
            return reader(names.texts(name))
        except NoAnswerError:
            return Found("unknown")

    found = {
        "spf": read(domain, read_spf),
        "dmarc": read(f"_dmarc.{domain}", read_dmarc),
    }
    if selector:
        found["dkim"] = read(f"{selector}._domainkey.{domain}", read_dkim)
    findings: Findings = {name: asdict(one) for name, one in found.items()}
    return all(one.state == "good" for one in found.values()), findings | {"domain": domain}
