"""How an import lives, and what may be sent. Decisions over plain values."""

from datetime import timedelta

from shared.base.errors import NotAllowedError
from shared.base.states import StateMachine

# The worker reads, tries, books and undoes; staff choose, ask, and may think again until it is booked.
IMPORT_JOB = StateMachine(
    "import_job",
    initial=frozenset({"received", "kept"}),
    edges={
        ("received", "read"): "preview",
        ("received", "fail"): "failed",
        ("received", "withdraw"): "withdrawn",
        ("preview", "ask_trial"): "trial",
        ("preview", "withdraw"): "withdrawn",
        ("trial", "try"): "tried",
        ("trial", "refuse"): "preview",
        ("trial", "withdraw"): "withdrawn",
        ("tried", "change"): "preview",
        ("tried", "ask_trial"): "trial",
        ("tried", "confirm"): "asked",
        ("tried", "withdraw"): "withdrawn",
        ("asked", "keep"): "kept",
        ("asked", "differ"): "tried",
        ("asked", "refuse"): "preview",
        ("kept", "ask_undo"): "undoing",
        ("undoing", "undo"): "undone",
        ("undoing", "stand"): "kept",
    },
)
OPEN = ("received", "preview", "trial", "tried", "asked", "undoing")
"""One of a source at a time."""
AT_WORK = ("received", "trial", "asked", "undoing")
"""What waits for the worker."""
MOST_TRIES = 3

NEW, CHANGED, RETURNED, ABSENT = "new", "changed", "returned", "absent"
REFUSED, NOTED, AGAINST = "refused", "noted", "against"
KINDS = (REFUSED, NEW, CHANGED, RETURNED, ABSENT, NOTED, AGAINST)

OLDEST_LIST = timedelta(days=365)
"""An older day is a slip of the pen, as with payments."""
LONGEST_SOURCE = 40
LONGEST_NAME = 60
UNDO_REASONS = ("wrong_file", "wrong_columns", "wrong_day", "other")


def media_of(begin: bytes, filename: str) -> str:
    """What kind of list a file is, by its first bytes; its name only tells a clear mistake sooner.

    Raises NotAllowedError, with what to do, for what can't be one.
    """
    if not begin.strip(b" \t\r\n\x00"):
        raise NotAllowedError(
            "Ce fichier est vide. Choisissez la liste que votre logiciel exporte."
        )
    if begin.startswith(b"PK"):
        return "xlsx"
    if begin.startswith(
        (b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"{\\rtf", b"\x89PNG", b"\xff\xd8")
    ):
        raise NotAllowedError(
            "Ce fichier n’est ni un CSV ni un classeur .xlsx. Exportez la liste en CSV ou en XLSX."
        )
    if filename.lower().endswith((".xlsx", ".xls", ".ods")):
        raise NotAllowedError(
            "Le nom de ce fichier est celui d’un classeur, mais son contenu n’en est pas un. "
            "Réexportez-le en CSV ou en XLSX."
        )
    return "csv"


def source_name(text: str) -> str:
    """The name of a source as it is kept. Raises NotAllowedError."""
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST_SOURCE or not name.isprintable():
        raise NotAllowedError(
            f"Donnez à la source un nom de 1 à {LONGEST_SOURCE} caractères, par exemple "
            "« Logiciel du cabinet »."
        )
    return name


def mapping_name(text: str) -> str:
    """The name of saved columns. Raises NotAllowedError."""
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise NotAllowedError(f"Donnez un nom de 1 à {LONGEST_NAME} caractères à ces colonnes.")
    return name
