"""Decisions read as sentences, and know when they keep all."""

import pytest

from vecgate.domain.decision import AS_IT_CAME, Decision, Effect, Inputs, Rate


def test_what_a_rule_does_with_what_goes_in_reads_as_a_list() -> None:
    assert str(AS_IT_CAME) == ""
    assert str(Inputs(query="mask", filters="refuse", profile="stored")) == "query mask, filters refuse, profile stored"


@pytest.mark.parametrize(
    ("inputs", "keeps"),
    [
        (AS_IT_CAME, True),
        (Inputs(embeddings="refuse", profile="p"), True),
        (Inputs(payload="mask"), False),
        (Inputs(query="refuse"), False),
        (Inputs(filters="translate"), False),
    ],
)
def test_a_rule_that_keeps_all_is_known_as_one(inputs: Inputs, keeps: bool) -> None:
    assert inputs.keeps_all is keeps


BOTH = [
    (AS_IT_CAME, Inputs(payload="mask", profile="p"), Inputs(payload="mask", profile="p")),
    (Inputs(payload="mask", profile="p"), AS_IT_CAME, Inputs(payload="mask", profile="p")),
    (Inputs(payload="mask", profile="p"), Inputs(payload="refuse", filters="translate", profile="p"), Inputs(payload="refuse", filters="translate", profile="p")),
    (Inputs(query="mask", profile="p"), Inputs(write_back="refuse"), Inputs(query="mask", profile="p", write_back="refuse")),
    (Inputs(payload="mask", profile="p"), Inputs(payload="mask", profile="q"), Inputs("refuse", "refuse", "refuse", profile="p")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "both"), BOTH)
def test_of_two_rules_for_one_call_what_goes_in_is_cleaned_as_strictly_as_by_either(
    one: Inputs, other: Inputs, both: Inputs
) -> None:
    assert one.beside(other) == both


@pytest.mark.parametrize(
    ("rate", "said"),
    [(Rate(5, 1), "5/s"), (Rate(60, 60), "60/min"), (Rate(9, 86400.0), "9/day"), (Rate(1, 90), "1 in 90 s")],
)
def test_a_rate_reads_as_in_a_policy(rate: Rate, said: str) -> None:
    assert str(rate) == said


def test_a_decision_without_more_shows_nothing_extra() -> None:
    plain = Decision(Effect.ALLOW, "rule", "", "v1")
    assert (plain.mask, plain.vectors, plain.max_results, plain.inputs) == (None, False, None, AS_IT_CAME)
