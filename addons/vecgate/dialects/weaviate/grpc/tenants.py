"""Which tenants does a `TenantsGetRequest` ask about, and what is told of each? As routes of the schema tell it."""

from collections.abc import Mapping
from typing import Any, Final

from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

_STATUSES: Final[Mapping[int, str]] = {
    1: "HOT", 2: "COLD", 4: "FROZEN", 5: "UNFREEZING", 6: "FREEZING", 7: "ACTIVE", 8: "INACTIVE", 9: "OFFLOADED",
    10: "OFFLOADING", 11: "ONLOADING",
}  # fmt: skip


def named(request: Any) -> list[Json] | None:
    """The tenants by name; None: all of them. Raises CallRefused."""
    if request.WhichOneof("params") is None:
        return None
    if not request.names.values:
        unreadable("'names' must not be empty")
    return [*dict.fromkeys(request.names.values)]


def told(reply: Any) -> Json:
    """The answer. Raises ValueError for a status that is not known."""
    return [{"name": one.name, "activityStatus": _status(one.activity_status)} for one in reply.tenants]


def _status(number: int) -> str:
    if number not in _STATUSES:
        raise ValueError("a status that is not known")
    return _STATUSES[number]


def put_answer(into: Any, tree: Json) -> None:
    """A masked answer in the place of a reply. Raises ValueError for what one cannot say."""
    for one in map(as_tree, list_of(tree)):
        into.tenants.add(name=str(one.get("name")), activity_status=_number(one))


def _number(one: Tree) -> int:
    word = one.get("activityStatus")
    found = next((number for number, status in _STATUSES.items() if status == word), None)
    if found is None:
        raise ValueError("a status that is not known")
    return found
