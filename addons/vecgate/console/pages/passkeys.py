"""How does a person sign in a browser? With a passkey, what the gateway says is asked.

The browser signs (static/passkeys.js) and keeps its person's enrolment: this console keeps nothing of either, and takes
no signature for right or wrong. With a script only: without one, keys of SSH sign with the commands.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import orjson
from starlette.responses import JSONResponse, Response

from vecgate.console.visit import Row, Visit

#: For how many days a passkey may be enrolled at most.
_LONGEST: Final = 365
_LONGEST_KEY: Final = 3000


def proof(form: dict[str, str]) -> dict[str, Any]:
    """What goes with a yes: the signature that the browser made, as it is; nothing, where it made none."""
    if not form.get("signature"):
        return {}
    enrolment: Any = form.get("enrolment", "")
    with suppress(orjson.JSONDecodeError):  # the gateway says what is wrong with it
        enrolment = orjson.loads(enrolment)
    made = {"statement": form.get("statement", ""), "signature": form["signature"], "enrolment": enrolment}
    return {"signed": made}


async def shown(visit: Visit) -> Response:
    return visit.page("passkeys.html", person=_person(await visit.ask("GET", "/whoami")))


def _person(who: Mapping[str, Any]) -> str:
    """Whoever is logged in, by the name that an enrolment has for them."""
    return f"{who['issuer']}#{who['subject']}"


async def enrolment(visit: Visit) -> Response:
    """An enrolment of a new passkey for whoever is logged in, that nobody has signed yet."""
    who, key, days = await visit.ask("GET", "/whoami"), visit.form.get("key", ""), visit.form.get("days", "")
    if not (key.startswith("webauthn ") and key.isascii() and key.isprintable() and len(key) <= _LONGEST_KEY):
        return JSONResponse({"message": "That is no passkey."}, 400)
    if not (days.isdecimal() and len(days) < 4 and 0 < int(days) <= _LONGEST):
        return JSONResponse({"message": f"A passkey is enrolled for 1 to {_LONGEST} days."}, 400)
    facts = {
        "vecgate": "enrolment",
        "person": _person(who),
        "user": who["user"],
        "groups": sorted(who["groups"]),
        "key": key,
        "until": int(visit.session.seen) + int(days) * 86400,
    }
    # As `vecgate approver enroll` writes it: what is signed is this one text.
    statement = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode()
    return JSONResponse({"statement": statement, "signatures": []})


ROWS: Final = (
    Row("GET", "/passkeys", shown, name="Passkeys", key="p"),
    Row("POST", "/passkeys", enrolment),
)
