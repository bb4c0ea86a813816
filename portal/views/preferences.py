"""Language, channel and contacts: what a person chooses for themselves, at once."""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request

from portal.context import end_reading, inside, page, portal, reading, sentences, visit
from portal.forms import Sentence, say
from portal.pages.preferences import channels_for, contact_line, proposal_line
from portal.pages.talk import boxes
from shared.accounts import contacts_of, usable_contacts
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import marked
from shared.delivery import LANGUAGES
from shared.preferences import (
    change_contact,
    choose_channel,
    choose_language,
    kinds_that_work,
    open_kinds,
    proposals_of,
)
from shared.web.filters import t

views = Blueprint("preferences", __name__)

MOST_CHOICES_A_DAY = 20
TOO_OFTEN = marked(
    "Vous avez changé vos choix beaucoup de fois aujourd’hui. Appelez-nous, ou revenez demain."
)
SAVED = {
    "language": marked("Votre langue est changée."),
    "channel": marked("Votre choix est noté."),
    "stop": marked("Nous n’écrivons plus ici. Votre espace reste ouvert."),
    "resume": marked("Nous écrivons de nouveau ici."),
    "unsafe": marked("Nous n’écrivons plus ici. Les liens déjà envoyés ne s’ouvrent plus."),
    "withdrawn": marked("Votre demande est retirée."),
}


@views.get("/preferences")
@inside
def show() -> Response:
    """Everything that can be chosen, and what was proposed."""
    return _page()


@views.post("/preferences/language")
@inside
def language() -> Response:
    """Speak another language from now on."""
    here, chosen = visit(), request.form.get("language", "")
    if chosen not in LANGUAGES:
        return _page({"language": say(marked("Choisissez une langue."))})
    if not _has_room():
        return _page({"language": say(TOO_OFTEN)})
    end_reading()
    with portal().database.unit_of_work(here.practice.id) as work:
        choose_language(
            work.session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            visit_id=here.row.id,
            language=chosen,
            at=portal().clock.now(),
        )
        work.commit()
    return saved("language")


@views.post("/preferences/channel")
@inside
def channel() -> Response:
    """Be written to in another way from now on."""
    here = visit()
    if not _has_room():
        return _page({"channel": say(TOO_OFTEN)})
    end_reading()
    try:
        with portal().database.unit_of_work(here.practice.id) as work:
            choose_channel(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                channel=request.form.get("channel", ""),
                at=portal().clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return _page({"channel": say(str(refused))})
    return saved("channel")


@views.post("/preferences/contacts/<uuid:contact_id>")
@inside
def contact(contact_id: UUID) -> Response:
    """Stop or resume writing to a contact, or never write there again."""
    here, act = visit(), request.form.get("act", "")
    if act != "unsafe" and not _has_room():  # who is in danger is never told to come back tomorrow
        return _page({"form": say(TOO_OFTEN)})
    end_reading()
    try:
        with portal().database.unit_of_work(here.practice.id) as work:
            change_contact(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                visit_id=here.row.id,
                contact_id=contact_id,
                act=act,
                at=portal().clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return _page({"form": say(str(refused))})
    return saved(act)


@views.get("/preferences/contacts/<uuid:contact_id>/unsafe")
@inside
def ask_unsafe(contact_id: UUID) -> Response:
    """What calling a contact unsafe does, before it is done: nothing on these pages undoes it."""
    here = visit()
    practice_id = here.practice.id
    contacts = contacts_of(reading(), practice_id=practice_id, account_id=here.account.id)
    found = next((one for one in contacts if one.id == contact_id), None)
    if found is None:
        raise NotFoundError(marked("Ce contact n’est pas dans votre espace."))
    line = contact_line(here, found)
    if "unsafe" not in line.acts:
        return make_response(redirect("/preferences", code=303))
    usable = usable_contacts(reading(), practice_id=practice_id, account=here.account)
    return page(
        "portal/unsafe.html",
        contact=line.words,
        post_url=f"/preferences/contacts/{contact_id}",
        last=not any(one.id != contact_id for one in usable),
        back_url="/preferences",
    )


def saved(what: str) -> Response:
    """Back to the page, which says what was noted."""
    return make_response(redirect(f"/preferences?saved={what}", code=303))


def _has_room() -> bool:
    """Whether this visit's account may choose once more today."""
    now = portal().clock.now()
    return portal().choices.has_room(visit().account.id, most=MOST_CHOICES_A_DAY, at=now)


def _page(errors: dict[str, Sentence] | None = None) -> Response:
    here = visit()
    practice_id, account_id = here.practice.id, here.account.id
    with portal().database.reading(practice_id) as session:
        contacts = contacts_of(session, practice_id=practice_id, account_id=account_id)
        usable = usable_contacts(session, practice_id=practice_id, account=here.account)
        kinds = kinds_that_work(session, here.account)
        proposals = proposals_of(session, practice_id=practice_id, account_id=account_id)
        waiting = open_kinds(session, practice_id=practice_id, account_id=account_id)
    told = SAVED.get(request.args.get("saved", "")) if not errors else None
    response = page(
        "portal/preferences.html",
        saved=t(told) if told else "",
        chosen_language=here.row.language,
        languages=LANGUAGES,
        channels=boxes(channels_for(kinds, here.account.channel)),
        channel=here.account.channel,
        contacts=[
            contact_line(here, one)
            for one in contacts
            if one.kind != "landline" and one.of_representative == here.account.represented
        ],
        represented=here.account.represented,
        reachable=bool(usable),
        proposals=[proposal_line(here, one) for one in proposals],
        waiting=waiting,
        errors=sentences(errors),
        back_url="/statement",
    )
    response.status_code = 422 if errors else 200
    return response
