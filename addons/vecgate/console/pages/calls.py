"""What is held, and what does one answer? The page of one call, and what is done on it."""

from typing import Any, Final

from starlette.responses import JSONResponse, RedirectResponse, Response

from vecgate.console.pages.passkeys import proof
from vecgate.console.visit import Acts, Row, Visit, number, words

ACTS: Final[Acts] = {"approve": (), "deny": ("reason",), "withdraw": (), "explain": ("reason",)}


async def call(visit: Visit) -> Response:
    one = await visit.ask("GET", f"/requests/{visit.id}")
    return visit.page("call.html", one=one, rule=await visit.ask("GET", f"/requests/{visit.id}/rule"))


async def act(visit: Visit) -> Response:
    id, name = visit.id, visit.request.path_params["act"]
    body: dict[str, Any] = words(visit.form, ACTS[name])
    if name == "approve":
        body = _agreed(visit) | proof(visit.form)
    await visit.ask("POST", f"/requests/{id}/{name}", body)
    return RedirectResponse(f"/requests/{id}", 303)


def _agreed(visit: Visit) -> dict[str, Any]:
    """What of it is said yes to: all, unless the form says less. Each record has a box of its own, `id:NAME`."""
    form = visit.form
    less: dict[str, Any] = words(form, ("mask",))
    if said := words(form, ("results",)):
        less["results"] = number(said["results"])
    if "choose" in form:
        less["ids"] = [name.removeprefix("id:") for name in form if name.startswith("id:")]
        if f"{len(less['ids'])}" == form["choose"]:
            del less["ids"]
    return {"narrow": less} if less else {}


async def statement(visit: Visit) -> Response:
    """What a yes to just that signs now."""
    told = await visit.ask("POST", f"/requests/{visit.id}/statement", _agreed(visit))
    return JSONResponse({"to_sign": told["to_sign"]})


ROWS: Final = (
    Row("GET", "/requests/{id}", call),
    Row("POST", "/requests/{id}/statement", statement),
    Row("POST", "/requests/{id}/{act}", act, ACTS),
)
