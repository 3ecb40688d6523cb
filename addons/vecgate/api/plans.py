"""How is one yes asked for to several calls, in their order? A plan of calls, for callers whose token was checked.

    POST /.vecgate/v1/plans      REQUEST (requests.py), with its `steps`
                                 body: {"calls": [{"method", "path", "body", "upstream"}, ...], "reason": "one line"}

Of a call only method and path must be said; `upstream` is another database than the one in front of which it is asked.
Each is read, decided and counted as if it came in now (handling/planned); the first that would be refused, or that
nobody need be asked about, is the refusal of all. What is asked with it is seen and answered as any held call is.
"""

from dataclasses import dataclass
from typing import Final

from vecgate.api.asked import line, members, unreadable
from vecgate.api.own import Answered, Asked, Own, Parts
from vecgate.api.requests import document
from vecgate.approvals.held import Held
from vecgate.approvals.plans import MOST
from vecgate.approvals.refused import said
from vecgate.approvals.standing import OPEN
from vecgate.domain.approval import Impact
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: Bytes of a plan at the most.
LONGEST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a plan, as it was written down. `upstream`: empty for the database that it was asked in front of."""

    method: str
    path: str
    body: Json
    upstream: str = ""


class Plans(Own):
    """A plan is asked about. `plan` is filled in on the way (steps/serve.py): what its calls come to."""

    plan: Held | None = None

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self._parts, self._principal = parts, asked.principal
        self.call = asked.call(LONGEST)
        self.operation = Operation(dialect="vecgate", name="plans", kind="requests", danger=0)
        tree = members(self.call.tree, "calls", "reason")
        self.reason = line(tree.get("reason", ""))
        listed = tree.get("calls")
        if not isinstance(listed, list) or not 1 <= len(listed) <= MOST:
            raise unreadable(f"'calls' must be a list of 1 to {MOST} calls")
        self.steps = tuple(_step(one) for one in listed)

    async def answer(self, exchange: Exchange) -> Answered:
        board, plan = self._parts.board, need(self.plan)
        found = await board.show((await board.ask(plan)).id)
        if found.state in OPEN and _is_more(plan, found.held):  # the identical one was asked about less
            await board.withdraw(found.id, self._principal)
            found = await board.show((await board.ask(plan)).id)
        if found.held.nonce != plan.nonce:
            board.nonces.drop(plan.nonce)
        if found.state == "denied":
            by = found.ended_by or "an approver"
            raise CallRefused(refuse("hold.denied", request_id=found.id, id=found.id, by=by, why=said(found.reason)))
        return Answered(document(found, self._principal))


def _step(tree: Json) -> Step:
    one = members(tree, "method", "path", "body", "upstream")
    method, path, upstream = one.get("method"), one.get("path"), one.get("upstream", "")
    if not isinstance(method, str) or not isinstance(path, str) or not isinstance(upstream, str):
        raise unreadable("a call has 'method' and 'path', and 'upstream' is a name")
    if not path.startswith("/") or not path.isascii():
        raise unreadable("the 'path' of a call begins with '/', and is percent-encoded")
    return Step(method, path, one.get("body"), upstream)


def _is_more(now: Held, shown: Held) -> bool:
    pairs = zip(now.steps, shown.steps, strict=True)
    return any(_grew(one.impact, other.impact) for one, other in pairs if other.bound is None)


def _grew(now: Impact | None, shown: Impact | None) -> bool:
    return now is not shown if now is None or shown is None else not now.within(shown, 0.0)
