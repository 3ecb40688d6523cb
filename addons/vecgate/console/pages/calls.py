"""What is held, and what does one answer? The page of one call, and what is done on it."""

from typing import Final

from starlette.responses import JSONResponse, RedirectResponse, Response

from vecgate.console.pages.passkeys import proof
from vecgate.console.visit import Acts, Row, Visit, words

ACTS: Final[Acts] = {"approve": (), "deny": ("reason",), "withdraw": (), "explain": ("reason",)}


async def call(visit: Visit) -> Response:
    one = await visit.ask("GET", f"/requests/{visit.id}")
    return visit.page("call.html", one=one, rule=await visit.ask("GET", f"/requests/{visit.id}/rule"))


async def act(visit: Visit) -> Response:
    id, name = visit.id, visit.request.path_params["act"]
    body = words(visit.form, ACTS[name]) | (proof(visit.form) if name == "approve" else {})
    await visit.ask("POST", f"/requests/{id}/{name}", body)
    return RedirectResponse(f"/requests/{id}", 303)


async def statement(visit: Visit) -> Response:
    """What a yes signs now."""
    one = await visit.ask("GET", f"/requests/{visit.id}")
    return JSONResponse({"to_sign": one.get("to_sign", "")})


ROWS: Final = (
    Row("GET", "/requests/{id}", call),
    Row("POST", "/requests/{id}/statement", statement),
    Row("POST", "/requests/{id}/{act}", act, ACTS),
)
