"""What is locked, who locks, and who is let in again? For whom a rule allows `lock` by name, as with the commands."""

from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from vecgate.console.asking import Refused
from vecgate.console.visit import Row, Visit, words

#: What can be locked, and how it is called.
KINDS: Final = {
    "user": "a person, under every login of a like name",
    "group": "everybody in a group",
    "agent": "an agent or client, whoever uses it",
    "collection": "a collection, as UPSTREAM/NAME",
    "everything": "everything, for everybody",
}


async def locks(visit: Visit) -> Response:
    return visit.page("locks.html", kinds=KINDS, **await visit.ask("GET", "/locks"))


async def lock(visit: Visit) -> Response:
    said = words(visit.form, ("what", "name", "reason"))
    body = _what(said.get("what", ""), said.get("name", ""))
    if "sure" not in visit.form:
        raise _unmeant()
    await visit.ask("POST", "/locks", body | ({"reason": said["reason"]} if "reason" in said else {}))
    return RedirectResponse("/locks", 303)


async def lift(visit: Visit) -> Response:
    """`name` is sent as the list has it: a lock that a canary made goes by the login's."""
    kind, name = visit.form.get("what", ""), visit.form.get("name", "")
    if "sure" not in visit.form:
        raise _unmeant()
    await visit.ask("POST", "/locks/lift", {"who": name} if kind == "login" else _what(kind, name))
    return RedirectResponse("/locks", 303)


def _what(kind: str, name: str) -> dict[str, Any]:
    if kind not in KINDS or (kind == "everything") is bool(name):
        raise _unmeant()
    return {kind: name or True}


def _unmeant() -> Refused:
    return Refused(400, "Nothing was done: say what it is about, and tick that it is meant.")


ROWS: Final = (
    Row("GET", "/locks", locks, name="Locks", key="l"),
    Row("POST", "/locks", lock),
    Row("POST", "/locks/lift", lift),
)
