"""Who is locked out, and may they come in again? Seen and lifted by whom a rule lets `auth_admin`.

    GET  /.vecgate/v1/locks          {"locks": [{"person": "issuer#sub", "user": "ann", "why": "canary.found", ...}]}
    POST /.vecgate/v1/locks/lift     {"who": "ann"}        {"lifted": [...]}

`who` is a person as the list names them, or a user's name where only one locked person has it. Nobody who is
locked gets this far, so nobody lifts their own.
"""

from dataclasses import asdict
from typing import Final

from vecgate.api.own import Answered, Asked, Own, Parts
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused
from vecgate.state.barred import Barred, Lock

#: The kind of operation that a rule must allow.
KIND: Final = "auth_admin"


class Locks(Own):
    """Everybody who is locked out."""

    ruled = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call()
        self._barred = parts.guards.barred
        self.operation = Operation("vecgate", "locks", KIND, 3)

    async def answer(self, exchange: Exchange) -> Answered:
        locks = sorted(await self._barred.all(), key=lambda lock: lock.since)
        return Answered({"locks": [_shown(lock) for lock in locks]})


class Lift(Own):
    """Somebody is let in again; who did it is in the record."""

    ruled = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call()
        self._name = who(self.call.tree)
        self._barred, self._recorder = parts.guards.barred, parts.recorder
        self.operation = Operation("vecgate", "lift_lock", KIND, 3)

    async def answer(self, exchange: Exchange) -> Answered:
        lock = await lift(self._barred, self._name)
        body: dict[str, Json] = {"person": lock.person}
        await self._recorder.write(need(exchange.session), "user.unlocked", exchange.id, body)
        return Answered({"lifted": [_shown(lock)]})


def who(tree: Json) -> str:
    """Whose lock is to be lifted. Raises CallRefused."""
    name = tree.get("who") if isinstance(tree, dict) and tree.keys() == {"who"} else None
    if not isinstance(name, str) or not name:
        raise CallRefused(refuse("body.unreadable", cause="said", detail="expected an object with 'who'"))
    return name


async def lift(barred: Barred, name: str) -> Lock:
    """Let somebody in again. Raises CallRefused (`user.not_locked`), Unavailable."""
    locks = await barred.all()
    meant = [lock for lock in locks if lock.person == name] or [lock for lock in locks if lock.user == name]
    if len(meant) != 1 or not await barred.lift(meant[0].person):
        raise CallRefused(refuse("user.not_locked"))
    return meant[0]


def _shown(lock: Lock) -> Json:
    return dict(asdict(lock))
