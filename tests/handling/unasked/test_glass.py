"""Which calls ask for broken glass, which grants are for them, and what is offered: a table, without a server."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import ALLOW, DENY, OPERATION, FakeGate, FakePart, exchange
from support.fakes.granting import grant, granted
from vecgate.domain.exchange import Exchange
from vecgate.domain.operation import Operation
from vecgate.handling.unasked import glass
from vecgate.policy.load import from_texts
from vecgate.policy.rules.circumstances import UNKNOWN

RULE = """version: 1
rules:
  - name: glass
    who: {groups: [analysts]}
    where: {upstreams: [tickets-db], collections: ["tickets*"]}
    operations: [delete_filter]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [leads]}
    grant: {longest: 1h, break_glass: {review_within: 1d}}
"""
NEVER = "  - {name: never, who: anyone, where: anywhere, operations: [delete], effect: deny}\n"
HOLDS = (
    "  - {name: holds, who: anyone, where: anywhere, operations: [delete], effect: hold, mask: unsafe-nothing, "
    "approvers: {groups: [leads]}}\n"
)


def asking(*said: str, decision=DENY, operation: Operation = OPERATION) -> Exchange:
    made = exchange(decision=decision, operation=operation)
    headers = (*made.raw.headers, *(("Vecgate-Break-Glass", one) for one in said))
    made.raw = replace(made.raw, headers=headers)
    return made


def gate(text: str = RULE) -> FakeGate:
    return FakeGate(policies=FakePart(current=from_texts({"p.yaml": text}), proposed=None))


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ((), None),
        (("",), ""),
        (("  \t ",), ""),
        (("INC-9:\u200b they\x1b[2J wait",), "INC-9: they [2J wait"),
        (("a", "b"), "a"),
    ],
)
def test_what_a_call_says(said: tuple[str, ...], heard: str | None) -> None:
    assert glass.asked(asking(*said)) == heard


def test_what_a_call_broke_is_for_calls_that_say_so() -> None:
    by_call, by_command, plain = grant(glass="call"), grant(glass="command"), grant()
    every = (by_call, by_command, plain)
    assert glass.meant(asking("why"), every) == every
    assert glass.meant(asking(), every) == (by_command, plain)
    assert glass.meant(asking(), (plain,)) == (plain,)
    assert glass.meant(asking(), ()) == ()


@pytest.mark.parametrize(
    ("call", "text", "offered"),
    [
        (asking("why"), RULE, True),
        (asking(""), RULE, True),  # and then it is asked why
        (asking(), RULE, False),
        (asking("why"), RULE + HOLDS, True),
        (asking("why"), RULE + NEVER, False),
        (asking("why"), RULE.replace("analysts", "others"), False),
        (asking("why"), RULE.replace("tickets-db", "other-db"), False),
        (asking("why"), RULE.replace("tickets*", "notes*"), False),
        (asking("why"), RULE.replace("delete_filter", "search"), False),
        (asking("why"), RULE.replace(", break_glass: {review_within: 1d}", ""), False),
        (asking("why", operation=replace(OPERATION, also=(replace(OPERATION, kind="search"),))), RULE, False),
        (asking("why", decision=replace(ALLOW, grant=grant(glass="command"))), RULE, False),  # it is broken
        (asking("why", decision=replace(ALLOW, grant=grant())), RULE, True),
    ],
)
def test_what_is_broken_for_a_call(call: Exchange, text: str, offered: bool) -> None:
    found = glass.offered(gate(text), call, UNKNOWN)
    assert (found is not None) is offered
    assert found is None or found.terms.operations == ("delete_filter",)


@pytest.mark.parametrize(
    ("ended", "offered"),
    [
        ({"glass": "call"}, False),
        ({"glass": "call", "verdict": "late"}, False),
        ({"glass": "call", "verdict": "justified"}, True),
        ({"glass": "command"}, True),
        ({"glass": ""}, True),
        ({"glass": "call", "rule": "another"}, True),
    ],
)
def test_what_a_header_broke_it_does_not_break_anew_before_it_was_reviewed(
    ended: dict[str, Any], offered: bool
) -> None:
    found = gate()
    found.access.live.ended = lambda _: [replace(granted(), **{"rule": "glass"} | ended)]
    assert (glass.offered(found, asking("why"), UNKNOWN) is not None) is offered


def test_before_anything_is_looked_up_it_is_known_whether_it_could_be() -> None:
    [one] = glass.possible(gate(), asking("why"))
    assert (one.glass, one.terms.collections) == ("call", ("tickets*",))
    assert glass.possible(gate(), asking()) == ()
    assert glass.possible(gate(RULE.replace("analysts", "others")), asking("why")) == ()
