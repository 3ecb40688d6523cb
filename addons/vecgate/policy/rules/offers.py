"""What may this person ask for, and does what was granted still stand? Terms held against request rules.

One measure serves both: what could not be asked for any more, as the rule or the person is another by now, is worth
nothing, however it was granted.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from vecgate.domain.grant import Grant, Terms, kinds
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.operation import Operation
from vecgate.domain.patterns import within
from vecgate.domain.principal import Principal
from vecgate.policy.language.model import Where
from vecgate.policy.language.strict import Part
from vecgate.policy.language.values import Glob, LastingText, OperationWord, Word, lasting
from vecgate.policy.language.whens import Untold
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.matching import is_about
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

_PLACES: Final = frozenset({"upstreams", "tenants", "databases"})
_NOWHERE: Final = Where()
MOST: Final = 32


class Wish(Part):
    """What somebody asks for, in the words of a policy. `for` is how long, `from` when it begins."""

    upstream: Word
    operations: Annotated[tuple[OperationWord, ...], Field(min_length=1, max_length=MOST)]
    collections: Annotated[tuple[Glob, ...], Field(max_length=MOST)] = ()
    tenant: str = ""
    database: str = ""
    seconds: LastingText = Field(alias="for")
    mask: str = ""
    records: Annotated[int, Field(ge=1)] | None = None
    opened: Annotated[int, Field(ge=1)] | None = None

    def terms(self) -> Terms:
        """The same as terms; the mask may be left to the rule."""
        return Terms(
            self.upstream, kinds(tuple(self.operations)), tuple(dict.fromkeys(self.collections)), self.seconds,
            self.mask, self.tenant, self.database, self.records, self.opened,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """The rule by which something can be asked for, and the terms with what was left to it."""

    rule: CompiledRule
    terms: Terms


def stands(
    rule: CompiledRule, grant: Grant, principal: Principal, operation: Operation, upstream: str, now: Circumstances
) -> bool:
    """Whether a grant by this rule, as it is now, covers a call of its holder."""
    # The call first: of several grants all but one fail there, at the least cost.
    return grant.terms.cover(operation, upstream) and (
        _stands(rule, grant, principal, operation.kind)
        and _told(lambda: rule.matches(principal, operation, upstream, now))
    )


def may_stand(
    rule: CompiledRule, grant: Grant, principal: Principal, operation: Operation, upstream: str, now: Circumstances
) -> bool:
    """The same of a call on a collection of a name that is not known yet."""
    return _stands(rule, grant, principal, operation.kind) and (
        grant.terms.may_cover(operation, upstream)
        and _told(lambda: rule.may_match(principal, operation, upstream, now))
    )


def _told(fits: Callable[[], bool]) -> bool:
    """Whether it fits; where nobody can tell, nothing is granted."""
    try:
        return fits()
    except Untold:
        return False


def _stands(rule: CompiledRule, grant: Grant, principal: Principal, kind: str) -> bool:
    return kind in rule.kinds and grant.holder == principal.key and not _more(rule, grant.terms)


def _more(rule: CompiledRule, terms: Terms) -> tuple[str, ...]:
    """What of time, mask and budget is more than a rule lets one ask for."""
    grant, found = rule.rule.grant, []
    if grant is None:
        return ("grant",)
    if terms.seconds > grant.longest:
        found.append("for")
    if terms.mask and terms.mask not in rule.masks:
        found.append("mask")
    for name in ("records", "opened"):
        most, asked = getattr(grant, name), getattr(terms, name)
        if most is not None and asked is not None and asked > most:
            found.append(name)
    return tuple(found)


def beyond(rule: CompiledRule, terms: Terms, principal: Principal) -> tuple[str, ...]:
    """What of these terms the rule does not let this person ask for, by name; empty: it lets them."""
    asked = Operation("", "", "", 0, tenant=terms.tenant or None, database=terms.database or None)
    said = {"upstreams": True, "tenants": bool(terms.tenant), "databases": bool(terms.database)}
    found = [check.about for check in rule.checks if check.about in _PLACES and said[check.about]
             and not check.test(principal, asked, terms.upstream)]  # fmt: skip
    return (*found, *outgrown(rule, terms))


def outgrown(rule: CompiledRule, terms: Terms) -> tuple[str, ...]:
    """What of these terms is more than the rule lets anybody ask for, by name."""
    where = rule.rule.where if isinstance(rule.rule.where, Where) else _NOWHERE
    found = [] if rule.kinds.issuperset(terms.operations) else ["operations"]
    if where.without_collection and terms.collections:
        found.append("collections")
    if where.collections and not all(within(one, where.collections) for one in terms.collections or ("*",)):
        found.append("collections")
    return (*found, *_more(rule, terms))


class Less(Part):
    """What an approver grants less of; what is left out stays as it was asked for."""

    operations: Annotated[tuple[OperationWord, ...], Field(min_length=1, max_length=MOST)] | None = None
    collections: Annotated[tuple[Glob, ...], Field(min_length=1, max_length=MOST)] | None = None
    tenant: Word | None = None
    database: Word | None = None
    seconds: LastingText | None = Field(default=None, alias="for")
    mask: Word | None = None
    records: Annotated[int, Field(ge=1)] | None = None
    opened: Annotated[int, Field(ge=1)] | None = None


def narrowed(terms: Terms, less: Any) -> Terms:
    """The terms with what an approver says in its place; that it is less is seen to by the request itself.

    Raises CallRefused for what cannot be read.
    """
    try:
        said = Less.model_validate({k: tuple(v) if isinstance(v, list) else v for k, v in less.items()})
    except (ValidationError, AttributeError, ValueError) as e:
        detail = "'narrow' has 'for', 'operations', 'collections', 'tenant', 'database', 'mask', 'records' or 'opened'"
        raise CallRefused(refuse("body.unreadable", cause="said", detail=detail)) from e
    changed = {name: value for name, value in said if value is not None}
    if said.operations is not None:
        starting = NO_RECORDS.intersection(terms.operations)
        changed["operations"] = tuple(sorted({*kinds(tuple(said.operations)), *starting}))
    return replace(terms, **changed)


def offer(rules: Iterable[CompiledRule], principal: Principal, terms: Terms) -> Offer | None:
    """By which rule somebody can ask for this: the first that lets them."""
    for rule in _about(rules, principal):
        if not beyond(rule, terms, principal):
            return Offer(rule, _filled(rule, terms))
    return None


def _filled(rule: CompiledRule, terms: Terms) -> Terms:
    """The terms with the rule's own mask and budget where nothing is said, and with what a client asks at its start."""
    grant = rule.rule.grant
    return replace(
        terms,
        operations=tuple(sorted({*terms.operations, *(NO_RECORDS & rule.kinds)})),
        mask=terms.mask or rule.rule.mask or "",
        records=terms.records if terms.records is not None or grant is None else grant.records,
        opened=terms.opened if terms.opened is not None or grant is None else grant.opened,
    )


def most(rule: CompiledRule, upstream: str) -> Terms:
    """All that can be asked for by a rule, under its own mask."""
    grant = rule.rule.grant
    seconds = grant.longest if grant is not None else 0.0
    return _filled(rule, Terms(upstream, tuple(sorted(rule.kinds)), ("*",), seconds, ""))


def in_emergency(rules: Iterable[CompiledRule], principal: Principal, upstream: str, less: Any) -> Offer | None:
    """What somebody takes by breaking the glass: all that the first rule lets them take there, or `less`.

    Raises CallRefused for what cannot be read.
    """
    for rule in _about(rules, principal):
        terms = narrowed(_whole(rule, upstream), less)
        if not beyond(rule, terms, principal):
            return Offer(rule, _filled(rule, terms))
    return None


def _whole(rule: CompiledRule, upstream: str) -> Terms:
    """All of a rule, in its own words."""
    where = rule.rule.where if isinstance(rule.rule.where, Where) else _NOWHERE
    names = () if where.without_collection else where.collections or ("*",)
    return replace(most(rule, upstream), collections=tuple(names))


def widest(rules: Iterable[CompiledRule], principal: Principal, terms: Terms) -> str:
    """The most that somebody can ask for near what they asked for, in words; empty: they can ask for nothing."""
    near = sorted(_about(rules, principal), key=lambda rule: len(beyond(rule, terms, principal)))
    if not near:
        return ""
    more = ", ".join(f"'{name}'" for name in dict.fromkeys(beyond(near[0], terms, principal)))
    return described(near[0]) + (f"; beyond it is what you said of {more}" if more else "")


def described(rule: CompiledRule) -> str:
    """What can be asked for by a rule, in words."""
    asked, grant = rule.rule, rule.rule.grant
    where = asked.where if isinstance(asked.where, Where) else _NOWHERE
    said = [f"operations {', '.join(asked.operations)}"]
    said += [f"on {', '.join(where.collections)}"] if where.collections else []
    said += [f"of {', '.join(where.upstreams)}"] if where.upstreams else []
    said += [f"in tenant {', '.join(where.tenants)}"] if where.tenants else []
    if grant is not None:
        said.append(f"for {lasting(grant.longest)} at most")
        said += [f"{most} {name}" for name in ("records", "opened") if (most := getattr(grant, name)) is not None]
    said.append(f"with mask {' or '.join(rule.masks)}")
    return f"rule '{asked.name}' lets you ask for {', '.join(said)}"


def for_call(
    rules: Iterable[CompiledRule],
    principal: Principal,
    operation: Operation,
    upstream: str,
    now: Circumstances = UNKNOWN,
) -> CompiledRule | None:
    """The rule by which somebody could ask for what a call does, all of it; where names are not known, perhaps."""
    for rule in rules:
        if all(_fits(rule, principal, one, upstream, now) for one in (operation, *operation.also)):
            return rule
    return None


def _fits(rule: CompiledRule, principal: Principal, one: Operation, upstream: str, now: Circumstances) -> bool:
    fits = rule.may_match if one.unnamed else rule.matches
    return one.kind in rule.kinds and _told(lambda: fits(principal, one, upstream, now))


def _about(rules: Iterable[CompiledRule], principal: Principal) -> Iterator[CompiledRule]:
    return (rule for rule in rules if is_about(rule.rule, principal))
