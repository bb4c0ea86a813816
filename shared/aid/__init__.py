"""Requests for help, decided by people, and the list of others who can help."""

from shared.aid.deciding import DECISIONS, answer_aid
from shared.aid.forgetting import delete_aid_documents, forget_requests
from shared.aid.invariants import INVARIANTS
from shared.aid.model import AidRequest
from shared.aid.paths import AidPath, AidPaths, aid_paths
from shared.aid.reading import (
    GrantedPause,
    get_request,
    granted_pause,
    is_open,
    open_answers,
    open_request,
    request_of_document,
    requests_of,
    requests_part,
    requests_since,
)
from shared.aid.rules import (
    AID_REQUEST,
    GRANTED_HOLD,
    LARGEST_MONTHLY,
    OPEN,
    REASONS,
    WISHES,
    AidAnswers,
    check_grant,
    ticked,
)
from shared.aid.service import DECIDE, ask_aid, follow_up, withdraw_aid

__all__ = [
    "AID_REQUEST",
    "DECIDE",
    "DECISIONS",
    "GRANTED_HOLD",
    "INVARIANTS",
    "LARGEST_MONTHLY",
    "OPEN",
    "REASONS",
    "WISHES",
    "AidAnswers",
    "AidPath",
    "AidPaths",
    "AidRequest",
    "GrantedPause",
    "aid_paths",
    "answer_aid",
    "ask_aid",
    "check_grant",
    "delete_aid_documents",
    "follow_up",
    "forget_requests",
    "get_request",
    "granted_pause",
    "is_open",
    "open_answers",
    "open_request",
    "request_of_document",
    "requests_of",
    "requests_part",
    "requests_since",
    "ticked",
    "withdraw_aid",
]
