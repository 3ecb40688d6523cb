"""Who asks for access, who has some, and what becomes of it? Asking, one's own, grants, and the page of one."""

from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from vecgate.console.visit import Acts, Row, Visit, words

ACTS: Final[Acts] = {
    "approve": (),
    "deny": ("reason",),
    "withdraw": (),
    "revoke": ("reason",),
    "end": (),
    "extend": ("for", "reason"),
    "again": ("for", "reason"),
}
_WISH: Final = ("upstream", "for", "mask", "tenant", "database", "reason", "ticket")
_LISTS: Final = ("operations", "collections")
_NUMBERS: Final = ("records", "opened")


async def access(visit: Visit) -> Response:
    return visit.page("access.html", one=await visit.ask("GET", f"/access/{visit.id}"))


async def mine(visit: Visit) -> Response:
    """Who I am here, which rules are about me, and what I have been granted."""
    who, found = await visit.ask("GET", "/whoami"), (await visit.ask("GET", "/access"))["access"]
    granted = [one for one in found if one["yours"] and one["state"] == "granted"]
    return visit.page("mine.html", who=who, granted=granted)


async def ask(visit: Visit) -> Response:
    return visit.page("ask.html")


async def grants(visit: Visit) -> Response:
    found = (await visit.ask("GET", "/access"))["access"]
    return visit.page("grants.html", access=[one for one in found if one["state"] == "granted"])


async def act(visit: Visit) -> Response:
    id, name = visit.id, visit.request.path_params["act"]
    told = await visit.ask("POST", f"/access/{id}/{name}", words(visit.form, ACTS[name]))
    return RedirectResponse(f"/access/{told['id']}", 303)


async def asked(visit: Visit) -> Response:
    """The form of `ask`; what is in it is judged by the gateway."""
    said: dict[str, Any] = words(visit.form, _WISH)
    for name in _LISTS:
        said[name] = [one.strip() for one in visit.form.get(name, "").split(",") if one.strip()]
    for name in _NUMBERS:
        if text := visit.form.get(name, "").strip():
            said[name] = int(text) if text.isdecimal() and len(text) < 10 else text
    told = await visit.ask("POST", "/access", said)
    return RedirectResponse(f"/access/{told['id']}", 303)


ROWS: Final = (
    Row("GET", "/mine", mine, name="My access", key="m"),
    Row("GET", "/access", ask, name="Ask", key="a"),
    Row("POST", "/access", asked),
    Row("GET", "/grants", grants, name="Grants", key="g"),
    Row("GET", "/access/{id}", access),
    Row("POST", "/access/{id}/{act}", act, ACTS),
)
