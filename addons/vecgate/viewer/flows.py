"""How does a recorded exchange look as a mitmproxy flow? Masked bodies, no credentials, its story as the comment."""

import re
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import orjson
from mitmproxy import connection, flow, http

from vecgate.recording import summary
from vecgate.recording.chain import Entry
from vecgate.recording.read import Conversation, Recorded

MARKS: Final = {
    "request.held": ":hourglass:",
    "request.sent": ":hourglass:",
    "request.observed": ":eyes:",
    "request.masked": ":hourglass:",
    "request.local": ":house:",
    "request.refused": ":no_entry:",
    "answer.released": ":white_check_mark:",
    "answer.withheld": ":lock:",
    "answer.failed": ":warning:",
    "rows.dropped": ":warning:",
    "canary.found": ":warning:",
    "user.locked": ":no_entry:",
    "access.asked": ":hourglass:",
    "access.decided": ":white_check_mark:",
    "access.ended": ":no_entry:",
    "access.expired": ":no_entry:",
    "access.broke_glass": ":warning:",
    "access.reviewed": ":white_check_mark:",
    "access.unreviewed": ":no_entry:",
    "access.acknowledged": ":white_check_mark:",
    "login.ended": ":no_entry:",
    "approval.on_call": ":white_check_mark:",
    "lock.made": ":no_entry:",
    "lock.lifted": ":white_check_mark:",
    "client.left": ":door:",
    "answer.masked": ":white_check_mark:",
}
#: Under this name a flow's metadata hold its story, row by row, for the content view.
STORY: Final = "vecgate"
_FIRST: Final = ("operation", "who", "decision", "outcome")
_LAST: Final = "lease"
_SHORT: Final = 12
_ANSWERED: Final = frozenset({"answer.released", "request.local", "request.refused"})
_UNDER_WAY: Final = frozenset({"request.held", "request.sent", "request.masked"})
_NOT_A_HOST: Final = re.compile(r"[^A-Za-z0-9]+")
_JSON: Final = ((b"content-type", b"application/json"),)


def flows_of(recorded: Recorded) -> list[http.HTTPFlow]:
    """One flow for each exchange of a session, oldest first."""
    client = str(recorded.opened.get("client") or "unknown")
    return [flow_of(recorded.session, client, talk) for talk in recorded.conversations()]


def flow_of(session: str, client: str, talk: Conversation) -> http.HTTPFlow:
    """One exchange. `client` is the address to show when it names none. The same exchange has the same id."""
    began, ended = _seconds(talk.entries[0]), _seconds(talk.outcome)
    here = connection.Client(
        peername=(str(talk.get("client") or client), 0), sockname=("vecgate", 0), timestamp_start=began
    )
    there = connection.Server(address=None)
    made = http.HTTPFlow(here, there)
    made.id = str(uuid5(NAMESPACE_URL, f"vecgate:{session}:{talk.exchange}"))
    made.timestamp_created = began
    made.request = _request(talk, began)
    _end(made, talk, ended)
    said = summary.describe(talk)
    why = summary.refused(talk)
    made.metadata[STORY] = said | ({"refused": why} if why else {})
    made.comment = _comment(said)
    made.marked = MARKS.get(talk.outcome.code, ":grey_question:")
    return made


def _comment(said: dict[str, str]) -> str:
    # mitmweb's column shows the beginning: what was done, by whom.
    first = [said[name] for name in _FIRST if name in said]
    rest = sorted((name for name in said if name not in _FIRST), key=lambda name: name == _LAST)
    return " · ".join([*first, *(f"{name} {_short(said[name]) if name == _LAST else said[name]}" for name in rest)])


def _short(serial: str) -> str:
    # A certificate's serial is 47 characters; the whole of it stands in the story.
    return serial if len(serial) <= _SHORT else f"{serial[: _SHORT - 1]}…"


def _request(talk: Conversation, began: float) -> http.Request:
    call = talk.get("call")
    call = call if isinstance(call, dict) else {}
    body = _body(call.get("body"))
    host = _NOT_A_HOST.sub("-", str(talk.get("upstream") or "")) or "unknown"
    method, headers = str(call.get("method") or "GET"), http.Headers(_JSON if body else ())
    made = http.Request.make(method, f"https://{host}/", body, headers)
    made.path = _path(call)
    made.timestamp_start = made.timestamp_end = began
    return made


def _path(call: dict[str, Any]) -> str:
    path = quote(str(call.get("path") or "/"), safe="/%:@!$&'()*+,;=-._~")
    query = call.get("query")
    if isinstance(query, dict):
        query = list(query.items())
    if isinstance(query, list):
        query = "&".join("=".join(quote(str(part), safe="") for part in pair) for pair in query)
    return f"/{path.lstrip('/')}?{query}" if query else f"/{path.lstrip('/')}"


def _end(made: http.HTTPFlow, talk: Conversation, ended: float) -> None:
    code = talk.outcome.code
    if code in _ANSWERED:
        body = _body(talk.get("answer")) or _body({"refusal": talk.get("refusal")} if talk.get("refusal") else None)
        made.response = http.Response.make(_status(talk), body, http.Headers(_JSON if body else ()))
        made.response.timestamp_start = made.response.timestamp_end = ended
    elif code not in _UNDER_WAY:
        made.error = flow.Error(summary.outcome(talk), ended)


def _status(talk: Conversation) -> int:
    status = talk.get("status")
    return status if isinstance(status, int) and 100 <= status <= 599 else 403


def _body(tree: Any) -> bytes:
    if tree is None:
        return b""
    return tree.encode() if isinstance(tree, str) else orjson.dumps(tree)


def _seconds(entry: Entry) -> float:
    return datetime.fromisoformat(entry.at).timestamp()
