"""Under which circumstances is a call decided on? Time, address, what it names; passed in, as evaluation has no clock.

What is not known opens nothing and lifts nothing: a rule that allows something at a time does not, and one that denies
it does. A condition that asks about it denies.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.language.whens import NAMES


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known. `at`: seconds since the epoch; `source`: the client's address; `fields` that the call names;
    `records` that it would touch.
    """

    at: float | None = None
    source: str | None = None
    fields: tuple[str, ...] | None = None
    records: int | None = None

    def about(
        self, principal: Principal, operation: Operation, upstream: str, names: Iterable[str] = NAMES
    ) -> dict[str, Any]:
        """What conditions ask by these names; without what is not known."""
        known = ((name, _KNOWN[name](self, principal, operation, upstream)) for name in names)
        return {name: value for name, value in known if value is not None}


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)


type _Get = Callable[[Circumstances, Principal, Operation, str], Any]
#: Where each of the names of policy/language/whens.py is found.
_KNOWN: Final[Mapping[str, _Get]] = {
    "principal.user": lambda n, p, o, u: p.user,
    "principal.groups": lambda n, p, o, u: [*p.groups],
    "principal.issuer": lambda n, p, o, u: p.issuer,
    "principal.claims": lambda n, p, o, u: dict(p.claims),
    "operation.kind": lambda n, p, o, u: o.kind,
    "operation.group": lambda n, p, o, u: o.group,
    "operation.limit": lambda n, p, o, u: o.limit,
    "operation.vectors": lambda n, p, o, u: o.wants_vectors,
    "upstream": lambda n, p, o, u: u,
    "tenant": lambda n, p, o, u: o.tenant or "",
    "database": lambda n, p, o, u: o.database or "",
    "collections": lambda n, p, o, u: [*o.collections],
    "fields": lambda n, p, o, u: None if n.fields is None else [*n.fields],
    "source.address": lambda n, p, o, u: n.source,
    "impact.records": lambda n, p, o, u: o.records if n.records is None else n.records,
    "time": lambda n, p, o, u: _moment(n.at),
}
UNKNOWN: Final = Circumstances()
