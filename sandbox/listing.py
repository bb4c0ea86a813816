"""Lists as the processor pages them: newest first, with cursors and filters."""

from sandbox.errors import ProcessorError, missing
from sandbox.store import Json

_DEFAULT_LIMIT, _MOST = 10, 100


def page(rows: list[Json], params: Json, url: str) -> Json:
    """One page of ``rows`` (newest first). Raises ProcessorError for a bad limit or cursor."""
    limit = _limit(params)
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise ProcessorError(
            "You may only specify one of these parameters: ending_before, starting_after.",
            code="parameters_exclusive",
            param="ending_before",
        )
    if before:
        newer = rows[: _position(rows, before, "ending_before")]
        data, more = newer[-limit:], len(newer) > limit
    else:
        rest = rows[_position(rows, after, "starting_after") + 1 :] if after else rows
        data, more = rest[:limit], len(rest) > limit
    return {"object": "list", "data": data, "has_more": more, "url": url}


def created_within(rows: list[Json], params: Json) -> list[Json]:
    """Keep what the ``created`` filter asks for."""
    return within(rows, params, "created")


def within(rows: list[Json], params: Json, name: str) -> list[Json]:
    """Keep what the filter of a field that is a time asks for: an instant, or gt/gte/lt/lte."""
    wanted = params.get(name)
    if wanted is None:
        return rows
    if isinstance(wanted, int):
        wanted = {"gte": wanted, "lte": wanted}
    lowest = max(wanted.get("gte", 0), wanted.get("gt", -1) + 1)
    highest = min(wanted.get("lte", 2**62), wanted.get("lt", 2**62 + 1) - 1)
    return [row for row in rows if lowest <= row[name] <= highest]


def equal(rows: list[Json], params: Json, *names: str) -> list[Json]:
    """Keep rows whose fields equal the parameters of the same name, where given."""
    return [
        row for row in rows if all(row[name] == params[name] for name in names if name in params)
    ]


def _limit(params: Json) -> int:
    limit: int = params.get("limit", _DEFAULT_LIMIT)
    if limit < 1:
        bound = "greater than or equal to 1"
    elif limit > _MOST:
        bound = f"less than or equal to {_MOST}"
    else:
        return limit
    raise ProcessorError(
        f"This value must be {bound} (it currently is '{limit}').",
        code="parameter_invalid_integer",
        param="limit",
    )


def _position(rows: list[Json], cursor: str, param: str) -> int:
    for position, row in enumerate(rows):
        if row["id"] == cursor:
            return position
    raise missing("object", cursor, param, status=400)
