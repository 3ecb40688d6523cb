"""What the words of `approvers` come to: stages, in short or one by one."""

from typing import Any

import pytest
from pydantic import ValidationError

from vecgate.domain.approval import Approvers, Circle, Stage
from vecgate.policy.language.approver_words import Approval


@pytest.mark.parametrize(
    ("words", "asked", "said"),
    [
        ({"groups": ("b", "a")}, Approvers.of("a", "b"), "1 of a, b"),
        ({"groups": ("a",), "count": 2, "above": 5}, Approvers.of("a", count=2, above=5), "2 of a"),
        (
            {"groups": ("a",), "issuer": "i", "reason": {"denying": "required"}},
            Approvers.of("a", issuers=("i",), reasons=("denying",)),
            "1 of a, logged in at i",
        ),
        (
            {"stages": ({"groups": ("b", "a"), "need": "all"}, {"name": "last", "users": ("bob",), "need": 1})},
            Approvers((Stage(Circle(("b", "a")), "all"), Stage(Circle((), ("bob",)), 1, "last"))),
            "each of b, a, then 1 of user bob",
        ),
        (
            {
                "stages": (
                    {
                        "owners": True,
                        "claims": ("manager",),
                        "fallback": {"groups": ("g",)},
                        "escalate": {"users": ("bo",), "after": "4h"},
                        "up_to": 9,
                    },
                )
            },
            Approvers(
                (Stage(Circle(), 1, "", True, ("manager",), Circle(("g",)), Circle((), ("bo",)), 4 * 3600.0, 9),)
            ),
            "1 of the owners of the collection, whom the claim manager names",
        ),
    ],
)
def test_what_is_written_is_who_is_asked(words: dict[str, Any], asked: Approvers, said: str) -> None:
    found = Approval(**words).approvers()
    assert (found, str(found)) == (asked, said)


@pytest.mark.parametrize("need", [0, 11, "some", True, 1.0, None])
def test_a_need_is_any_all_or_a_number(need: object) -> None:
    with pytest.raises(ValidationError, match="any, all, or a number"):
        Approval(stages=({"groups": ("a",), "need": need},))
