"""Ways to reach another tenant's records, for every database alike: tried at a gateway, and at a database without one.

Two tenants share a collection, `acme` (the caller) and `globex`, with so many records each. A way is a few calls of the
caller; what it comes to is told by what they are answered, and by what is stored afterwards: foreign records that were
read, counted, ranked by, or changed. Most ways are what a database does when it is asked plainly.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

RECORDS: Final = 200
OWN, OTHER = "acme", "globex"
#: Stands in every text of a foreign record, and in no other.
MARK: Final = "GLOBEX"

#: Under which names an answer tells ids.
_IDS: Final = frozenset({"id", "_id", "ids", "a", "b", "next_page_offset"})

type Body = dict[str, Any] | bytes | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a call was answered."""

    status: int
    tree: Any

    @property
    def text(self) -> str:
        return json.dumps(self.tree, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """One call. `{C}` in a path stands for the shared collection."""

    method: str
    path: str
    body: Body = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """One way. `most`: what the last answer may count at most; `alike`: the last two answers must be the same.

    `judge` tells of the answers what only this way can leak: a foreign value that ranks, for one.
    """

    name: str
    kind: str
    calls: tuple[Ask, ...]
    alike: bool = False
    judge: Callable[[Sequence[Said]], str] = lambda _: ""

    def __str__(self) -> str:
        return self.name


class Place(Protocol):
    """A database with both tenants' records in it, reached around any gateway."""

    def fill(self) -> None:
        """Put all records in place, as they are at the start."""

    def foreign(self) -> Any:
        """Everything that is stored of the other tenant, in a form that compares."""

    def owned(self) -> str:
        """Everything that is stored as the caller's, as text."""


type Client = Callable[[Ask], Said]


def foreign_ids(ids: Sequence[Any], said: Said, sent: str) -> list[Any]:
    """Which foreign ids stand in an answer and did not stand in the question."""
    found = set[Any]()

    def walk(node: Any, named: bool) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(value, key in _IDS)
        elif isinstance(node, list):
            for value in node:
                walk(value, named)
        elif named and isinstance(node, str | int) and not isinstance(node, bool) and node in known:
            found.add(node)

    known = frozenset(ids)
    walk(said.tree, False)
    return [one for one in found if json.dumps(one) not in sent]


def attempt(way: Way, client: Client, place: Place, ids: Sequence[Any]) -> list[str]:
    """What a way comes to: of `read`, `counted`, `ranked`, `existence`, `changed`, those that happened."""
    before, own = place.foreign(), place.owned()
    answers, leaks = list[Said](), set[str]()
    for ask in way.calls:
        said = client(ask)
        answers.append(said)
        sent = ask.body.decode("utf-8", "replace") if isinstance(ask.body, bytes) else json.dumps(ask.body)
        if said.status < 300 and (
            MARK in said.text.replace(sent, "") or foreign_ids(ids, said, sent + json.dumps(ask.path.split("/")))
        ):
            leaks.add("read")
    if way.alike and _plain(answers[-1]) != _plain(answers[-2]):
        leaks.add("existence")
    if found := way.judge(answers):
        leaks.add(found)
    left = place.owned()
    if place.foreign() != before or MARK in left:
        leaks.add("changed")
    if "changed" in leaks or left != own:
        place.fill()
    return sorted(leaks)


def _plain(said: Said) -> tuple[int, str]:
    """An answer without what differs from call to call."""
    tree = said.tree
    if isinstance(tree, dict):
        tree = {k: v for k, v in tree.items() if k not in ("time", "request_id", "operation_id", "usage")}
    return said.status, json.dumps(tree, sort_keys=True)


def counts_over(most: int) -> Callable[[Sequence[Said]], str]:
    """Whether an answer counts more than that: a number of its own, or as many entries in a list."""

    def judge(answers: Sequence[Said]) -> str:
        return "counted" if any(_largest(said.tree) > most for said in answers if said.status < 300) else ""

    return judge


def _largest(node: Any) -> int:
    if isinstance(node, bool):
        return 0
    if isinstance(node, int):
        return node
    if isinstance(node, dict):
        named = ("count", "deleted", "points", "points_count", "indexed_vectors_count", "total")
        return max((_largest(v) for k, v in node.items() if k in named or isinstance(v, dict | list)), default=0)
    if isinstance(node, list):
        return max((_largest(v) for v in node if isinstance(v, dict)), default=0)
    return 0
