"""How does a call go on with a server's cursor? Its handle is opened before it is classified; it is decided on anew.

So who may no longer search what they scroll through is refused, and every limit, guard and mask holds for each page.
What goes out must be what went out at first: where rows, masks or the collections behind a name have changed since,
nothing does.
"""

import secrets
import time
from typing import Final

from vecgate.dialects.base.cursors import Keeps
from vecgate.domain.call import Call, Cursor, Json
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.handling.continuing.counted import Counted
from vecgate.handling.continuing.sealed import MOST, opened_by, sealed
from vecgate.parsing.forms import unreadable
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused

_SUCCESS: Final = 300  # statuses below it are
#: Handles that one call may close: each says up to `MOST` bytes, however short it is.
_MOST_AT_ONCE: Final = 64


def _counted(gate: Gate, exchange: Exchange) -> Counted:
    return Counted(gate.store, need(exchange.principal).key, need(exchange.upstream).name)


def _tenant(exchange: Exchange) -> tuple[str, str]:
    return need(exchange.upstream).name, ""


async def opened(gate: Gate, exchange: Exchange) -> None:
    """exchange.call, with what its handles stand for.

    Raises CallRefused (`cursor.unknown`, `cursor.expired`, `limit.keep_alive`, `body.unreadable`), Unavailable.
    """
    dialect, call = gate.dialect(need(exchange.upstream)), need(exchange.call)
    exchange.handles, limits = dialect.handles(call), gate.settings.limits
    if not exchange.handles:
        return _bounded(gate, dialect.keeps(call))
    if len(exchange.handles) > _MOST_AT_ONCE:
        unreadable(f"it names more than {_MOST_AT_ONCE} handles; close them in several calls")
    who, keys = need(exchange.principal), gate.masking.keys
    found = [await opened_by(one, keys, _tenant(exchange), who) for one in exchange.handles]
    exchange.cursors, going = tuple(found), dialect.continued(call, found, 0)
    if (keeps := dialect.keeps(going)) is not None:
        _bounded(gate, keeps)
        at = await _counted(gate, exchange).at(found[0].serial)
        if at is None or time.time() > found[0].began + limits.cursor_age:
            raise CallRefused(_expired(gate))
        going = dialect.continued(call, found, at)
    exchange.asked = exchange.call = going
    return None


def _expired(gate: Gate) -> Refusal:
    limits = gate.settings.limits
    return refuse("cursor.expired", most=f"{limits.cursor_seconds:g}", age=f"{limits.cursor_age:g}")


def _bounded(gate: Gate, keeps: Keeps | None) -> None:
    most = gate.settings.limits.cursor_seconds
    if keeps is not None and keeps.seconds is not None and keeps.seconds > most:
        raise CallRefused(refuse("limit.keep_alive", asked=f"{keeps.seconds:g}", allowed=f"{most:g}"))


async def going(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Whether what goes on may go out as it is now; and what it opens or takes is counted. Raises Unavailable."""
    dialect, upstream = gate.dialect(need(exchange.upstream)), need(exchange.upstream)
    keeps = dialect.keeps(need(exchange.call))
    if keeps is None:
        return None
    counted = _counted(gate, exchange)
    if not exchange.cursors:
        if not keeps.seconds:
            unreadable("it does not say how long it is to be kept open")
        if len(need(exchange.asked).body) > MOST:
            unreadable(f"a search that is gone on with may have {MOST} bytes; ask for less, or for one page")
        exchange.serial, most = secrets.token_hex(8), gate.settings.limits.cursors
        full = await counted.open(exchange.serial, keeps.seconds, keeps.records, most)
        return None if full is None else refuse("limit.cursors", open=full, upstream=upstream.name)
    cursor = exchange.cursors[0]
    if _mark(exchange, keeps.of) != cursor.mark:
        return refuse("cursor.changed")
    at = int(dict(need(exchange.asked).query).get("from", "0"))
    goes = await counted.go(cursor.serial, keeps.seconds, keeps.records, at)
    if goes is None:
        return _expired(gate)
    return None if goes else refuse("cursor.busy")


def _mark(exchange: Exchange, of: Call | None) -> str:
    """What each call of a cursor must have alike: what goes out, and the mask of what comes back."""
    decision = need(exchange.decision)
    if of is None:
        return ""
    return of.digest(need(exchange.upstream).name, decision.mask or "", *map(repr, decision.rows))


async def given(gate: Gate, exchange: Exchange, tree: Json) -> Json:
    """The answer with handles in the place of the server's ids. Raises Unavailable."""
    if not exchange.serial and not exchange.cursors:
        return tree
    dialect, operation = gate.dialect(need(exchange.upstream)), need(exchange.operation)
    counted, status = _counted(gate, exchange), need(exchange.answer).status
    keeps = dialect.keeps(need(exchange.call))
    if keeps is None:
        for one in exchange.cursors if status < _SUCCESS or status == 404 else ():
            await counted.end(one.serial)
        told = {one.id: handle for one, handle in zip(exchange.cursors, exchange.handles, strict=True)}
        return dialect.renamed(operation, tree, told)
    id = dialect.cursor(operation, tree) if status < _SUCCESS else ""
    if not id:
        if exchange.serial:
            await counted.end(exchange.serial)
        return dialect.renamed(operation, tree, {}) if status < _SUCCESS else tree
    cursor = _kept(exchange, keeps, id)
    key = await gate.masking.keys.of(_tenant(exchange))
    return dialect.renamed(operation, tree, {id: sealed(cursor, key, need(exchange.principal))})


def _kept(exchange: Exchange, keeps: Keeps, id: str) -> Cursor:
    if exchange.cursors:
        old = exchange.cursors[0]
        return Cursor(old.kind, id, old.call, old.serial, old.began, old.mark)
    # A scroll is asked for again as it was asked for; a point in time is of the collections that were decided on.
    call = need(exchange.asked if keeps.of is not None else exchange.call)
    return Cursor(keeps.kind, id, call, exchange.serial, time.time(), _mark(exchange, keeps.of))
