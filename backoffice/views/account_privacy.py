"""What a person asks about their own data: a copy of all of it."""

import json

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from backoffice.auth import names_keys, staff
from backoffice.desks.erasing import read_erasing
from backoffice.desks.people import find_named
from backoffice.desks.subject_paper import SubjectPaper
from backoffice.flaws import Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.accounts import account_vault, find_account
from shared.base.errors import NotAllowedError
from shared.base.pdf import typeset
from shared.erasing import ASKERS, CHECKS, DECLINES
from shared.privacy import COPY_REASONS, JSON, PAPER, Opener, make_copy
from shared.staff import ROLE_TITLES, roles_by_name, roles_with

desk = Blueprint("account_privacy", __name__)
_PRIVACY = "/accounts/<number>/privacy"


@desk.get(_PRIVACY)
@needs("accounts.read")
def show(number: str) -> Response:
    """What can be asked, and by whom it is answered."""
    return page_of(number)


@desk.post(f"{_PRIVACY}/copy")
@needs("privacy.export")
@grave
def copy(number: str) -> AnyResponse:
    """The copy as a download, on paper or as JSON. A POST, since it leaves a trace."""
    here, who = office(), staff()
    form = JSON if request.form.get("form") == JSON else PAPER
    reason, at = request.form.get("reason", ""), here.now()
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            session = work.session
            account = find_account(session, practice_id=who.practice_id, number=number, lock=True)
            data = make_copy(
                session,
                account=account,
                vault=account_vault(here.keys, account),
                opener=Opener(who.user_id, who.name, who.role),
                roles=roles_by_name(session, practice_id=who.practice_id),
                reason=reason,
                form=form,
                at=at,
            )
            name = f"donnees-{account.number}"
            work.commit()
    except NotAllowedError as refused:
        return page_of(number, flaw=flaw_of(refused, form="reason", label="Pourquoi"), status=422)
    if form == JSON:
        told = data.document(at=at, reason=reason)
        answer = make_response(json.dumps(told, ensure_ascii=False, indent=2).encode())
        answer.content_type = "application/json"
    else:
        paper = SubjectPaper(data, account.number, who.timezone)
        set_from = paper.typeset_from(at=at, by=who.role_title, reason=COPY_REASONS[reason])
        answer = make_response(typeset("subject", set_from, at=at))
        answer.content_type = "application/pdf"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.{form}"
    return answer


def page_of(number: str, *, flaw: Flaw | None = None, status: int = 200) -> Response:
    """The page, with what is to be mended. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        account, name = find_named(
            reading, practice_id=who.practice_id, number=number, keys=names_keys()
        )
        erasing = read_erasing(reading, account, today=here.today(who.timezone))
    shown = render_template(
        "backoffice/account_privacy.html",
        account=account,
        name=name,
        reasons=COPY_REASONS,
        reason=request.form.get("reason", ""),
        who_may=_titles("privacy.export"),
        erasing=erasing,
        erasers=_titles("privacy.erase"),
        askers=ASKERS,
        checks=CHECKS,
        declines=DECLINES,
        typed=request.form,
        today=here.today(who.timezone),
        flaw=flaw,
    )
    return make_response(shown, status)


def _titles(permission: str) -> list[str]:
    return [title for role, title in ROLE_TITLES.items() if role in roles_with(permission)]
