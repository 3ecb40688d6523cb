"""Patterns that fit nothing there is are told."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.policy.review.inventory_advice import idle, idle_in


@pytest.mark.parametrize(
    ("where", "there", "said"),
    [
        ('{collections: ["tickets*"]}', ("tickets-eu", "hr"), []),
        ('{collections: ["tickts*", hr]}', ("tickets", "hr"), ["rule 'r': no collection there is fits 'tickts*'."]),
        ("{collections: [hr]}", (), []),  # nothing is known of what there is
        ("anywhere", ("hr",), []),
    ],
)
def test_patterns_that_fit_nothing_there_is_are_told(where, there, said):
    found = [text for _, text in idle(policies(rule("r", where=where)), there)]
    assert [text[: len(begin)] for text, begin in zip(found, said, strict=True)] == said


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ('{upstreams: [one], collections: ["t*"]}', []),
        ('{upstreams: [one], collections: ["h*"]}', ["rule 'r': no collection there is in one fits 'h*'."]),
        ('{upstreams: [two], collections: ["t*"]}', ["rule 'r': no collection there is in two fits 't*'."]),
        ('{upstreams: ["*"], collections: [zzz]}', []),  # of a third database nobody knows what is there
        ("{collections: [zzz]}", []),
        ('{upstreams: ["t*"], collections: [zzz]}', []),
        ('{upstreams: [three], collections: [zzz]}', []),
    ],
)  # fmt: skip
def test_what_is_known_by_database_is_told_of_rules_about_these_alone(where, said):
    there, known = {"one": ("tickets",), "two": ("hr",)}, ("one", "two", "three")
    found = [text for _, text in idle_in(policies(rule("r", where=where)), there, known)]
    assert [text[: len(begin)] for text, begin in zip(found, said, strict=True)] == said
