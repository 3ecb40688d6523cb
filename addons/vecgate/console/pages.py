"""What is on which page? One function each; all that they show is what the gateway's API tells this person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from vecgate.console.asking import Api
from vecgate.console.sessions import Session

#: Which words of a form each of these sends on, if they are filled in.
CALL_ACTS: Final = {"approve": (), "deny": ("reason",), "withdraw": (), "explain": ("reason",)}
ACCESS_ACTS: Final = {
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


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is logged in."""

    request: Request
    session: Session
    api: Api
    form: dict[str, str]

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The gateway's answer to this person. Raises Refused, WebFailed."""
        return await self.api.ask(self.session.token, method, path, body)

    def page(self, name: str, **shown: Any) -> Response:
        """A page; what is shown is escaped by the template."""
        more = {"session": self.session, "path": self.request.url.path, **shown}
        return TEMPLATES.TemplateResponse(self.request, name, more)


type Page = Callable[[Visit], Awaitable[Response]]


def clock(at: float | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC") if at else ""


def lasting(seconds: float) -> str:
    """In words short enough for a table."""
    minutes = int(seconds // 60)
    return (
        f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else "under a minute"
    )


def _templates() -> Jinja2Templates:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(loader=PackageLoader("vecgate.console"), autoescape=True, undefined=StrictUndefined)
    made.filters |= {"clock": clock, "lasting": lasting, "pretty": _pretty}
    return Jinja2Templates(env=made)


def _pretty(tree: Any) -> str:
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2).decode()


TEMPLATES: Final = _templates()


async def _both(visit: Visit) -> tuple[list[Any], list[Any]]:
    calls, access = await visit.ask("GET", "/requests"), await visit.ask("GET", "/access")
    return calls["requests"], access["access"]


async def inbox(visit: Visit) -> Response:
    """What waits for me, and what of mine waits for others."""
    both = [[one for one in kind if one["state"] == "pending"] for kind in await _both(visit)]
    mine = [[one for one in kind if one["may_decide"]] for kind in both]
    theirs = [[one for one in kind if one["yours"]] for kind in both]
    return visit.page("inbox.html", calls=mine[0], access=mine[1], own_calls=theirs[0], own_access=theirs[1])


async def call(visit: Visit) -> Response:
    id = visit.request.path_params["id"]
    return visit.page("call.html", one=await visit.ask("GET", f"/requests/{id}"))


async def access(visit: Visit) -> Response:
    id = visit.request.path_params["id"]
    return visit.page("access.html", one=await visit.ask("GET", f"/access/{id}"))


async def mine(visit: Visit) -> Response:
    """Who I am here, which rules are about me, and what I have been granted."""
    who, (_, all_access) = await visit.ask("GET", "/whoami"), await _both(visit)
    granted = [one for one in all_access if one["yours"] and one["state"] == "granted"]
    return visit.page("mine.html", who=who, granted=granted)


async def ask(visit: Visit) -> Response:
    return visit.page("ask.html")


async def grants(visit: Visit) -> Response:
    _, all_access = await _both(visit)
    return visit.page("grants.html", access=[one for one in all_access if one["state"] == "granted"])


async def history(visit: Visit) -> Response:
    """What was decided, and what is over."""
    calls, all_access = [[one for one in kind if one["state"] != "pending"] for kind in await _both(visit)]
    return visit.page("history.html", calls=calls, access=all_access)


async def act_on_call(visit: Visit) -> Response:
    id, act = visit.request.path_params["id"], visit.request.path_params["act"]
    await visit.ask("POST", f"/requests/{id}/{act}", _words(visit.form, CALL_ACTS[act]))
    return RedirectResponse(f"/requests/{id}", 303)


async def act_on_access(visit: Visit) -> Response:
    id, act = visit.request.path_params["id"], visit.request.path_params["act"]
    told = await visit.ask("POST", f"/access/{id}/{act}", _words(visit.form, ACCESS_ACTS[act]))
    return RedirectResponse(f"/access/{told['id']}", 303)


async def asked(visit: Visit) -> Response:
    """The form of `ask`; what is in it is judged by the gateway."""
    words: dict[str, Any] = _words(visit.form, _WISH)
    for name in _LISTS:
        words[name] = [one.strip() for one in visit.form.get(name, "").split(",") if one.strip()]
    for name in _NUMBERS:
        if text := visit.form.get(name, "").strip():
            words[name] = int(text) if text.isdecimal() and len(text) < 10 else text
    told = await visit.ask("POST", "/access", words)
    return RedirectResponse(f"/access/{told['id']}", 303)


def _words(form: dict[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: text for name in names if (text := " ".join(form.get(name, "").split()))}
