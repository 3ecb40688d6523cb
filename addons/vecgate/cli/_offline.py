"""What would this request be, and become? Read by its dialect as in the gateway, but without any server to ask."""

from collections.abc import Callable

from vecgate import dialects
from vecgate.dialects.base.offline import NotOffline, raw, reads, target
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import dotted
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.guards.oracles import Asker, Oracles
from vecgate.policy import PolicySet
from vecgate.policy.asked.explain import Explanation
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import VecgateError

__all__ = ["NotOffline", "fields", "known", "raw", "reader", "show", "target"]


def known(name: str) -> dialects.Dialect:
    """The dialect of that name. Raises VecgateError, with the names that there are."""
    try:
        return dialects.load(name)
    except LookupError as e:
        raise VecgateError(str(e)) from e


def reader(dialect: str) -> Callable[[str, str, bytes, str | None], Operation]:
    """A function that reads requests as that dialect does (`reads`). Raises VecgateError for an unknown dialect."""
    return reads(type(known(dialect)))


def fields(dialect: str, raw: Raw, operation: Operation) -> tuple[str, ...]:
    """The fields that a request names, by their keys with dots."""
    reads = known(dialect)
    return dotted(reads.fields(reads.read(raw), operation))


def asks_for_masked(
    dialect: str, raw: Raw, operation: Operation, policies: PolicySet, decision: Decision
) -> Refusal | None:
    """The refusal of a request that names a field which is masked for its caller. Only gateways judge values."""
    reads, inputs = known(dialect), decision.inputs
    shown = policies.profile(str(decision.mask))
    stored = policies.profile(inputs.profile) if inputs.profile else None
    asker = Asker(decision.rule, shown, stored, inputs, decision.guards.exempt, inputs.filters == "refuse")
    oracles = Oracles()
    return oracles.named(reads.fields(reads.read(raw), operation), oracles.seen(shown, reads), asker)


def show(why: Explanation, principal: Principal, operation: Operation, upstream: str) -> None:
    """Print who asks for what, what is decided, and by which rule."""
    print(f"caller:    {principal.user}, groups {', '.join(sorted(principal.groups)) or 'none'}")
    print(f"operation: {operation.kind} ({operation.name}) on {', '.join(operation.collections) or 'no collection'}")
    print(f"upstream:  {upstream}, tenant {operation.tenant or 'none'}, database {operation.database or 'none'}")
    print(f"decision:  {_sentence(why.decision)}")
    for trace in why.traces:
        print(trace)


def show_besides(why: Explanation, operation: Operation) -> None:
    """Print what is decided on one of the things that a call does besides, and by which rule."""
    print(f"besides:   {operation.kind} on {', '.join(operation.collections) or 'no collection'}")
    print(f"decision:  {_sentence(why.decision)}")
    for trace in why.traces:
        print(trace)


def _sentence(decision: Decision) -> str:
    by = f"by rule '{decision.rule}'" if decision.rule else "because no rule allows it"
    extras = {
        "mask": decision.mask,
        "max_results": decision.max_results,
        "rate": decision.rate,
        "approvers": decision.approvers.words if decision.approvers else None,
        **{name: str(getattr(decision, name)) or None for name in ("inputs", "guards")},
        "rows": " and ".join(map(str, decision.rows)) or None,
    }
    shown = "; ".join(f"{name}: {value}" for name, value in extras.items() if value is not None)
    return f"{decision.effect} {by} ({decision.reason}{f'; {shown}' if shown else ''})"
