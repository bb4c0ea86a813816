"""Which of the practice's software a list comes from: a mistyped name must not bill everyone twice."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.base.errors import ArdoiseError
from shared.billing import Source

FIRST_SOURCE = "logiciel"
LONGEST_NAME = 40


class UnclearSourceError(ArdoiseError):
    """It is not clear which software a list comes from; the text says how to tell."""


def choose_source(session: Session, *, practice_id: int, wanted: str | None, is_new: bool) -> str:
    """The name of the source that is meant; without a name the only one there is.

    ``is_new`` says that a further source is meant. Raises UnclearSourceError.
    """
    known = list(
        session.scalars(
            select(Source.name).where(Source.practice_id == practice_id).order_by(Source.name)
        )
    )
    listed = ", ".join(f"“{name}”" for name in known)
    if wanted is None:
        if len(known) > 1 or (known and is_new):
            raise UnclearSourceError(f"Say which with --source; there are {listed} already.")
        return known[0] if known else FIRST_SOURCE
    if not 0 < len(wanted) <= LONGEST_NAME:
        raise UnclearSourceError(f"A source's name has 1 to {LONGEST_NAME} characters.")
    if wanted in known and is_new:
        raise UnclearSourceError(f"“{wanted}” is a source already: leave --new-source out.")
    if wanted not in known and known and not is_new:
        raise UnclearSourceError(
            f"There is no source “{wanted}”, only {listed}: all its invoices would be asked for once "
            "more. If it is another software of the practice, add --new-source."
        )
    return wanted
