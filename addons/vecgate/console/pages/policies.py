"""What do the policies say? Of one's own calls to anybody; of others' to whom a rule allows `policies_read` by name."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from vecgate.console.asking import Refused
from vecgate.console.visit import Row, Visit, listed, words

_CALL: Final = ("operation", "collection", "tenant", "database")
#: What is asked, by the name of its form; the words that are sent on, and those that are lists.
_ASKS: Final[Mapping[str, tuple[str, ...]]] = {
    "mine": _CALL,
    "who": (*_CALL, "upstream"),
    "what": ("user",),
    "explain": (*_CALL, "upstream", "user"),
}
_OF_GROUPS: Final = frozenset({"what", "explain"})


async def policies(visit: Visit) -> Response:
    """The forms, and what one of them asked. A question is a page of its own, that one may keep or hand on."""
    query = visit.request.query_params
    about = query.get("ask", "")
    asked = {name: query.get(name, "") for names in _ASKS.values() for name in (*names, "groups")}
    if about and about not in _ASKS:
        raise Refused(404, "There is no such question.")
    found = await visit.ask("POST", f"/policy/{about}", _body(about, query)) if about else None
    return visit.page("policies.html", about=about, asked=asked, found=found)


def _body(about: str, query: Mapping[str, str]) -> dict[str, Any]:
    said = words(dict(query), _ASKS[about])
    return said | ({"groups": listed(query.get("groups", ""))} if about in _OF_GROUPS else {})


async def rules(visit: Visit) -> Response:
    """Every rule in use, the strongest first, and how many tests see each decide."""
    loaded, covered = await visit.ask("GET", "/policy"), await visit.ask("GET", "/policy/coverage")
    cases = {one["rule"]: one["cases"] for one in covered["rules"]}
    return visit.page("rules.html", loaded=loaded, covered=covered, cases=cases)


ROWS: Final = (
    Row("GET", "/policies", policies, name="Policies", key="r"),
    Row("GET", "/policies/rules", rules),
)
