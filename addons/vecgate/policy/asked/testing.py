"""Do the policies say what their authors meant? Runs the `*.test.yaml` files beside them.

A case names a principal and a call, either as a kind of operation or as the request a client would send,
and the decision it expects. Only what is written under `expect` is compared.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from vecgate.domain.decision import Decision, Rate
from vecgate.domain.grant import Grant
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.domain.row import Row
from vecgate.parsing import yaml_source
from vecgate.parsing.words import unknown
from vecgate.parsing.yaml_source import Path, Source
from vecgate.policy.language.model import GoingIn, RowFilter
from vecgate.policy.language.strict import Part
from vecgate.policy.language.times import FromText
from vecgate.policy.language.values import RateText, VectorsWord, WaitText, Word
from vecgate.policy.load import TEST_SUFFIX, read_text, validate
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.offers import most
from vecgate.refusals.errors import CallRefused, PolicyError

#: Reads a request: (method, URL, body, the name its collection stands for, or None) -> Operation.
type Reader = Callable[[str, str, bytes, str | None], Operation]

_NO_RATE: Final = Rate(0, 0)


def _plain(value: Any) -> Any:
    """As a token has it: lists, where YAML's are read as tuples."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


class Person(Part):
    """A caller, as a verified token would describe them."""

    user: Word
    groups: tuple[Word, ...] = ()
    claims: dict[str, Any] = Field(default={})
    proof: Literal["", "dpop", "mtls"] = Field(default="", description="How the token's key was proven.")

    def principal(self) -> Principal:
        claims = _plain(self.claims)
        return Principal("test", self.user, self.user, frozenset(self.groups), float("inf"), claims, self.proof)


class Expect(Part):
    """The decision that is expected. `approvers` are the groups."""

    effect: Literal["allow", "hold", "deny"]
    rule: Word = ""
    reason: Word = ""
    mask: Word = ""
    vectors: VectorsWord = False
    max_results: int = 0
    max_records: int = 0
    when_over: Literal["refuse", "cut"] = "refuse"
    rate: RateText = _NO_RATE
    approvers: tuple[Word, ...] = ()
    wait: WaitText = 0.0
    inputs: GoingIn = GoingIn()
    guards: str = ""
    rows: tuple[RowFilter, ...] = ()
    oracles: tuple[Word, ...] = ()

    def failures(self, decision: Decision) -> Iterator[str]:
        """One line for every written value that the decision does not have."""
        got: dict[str, Any] = {
            "effect": decision.effect.value,
            "rule": decision.rule,
            "reason": decision.reason,
            "mask": decision.mask,
            "vectors": decision.vectors,
            "max_results": decision.max_results,
            "max_records": decision.max_records,
            "when_over": decision.when_over,
            "rate": decision.rate,
            "approvers": decision.approvers.groups if decision.approvers else (),
            "wait": decision.wait_seconds,
            "guards": str(decision.guards),
            "rows": decision.rows,
            "oracles": tuple(sorted(decision.guards.exempt)),
        }
        for name in sorted(self.model_fields_set - {"inputs"}):
            wanted = self._wanted(name)
            if repr(wanted) != repr(got[name]) if name == "rows" else wanted != got[name]:  # for True is 1, and no row
                yield f"{name}: got {_shown(got[name])}, expected {_shown(wanted)}"
        for name in sorted(self.inputs.model_fields_set):
            if getattr(self.inputs, name) != getattr(decision.inputs, name):
                yield (
                    f"inputs.{name}: got {getattr(decision.inputs, name)!r}, expected {getattr(self.inputs, name)!r}"
                )

    def _wanted(self, name: str) -> Any:
        if name in ("approvers", "oracles"):
            return tuple(sorted(getattr(self, name)))
        return tuple(Row(row.field, row.wanted) for row in self.rows) if name == "rows" else getattr(self, name)


def _shown(value: Any) -> str:
    rows = isinstance(value, tuple) and value and isinstance(value[0], Row)
    return " and ".join(map(str, value)) if rows else repr(value)


class Case(Part):
    """One call of one person, and the decision that is expected."""

    name: Word
    caller: Word = Field(alias="as")
    operation: Word = ""
    request: Annotated[str, Field(pattern=r"^[A-Z]+ /\S*$")] = ""
    body: Any = None
    upstream: Word = ""
    granted: Word = ""
    source: Word = ""
    fields: tuple[Word, ...] | None = None
    records: int | None = None
    at: FromText | None = None
    tenant: Word = ""
    database: Word = ""
    collection: Word = ""
    collections: tuple[Word, ...] = ()
    expect: Expect

    def read(self, reader: Reader) -> Operation:
        """The operation that is asked for. Raises CallRefused."""
        if self.request:
            method, url = self.request.split(" ", 1)
            body = b"" if self.body is None else json.dumps(self.body).encode()
            return reader(method, url, body, self.collection or None)
        names = self.collections or ((self.collection,) if self.collection else ())
        kind = self.operation
        return Operation("test", kind, kind, 0, self.tenant or None, self.database or None, names)


class CaseFile(Part):
    """One `*.test.yaml`."""

    version: Literal[1]
    upstream: Word = "test"
    at: FromText | None = None
    principals: dict[str, Person] = Field(min_length=1)
    cases: tuple[Case, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Result:
    """How one case went; `failures` is empty when it passed."""

    place: str
    name: str
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All results, the rules that no case saw decide, and how many cases saw each of the others."""

    results: tuple[Result, ...]
    untested: tuple[str, ...]
    decided: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.failures)


def _case_problems(source: Source, model: CaseFile) -> Iterator[tuple[Path, str]]:
    for i, case in enumerate(model.cases):
        if case.caller not in model.principals:
            yield ("cases", i, "as"), unknown("principal", case.caller, model.principals)
        if bool(case.operation) == bool(case.request):
            yield ("cases", i), "a case has either an 'operation' or a 'request'"
        elif case.operation and case.operation not in OPERATION_KINDS:
            yield ("cases", i, "operation"), unknown("operation", case.operation, OPERATION_KINDS)


def _load(file: FilePath) -> tuple[Source, CaseFile]:
    source = yaml_source.read(read_text(file), str(file), nulls=True)
    model, found = validate(source, CaseFile)
    if model:
        found = [*found, *_case_problems(source, model)]
    problems = sorted({*source.problems, *((source.line(path), message) for path, message in found)})
    if problems or model is None:
        raise PolicyError([f"{file}:{line}: {message}" for line, message in problems])
    return source, model


def groups(folder: FilePath) -> tuple[str, ...]:
    """The groups that the tests' callers are in; of a test file with a mistake, none."""
    found: list[str] = []
    for path in sorted(folder.glob(f"*{TEST_SUFFIX}")):
        with suppress(PolicyError):
            found += [group for person in _load(path)[1].principals.values() for group in person.groups]
    return tuple(dict.fromkeys(found))


def _run_case(case: Case, file: CaseFile, policies: PolicySet, reader: Reader) -> tuple[str, tuple[str, ...]]:
    try:
        operation = case.read(reader)
    except CallRefused as e:
        return "", (f"the request itself is refused: {e}",)
    principal = file.principals[case.caller].principal()
    upstream, rule = case.upstream or file.upstream, policies.asking.get(case.granted)
    if case.granted and rule is None:
        return "", (f"granted: there is no rule '{case.granted}' with 'effect: request'",)
    grants = () if rule is None else (Grant("test", rule.rule.name, principal.key, most(rule, upstream), 0, None),)
    at = file.at if case.at is None else case.at
    now = Circumstances(at, case.source or None, case.fields, case.records)
    decision = policies.evaluate(principal, operation, upstream, grants, now)
    return decision.rule, tuple(case.expect.failures(decision))


def run(folder: FilePath, policies: PolicySet, reader: Reader) -> Report:
    """Runs every case of the folder. Raises PolicyError for bad test files, or when there is no case at all."""
    problems: list[str] = []
    results: list[Result] = []
    decided: Counter[str] = Counter()
    for path in sorted(folder.glob(f"*{TEST_SUFFIX}")):
        try:
            source, file = _load(path)
        except PolicyError as e:
            problems += e.problems
            continue
        for i, case in enumerate(file.cases):
            rule, failures = _run_case(case, file, policies, reader)
            decided[rule] += 1
            results.append(Result(f"{path}:{source.line(('cases', i))}", case.name, failures))
    if not results and not problems:
        problems = [f"{folder}: there is no test (*{TEST_SUFFIX}) in this folder"]
    if problems:
        raise PolicyError(problems)
    return Report(tuple(results), tuple(r.rule.name for r in policies.rules if r.rule.name not in decided), decided)
