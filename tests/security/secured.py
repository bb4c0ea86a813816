"""Stories in a PostgreSQL database that has the front doors' roles, and logins in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import make_url

from tests.security.planted import plant
from tests.security.portal_stories import Stories
from tests.servers.roles import drop_logins, make_login
from tests.servers.sandbox import Sandbox, restricted


@dataclass
class Secured:
    """``owner`` is the address as the tables' owner; stories and planted things are its work."""

    owner: str
    stories: Stories
    logins: list[str] = field(default_factory=list)

    def log_in(self, door: str) -> str:
        """The address for a new login in one of the roles."""
        name, password = make_login(self.owner, door)
        self.logins.append(name)
        url = make_url(self.owner).set(username=name, password=password)
        return url.render_as_string(hide_password=False)


@contextmanager
def secured_database(url: str, sandbox: Sandbox) -> Iterator[Secured]:
    """Two practices with people, payments and everything sealed, in a database with the roles."""
    stories = Stories.tell(url, sandbox)
    keys = restricted(sandbox, stories.till.key)
    plant(stories.world, keys=keys, webhook_secret=stories.till.secret)
    stories.world.night()
    stories.world.night(stories.accounts["stranger"].practice_id)
    made = Secured(url, stories)
    yield made
    stories.till.close()
    drop_logins(url, made.logins)
