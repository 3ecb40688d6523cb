"""What do the policies in use say? Of oneself to anybody; of others, and all of it, by `policies_read`.

    GET  /.vecgate/v1/policy            {"policy": VERSION, "problems", "proposed", "rules": [RULE]}
    POST /.vecgate/v1/policy/mine       EXPLAINED   body: CALL; of one's own call at this database
    POST /.vecgate/v1/policy/explain    EXPLAINED   body: CALL, and "user", "groups", "claims", "upstream"
    POST /.vecgate/v1/policy/who        {"kinds": [{"kinds", "rules": [RULE]}]}   body: CALL, and "upstream"
    POST /.vecgate/v1/policy/what       {"rules": [RULE], "answers": [TEXT]}     body: {"user", "groups"}
    GET  /.vecgate/v1/policy/coverage   of the tests beside the policies: coverage.py

A CALL has "operation" (a kind; of `who` also a group of kinds), and may have "collection", "tenant", "database". An
EXPLAINED has `effect`, `rule`, `reason` (a code), `mask`, and `traces`: of each rule `rule`, `effect`, `decides` and
`misses`, what it wants and does not get. To somebody about themselves it tells no rule that is about others, and of
one that denies not what it wants, since what it hides has names. A RULE has `rule`, `effect`, `who`, `operations`,
`place` and `notes`. Circumstances that only a call has (its address, fields, records) are not known here.
"""

from collections.abc import Iterable
from typing import ClassVar, Final

from vecgate.api.asked import members, unreadable
from vecgate.api.own import LONGEST, Answered, Asked, Own, Parts
from vecgate.domain.call import Json
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import OPERATION_KINDS, POLICIES
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.asked.explain import Explanation, explain
from vecgate.policy.asked.what import answers, what
from vecgate.policy.asked.who import Around, Entry, people, who
from vecgate.policy.language.values import OPERATIONS, expand
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.matching import is_about

_LONGEST_NAME: Final = 512
_MOST_GROUPS: Final = 200
_CALL: Final = ("operation", "collection", "tenant", "database")


class AskedOfPolicies(Own):
    """A question about the policies."""

    ruled = True
    known: ClassVar[tuple[str, ...]] = ()
    name: ClassVar[str] = "policies"

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call(LONGEST)
        self._parts, self._principal, self._dialect = parts, asked.principal, asked.dialect
        self.operation = Operation("vecgate", self.name, *self._kind())
        self.about = "the policies"
        self._said = members(self.call.tree, *self.known)

    def _kind(self) -> tuple[str, int]:
        return POLICIES, 3

    def _text(self, name: str) -> str:
        value = self._said.get(name, "")
        if not isinstance(value, str) or len(value) > _LONGEST_NAME or not value.isprintable():
            raise unreadable(f"'{name}' is a text of at most {_LONGEST_NAME} characters, on one line")
        return value

    def _upstream(self) -> str:
        upstream = self._text("upstream")
        if upstream and upstream not in self._parts.upstreams:
            raise unreadable(f"there is no database of that name, but {', '.join(self._parts.upstreams)}")
        return upstream

    def _groups(self) -> frozenset[str]:
        groups = self._said.get("groups", [])
        if not isinstance(groups, list) or len(groups) > _MOST_GROUPS or {*map(type, groups)} - {str}:
            raise unreadable(f"'groups' is a list of at most {_MOST_GROUPS} texts")
        return frozenset(groups)

    def _operation(self, kind: str = "") -> Operation:
        """The call that is asked about: a kind of operation, at a place."""
        kind = kind or self._text("operation")
        if kind not in OPERATION_KINDS:
            raise unreadable(f"'operation' is one of {', '.join(OPERATION_KINDS)}")
        names = (name,) if (name := self._text("collection")) else ()
        return Operation("any", kind, kind, 0, self._text("tenant") or None, self._text("database") or None, names)

    def _around(self, exchange: Exchange) -> Around:
        """What answers turn on, at this moment."""
        observed = self._parts.observed
        words = observed.words(exchange.started) if observed is not None else ""
        return Around.of(self._parts.policies.current, exchange.started, "mode: observe" if words else "")

    async def answer(self, exchange: Exchange) -> Answered:
        told = self._told(exchange)
        return Answered(told, {"asked": self.name})

    def _told(self, exchange: Exchange) -> Json:
        policies = self._parts.policies
        rules = sorted(policies.current.rules, key=lambda rule: rule.rank)
        return {
            "policy": policies.current.version,
            "problems": [*policies.problems],
            "proposed": policies.proposed.version if policies.proposed is not None else None,
            "rules": [_rule(Entry(rule)) for rule in rules],
        }


class Mine(AskedOfPolicies):
    """What would become of a call of one's own, and why."""

    ruled = False
    known = _CALL
    name = "policy_mine"

    def _kind(self) -> tuple[str, int]:
        return "requests", 0

    def _told(self, exchange: Exchange) -> Json:
        now = Circumstances(exchange.started, None, None, None)
        upstream, policies = need(exchange.upstream).name, self._parts.policies.current
        grants = self._parts.access.live.of(self._principal.key)
        why = explain(policies, self._principal, self._operation(), upstream, grants, now)
        mine = {one.rule.name for one in policies.rules if is_about(one.rule, self._principal)}
        traces = [one for one in _traces(why) if one["rule"] in mine and not _hides(one)]
        return {**_decision(why), "traces": [one | {"misses": []} if _denies(one) else one for one in traces]}


class Explain(AskedOfPolicies):
    """The same of anybody."""

    known = (*_CALL, "user", "groups", "claims", "upstream")
    name = "policy_explain"

    def _told(self, exchange: Exchange) -> Json:
        user, claims = self._text("user"), self._said.get("claims", {})
        if not user or not isinstance(claims, dict):
            raise unreadable("'user' names who is asked about, and 'claims' is an object")
        principal = Principal(self._principal.issuer, user, user, self._groups(), float("inf"), claims)
        now = Circumstances(exchange.started, None, None, None)
        upstream = self._upstream() or need(exchange.upstream).name
        why = explain(self._parts.policies.current, principal, self._operation(), upstream, (), now)
        return {**_decision(why), "traces": [*_traces(why)]}


class Who(AskedOfPolicies):
    """Who can do something."""

    known = (*_CALL, "upstream")
    name = "policy_who"

    def _told(self, exchange: Exchange) -> Json:
        word, policies, upstream = self._text("operation"), self._parts.policies.current, self._upstream()
        if word not in OPERATIONS:
            raise unreadable(f"'operation' is one of {', '.join(OPERATIONS)}")
        found, around = dict[tuple[Entry, ...], list[str]](), self._around(exchange)
        for kind in sorted(expand(word), key=[*OPERATION_KINDS].index):
            found.setdefault(tuple(who(policies, self._operation(kind), upstream, around)), []).append(kind)
        kinds: list[Json] = [{"kinds": [*kinds], "rules": [*map(_rule, rules)]} for rules, kinds in found.items()]
        return {"kinds": kinds}


class What(AskedOfPolicies):
    """What somebody can do."""

    known = ("user", "groups")
    name = "policy_what"

    def _told(self, exchange: Exchange) -> Json:
        user = self._text("user")
        if not user:
            raise unreadable("'user' names who is asked about")
        policies, groups, around = self._parts.policies.current, self._groups(), self._around(exchange)
        told: list[Json] = [_rule(one.entry) for one in what(policies, user, groups, around)]
        return {"rules": told, "answers": [str(one) for one in answers(policies, user, groups, around)]}


def _denies(trace: dict[str, Json]) -> bool:
    return trace["effect"] == Effect.DENY.value


def _hides(trace: dict[str, Json]) -> bool:
    """Whether it is a no to something else."""
    return _denies(trace) and not trace["decides"]


def _rule(entry: Entry) -> dict[str, Json]:
    rule: CompiledRule = entry.rule
    return {
        "rule": rule.rule.name,
        "effect": rule.effect.value,
        "who": people(rule.rule.who),
        "operations": [*rule.rule.operations],
        "place": rule.place,
        "notes": [*entry.notes()],
    }


def _decision(why: Explanation) -> dict[str, Json]:
    made = why.decision
    grant = made.grant.id if made.grant is not None else ""
    return {"effect": made.effect.value, "rule": made.rule, "reason": made.reason, "mask": made.mask, "grant": grant}


def _traces(why: Explanation) -> Iterable[dict[str, Json]]:
    for one in why.traces:
        yield {"rule": one.rule, "effect": one.effect, "decides": one.decides, "misses": [*one.misses]}
