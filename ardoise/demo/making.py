"""Making the demo's practice and handing out its addresses."""

import json
import secrets
import shlex
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from ardoise.demo.export import (
    EXPORT_ENCODING,
    EXPORT_FILE,
    TRIAL_FILE,
    write_export,
    write_trial,
)
from ardoise.demo.history import DAYS, TIMEZONE, History
from ardoise.demo.people import CITIES, DemoPerson, people
from ardoise.demo.setting import HOST, OFFICE_HOST, PEOPLE_FILE, Environments, Ports
from ardoise.demo.team import STAFF, invite_somebody, sign_staff_up
from ardoise.demo.till import Till
from ardoise.demo.visitor import Visitor
from ardoise.office import House, carriers, sending_office
from ardoise.opening import PracticeDetails, open_practice
from shared.accounts import WaysToPay, change_rules, changing_settings, set_ways_to_pay
from shared.audit import Actor
from shared.base.clock import FixedClock, SystemClock, at_local, local_date
from shared.base.config import WorkerSettings
from shared.base.migrating import upgrade
from shared.delivery import NoticeRenderer
from shared.processor import (
    PORTAL_RIGHTS,
    WORKER_RIGHTS,
    ProcessorKeys,
    check_keys,
    register_webhook,
    set_processor_account,
)

DETAILS = {
    "sender": "Secrétariat R12",
    "sms_sender": "R12",
    "phone": "04 65 71 20 12",
    "postal_address": "BP 12, 44200 Nantes",
    "siren": "900 412 875",
    "vat_mention": "Exonération de TVA, article 261-4-1° du CGI",
}
# The account number is the one that banks print in their examples.
WAYS = WaysToPay(
    iban="FR7630006000011234567890189",
    holder="Secretariat R12",
    cheque_order="Secrétariat R12",
    at_desk=("card", "cash", "cheque"),
)
STATEMENT = "SECRETARIAT R12"  # what a bank statement says
HOURS = {
    "fr": "du lundi au vendredi, 9 h – 12 h et 14 h – 17 h",
    "en": "Monday to Friday, 9 am – 12 pm and 2 pm – 5 pm",
}


def make(
    settings: WorkerSettings, environment: Environments, ports: Ports, folder: Path
) -> dict[str, Any]:
    """Make the practice and live its past; returns what demo.json holds.

    Writes beside it whose phones they are, and the practice's unpaid list of today.
    """
    upgrade(settings.database_url)
    today = local_date(SystemClock().now(), TIMEZONE)
    clock = FixedClock(at_local(today - timedelta(days=DAYS), 9, 0, TIMEZONE))
    house = House.of(settings, clock)
    by_channel = carriers(settings, clock)
    office = sending_office(house, by_channel)
    practice_id = _practice(house, office.renderer)
    staff = sign_staff_up(house, practice_id)
    _processor(house, practice_id)
    history = History(
        house=house,
        office=office,
        visitor=Visitor(environment, house.database, clock),
        clock=clock,
        till=Till(house, practice_id, settings.processor_url),
        practice_id=practice_id,
        people=people(),
        today=today,
    )
    history.live()
    invite_somebody(house, practice_id)
    _write(folder / PEOPLE_FILE, json.dumps(_phones(history.people), ensure_ascii=False, indent=1))
    listed = write_export(history.people, today=today, on=today, paid=history.paid)
    for name, data in ((EXPORT_FILE, listed), (TRIAL_FILE, write_trial(listed))):
        _write(folder / name, data.decode(EXPORT_ENCODING), encoding=EXPORT_ENCODING)
    accounts = [_account(history, person) for person in history.people]
    for carrier in by_channel.values():
        carrier.close()
    house.database.dispose()
    return {
        "portal": f"http://{HOST}:{ports.portal}",
        "backoffice": f"http://{OFFICE_HOST}:{ports.backoffice}",
        "sandbox": f"http://{HOST}:{ports.sandbox}",
        "database": environment.shared["ARDOISE_DATABASE_URL"],
        "staff": staff,
        "accounts": accounts,
    }


def _practice(house: House, renderer: NoticeRenderer) -> int:
    now = house.clock.now()
    with house.database.unit_of_work() as work:
        practice = open_practice(
            work.session,
            details=PracticeDetails(
                **DETAILS,
                opening_hours=HOURS,
                started_on=local_date(now, TIMEZONE) + timedelta(days=25),
            ),
            keys=house.keys,
            renderer=renderer,
            site=house.settings.site,
            at=now,
        )
        owner = next(name for role, _, name in STAFF if role == "owner")
        with changing_settings(work.session, practice, actor=Actor("staff", owner), at=now):
            change_rules(practice, {"card_plans": True})
            set_ways_to_pay(practice, WAYS)
        practice.keeps_lines = True  # so that there is a detail to open behind its code
        work.commit()
        return practice.id


def _processor(house: House, practice_id: int) -> None:
    key = f"sk_test_{secrets.token_hex(12)}"
    keys = ProcessorKeys(
        portal=_restricted(house, key, PORTAL_RIGHTS), worker=_restricted(house, key, WORKER_RIGHTS)
    )
    profile = {
        "key": key,
        "public_name": DETAILS["sender"],
        "statement": STATEMENT,
        "prefix": "R12",
    }
    _control(house, "account", profile)
    check_keys(keys, base_address=house.settings.processor_url)
    secret = register_webhook(
        keys.worker,
        base_address=house.settings.processor_url,
        url=f"{house.settings.site}/webhooks/{practice_id}",
    )
    with house.database.unit_of_work(practice_id) as work:
        set_processor_account(
            work.session,
            practice_id=practice_id,
            keys=keys,
            webhook_secrets=[secret],
            gateway_keys=house.settings.gateway(),
            worker_keys=house.settings.own(),
        )
        work.commit()


def _restricted(house: House, key: str, rights: list[str]) -> str:
    """A key of the same account that may do only so much, as one makes it in the processor's pages."""
    return str(_control(house, "keys", {"key": key, "rights": rights})["key"])


def _control(house: House, name: str, fields: Mapping[str, object]) -> dict[str, Any]:
    """Do something on the sandbox's own pages."""
    done = requests.post(f"{house.settings.processor_url}/control/{name}", json=fields, timeout=10)
    done.raise_for_status()
    answer: dict[str, Any] = done.json()
    return answer


def _phones(everyone: list[DemoPerson]) -> list[dict[str, Any]]:
    """Who has which number and address, with what the portal asks of them."""
    return [
        {
            "addresses": [one for one in (_dialled(person.phone), person.email) if one],
            "name": _name(person),
            "birth_date": person.identity.isoformat(),
            **({} if person.birth_on_file else {"postcode": CITIES[int(person.city)][0]}),
        }
        for person in everyone
    ]


def _dialled(phone: str) -> str:
    return f"+33{phone.replace(' ', '')[1:]}" if phone else ""


def _name(person: DemoPerson) -> str:
    given, surname, _ = person.debtor or (person.given, person.surname, None)
    return f"{given} {surname}"


def _account(history: History, person: DemoPerson) -> dict[str, Any]:
    account = history.account(person)
    link = history.old_links.get(person.ref)
    if link is None and account.checkable and account.door_closed_at is None:
        link = history.link(person)
    told = {
        "story": person.story,
        "number": account.number,
        "name": _name(person),
        "birth_date": person.identity.isoformat(),
        "balance_cents": account.balance_cents,
        "link": link,
    }
    if not person.birth_on_file:
        postcode, _ = CITIES[int(person.city)]
        told |= {"postcode": postcode, "phone_end": person.phone.replace(" ", "")[-4:]}
    return told


def write_files(folder: Path, made: dict[str, Any], environment: Environments) -> None:
    """Write ``env`` and, last of all, ``demo.json``."""
    lines = [f"export {k}={shlex.quote(v)}\n" for k, v in environment.operator.items()]
    _write(folder / "env", "".join(lines))
    _write(folder / "demo.json", json.dumps(made, ensure_ascii=False, indent=1))


def _write(file: Path, text: str, *, encoding: str = "utf-8") -> None:
    """For its owner only; whoever sees the file sees all of it."""
    part = file.with_name(f"{file.name}.part")
    part.write_text(text, encoding, newline="")
    part.chmod(0o600)
    part.rename(file)
