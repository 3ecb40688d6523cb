"""What waits for an answer, and what was decided?"""

from typing import Any, Final

from starlette.responses import Response

from vecgate.console.visit import Row, Visit


async def _both(visit: Visit) -> tuple[list[Any], list[Any]]:
    calls, access = await visit.ask("GET", "/requests"), await visit.ask("GET", "/access")
    return calls["requests"], access["access"]


async def inbox(visit: Visit) -> Response:
    """What waits for me, and what of mine waits for others."""
    found = await _both(visit)
    both = [[one for one in kind if one["state"] == "pending"] for kind in found]
    mine = [[one for one in kind if one["may_decide"]] for kind in both]
    theirs = [[one for one in kind if one["yours"]] for kind in both]
    unread = [one for one in found[1] if one["owes_reading"]]
    own = {"own_calls": theirs[0], "own_access": theirs[1]}
    return visit.page("inbox.html", calls=mine[0], access=mine[1], unread=unread, **own)


async def history(visit: Visit) -> Response:
    """What was decided, and what is over."""
    calls, all_access = [[one for one in kind if one["state"] != "pending"] for kind in await _both(visit)]
    return visit.page("history.html", calls=calls, access=all_access)


ROWS: Final = (
    Row("GET", "/", inbox, name="Inbox", key="i"),
    Row("GET", "/history", history, name="History", key="h"),
)
