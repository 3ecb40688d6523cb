"""Which calls does the gateway answer itself? One table: method, path, and who answers. `{id}`: of a held call."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from vecgate.api.access import Desk, on
from vecgate.api.against import of_access, of_held
from vecgate.api.coverage import Coverage
from vecgate.api.debrief import acknowledge, debrief
from vecgate.api.ending import revoke_all
from vecgate.api.glass import break_glass, review
from vecgate.api.leases import Out, Revoke
from vecgate.api.locks import Lift, Locks, Make
from vecgate.api.news import News
from vecgate.api.own import Asked, Own, Parts
from vecgate.api.plans import Plans
from vecgate.api.policies import AskedOfPolicies, Explain, Mine, What, Who
from vecgate.api.preview import Preview
from vecgate.api.recorded import Calls, Recorded, Replay
from vecgate.api.requests import HeldCalls, OnHeld
from vecgate.api.unmask import Unmask
from vecgate.api.whoami import WhoAmI
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: What begins so is never for a database.
OWN: Final = "/.vecgate/"
_ID: Final = r"(?P<id>[0-9a-z]{1,32})"


@dataclass(frozen=True, slots=True)
class Route:
    """One row: of what is lent and what is asked, `own` makes the call."""

    method: str
    path: str
    own: Callable[[Parts, Asked], Own]


_ACTIONS: Final = {
    "approve": Desk.approve,
    "statement": Desk.statement,
    "deny": Desk.deny,
    "withdraw": Desk.withdraw,
    "revoke": Desk.revoke,
    "end": Desk.end,
    "extend": Desk.extend,
    "again": Desk.again,
    "acknowledge": acknowledge,
    "review": review,
}
ROUTES: Final = (
    Route("GET", "/.vecgate/v1/whoami", WhoAmI),
    Route("GET", "/.vecgate/v1/news/{id}", News),
    Route("GET", "/.vecgate/v1/requests", partial(OnHeld, HeldCalls.list)),
    Route("GET", "/.vecgate/v1/requests/{id}", partial(OnHeld, HeldCalls.show)),
    Route("GET", "/.vecgate/v1/requests/{id}/wait", partial(OnHeld, HeldCalls.wait)),
    Route("GET", "/.vecgate/v1/requests/{id}/rule", of_held),
    Route("POST", "/.vecgate/v1/requests/{id}/approve", partial(OnHeld, HeldCalls.approve)),
    Route("POST", "/.vecgate/v1/requests/{id}/statement", partial(OnHeld, HeldCalls.statement)),
    Route("POST", "/.vecgate/v1/requests/{id}/deny", partial(OnHeld, HeldCalls.deny)),
    Route("POST", "/.vecgate/v1/requests/{id}/withdraw", partial(OnHeld, HeldCalls.withdraw)),
    Route("POST", "/.vecgate/v1/requests/{id}/explain", partial(OnHeld, HeldCalls.explain)),
    Route("POST", "/.vecgate/v1/plans", Plans),
    Route("GET", "/.vecgate/v1/access", on(Desk.list)),
    Route("POST", "/.vecgate/v1/access", on(Desk.ask)),
    Route("POST", "/.vecgate/v1/access/revoke", on(revoke_all)),
    Route("POST", "/.vecgate/v1/access/break-glass", on(break_glass)),
    Route("GET", "/.vecgate/v1/access/{id}", on(Desk.show)),
    Route("GET", "/.vecgate/v1/access/{id}/debrief", on(debrief)),
    Route("GET", "/.vecgate/v1/access/{id}/rule", on(of_access)),
    *(Route("POST", f"/.vecgate/v1/access/{{id}}/{what}", on(work)) for what, work in _ACTIONS.items()),
    Route("GET", "/.vecgate/v1/locks", Locks),
    Route("POST", "/.vecgate/v1/locks", Make),
    Route("POST", "/.vecgate/v1/locks/lift", Lift),
    Route("GET", "/.vecgate/v1/leases", Out),
    Route("POST", "/.vecgate/v1/leases/revoke", Revoke),
    Route("GET", "/.vecgate/v1/policy", AskedOfPolicies),
    Route("GET", "/.vecgate/v1/policy/coverage", Coverage),
    Route("POST", "/.vecgate/v1/policy/mine", Mine),
    Route("POST", "/.vecgate/v1/policy/explain", Explain),
    Route("POST", "/.vecgate/v1/policy/who", Who),
    Route("POST", "/.vecgate/v1/policy/what", What),
    Route("POST", "/.vecgate/v1/sessions", Recorded),
    Route("POST", "/.vecgate/v1/sessions/calls", Calls),
    Route("POST", "/.vecgate/v1/sessions/replay", Replay),
    Route("POST", "/.vecgate/v1/unmask", Unmask),
    Route("POST", "/.vecgate/v1/mask", Preview),
)

_PATTERNS: Final = [
    (re.compile(f"{route.method} {re.escape(route.path).replace(re.escape('{id}'), _ID)}"), route) for route in ROUTES
]


def find(method: str, target: str) -> tuple[Route, str] | None:
    """The row that is called, and the id in its path; None: it is for a database. Raises CallRefused for no row."""
    if not target.startswith(OWN):
        return None
    for pattern, route in _PATTERNS:
        found = pattern.fullmatch(f"{method} {target}")
        if found is not None:
            return route, found.groupdict().get("id") or ""
    raise CallRefused(refuse("route.unknown"))
