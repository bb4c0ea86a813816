"""Messages between a patient and the practice, by subject, with documents; nothing in the clear."""

from shared.messages.answering import answer_thread, close_thread, empty_thread, tell_about
from shared.messages.cleaning import LARGEST_BYTES as LARGEST_DOCUMENT
from shared.messages.documents import (
    CleanDocument,
    DocumentError,
    Enclosure,
    clean_document,
    delete_documents,
    documents_part,
    enclosures_of,
    open_document,
)
from shared.messages.holding import ANSWER, promised_day
from shared.messages.invariants import INVARIANTS
from shared.messages.merging import Seen, find_thread, merge_threads, order_of
from shared.messages.minding import assign_thread, await_patient
from shared.messages.model import Document, Message, Thread, ThreadNote, ThreadPromise
from shared.messages.moved import MovedOnError, check_same
from shared.messages.notes import add_note, open_note
from shared.messages.open_threads import (
    IS_ANSWERED,
    MOST_COUNTED,
    OPEN_THREADS,
    back_with_us,
    open_thread_ids,
    waiting_for_us,
)
from shared.messages.promises import IS_WAITING, note_broken, promises_kept
from shared.messages.reading import (
    UnreadAnswer,
    get_thread,
    is_unread,
    messages_of,
    messages_part,
    open_body,
    open_words,
    threads_of,
    threads_part,
    unread_answers,
)
from shared.messages.rules import (
    AID,
    LONGEST_TEXT,
    LONGEST_WAIT,
    MOST_DOCUMENTS,
    OFFERED,
    PATIENTS,
    PLAN,
    STAFFS,
    SUBJECTS,
    THREAD,
    mark_of,
    once_of,
)
from shared.messages.service import check_room, open_thread, read_answers, reply, start_thread
from shared.messages.writing import Words

__all__ = [
    "AID",
    "ANSWER",
    "INVARIANTS",
    "IS_ANSWERED",
    "IS_WAITING",
    "LARGEST_DOCUMENT",
    "LONGEST_TEXT",
    "LONGEST_WAIT",
    "MOST_COUNTED",
    "MOST_DOCUMENTS",
    "OFFERED",
    "OPEN_THREADS",
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
    "Seen",
    "Thread",
    "ThreadNote",
    "ThreadPromise",
    "UnreadAnswer",
    "Words",
    "add_note",
    "answer_thread",
    "assign_thread",
    "await_patient",
    "back_with_us",
    "check_room",
    "check_same",
    "clean_document",
    "close_thread",
    "delete_documents",
    "documents_part",
    "empty_thread",
    "enclosures_of",
    "find_thread",
    "get_thread",
    "is_unread",
    "mark_of",
    "merge_threads",
    "messages_of",
    "messages_part",
    "note_broken",
    "once_of",
    "open_body",
    "open_document",
    "open_note",
    "open_thread",
    "open_thread_ids",
    "open_words",
    "order_of",
    "promised_day",
    "promises_kept",
    "read_answers",
    "reply",
    "start_thread",
    "tell_about",
    "threads_of",
    "threads_part",
    "unread_answers",
    "waiting_for_us",
]
