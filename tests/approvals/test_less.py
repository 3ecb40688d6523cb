"""A yes to less: read in one way, never more than what was left before, and what was signed or nothing."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import HELD
from support.tools.every import every
from vecgate.approvals.held import Held
from vecgate.approvals.less import is_less, narrowed, read, said, signed
from vecgate.approvals.standing import Standing
from vecgate.consent.enrolled import Unproven, canonical
from vecgate.domain.approval import ALL, Cuts, Less, Signed, Vote
from vecgate.refusals.errors import CallRefused

CUTS = Cuts(10, "half", ("none", "strict"), ("a", "b", "c"))


def found(cuts: Cuts = CUTS, *votes: Vote, **more: Any) -> Standing:
    held = replace(HELD, cuts=cuts, **more)
    return Standing("r1", Held.of(held.fields()), "pending", 0.0, 9.0, 1.0, votes)


def vote(less: Less, statement: str | None = None) -> Vote:
    text = canonical({"narrowed": said(less)} if less else {}) if statement is None else statement
    return Vote("bob", 1.0, less=less, signed=Signed(text, "", ""))


READ = [
    ({}, ALL),
    ({"results": 1}, Less(1)),
    ({"mask": "strict"}, Less(mask="strict")),
    ({"ids": ["b", "a", "b"]}, Less(ids=("a", "b"))),
    (None, "has 'results'"),
    ([], "has 'results'"),
    ({"records": 1}, "has 'results'"),
    ({"results": 0}, "from 1"),
    ({"results": True}, "from 1"),
    ({"results": 1.0}, "from 1"),
    ({"results": None}, "from 1"),
    ({"mask": ""}, "name of a mask"),
    ({"mask": None}, "name of a mask"),
    ({"mask": "m" * 201}, "name of a mask"),
    ({"ids": []}, "a list of ids"),
    ({"ids": None}, "a list of ids"),
    ({"ids": "ab"}, "a list of ids"),
    ({"ids": ["a", 1]}, "a list of ids"),
    ({"ids": ["a"] * 201}, "a list of ids"),
]


@every("tree, wanted", READ)
def test_less_is_read_in_one_way(tree: Any, wanted: Less | str) -> None:
    if isinstance(wanted, Less):
        assert read(tree) == wanted
        assert read(said(wanted)) == wanted
    else:
        with pytest.raises(ValueError, match=wanted):
            read(tree)


NARROWED = [
    (CUTS, ALL, ALL, ALL),
    (CUTS, ALL, Less(10), Less(10)),
    (CUTS, ALL, Less(11), "more than the 10"),
    (Cuts(0), ALL, Less(10_000), Less(10_000)),
    (Cuts(), ALL, Less(1), "no list of records"),
    (CUTS, Less(5), Less(6), "more than the 5"),
    (CUTS, Less(5), Less(mask="strict"), Less(5, "strict")),
    (CUTS, Less(5), ALL, Less(5)),
    (CUTS, ALL, Less(mask="half"), "none, strict"),
    (Cuts(1), ALL, Less(mask="strict"), "of no mask"),
    (CUTS, Less(mask="none"), Less(mask="strict"), "the mask none was agreed to already"),
    (CUTS, ALL, Less(ids=("a", "c")), Less(ids=("a", "c"))),
    (CUTS, ALL, Less(ids=("a", "d")), "is none of them"),
    (CUTS, Less(ids=("a", "b")), Less(ids=("b",)), Less(ids=("b",))),
    (CUTS, Less(ids=("a", "b")), Less(ids=("c",)), "is none of them"),
    (Cuts(), ALL, Less(ids=("a",)), "cannot be chosen"),
]


@every("cuts, before, asked, wanted", NARROWED)
def test_it_is_less_than_what_was_left_and_otherwise_nothing(
    cuts: Cuts, before: Less, asked: Less, wanted: Less | str
) -> None:
    about = found(cuts, *([vote(before)] if before else []))
    if isinstance(wanted, Less):
        assert narrowed(about, asked) == wanted
        assert is_less(wanted, before)
    else:
        with pytest.raises(CallRefused, match=wanted) as refused:
            narrowed(about, asked)
        assert refused.value.refusal.code == "requests.not_less"


def test_a_plan_is_agreed_to_whole() -> None:
    with pytest.raises(CallRefused, match="it is a plan"):
        narrowed(found(steps=(HELD, HELD)), Less(1))


def test_what_runs_is_what_was_signed_last() -> None:
    both = [vote(Less(5)), vote(Less(5, "strict", ("a",)))]
    assert signed(both) == Less(5, "strict", ("a",))
    assert signed([vote(ALL)]) == ALL


UNPROVEN = [
    [vote(Less(5)), vote(ALL)],
    [vote(Less(5)), vote(Less(6))],
    [vote(Less(mask="a")), vote(Less(mask="b"))],
    [vote(Less(ids=("a",))), vote(Less(ids=("a", "b")))],
    [replace(vote(Less(5)), less=ALL)],
    [replace(vote(ALL), less=Less(5))],
    [vote(Less(5), '{"narrowed":{"results":"5"}}')],
    [vote(ALL, '{"narrowed":{}, "narrowed":{"results":5}}')],
    [replace(vote(Less(5)), signed=None)],
]


@every("votes", UNPROVEN)
def test_more_than_was_signed_is_not_proven(votes: list[Vote]) -> None:
    with pytest.raises(Unproven):
        signed(votes)


def test_it_is_told_in_words() -> None:
    assert str(Less(1, "strict", ("a", "b"))) == "at most 1 results, mask strict, some of the records"
    assert str(ALL) == ""
