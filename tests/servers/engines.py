"""Engines of one test process share what SQLAlchemy has compiled.

SQLAlchemy compiles a statement once for each engine. A process of ours has one engine, a test process
one or more for each test: without this, a third of a run went into compiling the same statements.
"""

from typing import Any

import sqlalchemy
from sqlalchemy import Engine

STATEMENTS = 10_000

_first: dict[str, Engine] = {}


def create_engine(*args: Any, **kwargs: Any) -> Engine:
    """SQLAlchemy's own, with the dialect and compiled statements of the first engine of its kind.

    Only a dialect that has seen its server can be lent: it learns the server's version there.
    """
    engine = sqlalchemy.create_engine(*args, query_cache_size=STATEMENTS, **kwargs)
    kind = f"{engine.dialect.name}+{engine.dialect.driver}"
    first = _first.get(kind)
    if first is None or first.dialect.server_version_info is None:
        _first[kind] = engine
    else:
        engine.dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
    return engine
