"""What does a Qdrant write do to the fields that tell whose a point is? Put in, left alone, or refused.

A payload that is set replaces what stands under its keys, an overwritten or upserted one all there is; a path reaches a
field from above (`metadata`), by its name, or from within (`tenant.x`, `tenant[]`), which destroys it.
"""

from collections.abc import Sequence

from vecgate.dialects.qdrant import sites
from vecgate.dialects.qdrant.filters import both
from vecgate.dialects.qdrant.guards.brought import filled, payloads
from vecgate.dialects.qdrant.paths import Path, steps
from vecgate.dialects.qdrant.reach.impact import of_ids
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.domain.call import Json
from vecgate.domain.decision import Decision
from vecgate.domain.row import Row
from vecgate.domain.scoped import wrong_field

type Tree = dict[str, Json]


def kept(operation: str, body: Tree, own: Json, at: str, decision: Decision) -> tuple[str, Tree]:
    """The kind of batch member and the body that do the same to the caller's points alone. Raises CallRefused."""
    at = f"{at}." if at else ""
    if operation in sites.GUARDED:
        new = {**body, "update_filter": both(own, body.get("update_filter"))}
        return sites.KINDS[operation], _upserted(new, at, decision) if operation == "upsert_points" else new
    chosen = of_ids(list_of(body["points"])) if "points" in body else body.get("filter")
    new = {key: value for key, value in body.items() if key != "points"} | {"filter": both(own, chosen)}
    if operation == "clear_payload":  # all but what tells whose it is
        return sites.KINDS["overwrite_payload"], {**new, "payload": _whole({}, f"{at}payload", decision)}
    if operation == "overwrite_payload":
        new["payload"] = _whole(new.get("payload"), f"{at}payload", decision)
    elif operation == "set_payload":
        new["payload"] = _set(tree_of(new.get("payload")), steps(str(new["key"])) if "key" in new else (), at, decision)
    elif operation == "delete_payload":
        for i, key in enumerate(list_of(new.get("keys"))):
            if any(_reaches(steps(str(key)), row) for row in decision.rows):
                wrong_field(f"{at}keys[{i}]", decision)
    return sites.KINDS[operation], new


def _upserted(body: Tree, at: str, decision: Decision) -> Tree:
    place = "batch.payloads[{}]" if "batch" in body else "points[{}].payload"
    given = [_whole(one, f"{at}{place.format(i)}", decision) for i, one in enumerate(payloads(body))]
    return filled("upsert_points", body, given)


def _path(row: Row) -> tuple[str, ...]:
    return tuple(row.field.split("."))


def _reaches(path: Path, row: Row) -> bool:
    """Whether a path is that of a field, of what it is in, or of something in it."""
    plain = tuple(step for step in path if isinstance(step, str))
    field = _path(row)
    return plain[: len(field)] == field[: len(plain)]


def _whole(payload: Json, at: str, decision: Decision) -> Tree:
    """A payload that is all there will be, with the fields of the rows in it."""
    new = tree_of(payload)
    for row in decision.rows:
        new = _with(new, _path(row), row, at, decision)
    for row in decision.rows:  # where two are about one field, its value must fit both
        _with(new, _path(row), row, at, decision)
    return new


def _set(payload: Tree, above: Path, at: str, decision: Decision) -> Tree:
    """A payload that replaces what stands under its keys, below a path."""
    for row in decision.rows:
        field = _path(row)
        if above and _reaches(above, row) and (len(above) >= len(field) or above != field[: len(above)]):
            wrong_field(f"{at}key", decision)
        below = field[len(above) :] if above == field[: len(above)] else ()
        if below and below[0] in payload:
            payload = _with(payload, below, row, f"{at}payload", decision)
    return payload


def _with(tree: Tree, path: Sequence[str], row: Row, at: str, decision: Decision) -> Tree:
    """A payload that has the field: as it stands there, or put in. Raises CallRefused (`rows.field`)."""
    key, place = path[0], f"{at}.{path[0]}"
    if len(path) > 1:
        inner = tree.get(key, {})
        if not isinstance(inner, dict):
            wrong_field(place, decision)
        return {**tree, key: _with(inner, path[1:], row, place, decision)}
    if key not in tree and not row.values[1:]:
        return {**tree, key: row.values[0]}
    if not row.fits(tree.get(key)):
        wrong_field(place, decision)
    return tree
