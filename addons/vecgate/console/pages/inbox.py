"""What waits for an answer?"""

from typing import Final

from starlette.responses import Response

from vecgate.console.visit import Row, Visit


async def inbox(visit: Visit) -> Response:
    """What waits for me, what I have not read, and what of mine waits for others."""
    calls, access = await visit.ask("GET", "/requests"), await visit.ask("GET", "/access")
    both = [[one for one in kind if one["state"] == "pending"] for kind in (calls["requests"], access["access"])]
    mine = [[one for one in kind if one["may_decide"]] for kind in both]
    theirs = [[one for one in kind if one["yours"]] for kind in both]
    unread = [one for one in access["access"] if one["owes_reading"]]
    own = {"own_calls": theirs[0], "own_access": theirs[1]}
    return visit.page("inbox.html", calls=mine[0], access=mine[1], unread=unread, **own)


ROWS: Final = (Row("GET", "/", inbox, name="Inbox", key="i"),)
