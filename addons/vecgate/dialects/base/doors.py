"""What lies beside a database's API, and would go around the gateway, or open more than it decides on (side doors)? Rows of a dialect.

The doctor knocks at each, without a credential or on the gateway's own, and says what is open and which setting shuts it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from vecgate.domain.call import Call

#: Where a page of somebody else's would come from.
ELSEWHERE: Final = "https://elsewhere.invalid"


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered: over HTTP its status, over gRPC the number of its `grpc-status`. Header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def at(self, *path: str | int) -> Any:
        """What stands there in a JSON body; None where nothing does."""
        try:
            found = json.loads(self.body)
            for key in path:
                found = found[key]
        except (ValueError, LookupError, TypeError, RecursionError):
            return None
        return found


@dataclass(frozen=True, slots=True)
class Knock:
    """One question, and what its answer shows.

    `what`: the door, in a few words; `open`: what is open, as a sentence about a place, or nothing; `shut_by`: the setting.
    `unless`: the name of a door that says more where it is open, too.
    """

    what: str
    call: Call
    open: Callable[[Said], str | None]
    shut_by: str
    source: str
    over: Literal["http", "grpc"] = "http"
    by: Literal["stranger", "gateway"] = "stranger"
    grave: bool = True
    unless: str = ""


def preflight(path: str) -> Call:
    """What a browser asks before a page of elsewhere may write there."""
    asks = (
        ("origin", ELSEWHERE),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    )
    return Call("OPTIONS", path, headers=asks)


def lets_pages_in(said: Said) -> str | None:
    """Of the answer to `preflight`."""
    allowed = said.headers.get("access-control-allow-origin", "")
    return "lets a web page of any site in (CORS)" if said.status < 300 and allowed in ("*", ELSEWHERE) else None


def flat_setting(name: str) -> Callable[[Said], Any]:
    """Reads a setting of a server that lists its own, flat: what was set while it runs counts before its file and its defaults."""

    def read(said: Said) -> Any:
        trees = [said.at(part) for part in ("transient", "persistent", "defaults")]
        return next((tree[name] for tree in trees if isinstance(tree, dict) and name in tree), None)

    return read


def settings_door(
    call: Call, name: str, shut: Sequence[Any], why: str, wanted: str, source: str, *, is_open: Sequence[Any] = ()
) -> Knock:
    """A door that a setting of the server opens: every value but those that are `shut` does, or those of `is_open` alone.

    A server that does not list it is not known to have shut it.
    """
    read = flat_setting(name)

    def judged(said: Said) -> str | None:
        value = read(said)
        if (value in is_open) if is_open else (value not in shut):
            return f"has {name}: {json.dumps(value)}: {why}"
        return None

    return Knock(name, call, judged, wanted, source, by="gateway", grave=False)
