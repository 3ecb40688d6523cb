"""What was decided, and what is over? Searched, in pages, and as a file; as far back as the gateway keeps requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Self

from starlette.responses import Response

from vecgate.console.asking import Refused
from vecgate.console.pages.export import as_csv, as_json
from vecgate.console.visit import Row, Visit, number, state

#: Rows of one page.
PAGE: Final = 50
_DAY: Final = 86400.0


class Past(NamedTuple):
    """One held call, or one request for access, that was decided or is over. Times are seconds since the epoch."""

    kind: str
    id: str
    who: str
    what: str
    upstream: str
    collections: str
    state: str
    why: str
    rule: str
    agreed: str
    ended_by: str
    words: str
    asked: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty: any. Parts of names do, in capitals or not."""

    who: str = ""
    collection: str = ""
    state: str = ""
    since: float = 0.0
    until: float = float("inf")

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """Of a page's address. Raises Refused for what is no day."""
        who, where, how = (" ".join(query.get(name, "").split()).casefold() for name in ("who", "collection", "state"))
        until = _day(query.get("until", ""))
        return cls(who, where, how, _day(query.get("since", "")) or 0.0, until + _DAY if until else float("inf"))

    def takes(self, one: Past) -> bool:
        return (
            self.who in one.who.casefold()
            and self.collection in f"{one.upstream}/{one.collections}".casefold()
            and self.state in ("", one.state)
            and self.since <= one.asked < self.until
        )


def _day(text: str) -> float | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError as e:
        raise Refused(400, "A day is written like 2026-11-28.") from e


async def _found(visit: Visit) -> tuple[list[Past], set[str]]:
    """What is looked for, the newest first, and the states that there are."""
    calls, access = await visit.ask("GET", "/requests"), await visit.ask("GET", "/access")
    past = [_call(one) for one in calls["requests"] if one["state"] != "pending"]
    past += [_access(one) for one in access["access"] if one["state"] != "pending"]
    wanted = Wanted.read(visit.request.query_params)
    found = sorted(filter(wanted.takes, past), key=lambda one: -one.asked)
    return found, {one.state for one in past}


async def history(visit: Visit) -> Response:
    found, states = await _found(visit)
    query = visit.request.query_params
    said, pages = number(query.get("page", "")), max(-(-len(found) // PAGE), 1)
    at = min(max(said if isinstance(said, int) else 1, 1), pages)
    shown = found[(at - 1) * PAGE : at * PAGE]
    asked = {name: query.get(name, "") for name in ("who", "collection", "state", "since", "until")}
    kept = {name: text for name, text in asked.items() if text}
    return visit.page(
        "history.html", found=shown, count=len(found), at=at, pages=pages, said=asked, kept=kept, states=sorted(states)
    )


async def as_table(visit: Visit) -> Response:
    found, _ = await _found(visit)
    return as_csv("history", Past._fields, found)


async def as_tree(visit: Visit) -> Response:
    found, _ = await _found(visit)
    return as_json("history", [one._asdict() for one in found])


def _call(one: Mapping[str, Any]) -> Past:
    where = ", ".join(one["collections"]) or one["target"]
    return Past(
        "call", one["id"], one["requester"], f"{one['operation']} {one['effect']}", one["upstream"], where,
        one["state"], one["why"], one["rule"], _agreed(one), one["ended_by"], one["reason"], one["created_at"],
    )  # fmt: skip


def _access(one: Mapping[str, Any]) -> Past:
    return Past(
        "access", one["id"], one["holder"], ", ".join(one["operations"]), one["upstream"],
        ", ".join(one["collections"]), state(one), one["reason"], one["rule"], _agreed(one), one["ended_by"],
        one["why"], one["created_at"],
    )  # fmt: skip


def _agreed(one: Mapping[str, Any]) -> str:
    return ", ".join(vote["by"] for vote in one["approvals"])


ROWS: Final = (
    Row("GET", "/history", history, name="History", key="h"),
    Row("GET", "/history/csv", as_table),
    Row("GET", "/history/json", as_tree),
)
