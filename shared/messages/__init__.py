"""Messages between a patient and the practice, by subject, with documents; nothing in the clear."""

from shared.messages.answering import (
    MovedOnError,
    answer_thread,
    close_thread,
    empty_thread,
    tell_about,
)
from shared.messages.cleaning import LARGEST_BYTES as LARGEST_DOCUMENT
from shared.messages.documents import (
    CleanDocument,
    DocumentError,
    Enclosure,
    clean_document,
    delete_documents,
    enclosures_of,
    open_document,
)
from shared.messages.holding import ANSWER, promised_day
from shared.messages.invariants import INVARIANTS
from shared.messages.model import Document, Message, Thread
from shared.messages.reading import (
    UnreadAnswer,
    get_thread,
    is_unread,
    messages_of,
    open_body,
    threads_of,
    unread_answers,
)
from shared.messages.rules import (
    AID,
    LONGEST_TEXT,
    MOST_DOCUMENTS,
    OFFERED,
    PATIENTS,
    PLAN,
    STAFFS,
    SUBJECTS,
    THREAD,
    once_of,
)
from shared.messages.service import check_room, open_thread, read_answers, reply, start_thread
from shared.messages.writing import Words, thread_of_form

__all__ = [
    "AID",
    "ANSWER",
    "INVARIANTS",
    "LARGEST_DOCUMENT",
    "LONGEST_TEXT",
    "MOST_DOCUMENTS",
    "OFFERED",
    "PATIENTS",
    "PLAN",
    "STAFFS",
    "SUBJECTS",
    "THREAD",
    "CleanDocument",
    "Document",
    "DocumentError",
    "Enclosure",
    "Message",
    "MovedOnError",
    "Thread",
    "UnreadAnswer",
    "Words",
    "answer_thread",
    "check_room",
    "clean_document",
    "close_thread",
    "delete_documents",
    "empty_thread",
    "enclosures_of",
    "get_thread",
    "is_unread",
    "messages_of",
    "once_of",
    "open_body",
    "open_document",
    "open_thread",
    "promised_day",
    "read_answers",
    "reply",
    "start_thread",
    "tell_about",
    "thread_of_form",
    "threads_of",
    "unread_answers",
]
