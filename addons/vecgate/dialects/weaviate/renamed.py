"""How does a call look under the classes' own names? It was decided on under these: an alias may be pointed elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.routing import Match, is_placeholder, parts_of
from vecgate.dialects.base.vectors import is_numbers
from vecgate.dialects.weaviate import sites
from vecgate.dialects.weaviate.graphql.document import said
from vecgate.dialects.weaviate.meaning import body, folded, links
from vecgate.dialects.weaviate.sites import GRAPHQL
from vecgate.dialects.weaviate.values import Tree, as_tree, beacon, list_of, origin
from vecgate.domain.call import Call, Json
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

type Own = Callable[[str], str]


def put(call: Call, tree: Json) -> Call:
    """The call with another body."""
    return call if tree is call.tree or tree == call.tree else replace(call, body=dump(tree), tree=tree)


def to_targets(match: Match, call: Call, own: Own) -> Call:
    """The call with each class under its own name, in path, query and body."""
    if "class" in match.values:
        values = {**match.values, "class": own(match.values["class"])}
        parts = [values[one[1:-1]] if is_placeholder(one) else one for one in parts_of(match.route.path)]
        call = replace(call, path=paths.join(parts))
    query = tuple((key, own(folded(value)) if key in ("class", "collection") else value) for key, value in call.query)
    call = call if query == call.query else replace(call, query=query)
    call = put(call, _body(match.route.name, body(call), own)) if isinstance(call.tree, dict) else call
    keys = _LINKING.get(match.route.name)
    return put(call, _linked(call.tree, keys, own)) if keys and links(call) else call


#: Routes whose bodies link to objects, and under which keys.
_LINKING: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys((*sites.WRITES, "reference_add", "reference_replace", "reference_delete"), ("beacon",)),
    "batch_references": ("from", "to"),
}


def _linked(node: Json, keys: tuple[str, ...], own: Own) -> Json:
    """The body with the class of each link under its own name; the very node where it has none."""
    if isinstance(node, list):
        return node if is_numbers(node) else _same(node, [_linked(one, keys, own) for one in node])
    if not isinstance(node, dict):
        return node
    new: Tree = {
        key: _link(one, own) if key in keys and isinstance(one, str)
        else _linked(one, keys, own) if isinstance(one, dict | list) else one
        for key, one in node.items()
    }  # fmt: skip
    return node if all(new[key] is one for key, one in node.items()) else new


def _same(node: list[Json], new: list[Json]) -> list[Json]:
    return node if all(now is was for now, was in zip(new, node, strict=True)) else new


def _link(value: str, own: Own) -> Json:
    name = beacon(value)[0] or origin(value)[0]
    return value.replace(f"/{name}/", f"/{own(name)}/", 1) if name else value


def _body(name: str, tree: Tree, own: Own) -> Tree:
    if name == GRAPHQL:
        had = sites.of(tree)
        if all(own(one.name) == one.name for one in had):
            return tree
        return {**tree, "query": said([replace(one, name=own(one.name)) for one in had])}
    if name == "batch_objects":
        many = [as_tree(one) for one in list_of(tree.get("objects"))]
        names = {str(one["class"]) for one in many if "class" in one}
        same = all(own(folded(one)) == one for one in names)
        return tree if same else {**tree, "objects": [_one(one, own) for one in many]}
    if name == sites.DELETE:
        return {**tree, "match": _one(as_tree(tree.get("match")), own)}
    if name == "backup_create" and list_of(tree.get("include")) and not list_of(tree.get("exclude")):
        return {**tree, "include": [own(str(one)) for one in list_of(tree["include"])]}
    return _one(tree, own) if name in (*sites.WRITES, "alias_create", "alias_alter", "schema_alter") else tree


def _one(tree: Tree, own: Own) -> Tree:
    return {**tree, "class": own(folded(tree["class"]))} if "class" in tree else tree
