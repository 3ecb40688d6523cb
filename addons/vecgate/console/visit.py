"""What is one request of somebody who is logged in, and how does a page come of it? With templates that escape all."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from vecgate.console.asking import Api
from vecgate.console.renewal import Renewal
from vecgate.console.sessions import Session


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is logged in."""

    request: Request
    session: Session
    api: Api
    renewal: Renewal
    form: dict[str, str]

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The gateway's answer to this person. Raises Refused, WebFailed."""
        return await self.api.ask(await self.renewal.token(self.session), method, path, body)

    def page(self, name: str, **shown: Any) -> Response:
        """A page; what is shown is escaped by the template."""
        more = {"session": self.session, "path": self.request.url.path, **shown}
        return TEMPLATES.TemplateResponse(self.request, name, more)

    @property
    def id(self) -> str:
        """Of what the page's address names."""
        return str(self.request.path_params["id"])


type Page = Callable[[Visit], Awaitable[Response]]
#: Which words of a form each act on a thing sends on, if they are filled in.
type Acts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """A page at an address. `id`: what a thing's name looks like there; `name`, `key`: in the list of pages."""

    method: str
    path: str
    page: Page
    acts: Acts | None = None
    name: str = ""
    key: str = ""
    id: str = r"[0-9a-z]{1,32}"


def words(form: dict[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    """What is filled in of these, each on one line."""
    return {name: text for name in names if (text := " ".join(form.get(name, "").split()))}


def clock(at: float | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC") if at else ""


def moment(text: str) -> str:
    """A time as journals write it, for people; what is none stays as it is."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return text


def lasting(seconds: float) -> str:
    """In words short enough for a table."""
    minutes = int(seconds // 60)
    if not minutes:
        return "under a minute"
    parts = (f"{minutes // 60} h" if minutes >= 60 else "", f"{minutes % 60} min" if minutes % 60 else "")
    return " ".join(filter(None, parts))


def spoken(seconds: float) -> str:
    """As it is written in a rule and in a form: exact, and in one unit."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds)}s"


def listed(text: str) -> list[str]:
    """What stands between commas."""
    return [one for part in text.split(",") if (one := " ".join(part.split()))]


def number(text: str) -> int | str:
    """A number where it is one; else the text, for the gateway to say no to."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else text


def placed(where: Any) -> str:
    """Where a rule counts, in words."""
    if isinstance(where, str):
        return where
    return "; ".join(f"{name.replace('_', ' ')} {_words(said)}" for name, said in where.items())


def _words(said: Any) -> str:
    return ", ".join(map(str, said)) if isinstance(said, list) else "" if said is True else str(said)


_STATES: Final = {"given_back": "given back", "used_up": "used up", "moved": "ended by a failover"}


def state(access: Mapping[str, Any]) -> str:
    """How a request for access stands, or how it ended, in words."""
    how: str = access["how"] or access["state"]
    return _STATES.get(how, how)


def _templates() -> Jinja2Templates:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(loader=PackageLoader("vecgate.console"), autoescape=True, undefined=StrictUndefined)
    made.filters |= {
        "clock": clock,
        "lasting": lasting,
        "spoken": spoken,
        "moment": moment,
        "placed": placed,
        "pretty": _pretty,
    }
    made.filters["state"] = state
    return Jinja2Templates(env=made)


def _pretty(tree: Any) -> str:
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2).decode()


TEMPLATES: Final = _templates()
