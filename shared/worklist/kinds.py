"""The kinds of work: each concept offers its own, with how such work is done."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.worklist.rules import REASONS, TO_BANK, TO_PATIENT

KINDS: dict[str, "TaskKind"] = {}


@dataclass(frozen=True, slots=True)
class Way:
    """How work of a kind is done: its ``group`` (GROUPS) on the list, the word on its button, the
    ``place`` where it is done (an account's part, or a desk of its own), the ``permission`` that this
    needs, the reasons (REASONS) with which staff may end it by hand, none where only its own act ends
    it, and whom its day was ``promised`` to."""

    group: str
    act: str
    place: str
    permission: str = "tasks.write"
    by_hand: tuple[str, ...] = ()
    promised: str = ""


_LOOKED_INTO = ("mended", "explained", "otherwise", "reported", "mistake")
_WRITTEN = ("posted", "reached", "otherwise", "mistake")

TO_ANSWER = Way("messages", "Répondre", "messages", "messages.write", promised=TO_PATIENT)
TO_END_PAUSE = Way("messages", "Revoir", "messages", "messages.write")
TO_SEARCH = Way("money", "Chercher", "payments", by_hand=("found", "not_found", "otherwise"))
TO_ASK_PAYER = Way(
    "payers", "Voir", "account", by_hand=("payer_answered", "told", "otherwise", "mistake")
)
TO_DECIDE_AID = Way("agreements", "Décider", "messages", "aid.decide", promised=TO_PATIENT)
TO_DECIDE_PLAN = Way("agreements", "Décider", "plan", "plans.write", promised=TO_PATIENT)
TO_FOLLOW_PLAN = Way(
    "agreements", "Voir", "plan", by_hand=("reached", "no_answer", "told", "otherwise", "mistake")
)
TO_DECIDE_CHANGE = Way("contacts", "Décider", "changes", "contacts.write", promised=TO_PATIENT)
TO_CALL = Way("calls", "Appeler", "account", by_hand=("reached", "no_answer", "otherwise"))
TO_APPROVE = Way("letters", "Approuver", "letter", "ladder.approve")
TO_SEND_LETTER = Way("letters", "Envoyer", "letter", "ladder.letters")
TO_WRITE = Way("letters", "Écrire", "account", by_hand=_WRITTEN)
TO_CORRECT = Way("contacts", "Corriger", "account", by_hand=("filed", *_WRITTEN))
TO_SAY_SENT = Way("contacts", "Dire", "notices")
TO_LET_IN = Way("contacts", "Rouvrir", "door", "links.send")
TO_COMPARE = Way("files", "Vérifier", "account", by_hand=("filed", "explained", "otherwise"))
TO_LOOK_AT = Way("money", "Vérifier", "payments", by_hand=_LOOKED_INTO)
TO_CHECK = Way("money", "Vérifier", "checks", by_hand=_LOOKED_INTO)
TO_SETTLE = Way("money", "Rendre", "payments", by_hand=("given_back", "told", "otherwise"))
TO_EXPLAIN = Way("money", "Expliquer", "payments", by_hand=("told", "reached", "otherwise"))
TO_AGREE = Way("money", "Décider", "orders", "refunds.approve")
TO_HAND_OVER = Way("money", "Remettre", "orders", "refunds.write")
TO_ASSIGN = Way("money", "Attribuer", "strays", "payments.desk")
TO_ERASE = Way("files", "Décider", "privacy", "privacy.erase", promised=TO_PATIENT)
TO_ANSWER_BANK = Way("money", "Répondre", "payments", by_hand=_LOOKED_INTO, promised=TO_BANK)


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of work that a concept offers; ``title`` is what staff read."""

    name: str
    title: str
    way: Way


def offer(name: str, title: str, way: Way) -> TaskKind:
    """Register a kind of work; called once by the concept that opens such tasks."""
    kind = KINDS[name] = TaskKind(name, title, way)
    return kind


def reasons_of(name: str) -> Mapping[str, str]:
    """With which reasons staff may end work of a kind by hand, as they read them."""
    kind = KINDS.get(name)
    return {key: REASONS[key] for key in kind.way.by_hand} if kind else {}
