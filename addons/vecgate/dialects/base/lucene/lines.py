"""How do the lines of `_bulk` and `_msearch` become one tree, and lines again?

Of two actions on one line the server takes the first and overlooks the rest of the line, and of two searches on a line
likewise: one object a line, with one action. A tree holds pairs, so that each record stands with what is done to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import Form, ListOf, Members, unreadable

#: What is done to a record, and whether a line with the record follows.
ACTIONS: Final = {"index": True, "create": True, "update": True, "delete": False}


def bulk(lines: list[Tree]) -> Tree:
    """Actions with their records. Raises CallRefused."""
    items, rest, number = list[Json](), iter(lines), 0
    for line in rest:
        number += 1
        if len(line) != 1 or not line.keys() & ACTIONS.keys():
            unreadable(f"line {number} must be one action (index, create, update or delete), and nothing else")
        item: Tree = dict(line)
        if ACTIONS[next(iter(line))]:
            number += 1
            doc = next(rest, None)
            if doc is None:
                unreadable(f"line {number} is missing: the record of the action before it")
            item["doc"] = doc
        items.append(item)
    return {"items": items}


def searches(lines: list[Tree]) -> Tree:
    """Searches with their headers. Raises CallRefused."""
    if len(lines) % 2:
        unreadable("a line is missing: each search is a header and a body")
    return {"searches": [{"header": lines[i], "body": lines[i + 1]} for i in range(0, len(lines), 2)]}


def as_lines(tree: Tree) -> list[Json]:
    """The lines of a tree that was made of them."""
    found = list[Json]()
    for one in map(members_of, list_of(tree.get("items"))):
        found += [{key: value} for key, value in one.items() if key != "doc"]
        found += [one["doc"]] if "doc" in one else []
    for one in map(members_of, list_of(tree.get("searches"))):
        found += [one["header"], one["body"]]
    return found


def actions(tree: Tree) -> Iterator[tuple[str, Tree, Tree]]:
    """Every action of a bulk: (which, what it says of the record, the record)."""
    for one in map(members_of, list_of(tree.get("items"))):
        kind = next(key for key in ACTIONS if key in one)
        yield kind, members_of(one[kind]), members_of(one.get("doc"))


@dataclass(frozen=True, slots=True)
class Item:
    """An action and its record, which an update has and a delete has not."""

    members: Members
    update: Form

    @property
    def like(self) -> Form:
        """The same for whoever makes examples."""
        return Members({**self.members.members, "index": self.members.members["index"]}, ("doc", "index"))

    def read(self, value: Json, at: str) -> Json:
        one = self.members.read(value, at)
        tree = members_of(one)
        if "update" in tree:
            doc = self.update.read(tree.get("doc"), f"{at}.doc")
            return one if doc is tree.get("doc") else {**tree, "doc": doc}
        if ("doc" in tree) != ("delete" not in tree):
            unreadable(f"'{at}' must have a record, unless it is a delete")
        return one


__all__ = ["ACTIONS", "Item", "ListOf", "actions", "as_lines", "bulk", "searches"]
