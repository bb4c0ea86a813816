"""A practice that outlives a run of the bench: with keys that the next run has too."""

import base64
from hashlib import sha256

import psycopg
from sqlalchemy import make_url, select

from shared.accounts import Account, Practice
from tests.servers import postgres
from tests.world import World

# Nobody in these databases is real, so their keys may be known.
KEY = "k1:" + base64.b64encode(sha256(b"a bench of fictional people").digest()).decode()
KEYS = ("link_keys", "gateway_keys", "worker_keys", "audit_keys", "master_keys")


def kept_database(server: str, accounts: int) -> str:
    """The address of this server's database of so many accounts, which is made when there is none."""
    name = f"ardoise_bench_{accounts}"
    with psycopg.connect(server) as connection:
        there = connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone()
    if there is None:
        postgres.create_database(server, name)
    address = make_url(postgres.in_database(server, name))
    return address.render_as_string(hide_password=False)


class KeptWorld(World):
    """The practice of a run before, or a new one."""

    def __init__(self, url: str) -> None:
        super().__init__(url, **dict.fromkeys(KEYS, KEY))

    def open_practice(self, sender: str) -> int:
        """The one that is there, else a new one."""
        with self.database.reading() as session:
            found = session.scalar(select(Practice.id).limit(1))
        return super().open_practice(sender) if found is None else found

    @property
    def is_filled(self) -> bool:
        """Whether a run before has written the accounts: it writes all of them or none."""
        with self.database.reading(self.practice_id) as session:
            return session.scalar(select(Account.id).limit(1)) is not None
