"""What is locked, and who locks and lifts it? Seen, made and lifted by whom a rule lets `lock`.

    GET  /.vecgate/v1/locks          {"locks": [LOCK]}: kind, name, user, why, since, rule, by
    POST /.vecgate/v1/locks          {"made": LOCK}        body: WHAT, and {"reason": "one line of text"} or none
    POST /.vecgate/v1/locks/lift     {"lifted": [LOCK]}    body: WHAT, or {"who": "ann"}

WHAT is one of {"user": NAME}, {"group": NAME}, {"agent": NAME}, {"collection": "UPSTREAM/NAME"} and {"everything":
true}. `who` is a lock's name as the list has it, or a user's name where only one lock is theirs. Nobody who is locked
gets this far, so nobody lifts their own; and nobody makes one that they are under themselves, but for the one on
everything.
"""

from dataclasses import asdict
from typing import Any, Final, cast

from vecgate.api.asked import line, members, unreadable
from vecgate.api.own import LONGEST, Answered, Asked, Own, Parts
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import LOCK
from vecgate.domain.operation import Operation
from vecgate.domain.people import folded
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused
from vecgate.state.barred import Lock, Locked

WHAT: Final = ("user", "group", "agent", "collection", "everything")


class Locks(Own):
    """Everything that is locked."""

    ruled = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call()
        self._barred = parts.guards.barred
        self.operation = Operation("vecgate", "locks", LOCK, 3)

    async def answer(self, exchange: Exchange) -> Answered:
        locks = sorted(await self._barred.all(), key=lambda lock: lock.since)
        return Answered({"locks": [_shown(lock) for lock in locks]})


class Make(Own):
    """Something is locked, on this worker at once; who did it is in the record before it is so."""

    ruled = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call(LONGEST)
        self._parts, self._principal = parts, asked.principal
        self.operation = Operation("vecgate", "lock", LOCK, 3)
        tree = dict(members(self.call.tree, *WHAT, "reason"))
        self._reason = line(tree.pop("reason", ""))
        self._lock = wanted(tree, parts.upstreams)
        self.about = f"lock {self._lock.kind} {self._lock.name}".strip()

    async def check(self, exchange: Exchange) -> None:
        if self._lock.kind != "everything" and self._lock.on(self._principal):
            raise CallRefused(refuse("lock.own"))

    async def answer(self, exchange: Exchange) -> Answered:
        barred, shown = self._parts.guards.barred, self._parts.shown
        there = next((lock for lock in await barred.all() if lock.key == self._lock.key), None)
        if there is not None:
            raise CallRefused(refuse("lock.there", since=there.moment, by=f", by {there.by}" if there.by else ""))
        why = str(await shown.text(self._reason)) if self._reason else ""
        lock = Lock(
            self._lock.name, self._lock.user, why, exchange.started, need(exchange.decision).rule,
            self._lock.kind, self._principal.user,
        )  # fmt: skip
        await self._parts.recorder.write(need(exchange.session), "lock.made", exchange.id, {"locks": [_shown(lock)]})
        await barred.bar(lock, durable=True)
        return Answered({"made": _shown(lock)})


class Lift(Own):
    """Somebody is let in again, or something; who did it is in the record before it is so."""

    ruled = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call(LONGEST)
        self._parts, self._principal = parts, asked.principal
        self.operation = Operation("vecgate", "lift_lock", LOCK, 3)
        self._what = dict(members(self.call.tree, *WHAT, "who"))
        self._lock = wanted(self._what, ()) if "who" not in self._what else None
        self._name = who(self._what) if self._lock is None else ""
        lifted = self._name if self._lock is None else f"{self._lock.kind} {self._lock.name}".strip()
        self.about = f"unlock {lifted}"

    async def answer(self, exchange: Exchange) -> Answered:
        barred = self._parts.guards.barred
        locks = meant(await barred.all(), self._lock, self._name)
        if any(folded(lock.user) == folded(self._principal.user) for lock in locks if lock.kind == "login"):
            raise CallRefused(refuse("lock.own"))
        told: dict[str, Json] = {"locks": [_shown(lock) for lock in locks]}
        await self._parts.recorder.write(need(exchange.session), "lock.lifted", exchange.id, told)
        lifted = [lock for lock in locks if await barred.lift(lock)]
        if not lifted:
            raise CallRefused(refuse("user.not_locked"))
        return Answered({"lifted": [_shown(lock) for lock in lifted]})


def wanted(tree: dict[str, Any], upstreams: tuple[str, ...]) -> Lock:
    """What is to be locked or lifted; of no moment, nobody's. `upstreams`: there are, or any. Raises CallRefused."""
    if len(tree) != 1:
        raise unreadable(f"expected one of {', '.join(WHAT)}")
    [(kind, name)] = tree.items()
    if kind == "everything":
        if name is not True:
            raise unreadable("'everything' is true")
        return Lock("", "", "", 0.0, kind="everything")
    if not isinstance(name, str) or not folded(name).strip() or not name.isprintable():
        raise unreadable(f"'{kind}' names one, on one line")
    if kind == "collection":
        upstream, slash, rest = name.partition("/")
        if not slash or not rest:
            raise unreadable("'collection' is UPSTREAM/NAME")
        if upstreams and upstream not in upstreams:
            raise unreadable(f"there is no database of that name, but {', '.join(upstreams)}")
    return Lock(name, name if kind == "user" else "", "", 0.0, kind=cast("Locked", kind))


def who(tree: Json) -> str:
    """Whose lock is to be lifted. Raises CallRefused."""
    name = tree.get("who") if isinstance(tree, dict) and tree.keys() == {"who"} else None
    if not isinstance(name, str) or not name:
        raise unreadable("expected an object with 'who'")
    return name


def meant(locks: list[Lock], like: Lock | None, name: str) -> list[Lock]:
    """Which locks are to be lifted. Raises CallRefused (`user.not_locked`) for none, and for several people's."""
    if like is None:
        found = [lock for lock in locks if lock.name == name] or [lock for lock in locks if lock.user == name]
        several = len(found) > 1
    else:
        named = [lock for lock in locks if like.kind == "user" and like.name in (lock.name, lock.user)]
        logins = [lock for lock in named if lock.kind == "login"]
        found = [*(lock for lock in locks if lock.key == like.key), *logins]
        several = len(logins) > 1
    if not found or several:
        raise CallRefused(refuse("user.not_locked"))
    return found


def _shown(lock: Lock) -> Json:
    return dict(asdict(lock))
