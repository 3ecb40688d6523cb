"""Refusals in answers of every shape."""

from typing import Any

import pytest

from vecgate.refusals.told import refusals


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"error": "InternalError", "message": "policy.no_rule: No rule."}, ["policy.no_rule: No rule."]),
        ({"status": {"error": "limit.results: Too many."}, "time": 0.0}, ["limit.results: Too many."]),
        ([{"a": ["hold.pending: It waits."]}, "hold.denied: No."], ["hold.pending: It waits.", "hold.denied: No."]),
        ({"message": "something else: entirely", "policy.no_rule: a key": 1}, []),
        (None, []),
    ],
)
def test_every_text_that_is_one_is_found_wherever_it_stands(tree: Any, told: list[str]) -> None:
    assert list(refusals(tree)) == told
