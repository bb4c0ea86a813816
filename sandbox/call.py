"""One call of the API, checked and ready to be carried out."""

from dataclasses import dataclass

from sandbox.store import Account, Books, Json


@dataclass(frozen=True, slots=True)
class Call:
    """Whose books, which object, which typed parameters, and what the caller named the request;
    ``rights`` of its key, None for everything."""

    books: Books
    account: Account
    rights: frozenset[str] | None
    path: str
    id: str
    params: Json
    request_id: str
    idempotency_key: str | None

    @property
    def origin(self) -> Json:
        """``request`` of the events that this call causes."""
        return {"id": self.request_id, "idempotency_key": self.idempotency_key}
