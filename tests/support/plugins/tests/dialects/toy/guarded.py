"""Which calls of the toy read or write records? Two, of which no guard is told anything: under each of them it is refused."""

from typing import Any, Final

from support.guards.given import Told
from vecgate.domain.call import Answer, Call

_SHELF: Final = "/toy/shelves/lamps"
CALLS: Final = {
    "read_shelf": Told("GET", f"{_SHELF}?most=3"),
    "put_note": Told("POST", _SHELF, {"note": "about the lamp"}),
}
#: A note lies beside those that are there.
BESIDE: Final = frozenset({"put_note"})
#: Nothing of it is kept to rows, so all of that is refused where there are some.
UNKEPT: Final = frozenset({"upsert"})


async def ask(dialect: Any, call: Call) -> Answer:
    found: Answer = dialect.offline(call, "lamps")
    return found
