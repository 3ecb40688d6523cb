"""Which requests does the gateway answer itself? Those on held calls, who one is, tokens to open, texts to mask."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from vecgate.api import preview, whoami
from vecgate.api.requests import PREFIX
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, Raw, need
from vecgate.domain.kinds import UNMASK
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.masking.apply import unmask
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

if TYPE_CHECKING:
    from vecgate.gate import Gate

type OwnRequest = tuple[Call, Operation, Callable[[], Awaitable[Answer]]]


#: A reason, however it is escaped, fits. Who needs no rule to ask must not have much looked through for the record.
LONGEST: Final = 16 * 1024


def _call(raw: Raw, most: int | None = None) -> Call:
    """A call that the gateway itself answers. Raises CallRefused for a bad body."""
    if most is not None and len(raw.body) > most:
        raise CallRefused(refuse("body.unreadable", cause="said", detail=f"here it has at most {most} bytes"))
    try:
        tree = strict_json.parse(raw.body) if raw.body else None
    except strict_json.NotStrict as e:
        raise CallRefused(refuse("body.unreadable", detail=str(e))) from e
    return Call(raw.method, raw.target, body=strict_json.dump(tree) if raw.body else b"", tree=tree)


def _json(tree: Json) -> Answer:
    return Answer(200, (("content-type", "application/json"),), strict_json.dump(tree))


def request(gate: "Gate", principal: Principal, raw: Raw) -> OwnRequest | None:
    """The requests API, or who one is, if this is for them. Raises CallRefused for a bad body."""
    if raw.target == whoami.PATH and raw.method == "GET":
        operation = Operation(dialect="vecgate", name="whoami", kind="requests", danger=0)
        return _call(raw, LONGEST), operation, lambda: _who(gate, principal)
    if raw.target != PREFIX and not raw.target.startswith(PREFIX + "/"):
        return None
    call = _call(raw, LONGEST)
    operation = Operation(dialect="vecgate", name="requests", kind="requests", danger=0)
    return call, operation, lambda: _on_held(gate, principal, raw, call.tree)


def unmasking(gate: "Gate", exchange: Exchange) -> OwnRequest | None:
    """A request to open tokens, if this is one: decided like any other, answered here. Raises CallRefused."""
    raw = exchange.raw
    if raw.target != unmask.PATH:
        return None
    if raw.method != "POST":
        raise CallRefused(refuse("route.unknown"))
    call = _call(raw)
    asked = unmask.read(call.tree, gate.dialect(need(exchange.upstream)).home[0])
    operation = Operation("vecgate", UNMASK, UNMASK, 3, tenant=asked.tenant or None, limit=len(asked.tokens))
    exchange.about = str(asked)

    async def before() -> None:
        decision, profile = need(exchange.decision), need(exchange.profile)
        held = decision.effect is Effect.HOLD
        await gate.opener.check(asked, gate.tenant(exchange), profile, rule=decision.rule, held=held)
        exchange.about = asked.under(profile)

    exchange.before = before

    async def answer() -> Answer:
        found = await gate.opener.open(asked, gate.tenant(exchange), need(exchange.profile))
        exchange.told, exchange.masked_counts = found.told, dict(found.masked)
        return _json(found.document)

    return call, operation, answer


def previewing(gate: "Gate", exchange: Exchange) -> OwnRequest | None:
    """A request to mask texts, if this is one: the write that it stands for, which goes back. Raises CallRefused."""
    raw = exchange.raw
    if raw.target != preview.PATH:
        return None
    if raw.method != "POST":
        raise CallRefused(refuse("route.unknown"))
    dialect = gate.dialect(need(exchange.upstream))
    asked = preview.read(_call(raw).tree, dialect.home)
    place = Operation(dialect.name, "", "", 0, asked.tenant or None, asked.database or None, (asked.collection,))
    write = dialect.written(place, asked.records)
    if write is None:
        raise CallRefused(refuse("route.unknown"))
    operation, tree = write
    exchange.preview = True
    exchange.asked = call = Call(raw.method, raw.target, body=strict_json.dump(tree), tree=tree)

    async def before() -> None:
        asked.check(need(exchange.decision))

    exchange.before = before

    async def answer() -> Answer:
        cleaned, masked = need(exchange.call).tree, dict[str, Json](exchange.cleaned_counts)
        records = dialect.texts(cleaned if isinstance(cleaned, dict) else {}, asked.records)
        exchange.told = {"records": len(records), "masked": masked}
        return _json({"records": records, "masked": masked})

    return call, operation, answer


async def _who(gate: "Gate", principal: Principal) -> Answer:
    issuer = whoami.issuer_of(gate.settings.issuers, principal)
    return _json(whoami.document(principal, issuer, gate.policies.current))


async def _on_held(gate: "Gate", principal: Principal, raw: Raw, tree: Json) -> Answer:
    # Who asked, and everyone who may decide, gets to read the reason, and it is recorded.
    if isinstance(tree, dict) and isinstance(tree.get("reason"), str):
        tree = tree | {"reason": await gate.shown_text(str(tree["reason"]))}
    return await gate.requests.answer(principal, raw.method, raw.target, tree)
