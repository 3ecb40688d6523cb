"""Under which names does a call go out? Those of the indices that it was decided on, whatever it called them."""

from collections.abc import Mapping
from dataclasses import replace

from vecgate.dialects.base.lucene.meaning import CLOSING, body, named, targets
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.dialects.base.reading import JSON_HEADERS
from vecgate.dialects.base.routing import Match, parts_of
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump


def to_targets(match: Match, call: Call, operation: Operation) -> Call:
    """The call under the names of its indices."""
    name, tree = operation.name, body(call)
    if not operation.collections or name in {"indices_update_aliases", "indices_create", "snapshot_restore"} | CLOSING:
        return call
    if name == "snapshot_create":
        said: Tree = {**tree, "indices": [*operation.collections], "include_global_state": False}
        return replace(call, body=dump(said), tree=said)
    if name in ("bulk", "mget", "msearch"):
        return _in_body(match, call, tree, operation)
    known = targets(operation)
    return _at(match, call, ",".join(dict.fromkeys(known.get(one, one) for one in operation.collections)))


def _at(match: Match, call: Call, names: str) -> Call:
    """The same at these names: in the place of the path's, or before a path that has none."""
    parts = parts_of(match.route.path)
    parts = parts if "{index}" in parts else ("{index}", *parts)
    values = {**match.values, "index": names}
    return replace(call, path=paths.join([values[part[1:-1]] if part[0] == "{" else part for part in parts]))


def _in_body(match: Match, call: Call, tree: Tree, operation: Operation) -> Call:
    """With one index for all of it, that stands in the path; else each part names its own.

    A server may be set to take none in bodies, and then there is only the path.
    """
    known, said = targets(operation), list(named(operation.name, tree))
    # The path's own index was found first, and is one.
    default = operation.collections[0] if None in said else ""
    default = known.get(default, default)
    meant = dict.fromkeys(default if one is None else known.get(one, one) for one in said)
    alone = len(meant) == 1
    new = _parts(operation.name, tree, known, None if alone else default)
    path = paths.join((*(meant if alone else ()), f"_{operation.name}"))
    return replace(call, path=path, headers=JSON_HEADERS, body=dump(new), tree=new)


def _parts(name: str, tree: Tree, known: Mapping[str, str], default: str | None) -> Tree:
    """The body with the index of each part: as it is known; `default` None: with none."""
    if name == "bulk":
        return {"items": [_item(members_of(one), known, default) for one in list_of(tree.get("items"))]}
    if name == "mget":
        if "ids" in tree:
            return tree
        return {**tree, "docs": [_meta(members_of(one), known, default) for one in list_of(tree["docs"])]}
    searches = [members_of(one) for one in list_of(tree.get("searches"))]
    return {"searches": [{**one, "header": _header(members_of(one["header"]), known, default)} for one in searches]}


def _item(item: Tree, known: Mapping[str, str], default: str | None) -> Tree:
    return {key: value if key == "doc" else _meta(members_of(value), known, default) for key, value in item.items()}


def _meta(meta: Tree, known: Mapping[str, str], default: str | None) -> Tree:
    rest = {key: value for key, value in meta.items() if key != "_index"}
    if default is None:
        return rest
    said = meta.get("_index")
    return {"_index": default if said is None else known.get(str(said), str(said)), **rest}


def _header(header: Tree, known: Mapping[str, str], default: str | None) -> Tree:
    rest = {key: value for key, value in header.items() if key != "index"}
    if default is None:
        return rest
    said: Json = header.get("index")
    if said is None:
        return {"index": [default], **rest}
    return {**rest, "index": [known.get(str(one), str(one)) for one in (said if isinstance(said, list) else [said])]}
