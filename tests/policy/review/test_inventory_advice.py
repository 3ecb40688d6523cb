"""Patterns that fit nothing there is are told."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.policy.review.inventory_advice import idle


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
