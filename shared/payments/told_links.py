"""A link for someone else is told again, by the visit that made it alone: see decision 13."""

from collections.abc import Iterator
from itertools import count
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.base.vault import derive
from shared.links import LinkSigner
from shared.payments.model import PayLink


def told_again(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    once: str,
    seed: bytes,
    signer: LinkSigner,
) -> tuple[PayLink, str] | None:
    """The live link that a form made, with its token: only who has the seed can tell it again."""
    link = link_of_form(session, practice_id, account_id, once)
    if link is None or link.status != "live":
        return None
    text = tell_again(link, seed=seed, signer=signer)
    return (link, text) if text is not None else None


def tell_again(link: PayLink, *, seed: bytes, signer: LinkSigner) -> str | None:
    """The token of a link, if it was made with this seed."""
    token, text = signer.mint(
        practice_id=link.practice_id,
        expires_at=link.expires_at,
        secrets=secrets_of(seed, link.once),
    )
    return text if token.link_id == link.id else None


def secrets_of(seed: bytes, once: str) -> Iterator[bytes]:
    """What a link's token may be minted of, the first choice first."""
    return (derive(seed, f"pay-link|{once}|{place}", 16) for place in count())


def link_of_form(session: Session, practice_id: int, account_id: UUID, once: str) -> PayLink | None:
    """The link that a form has made already."""
    return session.scalar(
        select(PayLink).where(
            PayLink.practice_id == practice_id,
            PayLink.account_id == account_id,
            PayLink.once == once,
        )
    )
