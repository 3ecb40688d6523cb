"""The time is looked at where a rule asks for it, and nowhere else."""

import time
from types import SimpleNamespace

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.handling.circumstances import circumstances
from vecgate.policy.rules.circumstances import UNKNOWN


@pytest.mark.parametrize("words", ["until: 2099-12-31 UTC", 'hours: [{from: "00:00", to: "24:00", zone: UTC}]'])
def test_the_time_is_told_where_a_rule_asks_for_it(words):
    found = policies(rule("r").replace("}\n", f", {words}}}\n"))
    gate = SimpleNamespace(policies=SimpleNamespace(current=found))
    before = time.time()
    assert before <= (circumstances(gate, None).at or 0.0) <= time.time()


def test_where_none_does_nothing_is_looked_at():
    gate = SimpleNamespace(policies=SimpleNamespace(current=policies(rule("r"))))
    assert circumstances(gate, None) is UNKNOWN
