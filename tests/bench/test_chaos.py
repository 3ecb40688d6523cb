"""The chaos itself: what it counts as wrong is wrong, and a short one ends with nothing of it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench import approvals, chaos
from bench.chaos import Seen, verdict
from demo.gateway import Gateway
from support.forked import gateways as forked

GOOD = dict.fromkeys(
    ("executed without approval", "executed twice", "unrecorded", "used after revocation", "held for ever"), 0
)


def seen(agreed: set[str], late: tuple[str, ...] = ()) -> Seen:
    """The call c1 was held as r1, and later as r2."""
    found = Seen(agreed=agreed, late=[*late])
    found.asked["c1"] |= {"r1", "r2"}
    return found


@pytest.mark.parametrize(
    ("found", "executed", "written", "held", "wrong"),
    [
        (Seen(), {}, {}, 0, {}),
        (seen({"r1"}), {"c1": 1}, {"r1": 1}, 0, {}),
        (seen({"r1", "r2"}), {"c1": 2}, {"r1": 1, "r2": 1}, 0, {}),
        (seen({"r1"}), {}, {"r1": 1}, 0, {}),
        (seen(set()), {"c1": 1}, {"r1": 1}, 0, {"executed without approval": 1}),
        (seen({"r1"}), {"c2": 1}, {"": 1}, 0, {"executed without approval": 1, "unrecorded": 1}),
        (seen({"r1"}), {"c1": 2}, {"r1": 2}, 0, {"executed twice": 1}),
        (seen({"r1", "r2"}), {"c1": 2}, {"r1": 1}, 0, {"unrecorded": 1}),
        (seen({"r1"}, late=("g1",)), {"c1": 1}, {"r1": 1}, 3, {"used after revocation": 1, "held for ever": 3}),
    ],
)
def test_what_must_not_be_is_counted(
    found: Seen, executed: dict[str, int], written: dict[str, int], held: int, wrong: dict[str, int]
) -> None:
    assert verdict(found, Counter(executed), Counter(written), held) == {**GOOD, **wrong}


def test_what_was_written_before_it_was_sent_is_counted_by_its_yes(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    lines = [
        '{"code":"request.sent","body":{"approval":{"id":"r1"}}}',
        '{"code":"request.sent","body":{"approval":null}}',
        '{"code":"request.held","body":{"approval":{"id":"r1"}}}',
        '{"code":"request.sent","bo',
    ]
    (tmp_path / "s" / "one.jsonl").write_text("\n".join(lines))
    assert chaos.recorded(tmp_path) == {"r1": 1, "": 1}


def _started(*words: Any, **more: Any) -> Gateway:
    made = Gateway(*words, **more)
    forked.quicken(made, readers=True)
    return made


def _children(at: chaos.Chaos) -> list[int]:
    """The workers, which are forked here, and are called as what they were forked off."""
    task = f"/proc/{at.at.gateway.server.pid}/task/{at.at.gateway.server.pid}/children"
    return [int(pid) for pid in Path(task).read_text().split()]


def test_a_worker_and_a_primary_die_once_and_nothing_runs_without_its_yes_or_twice_or_unrecorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(approvals, "Gateway", _started)
    monkeypatch.setattr(chaos.Chaos, "_workers", _children)
    found, what = chaos.run(chaos.Plan(calls=6, grants=1, workers=2, seconds=4, seed=3, blows=("worker", "primary")))
    assert found == GOOD
    assert what.blows == {"worker": 1, "primary": 1}
    assert what.answered.total() == 6


@pytest.mark.long
def test_while_workers_and_primaries_die_nothing_runs_without_its_yes_or_twice_or_unrecorded() -> None:
    found, what = chaos.run(chaos.Plan(calls=40, grants=6, workers=2, seconds=25, seed=7))
    assert found == GOOD
    assert what.blows.total() > 2
    assert what.answered.total() == 40
    assert what.uses
    assert what.ended
