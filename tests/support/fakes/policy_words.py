"""Short ways to say who calls, what is asked, and which rules there are."""

from typing import Any

from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.load import from_texts
from vecgate.policy.rules.evaluate import PolicySet

RULE = "  - {{name: {name}, who: {who}, where: {where}, operations: [{operations}], effect: {effect}{more}}}\n"
MORE = {"allow": ", mask: unsafe-nothing", "hold": ", mask: unsafe-nothing, approvers: {groups: [leads]}", "deny": ""}


def caller(user: str = "alice", *groups: str, **claims: Any) -> Principal:
    return Principal("https://issuer", user, user, frozenset(groups), 2e9, claims)


def asks(kind: str = "search", *collections: str, tenant: str | None = None, database: str | None = None) -> Operation:
    return Operation("test", kind, kind, 1, tenant, database, collections)


def rule(
    name: str, effect: str = "allow", who: str = "anyone", where: str = "anywhere", operations: str = "read"
) -> str:
    return RULE.format(name=name, who=who, where=where, operations=operations, effect=effect, more=MORE[effect])


def policies(*rules: str) -> PolicySet:
    return from_texts({"p.yaml": "version: 1\nrules:\n" + "".join(rules)})


def rowed(
    name: str = "rows",
    rows: str = '[{field: dept, equals: "{claims.dept}"}]',
    effect: str = "allow",
    operations: str = "read, write, delete",
    where: str = "anywhere",
) -> str:
    """A rule of rows: those of the caller's department, unless said."""
    more = f"{MORE[effect]}, rows: {rows}"
    return RULE.format(name=name, who="anyone", where=where, operations=operations, effect=effect, more=more)
