"""Words of `approvers` that do not fit together."""

from typing import Any

import pytest

from vecgate.policy.language.approver_checks import approvers_fit

STAGE = {"groups": ("g",)}


@pytest.mark.parametrize(
    "approvers",
    [
        None,
        7,
        {"groups": ("g",), "count": 2},
        {"stages": 7},
        {"stages": (7,)},
        {"stages": (STAGE, {"users": ("bob",), "need": "all"})},
        {"stages": ({"owners": True}, {"claims": ("manager",), "fallback": STAGE, "up_to": 3})},
        {"stages": (STAGE,), "reason": {"asking": "required"}},
    ],
)
def test_what_fits_is_left_alone(approvers: Any) -> None:
    assert [*approvers_fit({"effect": "hold", "approvers": approvers})] == []


@pytest.mark.parametrize(
    ("rule", "path", "said"),
    [
        ({"approvers": {}}, ("approvers",), "say who is asked"),
        ({"approvers": {"stages": (STAGE,), "groups": ("g",)}}, ("approvers", "groups"), "is said in a stage"),
        ({"approvers": {"stages": (STAGE,), "count": 2}}, ("approvers", "count"), "is said in a stage"),
        ({"approvers": {"stages": (STAGE, {})}}, ("approvers", "stages", 1), "says who is asked"),
        (
            {"approvers": {"stages": (STAGE | {"up_to": 5},)}},
            ("approvers", "stages", 0, "up_to"),
            "who is asked about more",
        ),
        (
            {"approvers": {"stages": (STAGE | {"escalate": {"after": "1h"}},)}},
            ("approvers", "stages", 0, "escalate"),
            "say who they are",
        ),
        (
            {"approvers": {"stages": ({"users": ("bo*",)},)}},
            ("approvers", "stages", 0, "users", 0),
            "is compared exactly",
        ),
        (
            {"approvers": {"stages": ({"groups": ("g", "g")},)}},
            ("approvers", "stages", 0, "groups", 1),
            "stands here twice",
        ),
        (
            {"effect": "request", "approvers": {"groups": ("g",), "reason": {"asking": "required"}}},
            ("approvers", "reason", "asking"),
            "stands in 'grant'",
        ),
    ],
)
def test_what_does_not_fit_is_told_at_its_key(rule: dict[str, Any], path: tuple[str | int, ...], said: str) -> None:
    [(at, words)] = approvers_fit(rule)
    assert at == path
    assert said in words
