"""What is a yes good for? For what was shown, and for nothing that differs in anything that counts."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB
from support.fakes.gates import CALL, HOLD, OPERATION
from vecgate.approvals.binding import binding
from vecgate.domain.decision import Approvers, Inputs, Rate
from vecgate.domain.profiles import MaskProfile, OperatorSpec
from vecgate.masking.apply.masker import RECORD_PROFILE

THE_SAME = (CALL, ALICE, "tickets-db", OPERATION, HOLD, (RECORD_PROFILE, None))
OTHER = MaskProfile(RECORD_PROFILE.name, {"EMAIL": OperatorSpec("hash")})


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, replace(CALL, body=b"{}")),
        (1, BOB),
        (2, "other-db"),
        (3, replace(OPERATION, kind="delete_ids")),
        (3, replace(OPERATION, collections=("renamed",))),
        (3, replace(OPERATION, things=("another id",))),
        (3, replace(OPERATION, also=(OPERATION,))),
        (4, replace(HOLD, rule="other")),
        (4, replace(HOLD, mask="other")),
        (4, replace(HOLD, vectors=True)),
        (4, replace(HOLD, max_results=1)),
        (4, replace(HOLD, max_records=1)),
        (4, replace(HOLD, inputs=Inputs(query="refuse"))),
        (4, replace(HOLD, approvers=Approvers.of("data-owners", count=2))),
        (5, (OTHER, None)),  # another profile under the same name
        (5, (RECORD_PROFILE, OTHER)),
        (5, (OTHER, RECORD_PROFILE)),
    ],
)
def test_any_difference_that_counts_is_another_question(place: int, value: Any) -> None:
    parts: list[Any] = [*THE_SAME]
    parts[place] = value
    assert binding(*parts) != binding(*THE_SAME)


@pytest.mark.parametrize(
    "decision",
    [
        replace(HOLD, policy_version="v2"),  # an edit elsewhere
        replace(HOLD, wait_seconds=99.0),
        replace(HOLD, rate=Rate(1, 1.0)),
    ],
)
def test_what_makes_no_difference_to_what_is_done_makes_none_here(decision: Any) -> None:
    assert binding(*THE_SAME[:4], decision, THE_SAME[5]) == binding(*THE_SAME)


def test_every_worker_comes_to_the_same_digest() -> None:
    """Sets come in another order in every process."""
    code = (
        "from support.fakes.gates import *; from vecgate.approvals.binding import binding; from dataclasses import replace;"
        "hold = replace(HOLD, approvers=Approvers.of(*'abcdefgh'));"
        "print(binding(CALL, ALICE, 'db', OPERATION, hold, (RECORD_PROFILE, None)))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
