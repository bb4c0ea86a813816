"""The back-office's samples, made by the tables' owner and served in the role that operators give it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from backoffice.app import create_app
from shared.base.database import Database
from tests.backoffice_aid import add_request
from tests.backoffice_erasure import add_erasures
from tests.backoffice_ladder import add_bulk, add_letter
from tests.backoffice_office import Samples, open_samples, settings_for
from tests.backoffice_orders import add_orders
from tests.servers.roles import drop_logins, make_login, tell_time


@contextmanager
def opened_in_role(url_with_roles: str) -> Iterator[Samples]:
    """A back-office that connects with the rights of its role alone."""
    samples = open_samples(url_with_roles)
    add_orders(samples)
    add_bulk(samples)
    add_request(samples)
    add_erasures(samples)
    add_letter(samples)
    owner = samples.database
    name, password = make_login(url_with_roles, "ardoise_backoffice")
    url = make_url(url_with_roles).set(username=name, password=password)
    address = url.render_as_string(hide_password=False)
    samples.settings = settings_for(address)
    database = Database(address)
    tell_time(database, samples.clock)
    samples.app = create_app(samples.settings, database, clock=samples.clock)
    yield samples
    database.dispose()
    owner.dispose()
    drop_logins(url_with_roles, [name])
