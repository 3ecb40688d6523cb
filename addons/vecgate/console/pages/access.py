"""Who asks for access, who has some, and what becomes of it? One's own, grants, and the page of one."""

from typing import Any, Final

from starlette.responses import JSONResponse, RedirectResponse, Response

from vecgate.console.asking import Refused
from vecgate.console.pages.narrowing import narrowed
from vecgate.console.pages.passkeys import proof
from vecgate.console.visit import Acts, Row, Visit, words

_ANEW: Final = ("for", "reason", "ticket")
ACTS: Final[Acts] = {
    "approve": (),
    "deny": ("reason",),
    "withdraw": (),
    "revoke": ("reason",),
    "end": (),
    "extend": _ANEW,
    "again": _ANEW,
    "acknowledge": (),
}
#: What everything of may be taken away at once, by the names that the gateway has for them.
ALL_OF: Final = ("user", "collection", "rule")


async def access(visit: Visit) -> Response:
    """One request: who, what, why, beside what the rule lets one ask for; and what was done, once it was granted."""
    one = await visit.ask("GET", f"/access/{visit.id}")
    rule = await visit.ask("GET", f"/access/{visit.id}/rule")
    was_granted = one["state"] == "granted" or one["debrief"] is not None
    done = await visit.ask("GET", f"/access/{visit.id}/debrief") if was_granted else None
    return visit.page("access.html", one=one, rule=rule, done=done)


async def mine(visit: Visit) -> Response:
    """Who I am here, what I have and had, and what the rules say about me."""
    who, found = await visit.ask("GET", "/whoami"), (await visit.ask("GET", "/access"))["access"]
    own = [one for one in found if one["yours"]]
    by_state = {state: [one for one in own if one["state"] == state] for state in ("granted", "pending")}
    over = [one for one in own if one["state"] not in by_state][:20]
    return visit.page("mine.html", who=who, over=over, **by_state)


async def grants(visit: Visit) -> Response:
    found = (await visit.ask("GET", "/access"))["access"]
    granted = [one for one in found if one["state"] == "granted"]
    return visit.page("grants.html", access=granted, unread=[one for one in found if one["owes_reading"]])


async def act(visit: Visit) -> Response:
    id, name = visit.id, visit.request.path_params["act"]
    body: dict[str, Any] = words(visit.form, ACTS[name])
    if name == "approve":
        body = await _granted(visit) | proof(visit.form)
    told = await visit.ask("POST", f"/access/{id}/{name}", body)
    return RedirectResponse(f"/access/{told['id']}", 303)


async def _granted(visit: Visit) -> dict[str, Any]:
    """What of it is said yes to: all, unless the form says less."""
    less = narrowed(await visit.ask("GET", f"/access/{visit.id}"), visit.form)
    return {"narrow": less} if less else {}


async def statement(visit: Visit) -> Response:
    """What a yes to just that signs now."""
    told = await visit.ask("POST", f"/access/{visit.id}/statement", await _granted(visit))
    return JSONResponse({"to_sign": told["to_sign"]})


async def revoke(visit: Visit) -> Response:
    """Everything of a person, a collection or a rule; what came of it is told on a page of its own."""
    said = words(visit.form, ("what", "name", "reason"))
    if said.get("what") not in ALL_OF or "sure" not in visit.form:
        raise Refused(400, "Nothing was done: say whose access ends, and tick that it is meant.")
    body = {said["what"]: said.get("name", ""), "reason": said.get("reason", "")}
    return visit.page("revoked.html", **await visit.ask("POST", "/access/revoke", body))


ROWS: Final = (
    Row("GET", "/mine", mine, name="My access", key="m"),
    Row("GET", "/grants", grants, name="Grants", key="g"),
    Row("POST", "/grants/revoke", revoke),
    Row("GET", "/access/{id}", access),
    Row("POST", "/access/{id}/statement", statement),
    Row("POST", "/access/{id}/{act}", act, ACTS),
)
