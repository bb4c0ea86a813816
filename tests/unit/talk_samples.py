"""The pages about messages and help in every state they can take, for `portal_samples`."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from shared.aid import aid_paths

NOW = datetime(2026, 11, 24, 13, 37, tzinfo=UTC)
SOON = date(2026, 11, 26)
PAST = date(2026, 11, 20)
ONCE = "0" * 32
SUBJECTS = [
    ("paid", "{paid}", "{paused}"),
    ("unclear", "{unclear}", ""),
]
THREADS = [
    SimpleNamespace(
        title="{paid}",
        url=f"/messages/0190{n}",
        state=state,
        unread=unread,
        answered=state == "answered",
        answer_by=SOON,
        moved_at=NOW,
    )
    for n, (state, unread) in enumerate(
        (("waiting", False), ("answered", True), ("answered", False), ("closed", False))
    )
]
PAPERS = [
    SimpleNamespace(id="0190e", media="jpeg", pages=1, size_bytes=250_000),
    SimpleNamespace(id="0190f", media="pdf", pages=3, size_bytes=90_000),
]
TALK = [
    (
        "{today}",
        [
            SimpleNamespace(mine=True, author="{you}", at=NOW, body="{question}", documents=PAPERS),
            SimpleNamespace(mine=False, author="{claire}", at=NOW, body="{answer}", documents=[]),
            SimpleNamespace(mine=True, author="{you}", at=NOW, body="", documents=PAPERS[:1]),
        ],
    )
]
EMPTY: dict[str, Any] = {"text": "", "subject": "", "once": ONCE}
MESSAGES: dict[str, Any] = {
    "threads": THREADS,
    "subjects": SUBJECTS,
    "answer_by": SOON,
    "values": EMPTY,
    "errors": {},
    "back_url": "/statement",
}
THREAD: dict[str, Any] = {
    "title": "{paid}",
    "state": "waiting",
    "answer_by": SOON,
    "talk": TALK,
    "fresh": False,
    "values": EMPTY,
    "errors": {},
    "here_url": "/messages/0190d",
    "back_url": "/messages",
}
HELP: dict[str, Any] = {
    "wishes": [("later", "{later}", ""), ("less_total", "{less}", "{case}")],
    "reasons": [("family", "{family}", "")],
    "answer_by": SOON,
    "values": EMPTY | {"wishes": (), "reasons": (), "monthly": ""},
    "errors": {},
    "paths": "{paths}",
    "back_url": "/statement",
}
REQUEST: dict[str, Any] = {
    "status": "asked",
    "is_open": True,
    "state": "{looking}",
    "asked_at": NOW,
    "answer_by": SOON,
    "until": "",
    "waits_for_us": True,
    "wishes": ["{later}"],
    "reasons": ["{family}"],
    "monthly_cents": 0,
    "words": "{question}",
    "talk": [],
    "fresh": True,
    "withdraw_url": "/help/0190a/withdraw",
    "values": EMPTY,
    "errors": {},
    "paths": "{paths}",
    "back_url": "/statement",
}

SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "messages": ("messages", MESSAGES),
    "messages-first": ("messages", MESSAGES | {"threads": []}),
    "messages-error": (
        "messages",
        MESSAGES
        | {
            "values": EMPTY | {"text": "{question}"},
            "errors": {"subject": "{choose}", "documents": "{refused}", "form": "{refused}"},
        },
    ),
    "thread": ("thread", THREAD),
    "thread-fresh": ("thread", THREAD | {"fresh": True}),
    "thread-late": ("thread", THREAD | {"answer_by": PAST}),
    "thread-closed": ("thread", THREAD | {"state": "closed"}),
    "thread-error": ("thread", THREAD | {"state": "answered", "errors": {"text": "{choose}"}}),
    "late": (
        "late",
        {
            "path": "/messages",
            "fields": [("subject", "paid"), ("text", "{question}")],
            "typed": ["{question}"],
        },
    ),
    "help": ("help", HELP),
    "help-error": (
        "help",
        HELP
        | {
            "values": EMPTY | {"wishes": (), "reasons": ("family",), "monthly": "x"},
            "errors": {"wish": "{choose}", "monthly": "{sum}", "text": "{refused}"},
        },
    ),
    "help-asked": ("help_request", REQUEST),
    "help-late": ("help_request", REQUEST | {"answer_by": PAST, "fresh": False}),
    "help-documents": (
        "help_request",
        REQUEST | {"status": "documents", "talk": TALK, "waits_for_us": False},
    ),
    "help-decided": (
        "help_request",
        REQUEST
        | {
            "status": "granted",
            "is_open": False,
            "talk": TALK,
            "fresh": False,
            "wishes": [],
            "reasons": [],
            "monthly_cents": None,
            "words": "",
            "waits_for_us": False,
        },
    ),
}

WORDS: dict[str, dict[str, Any]] = {
    "fr": {
        "{paid}": "J’ai déjà payé",
        "{unclear}": "Je ne comprends pas",
        "{today}": "Aujourd’hui",
        "{you}": "Vous",
        "{claire}": "Claire, secrétariat",
        "{question}": "J’ai payé le 20, mais\nj’ai oublié la référence.",
        "{answer}": "Merci, c’est noté.",
        "{later}": "Payer plus tard",
        "{less}": "Payer moins en tout",
        "{case}": "Le secrétariat répond au cas par cas.",
        "{family}": "Ma famille a changé",
        "{looking}": "Nous regardons votre demande.",
        "{choose}": "Choisissez le sujet de votre message.",
        "{sum}": "Écrivez une somme en euros, par exemple 12,50.",
        "{refused}": "Nous prenons des photos JPG, PNG ou WebP, et des PDF.",
        "{paths}": aid_paths("fr"),
    },
    "en": {
        "{paid}": "I have already paid",
        "{unclear}": "I do not understand",
        "{today}": "Today",
        "{you}": "You",
        "{claire}": "Claire, office",
        "{question}": "I paid on the 20th, but\nI forgot the reference.",
        "{answer}": "Thank you, it is noted.",
        "{later}": "Pay later",
        "{less}": "Pay less in all",
        "{case}": "The office answers case by case.",
        "{family}": "My family has changed",
        "{looking}": "We are looking at your request.",
        "{choose}": "Choose what your message is about.",
        "{sum}": "Write a sum in euros, for example 12.50.",
        "{refused}": "We take JPG, PNG or WebP photos, and PDFs.",
        "{paths}": aid_paths("en"),
    },
}
