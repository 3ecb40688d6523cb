"""What may one ask for, and how? By each rule that lets one, with a form; filled as an earlier one was really used."""

import re
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from vecgate.console.asking import Refused
from vecgate.console.visit import Row, Visit, listed, number, spoken, words

_WISH: Final = ("upstream", "for", "mask", "tenant", "database", "reason", "ticket")
_LISTS: Final = ("operations", "collections")
_NUMBERS: Final = ("records", "opened")
_BOX: Final = "operation:"
_ID: Final = re.compile(r"[0-9a-z]{1,32}")
#: A form that nothing is known for yet.
EMPTY: Final[dict[str, Any]] = dict.fromkeys((*_WISH, *_LISTS, *_NUMBERS, "from"), "")


async def ask(visit: Visit) -> Response:
    """What the rules let this person ask for. `rule`: fill in what that one lets; `like`: what of that was used."""
    who, query = await visit.ask("GET", "/whoami"), visit.request.query_params
    offers = [one for one in who["rules"] if one.get("offers")]
    chosen = next((one for one in offers if one["rule"] == query.get("rule")), None)
    filled = EMPTY | (await _like(visit, query["like"]) if "like" in query else _of(chosen))
    return visit.page("ask.html", offers=offers, chosen=chosen, filled=filled, like=query.get("like", ""))


async def _like(visit: Visit, id: str) -> dict[str, Any]:
    if not _ID.fullmatch(id):
        raise Refused(404, "There is no access of that name.")
    found = await visit.ask("GET", f"/access/{id}/debrief")
    if found["next"] is None:
        raise Refused(409, "Nothing of it was used; its page has a button to ask for the same again.")
    said = found["next"] | {"reason": found["reason"], "ticket": found["ticket"]}
    return {name: ", ".join(value) if isinstance(value, list) else value for name, value in said.items()}


def _of(rule: Any) -> dict[str, Any]:
    if rule is None:
        return {}
    offers, where = rule["offers"], rule["where"]
    collections = [] if isinstance(where, str) else where.get("collections", [])
    one = {"upstream": offers["upstreams"], "mask": offers["masks"]}
    return {
        **{name: found[0] for name, found in one.items() if found},
        "collections": ", ".join(collections),
        "for": spoken(min(offers["seconds"], 7200.0)),
    }


async def asked(visit: Visit) -> Response:
    """The form of `ask`; what is in it is judged by the gateway. A moment without a zone is one in UTC."""
    said: dict[str, Any] = words(visit.form, _WISH)
    for name in _LISTS:
        said[name] = listed(visit.form.get(name, ""))
    said["operations"] += [name.removeprefix(_BOX) for name in visit.form if name.startswith(_BOX)]
    if not said["operations"]:
        raise Refused(400, "Nothing was asked: go back, and choose at least one operation.")
    for name in _NUMBERS:
        if text := visit.form.get(name, "").strip():
            said[name] = number(text)
    if begins := visit.form.get("from", "").strip():
        said["from"] = f"{begins}+00:00"
    told = await visit.ask("POST", "/access", said)
    return RedirectResponse(f"/access/{told['id']}", 303)


ROWS: Final = (Row("GET", "/access", ask, name="Ask", key="a"), Row("POST", "/access", asked))
