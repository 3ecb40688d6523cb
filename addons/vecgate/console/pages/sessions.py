"""What was recorded, and what was asked and answered in it? For whom a rule allows `sessions_read` by name."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from vecgate.console.pages.export import as_csv, as_json
from vecgate.console.visit import Row, Visit

#: What the form of the list asks for; with one of the last three, calls are looked for and not sessions.
_OF_SESSIONS: Final = ("user", "since", "until")
_OF_CALLS: Final = ("collection", "operation", "refused")
ID: Final = r"[0-9]{8}T[0-9]{6}-[a-z0-9-]{1,32}-[0-9a-f]{4}"
#: A file holds so many calls at the most, of so many pieces; it says so where there are more.
FILED: Final = 2000
_PIECES: Final = 40
_COLUMNS: Final = (
    *("at", "session", "user", "client", "upstream", "kind", "collections", "effect", "rule", "outcome", "records"),
    *("masked", "exchange"),
)


def _asked(request: Request) -> dict[str, Any]:
    """What is looked for, as the gateway takes it."""
    query = request.query_params
    said: dict[str, Any] = {
        name: text
        for name in (*_OF_SESSIONS, "collection", "operation", "from")
        if (text := " ".join(query.get(name, "").split()))
    }
    return said | ({"refused": True} if query.get("refused") else {})


def _of_calls(said: Mapping[str, Any], request: Request) -> bool:
    return bool(request.query_params.get("calls")) or any(name in said for name in _OF_CALLS)


async def sessions(visit: Visit) -> Response:
    """Sessions, or calls of all of them, the newest session first."""
    said = _asked(visit.request)
    of_calls = _of_calls(said, visit.request)
    found = await visit.ask("POST", "/sessions/calls" if of_calls else "/sessions", said)
    kept = {name: said[name] for name in said if name != "from"} | ({"calls": "1"} if of_calls else {})
    shown = {name: str(said.get(name, "")) for name in (*_OF_SESSIONS, *_OF_CALLS)}
    return visit.page("sessions.html", found=found, said=shown, kept=kept, of_calls=of_calls)


async def session(visit: Visit) -> Response:
    """One session, exchange by exchange."""
    start = visit.request.query_params.get("from", "")
    said = {"session": visit.id} | ({"from": start} if start else {})
    return visit.page("session.html", found=await visit.ask("POST", "/sessions/replay", said))


async def _calls(visit: Visit) -> tuple[list[dict[str, Any]], bool]:
    """All calls that are looked for, as far as a file goes; and whether there are more."""
    said, found = _asked(visit.request), list[dict[str, Any]]()
    for _ in range(_PIECES):
        piece = await visit.ask("POST", "/sessions/calls", said)
        found += piece["calls"]
        if not piece["next"] or len(found) >= FILED:
            break
        said["from"] = piece["next"]
    return found[:FILED], bool(piece["next"])


async def as_table(visit: Visit) -> Response:
    found, more = await _calls(visit)
    rows = [[_cell(one[name]) for name in _COLUMNS] for one in found]
    return as_csv(f"calls-first-{len(rows)}" if more else "calls", _COLUMNS, rows)


async def as_tree(visit: Visit) -> Response:
    found, more = await _calls(visit)
    return as_json("calls", {"calls": found, "more": more})


def _cell(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list) else value


ROWS: Final = (
    Row("GET", "/sessions", sessions, name="Sessions", key="s"),
    Row("GET", "/sessions/csv", as_table),
    Row("GET", "/sessions/json", as_tree),
    Row("GET", "/sessions/{id}", session, id=ID),
)
