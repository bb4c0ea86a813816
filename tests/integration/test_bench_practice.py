"""The practice that the bench measures opens: a page that fails there would stop the measuring halfway."""

import pytest

from tests.bench.backoffice import PAGES, SMALL, house_of
from tests.bench.measuring.large_practice import person_at


@pytest.mark.postgres
def test_every_page_that_the_bench_asks_opens(empty_postgres_url: str) -> None:
    with house_of(empty_postgres_url, SMALL) as house:
        for _name, ask in PAGES:
            ask(house, person_at(13))
