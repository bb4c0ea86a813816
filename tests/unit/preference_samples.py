"""The pages about codes, details and preferences, in each state."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

SEEN = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)


def _details(state: str, **more: Any) -> tuple[str, dict[str, Any]]:
    context = {"number": "2026-0412", "state": state, "to": "{phone end}", "lines": []}
    return "details", context | {"here_url": "/details/x", "back_url": "/invoice/x"} | more


def _contact(number: int, words: str, state: str, *acts: str) -> SimpleNamespace:
    return SimpleNamespace(id=f"c{number}", kind="phone", words=words, state=state, acts=acts)


def _proposal(status: str, **more: Any) -> SimpleNamespace:
    values: dict[str, Any] = {
        "id": "p1",
        "kind": "phone",
        "title": "{new contact}",
        "to": "{phone end}",
        "state": "{we look}",
        "why": "",
        "status": status,
        "is_open": status in ("asked", "confirmed"),
        "answer_by": date(2026, 11, 26),
        "asked_at": SEEN,
        "is_contact": True,
        "whole": False,
    }
    return SimpleNamespace(**values | more)


CONTACTS = [
    _contact(1, "{Phone end}", "", "stop", "unsafe"),
    _contact(2, "{Mail}", "{no more}", "resume", "unsafe"),
]
CHANNELS = [("any", "{both}", ""), ("letter", "{letters}", "{by post}")]
PREFERENCES: dict[str, Any] = {
    "saved": "",
    "languages": ("fr", "en"),
    "chosen_language": "fr",
    "channels": CHANNELS,
    "channel": "any",
    "contacts": CONTACTS,
    "represented": False,
    "reachable": True,
    "proposals": [],
    "waiting": set(),
    "back_url": "/statement",
}
UNSAFE: dict[str, Any] = {
    "contact": "{Phone end}",
    "post_url": "/preferences/contacts/c1",
    "last": False,
    "back_url": "/preferences",
}
EMPTY: dict[str, Any] = {
    "told": "all",
    "letters": False,
    "values": {"once": "0" * 32},
    "back_url": "/preferences",
}
PERSON: dict[str, Any] = {
    "relations": [("parent", "{parent}", ""), ("guardian", "{guardian}", "")],
    "values": {"once": "0" * 32, "relation": "parent", "given": "Lina", "day": "31"},
    "back_url": "/preferences",
}
HERE: dict[str, Any] = {
    "here_url": "/preferences/proposals/p1",
    "back_url": "/preferences",
    "waits": False,
    "leaves": False,
    "told": "",
}

COSTS = SimpleNamespace(
    issued_on=date(2026, 10, 20),
    total_cents=9600,
    amo_cents=5250,
    amc_cents=1600,
    paid_cents=0,
    corrected_cents=0,
    open_cents=2750,
)

SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "details-not-kept": _details("not_kept"),
    "details-no-contact": _details("no_contact"),
    "details-ask": _details("ask"),
    "details-ask-error": _details("ask", errors={"form": "{wrong code}"}),
    "details-leaves": _details("leaves"),
    "details-sent": _details("sent"),
    "details-sent-error": _details("sent", errors={"code": "{wrong code}"}),
    "details-opened": _details("opened", lines=[("X1", "42"), ("X2", "7")], invoice=COSTS),
    "looked": (
        "looked",
        {
            "looks": [
                (SEEN, "{the office}", "{why}", "2026-0412"),
                (SEEN, "{you}", "", "2026-0412"),
            ],
            "back_url": "/preferences",
        },
    ),
    "looked-empty": ("looked", {"looks": [], "back_url": "/preferences"}),
    "preferences": ("preferences", PREFERENCES),
    "preferences-saved": ("preferences", PREFERENCES | {"saved": "{noted}"}),
    "preferences-unreachable": (
        "preferences",
        PREFERENCES | {"reachable": False, "contacts": [], "channels": CHANNELS[1:]},
    ),
    "preferences-full": (
        "preferences",
        PREFERENCES
        | {
            "represented": True,
            "waiting": {"contact", "representative"},
            "proposals": [
                _proposal("confirmed"),
                _proposal("declined", why="{call us}"),
            ],
        },
    ),
    "preferences-error": (
        "preferences",
        PREFERENCES | {"errors": {"channel": "{choose}", "language": "{choose}"}},
    ),
    "unsafe": ("unsafe", UNSAFE),
    "unsafe-last": ("unsafe", UNSAFE | {"last": True}),
    "new-contact": ("new_contact", EMPTY),
    "new-contact-error": (
        "new_contact",
        EMPTY | {"values": {"once": "0" * 32, "contact": "x"}, "errors": {"contact": "{choose}"}},
    ),
    "new-contact-letters": ("new_contact", EMPTY | {"letters": True}),
    "new-contact-some": ("new_contact", EMPTY | {"told": "some"}),
    "new-contact-unsafe": ("new_contact", EMPTY | {"told": "none"}),
    "representative": ("representative", PERSON | {"values": {"once": "0" * 32}}),
    "representative-error": (
        "representative",
        PERSON
        | {
            "errors": dict.fromkeys(("relation", "surname", "month", "year", "contact"), "{choose}")
        },
    ),
    "proposal-ask": ("proposal", HERE | {"proposal": _proposal("asked")}),
    "proposal-leaves": (
        "proposal",
        HERE | {"proposal": _proposal("asked"), "waits": True, "leaves": True},
    ),
    "proposal-code": ("proposal", HERE | {"proposal": _proposal("asked"), "waits": True}),
    "proposal-typed": (
        "proposal",
        HERE | {"proposal": _proposal("asked", whole=True), "waits": True},
    ),
    "proposal-late": (
        "proposal",
        HERE | {"proposal": _proposal("confirmed", answer_by=date(2026, 11, 20))},
    ),
    "proposal-code-error": (
        "proposal",
        HERE | {"proposal": _proposal("asked"), "waits": True, "errors": {"code": "{wrong code}"}},
    ),
    "proposal-confirmed": ("proposal", HERE | {"proposal": _proposal("confirmed")}),
    "proposal-confirmed-told": (
        "proposal",
        HERE | {"proposal": _proposal("confirmed"), "told": "{the phone}"},
    ),
    "proposal-accepted": ("proposal", HERE | {"proposal": _proposal("accepted")}),
    "proposal-declined": (
        "proposal",
        HERE | {"proposal": _proposal("declined", why="{call us}")},
    ),
}

WORDS = {
    "fr": {
        "{phone end}": "par SMS, au numéro qui finit par 18",
        "{the phone}": "le numéro qui finit par 18",
        "{Phone end}": "Le numéro qui finit par 18",
        "{Mail}": "L’adresse e-mail n•••@•••.fr",
        "{no more}": "Nous n’y écrivons plus, sauf pour votre sécurité.",
        "{both}": "Par SMS ou par e-mail",
        "{letters}": "Par courrier seulement",
        "{by post}": "Nous écrivons par la poste.",
        "{new contact}": "Nouveau contact : le numéro qui finit par 18",
        "{we look}": "Nous regardons votre demande.",
        "{wrong code}": "Ce code ne marche pas, ou ne marche plus.",
        "{the office}": "Une personne du secrétariat",
        "{you}": "Vous, par un lien et un code",
        "{noted}": "Votre choix est noté.",
        "{call us}": "Appelez-nous.",
        "{choose}": "Choisissez une réponse.",
        "{parent}": "Parent d’un enfant mineur",
        "{guardian}": "Tuteur ou curateur",
    },
    "en": {
        "{phone end}": "by text message, to the number that ends in 18",
        "{the phone}": "the number that ends in 18",
        "{Phone end}": "The number that ends in 18",
        "{Mail}": "The e-mail address n•••@•••.fr",
        "{no more}": "We no longer write there, as you asked.",
        "{both}": "By text message or e-mail",
        "{letters}": "By letter only",
        "{by post}": "We write by post.",
        "{new contact}": "New contact: the number that ends in 18",
        "{we look}": "We are looking at your request.",
        "{wrong code}": "This code does not work, or no longer works.",
        "{the office}": "Someone at the office",
        "{you}": "You, by a link and a code",
        "{noted}": "Your choice is saved.",
        "{call us}": "Call us.",
        "{choose}": "Choose an answer.",
        "{parent}": "Parent of a child",
        "{guardian}": "Guardian",
    },
}
