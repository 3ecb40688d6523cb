"""How does a person answer? The gateway's own requests API, for callers whose token was already checked.

    GET  /.vecgate/v1/requests                 {"requests": [REQUEST, ...]}: own ones, and those one may decide on
    GET  /.vecgate/v1/requests/ID              REQUEST, and `to_sign`: the text that an approver signs now
    GET  /.vecgate/v1/requests/ID/wait         REQUEST     once it is no longer pending, or after 20 seconds
    POST /.vecgate/v1/requests/ID/approve      REQUEST     body: none, {} or {"narrow": LESS, "signed": PROOF}
    POST /.vecgate/v1/requests/ID/statement    {"to_sign"}: what is signed with such a yes; body: as there, without it
    POST /.vecgate/v1/requests/ID/deny         REQUEST     body: none or {"reason": "one line of text"}
    POST /.vecgate/v1/requests/ID/withdraw     REQUEST     body: none or {}
    POST /.vecgate/v1/requests/ID/explain      REQUEST     body: {"reason": "one line of text"}; by who asked, once

LESS is what a yes is to, where it is not all: {"results": 10, "mask": "strict", "ids": ["a", "b"]} (approvals/less.py);
PROOF is a signature (approving.py).
It is served by the gateway itself on every registered host; nothing of it reaches a database.
A refusal has the shape of every other refusal.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from vecgate.api.approving import asked_of, signature
from vecgate.api.asked import line, members, unreadable
from vecgate.api.own import LONGEST, Answered, Asked, Own, Parts
from vecgate.approvals.board import Board
from vecgate.approvals.held import Held
from vecgate.approvals.less import read, said, standing
from vecgate.approvals.standing import OPEN, Standing
from vecgate.domain.approval import Impact, Less
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: How long who asks to wait is kept waiting, in seconds: below the time-outs of programs. Then they ask again.
WAIT: Final = 20.0
#: So many waits of one person at a time, at each worker; more are answered at once.
_WAITS: Final = 8
_WAITING: Final = Counter[str]()

type Work = Callable[[HeldCalls, Principal, str, Json], Awaitable[Json]]


class HeldCalls:
    """What one may ask of a board, each as whoever asks."""

    def __init__(self, board: Board, enough: Callable[[], bool] = lambda: False) -> None:
        self._board, self._enough = board, enough

    async def list(self, principal: Principal, _id: str, tree: Json) -> Json:
        members(tree)
        return {"requests": [document(one, principal) for one in await self._board.list(principal)]}

    async def show(self, principal: Principal, id: str, tree: Json) -> Json:
        members(tree)
        found = await self.seen(principal, id)
        signs = self._board.to_sign(found) if found.may_decide(principal) else ""
        return document(found, principal) | ({"to_sign": signs} if signs else {})

    async def approve(self, principal: Principal, id: str, tree: Json) -> Json:
        said = members(tree, "narrow", "signed")
        signed, less = signature(said.get("signed")), _less(said)
        return await self._decide(principal, id, lambda: self._board.approve(id, principal, signed, less))

    async def statement(self, principal: Principal, id: str, tree: Json) -> Json:
        less, found = _less(members(tree, "narrow")), await self.seen(principal, id)
        return {"to_sign": self._board.to_sign(found, less) if found.may_decide(principal) else ""}

    async def deny(self, principal: Principal, id: str, tree: Json) -> Json:
        reason = line(members(tree, "reason").get("reason", ""))
        return await self._decide(principal, id, lambda: self._board.deny(id, principal, reason))

    async def withdraw(self, principal: Principal, id: str, tree: Json) -> Json:
        members(tree)
        return await self._decide(principal, id, lambda: self._board.withdraw(id, principal))

    async def explain(self, principal: Principal, id: str, tree: Json) -> Json:
        why = line(members(tree, "reason").get("reason", ""))
        return await self._decide(principal, id, lambda: self._board.explain(id, principal, why))

    async def wait(self, principal: Principal, id: str, tree: Json) -> Json:
        members(tree)
        await self.seen(principal, id)
        if _WAITING[principal.key] < _WAITS:
            _WAITING[principal.key] += 1
            try:
                await self._settled(id)
            finally:
                _WAITING[principal.key] -= 1
                if not _WAITING[principal.key]:
                    del _WAITING[principal.key]
        return document(await self.seen(principal, id), principal)

    async def _settled(self, id: str) -> None:
        """Until it is no longer pending, for a while; not while the worker wants to end, or for who has left."""
        await self._board.wait(id, WAIT, self._enough)

    async def seen(self, principal: Principal, id: str) -> Standing:
        found = await self._board.show(id)
        if not found.visible_to(principal):
            raise CallRefused(refuse("requests.unknown"))  # as for one that does not exist
        return found

    async def _decide(self, principal: Principal, id: str, act: Callable[[], Awaitable[Standing]]) -> Json:
        await self.seen(principal, id)
        return document(await act(), principal)


class OnHeld(Own):
    """A question about held calls. The reason in it is read by others and recorded, so it is masked first."""

    def __init__(self, work: Work, parts: Parts, asked: Asked) -> None:
        self._work, self._asked, self._parts = work, asked, parts
        self.call = asked.call(LONGEST)
        self.operation = Operation(dialect="vecgate", name="requests", kind="requests", danger=0)

    async def answer(self, exchange: Exchange) -> Answered:
        tree, parts = self.call.tree, self._parts
        if isinstance(tree, dict) and isinstance(tree.get("reason"), str):
            tree = tree | {"reason": await parts.shown.text(str(tree["reason"]))}
        held = HeldCalls(parts.board, lambda: parts.draining() or exchange.left())
        return Answered(await self._work(held, self._asked.principal, self._asked.id, tree))


_STANDS: Final = ("ended_by", "reason", "created_at", "expires_at", "seconds_left")


def _less(said: Mapping[str, Json]) -> Less:
    """What a yes is to. Raises CallRefused."""
    try:
        less = said.get("narrow")
        return read({} if less is None else less)
    except ValueError as e:
        raise unreadable(str(e)) from e


def document(found: Standing, principal: Principal) -> dict[str, Json]:
    """A REQUEST, as one principal sees it. Times in seconds since the epoch, `seconds_left` counted at reading.

    id, state (pending approved denied expired withdrawn spent used), requester, acting (for them, whoever does so
    now first), why (the requester's reason), upstream, rule, operation, target, things (ids of what it is about),
    method, path, body (what is sent, masked and cut), effect ("deletes 412 of 500 in tickets"), touched and total
    (null: unknown, or not told to the requester), note (what no number says of that), would (have been an automatic
    answer, for who may decide), share (of the collection, from 0 to 1), collections (all that it touches), aliases
    (other names of these), last_used ([{collection, at, by}]: to the hour, as far as the gateway saw; both null for
    the requester), bound (a yes is for as many records, and for no others), what `_cuts` tells, samples (some ids
    of the records, masked), snapshots ([{collection, name, step, aliases}]: taken before it ran; of a call that sets
    aliases no name, and what each stood for), steps (of a plan: its
    calls in their order, each told as a call is, with its number as `step`, and how it `stands`), what `asked_of`
    tells (api/approving.py), ended_by, reason, created_at, expires_at, seconds_left, yours, may_decide (while it is
    open).
    """
    held, yours = found.held, found.asked_by(principal)
    told = held.told or not yours  # who may not count must not learn it by asking for approval
    impact = held.impact if told else None
    return {
        "id": found.id,
        "state": found.state,
        "requester": held.user,
        "acting": [*held.acting],
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
        "snapshots": _kept(found, yours=yours),
        "steps": [_step(found, number, yours=yours) for number in range(1, len(held.steps) + 1)],
        **_reach(held, impact, yours=yours),
        "bound": held.bound if impact else None,
        "samples": [*held.samples] if told else [],
        **_cuts(found, yours=yours),
        **asked_of(held.approvers, found.votes),
        **{name: getattr(found, name) for name in _STANDS},
        "yours": yours,
        "may_decide": found.state in OPEN and found.may_decide(principal),
    }


def _cuts(found: Standing, *, yours: bool) -> dict[str, Json]:
    """narrowed (LESS, as far as there was a yes to less; else null), narrowable (for who may decide: how it can be).

    Of that: results (the most there can be; 0: nobody said; null: its answer cannot be cut), mask (the profile it is
    shown under), masks (that hide no less), ids (to choose from).
    """
    less, cuts = standing(found.votes), found.held.cuts
    can: dict[str, Json] = {"results": cuts.results, "mask": cuts.mask, "masks": [*cuts.masks], "ids": [*cuts.ids]}
    told = said(less)
    if yours and not found.held.told and less.ids is not None:
        told["ids"] = None  # whoever may not count them does not learn which there are
    return {"narrowed": told or None, "narrowable": None if yours or found.held.steps else can}


def _step(found: Standing, number: int, *, yours: bool) -> Json:
    """One call of a plan, as far as it may be told."""
    step = found.held.steps[number - 1]
    told = step.told or not yours
    impact = step.impact if told else None
    names = ("upstream", "rule", "operation", "target", "method", "path", "body")
    return {
        "step": number,
        "stands": _stands(found, number),
        **{name: getattr(step, name) for name in names},
        "things": [*step.things],
        "effect": step.effect_for(told=told),
        **_reach(step, impact, yours=yours),
        "bound": step.bound if impact else None,
        "samples": [*step.samples] if told else [],
    }


def _stands(found: Standing, number: int) -> str:
    """What became of a step of a plan, or whether its turn has come."""
    if found.state == "used" or number < found.turn:
        return "done"
    if number > found.turn:
        return "later" if found.state in OPEN else "not run"
    if found.running:
        return "running" if found.state in OPEN else "not known to be done"
    return "next" if found.state in OPEN else "not run"


def _reach(held: Held, impact: Impact | None, *, yours: bool) -> dict[str, Json]:
    """How much it touches, and whom that concerns; `impact`: as far as it may be told."""
    return {
        "touched": impact.touched if impact else None,
        "total": impact.total if impact else None,
        "note": held.note,
        "share": round(impact.share, 4) if impact else None,
        "collections": [*impact.collections] if impact else [],
        "aliases": [*impact.aliases] if impact and not yours else None,
        "would": "" if yours else held.would,
        "last_used": None if yours else [{"collection": name, "at": at, "by": by} for name, at, by in held.used],
    }


def _kept(found: Standing, *, yours: bool) -> Json:
    """What was kept before it ran. Its requester is told of no other names than those of the call."""
    return [
        {"collection": at, "name": name, "step": step, "aliases": [] if yours and name else [*aliases]}
        for at, name, step, aliases in found.snapshots
    ]
