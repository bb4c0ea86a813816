"""Proposing a new contact or a representative, with a code to the new contact; staff decide."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request

from portal.context import end_reading, inside, page, portal, reading, sentences, visit
from portal.forms import Sentence, say
from portal.pages.preferences import RELATIONS, all_of, proposal_line, said, typed_here
from portal.pages.talk import boxes
from portal.preference_forms import (
    ProposalForm,
    empty_proposal,
    read_new_contact,
    read_representative,
)
from portal.views.details import NO_LONGER, SIX_DIGITS
from portal.views.preferences import saved
from shared.accounts import contacts_of, open_contact
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError
from shared.codes import digits_of, is_live, latest_code
from shared.delivery import change_told_to, contacts_told
from shared.preferences import (
    NEW_CONTACT,
    ask_again,
    confirm,
    get_proposal,
    propose,
    withdraw,
)

views = Blueprint("proposals", __name__)


@views.get("/preferences/new-contact")
@inside
def ask_contact() -> Response:
    """Where to write a new number or address."""
    return _contact_form(empty_proposal())


@views.post("/preferences/new-contact")
@inside
def new_contact() -> Response:
    """Propose a contact; the same form sent twice proposes one."""
    return _propose(read_new_contact(request.form), _contact_form)


@views.get("/preferences/representative")
@inside
def ask_representative() -> Response:
    """Where to write who represents the person."""
    return _representative_form(empty_proposal())


@views.post("/preferences/representative")
@inside
def representative() -> Response:
    """Propose a representative; the same form sent twice proposes one."""
    today = local_date(portal().clock.now(), visit().practice.timezone)
    return _propose(read_representative(request.form, today=today), _representative_form)


@views.get("/preferences/proposals/<uuid:proposal_id>")
@inside
def show(proposal_id: UUID) -> Response:
    """Where a proposal stands, with the code's field while it waits for one."""
    return _page(proposal_id)


@views.post("/preferences/proposals/<uuid:proposal_id>")
@inside
def give(proposal_id: UUID) -> Response:
    """Give the code that the new contact got."""
    here, parts = visit(), portal()
    _own(proposal_id)
    typed = digits_of(request.form.get("code", "")[:20])
    if typed is None:
        return _page(proposal_id, say(SIX_DIGITS))
    end_reading()
    with parts.database.unit_of_work(here.practice.id) as work:
        right = confirm(
            work.session,
            practice=here.practice,
            account_id=here.account.id,
            proposal_id=proposal_id,
            visit_id=here.row.id,
            typed=typed,
            vault=here.vault,
            at=parts.clock.now(),
        )
        work.commit()
    return _to(proposal_id) if right else _page(proposal_id, say(NO_LONGER))


@views.post("/preferences/proposals/<uuid:proposal_id>/code")
@inside
def send_again(proposal_id: UUID) -> Response:
    """Have another code sent to the new contact."""
    here, parts = visit(), portal()
    _own(proposal_id)
    end_reading()
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            proposal = get_proposal(
                work.session,
                practice_id=here.practice.id,
                account_id=here.account.id,
                proposal_id=proposal_id,
            )
            ask_again(work.session, proposal, visit_id=here.row.id, at=parts.clock.now())
            work.commit()
    except NotAllowedError as refused:
        return _page(proposal_id, say(str(refused)), field="form")
    return _to(proposal_id)


@views.post("/preferences/proposals/<uuid:proposal_id>/withdraw")
@inside
def take_back(proposal_id: UUID) -> Response:
    """Want no change any more."""
    here, parts = visit(), portal()
    end_reading()
    with parts.database.unit_of_work(here.practice.id) as work:
        withdraw(
            work.session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            proposal_id=proposal_id,
            at=parts.clock.now(),
        )
        work.commit()
    return saved("withdrawn")


Form = Callable[[ProposalForm, dict[str, Sentence]], Response]


def _propose(form: ProposalForm, again: Form) -> Response:
    if form.proposed is None:
        return again(form, form.errors)
    here, parts = visit(), portal()
    end_reading()
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            proposal = propose(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                visit_id=here.row.id,
                vault=here.vault,
                proposed=form.proposed,
                once=form.once,
                at=parts.clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return again(form, {"form": say(str(refused))})
    return _to(proposal.id)


def _contact_form(form: ProposalForm, errors: dict[str, Sentence] | None = None) -> Response:
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        on_file = contacts_of(session, practice_id=here.practice.id, account_id=here.account.id)
        reached = contacts_told(session, here.account, kind=NEW_CONTACT)
    written = [
        one
        for one in on_file
        if one.kind != "landline" and one.of_representative == here.account.represented
    ]
    told = "all" if len(reached) == len(written) else "some"
    letters = here.account.channel == "letter"
    told = told if reached else "none"
    return _form("portal/new_contact.html", form, errors, told=told, letters=letters)


def _representative_form(form: ProposalForm, errors: dict[str, Sentence] | None = None) -> Response:
    relations = boxes({name: (title, "") for name, title in RELATIONS.items()})
    return _form("portal/representative.html", form, errors, relations=relations)


def _form(
    template: str, form: ProposalForm, errors: dict[str, Sentence] | None, **more: object
) -> Response:
    response = page(
        template, values=form.values, errors=sentences(errors), back_url="/preferences", **more
    )
    response.status_code = 422 if errors else 200
    return response


def _own(proposal_id: UUID) -> None:
    here = visit()
    get_proposal(
        reading(),
        practice_id=here.practice.id,
        account_id=here.account.id,
        proposal_id=proposal_id,
    )


def _page(proposal_id: UUID, wrong: Sentence | None = None, field: str = "code") -> Response:
    here, now = visit(), portal().clock.now()
    with portal().database.reading(here.practice.id) as session:
        proposal = get_proposal(
            session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            proposal_id=proposal_id,
        )
        code = latest_code(
            session, practice_id=here.practice.id, visit_id=here.row.id, subject_id=proposal_id
        )
        line = proposal_line(here, proposal, whole=typed_here(here, proposal))
        told = change_told_to(session, proposal, account=here.account)
    leaves = code is not None and code.status == "asked"
    waits = leaves or (code is not None and is_live(code.status, code.expires_at, now=now))
    errors = {} if wrong is None else {field if waits else "form": wrong}
    response = page(
        "portal/proposal.html",
        proposal=line,
        waits=waits,
        leaves=leaves,
        told=all_of([said(one.kind, open_contact(here.vault, one)) for one in told]),
        here_url=f"/preferences/proposals/{proposal_id}",
        errors=sentences(errors),
        back_url="/preferences",
    )
    response.status_code = 422 if errors else 200
    return response


def _to(proposal_id: UUID) -> Response:
    return make_response(redirect(f"/preferences/proposals/{proposal_id}", code=303))
