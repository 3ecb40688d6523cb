"""How is a vote taken? Held calls in Valkey, each a state machine that moves atomically (board.lua).

Two clocks, both the server's: `Hold.pending` runs from asking, `Hold.grant` from the yes.
A yes is spent once: `use` says yes to one request id, in one worker, for ever; `settle` says what became of it. So that
this survives a server that is killed, a step counts only once it is kept (`Store.run`, durable); asking alone does not
wait. A server that cannot keep a step is found out before it is taken (fitness.py).
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Literal

import orjson

from vecgate.approvals.held import Held
from vecgate.approvals.less import narrowed, said
from vecgate.approvals.nonces import Nonces
from vecgate.approvals.refused import BoardRefused
from vecgate.approvals.standing import OPEN, Standing, kept, standing
from vecgate.approvals.wake import Bells
from vecgate.consent.enrolled import Unproven
from vecgate.consent.judge import Objection, is_over, no, yes
from vecgate.consent.proof import UNSIGNED, Facts, Proof
from vecgate.domain.approval import ALL, Approval, Less, Signed
from vecgate.domain.people import folded
from vecgate.domain.principal import Principal
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, NotKept, Unavailable
from vecgate.settings.hold import Hold
from vecgate.state.ids import new_id
from vecgate.state.register import Register
from vecgate.state.store import Script, Store

_BOARD: Final = Script.load("vecgate.approvals", "board.lua")

#: Operations that may be forgotten by a server that fails: then the call is asked anew, or looked at again.
_LIGHT: Final = frozenset({"ask", "planned", "records", "show", "list", "explain", "settle", "kept"})
#: Operations that would be in vain, or worse, on a server that cannot keep a yes; that of a yes is asked before it.
_NEEDS_A_KEEPER: Final = frozenset({"ask", "supersede", "use"})
#: How often a waiter looks for itself, in seconds, whatever it was told or not told. It is told all (wake.py).
LOOK_AGAIN: Final = 15.0
#: How long a waiter leaves a server alone that is away, or busy, in seconds; each time twice as long.
AWAY_PAUSE: Final = 0.5
#: Calls fetched in one step of a listing, and in all.
PAGE: Final = 200
LISTED: Final = 2000

#: What a request that spent a yes has come to.
type Became = Literal["used", "spent", "back"]


class Stale(Exception):
    """It was made of what is not so any more."""


class Board:
    """The held calls. Every method raises Unavailable("state") while the server is away: nothing is approved then."""

    def __init__(
        self, store: Store, settings: Hold, proof: Proof = UNSIGNED, key: bytes = b"", *,
        ids: Callable[[], str] = new_id, look_again: float = LOOK_AGAIN, register: Register | None = None,
    ) -> None:  # fmt: skip
        self._store, self.proof = store, proof
        self.nonces: Final = Nonces(store, key, register=register)
        self._clocks = (int(settings.pending * 1000), int(settings.grant * 1000))
        self._most = settings.open_per_user
        self._ids = ids
        self._look_again = look_again
        names = ("call:", "open:", "list", "events", "opened:", "marks:")
        # One hash tag: on a cluster, all keys of the board are in one slot.
        self._keys = [*(store.key("{approvals}", name) for name in names), *store.fence("{approvals}")]
        self.events: Final = self._keys[3]
        self._bells = Bells(store, self.events)

    async def open(self) -> None:
        """Start listening for changes; does not fail while the server is away."""
        self._bells.open()
        if self.proof.signed == "require":
            self.nonces.open()

    async def close(self) -> None:
        await self.nonces.close()
        await self._bells.close()

    @property
    def waiting(self) -> int:
        """How many requests of this process wait for an answer."""
        return self._bells.waiting

    # what the request path does

    async def ask(self, held: Held) -> Approval:
        """Put the call up for approval, or attach to the identical one that is open.

        A denied one is found too, until it would have expired: asking again does not undo a no.
        Raises BoardRefused (many): the requester has as many open ones as one may have.
        """
        found = await self._put("ask", held)
        return found.approval if held.steps else found.approval_at(found.turn)

    async def planned(self, requester: str, index: str) -> Standing | None:
        """The open plan of somebody in which it is the turn of the call with this index. Raises Unavailable."""
        with suppress(BoardRefused):
            return await self._move("planned", "", index, requester)
        return None

    async def supersede(self, id: str, held: Held, binding: str | None = None, step: int = 0) -> Approval:
        """Ask anew about what it is now: the old yes or question is withdrawn in the same step.

        `binding` is that of the old one, if it is another; `step`: it was that one of a plan, which ends.
        If another worker was faster, this attaches to what it asked. Raises BoardRefused (requester, binding, many).
        """
        found = await self._put("supersede", held, id, binding or held.binding, str(step))
        return found.approval_at(found.turn)

    async def records(self, id: str, step: int = 0) -> str:
        """The marks of the records a held call is about (records.py); empty where it is about none by name."""
        _, _, marks = await self._run("records", id, step)
        return str(marks)

    async def wait(
        self, id: str, seconds: float, over: Callable[[], bool] = lambda: False, *, step: int = 0
    ) -> Approval:
        """The approval as soon as it is no longer pending, or as it is after `seconds`, or when it is `over()`.

        While the server is away it waits on: nothing is decided meanwhile. Raises BoardRefused (none), and Unavailable
        where the server was never there in all that time.
        """
        end, found, pause = time.monotonic() + seconds, None, AWAY_PAUSE
        with self._bells.bell(id, over) as bell:
            while True:
                bell.clear()
                try:
                    found = await self.show(id)
                except Unavailable:
                    left = end - time.monotonic()
                    if left > 0 and not over():
                        await asyncio.sleep(min(left, pause * random.uniform(0.5, 1.5)))  # noqa: S311 - not all at once
                        pause = min(pause * 2, self._look_again)
                        continue
                    if found is None:
                        raise
                    return found.approval_at(step)
                pause, left = AWAY_PAUSE, end - time.monotonic()
                if found.state != "pending" or left <= 0 or over():
                    return found.approval_at(step)
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, self._look_again, found.seconds_left + 0.001)):
                        await bell.wait()

    async def use(self, id: str, binding: str, by: str, step: int = 0) -> Approval:
        """Spend the yes on this one request (`by`: its id), before it is sent. Answering `spent` means: by this one.

        Of a plan that step alone is spent, when it is its turn (else BoardRefused: turn).

        The same request may ask again, for instance after Unavailable, and gets the same yes.
        Raises BoardRefused: none, binding, or the state it is in (`spent`, `used`: by another request); CallRefused
        (`hold.spent`) when it is spent, and that is not confirmed: then nothing may be executed on it.
        """
        return replace((await self._move("use", id, binding, by, step)).approval_at(step), state="spent")

    async def settle(self, id: str, by: str, became: Became, words: str = "") -> None:
        """What became of the request that spent the yes: it is `used` if it was executed. Never fails: it is a note.

        With it comes the turn of a plan's next step, and without it never; `back`: it is the same one's, still.
        """
        with suppress(BoardRefused, Unavailable):
            await self._move("settle", id, by, became, words)

    async def kept(self, id: str, snapshots: Sequence[tuple[str, ...]], step: int = 0) -> None:
        """Note what was kept before it runs: collection, name and aliases of each snapshot."""
        await self._move("kept", id, orjson.dumps(snapshots).decode(), step)

    # what people do

    def to_sign(self, found: Standing, less: Less = ALL) -> str:
        """What whoever says yes now, to so much, signs; empty: nothing is signed, or waits. Raises CallRefused."""
        facts = _to(found, narrowed(found, less))
        return self.proof.to_sign(facts, found.stage) if found.state == "pending" else ""

    async def approve(self, id: str, principal: Principal, signed: Signed | None = None, less: Less = ALL) -> Standing:
        """Say yes, to all of it or to less.

        Raises BoardRefused: none, what the judge objects, unsigned, or the state it is in; CallRefused.
        """
        who = folded(principal.key), folded(principal.user)
        await self._store.fit()
        while True:
            found = await self.show(id)
            if found.state != "pending":
                raise BoardRefused(found.state, found)
            try:
                vote = yes(found.case, found.votes, principal, found.read_at)
                vote = replace(vote, less=narrowed(found, less))
                votes = (*found.votes, self.proof.taken(vote, _to(found, vote.less), signed, principal))
            except Objection as e:
                raise BoardRefused(e.why, found) from e
            except Unproven as e:
                raise CallRefused(refuse("requests.unproven", request_id=id, id=id, why=str(e))) from e
            state = "approved" if is_over(found.case, votes) else "pending"
            with suppress(Stale):  # somebody else has answered meanwhile: it is judged anew
                return await self._move("approve", id, *who, len(found.votes), kept(votes), state)

    async def deny(self, id: str, principal: Principal, reason: str = "") -> Standing:
        """Say no; also to a call that is approved and not used yet. Raises BoardRefused as `approve`."""
        found = await self.show(id)
        try:
            no(found.case, principal, reason)
        except Objection as e:
            raise BoardRefused(e.why, found) from e
        return await self._move("deny", id, folded(principal.key), folded(principal.user), principal.user, reason)

    async def withdraw(self, id: str, principal: Principal) -> Standing:
        """Take back one's own request. Raises BoardRefused: none, requester, or the state it is in."""
        return await self._move("withdraw", id, principal.key, principal.user)

    async def explain(self, id: str, principal: Principal, why: str) -> Standing:
        """Say why one asks, once, before anybody agreed.

        Raises BoardRefused: none, requester, explained, or the state it is in.
        """
        return await self._move("explain", id, principal.key, why)

    async def show(self, id: str) -> Standing:
        """How it stands. Raises BoardRefused (none)."""
        return await self._move("show", id)

    async def list(self, principal: Principal | None = None) -> list[Standing]:
        """All that are kept, or those a principal may see; open ones first, then the newest first."""
        found: dict[str, Standing] = {}
        for first in range(0, LISTED, PAGE):
            _, now, page = await self._run("list", "", first, first + PAGE - 1)
            for one in map(_pairs, page):
                if one:
                    found[one["id"]] = standing(one, now / 1000)
            if len(page) < PAGE:
                break
        seen = [one for one in found.values() if principal is None or one.visible_to(principal)]
        return sorted(seen, key=lambda one: (one.state not in OPEN, -one.created_at, one.id))

    async def place(self) -> str:
        """Where its changes end by now: another place, and something is another. Raises Unavailable."""
        return await self._store.stream_end(self.events)

    # how it is done

    async def _put(self, operation: str, held: Held, *more: str) -> Standing:
        sealed = {"seal": self.nonces.sealed(held)} if held.steps else {}
        fields = [word for pair in (held.fields() | sealed).items() for word in pair]
        pending, grant = self._clocks
        pending = int(held.approvers.expires * 1000) or pending
        limits = (pending, grant, self._most, held.requester)
        while True:
            with suppress(Stale):  # the id is taken
                return await self._move(operation, self._ids(), held.index, *limits, *more, *fields)

    async def _move(self, operation: str, id: str, *words: str | int) -> Standing:
        outcome, now, flat = await self._run(operation, id, *words)
        if outcome in ("stale", "taken"):
            raise Stale
        found = standing(_pairs(flat), now / 1000) if flat else None
        if outcome != "ok" or found is None:
            raise BoardRefused(outcome, found, using=operation == "use", most=self._most)
        if operation in ("deny", "withdraw"):
            await self.nonces.end(found.held.nonce, found.expires_at + sum(self._clocks) / 1000)
        return found

    async def _run(self, operation: str, id: str, *words: str | int) -> Any:
        if operation in _NEEDS_A_KEEPER:
            await self._store.fit()
        durable = operation not in _LIGHT
        words = (operation, id, *words)
        try:
            return await self._store.run(_BOARD, self._keys, words, durable=durable, wrote=_is_done)
        except NotKept as e:
            if operation == "supersede":
                raise
            code = "hold.spent" if operation == "use" else "requests.unconfirmed"
            raise CallRefused(refuse(code, request_id=id, id=id, did=_DID.get(operation, ""))) from e


def _to(found: Standing, less: Less) -> Facts:
    """What is signed by whoever says yes to so much of it."""
    narrowed = {"narrowed": said(less)} if less else {}
    return lambda of: found.facts({"stage": of["stage"], "at": of["at"], **narrowed})


_DID: Final = {"approve": "Your yes to", "deny": "Your no to", "withdraw": "The withdrawal of"}


def _is_done(answer: Sequence[Any]) -> bool:
    return bool(answer[0] == "ok")


def _pairs(flat: Sequence[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
