"""How does a person answer? The gateway's own requests API, for callers whose token was already checked.

    GET  /.vecgate/v1/requests                 {"requests": [REQUEST, ...]}: own ones, and those one may decide on
    GET  /.vecgate/v1/requests/ID              REQUEST
    POST /.vecgate/v1/requests/ID/approve      REQUEST     body: none or {}
    POST /.vecgate/v1/requests/ID/deny         REQUEST     body: none or {"reason": "one line of text"}
    POST /.vecgate/v1/requests/ID/withdraw     REQUEST     body: none or {}
    POST /.vecgate/v1/requests/ID/explain      REQUEST     body: {"reason": "one line of text"}; by who asked, once

It is served by the gateway itself on every registered host; nothing of it reaches a database.
A refusal has the shape of every other refusal.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from vecgate.approvals.board import Board
from vecgate.approvals.held import OPEN, Standing
from vecgate.domain.call import Answer, Json
from vecgate.domain.principal import Principal
from vecgate.parsing.strict_json import dump
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

PREFIX: Final = "/.vecgate/v1/requests"
LONGEST_REASON: Final = 500

_ID: Final = re.compile(r"[0-9a-z]{1,32}")

type _Work = Callable[[Principal, str, Json], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Route:
    """One route of this API, and the id in its path (empty for the list)."""

    work: _Work
    id: str


class RequestsApi:
    """The API over one board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._routes: dict[tuple[str, bool, str], _Work] = {
            # method, with an id?, verb
            ("GET", False, ""): self._list,
            ("GET", True, ""): self._show,
            ("POST", True, "approve"): self._approve,
            ("POST", True, "deny"): self._deny,
            ("POST", True, "withdraw"): self._withdraw,
            ("POST", True, "explain"): self._explain,
        }

    def match(self, method: str, path: str) -> Route | None:
        """The route of this API that is called, or None: then it is not ours. `path` without a query."""
        if path != PREFIX and not path.startswith(PREFIX + "/"):
            return None
        id, slash, verb = path[len(PREFIX) + 1 :].partition("/")
        odd = (path != PREFIX and not _ID.fullmatch(id)) or bool(slash and not verb)
        work = None if odd else self._routes.get((method, bool(id), verb))
        return None if work is None else Route(work, id)

    async def answer(self, principal: Principal, method: str, path: str, tree: Json) -> Answer:
        """Do what is asked. Raises CallRefused (route.unknown, body.unreadable, requests.*) or Unavailable."""
        route = self.match(method, path)
        if route is None:
            raise CallRefused(refuse("route.unknown"))
        body = await route.work(principal, route.id, tree)
        return Answer(200, (("content-type", "application/json"), ("cache-control", "no-store")), dump(body))

    async def _list(self, principal: Principal, _id: str, tree: Json) -> Json:
        _members(tree)
        return {"requests": [document(one, principal) for one in await self._board.list(principal)]}

    async def _show(self, principal: Principal, id: str, tree: Json) -> Json:
        _members(tree)
        return document(await self._seen(principal, id), principal)

    async def _approve(self, principal: Principal, id: str, tree: Json) -> Json:
        _members(tree)
        return await self._decide(principal, id, lambda: self._board.approve(id, principal))

    async def _deny(self, principal: Principal, id: str, tree: Json) -> Json:
        reason = _reason(_members(tree, "reason").get("reason", ""))
        return await self._decide(principal, id, lambda: self._board.deny(id, principal, reason))

    async def _withdraw(self, principal: Principal, id: str, tree: Json) -> Json:
        _members(tree)
        return await self._decide(principal, id, lambda: self._board.withdraw(id, principal))

    async def _explain(self, principal: Principal, id: str, tree: Json) -> Json:
        why = _reason(_members(tree, "reason").get("reason", ""))
        return await self._decide(principal, id, lambda: self._board.explain(id, principal, why))

    async def _seen(self, principal: Principal, id: str) -> Standing:
        found = await self._board.show(id)
        if not found.visible_to(principal):
            raise CallRefused(refuse("requests.unknown"))  # as for one that does not exist
        return found

    async def _decide(self, principal: Principal, id: str, act: Callable[[], Awaitable[Standing]]) -> Json:
        await self._seen(principal, id)
        return document(await act(), principal)


def document(found: Standing, principal: Principal) -> dict[str, Json]:
    """A REQUEST, as one principal sees it. Times in seconds since the epoch, `seconds_left` counted at reading.

    id, state (pending approved denied expired withdrawn spent used), requester, why (the requester's reason), upstream,
    rule, operation, target, things (ids of what it is about), method, path, body (what is sent, masked and cut),
    effect ("deletes 412 of 500 in tickets"), touched and total (null: unknown, or not told to the requester),
    bound (a yes is for as many records, and for no others), samples (some ids of the records, masked),
    approver_groups, approver_issuers, approvals_needed, approvals [{by, at}], ended_by, reason, created_at, expires_at,
    seconds_left, yours, may_decide (only while it is open).
    """
    held, yours = found.held, found.asked_by(principal)
    told = held.told or not yours  # who may not count must not learn it by asking for approval
    impact = held.impact if told else None
    return {
        "id": found.id,
        "state": found.state,
        "requester": held.user,
        "why": held.why,
        "upstream": held.upstream,
        "rule": held.rule,
        "operation": held.operation,
        "target": held.target,
        "method": held.method,
        "path": held.path,
        "things": [*held.things],
        "body": held.body,
        "effect": held.effect_for(told=told),
        "touched": impact.touched if impact else None,
        "total": impact.total if impact else None,
        "bound": held.bound if impact else None,
        "samples": [*held.samples] if told else [],
        "approver_groups": list[Json](sorted(held.approver_groups)),
        "approver_issuers": list[Json](sorted(held.approver_issuers)),
        "approvals_needed": held.needed,
        "approvals": [{"by": vote.by, "at": vote.at} for vote in found.votes],
        "ended_by": found.ended_by,
        "reason": found.reason,
        "created_at": found.created_at,
        "expires_at": found.expires_at,
        "seconds_left": found.seconds_left,
        "yours": yours,
        "may_decide": found.state in OPEN and found.deciding_group(principal) is not None,
    }


def _members(tree: Json, *known: str) -> dict[str, Json]:
    if tree is None:
        return {}
    if not isinstance(tree, dict) or not tree.keys() <= set(known):
        raise CallRefused(
            refuse("body.unreadable", cause="said", detail=f"expected an object with {', '.join(known) or 'nothing'}")
        )
    return tree


def _reason(value: Json) -> str:
    # One printable line: it is shown on other people's terminals.
    if not isinstance(value, str) or len(value) > LONGEST_REASON or not value.isprintable():
        detail = f"'reason' must be one line of at most {LONGEST_REASON} characters"
        raise CallRefused(refuse("body.unreadable", cause="said", detail=detail))
    return value
