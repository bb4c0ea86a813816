"""Links: the only thing a message carries, and the visits that they open."""

from shared.links.entry import Answer, Door, knock, renew
from shared.links.kept_pages import KeptPage, can_be_kept, find_page, keep_page
from shared.links.late import (
    LatePage,
    drop_late_form,
    find_late_form,
    keep_late_form,
    sweep_late_forms,
)
from shared.links.model import LateForm, Link, LinkRequest, PortalSession
from shared.links.page_owners import drop_pages_of
from shared.links.rules import LINK, LINK_REQUEST
from shared.links.service import (
    DOOR_CLOSED,
    MintedLink,
    answer_request,
    ask_new_link,
    live_links,
    mint,
    reopen_door,
    revoke,
    revoke_former,
    waiting_requests,
)
from shared.links.token import OF_ACCOUNTS, OF_PAYERS, TOKEN_LENGTH, LinkSigner, Token
from shared.links.visit import (
    Visit,
    extend,
    find_visit,
    leave,
    practice_of,
    sweep_visits,
    touch,
    visit_id,
    wants_touch,
)

__all__ = [
    "DOOR_CLOSED",
    "LINK",
    "LINK_REQUEST",
    "OF_ACCOUNTS",
    "OF_PAYERS",
    "TOKEN_LENGTH",
    "Answer",
    "Door",
    "KeptPage",
    "LateForm",
    "LatePage",
    "Link",
    "LinkRequest",
    "LinkSigner",
    "MintedLink",
    "PortalSession",
    "Token",
    "Visit",
    "answer_request",
    "ask_new_link",
    "can_be_kept",
    "drop_late_form",
    "drop_pages_of",
    "extend",
    "find_late_form",
    "find_page",
    "find_visit",
    "keep_late_form",
    "keep_page",
    "knock",
    "leave",
    "live_links",
    "mint",
    "practice_of",
    "renew",
    "reopen_door",
    "revoke",
    "revoke_former",
    "sweep_late_forms",
    "sweep_visits",
    "touch",
    "visit_id",
    "waiting_requests",
    "wants_touch",
]
