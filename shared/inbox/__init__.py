"""Staff before patients' messages: what each has opened, who writes an answer now, ready-made answers."""

from shared.inbox.canned import (
    SavedAnswer,
    canned_answers,
    get_canned,
    install_canned,
    remove_canned,
    save_canned,
    seen_mark,
)
from shared.inbox.minding import assign_thread, await_patient
from shared.inbox.model import CannedAnswer, ThreadPresence, ThreadSeen
from shared.inbox.rules import (
    LONGEST_TITLE,
    PLACEHOLDERS,
    PRESENT_FOR,
    filled_in,
    placeholders_left,
    put_behind,
    unknown_placeholders,
    without_placeholders,
)
from shared.inbox.watching import leave_thread, note_seen, note_writing, writing_now

__all__ = [
    "LONGEST_TITLE",
    "PLACEHOLDERS",
    "PRESENT_FOR",
    "CannedAnswer",
    "SavedAnswer",
    "ThreadPresence",
    "ThreadSeen",
    "assign_thread",
    "await_patient",
    "canned_answers",
    "filled_in",
    "get_canned",
    "install_canned",
    "leave_thread",
    "note_seen",
    "note_writing",
    "placeholders_left",
    "put_behind",
    "remove_canned",
    "save_canned",
    "seen_mark",
    "unknown_placeholders",
    "without_placeholders",
    "writing_now",
]
