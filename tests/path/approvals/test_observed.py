"""`mode: observe` before Qdrant, and with plans: what would be held or refused passes, and says so; a plan is still one."""

from collections.abc import Iterator
from itertools import count

import pytest

from demo.stack import Stack
from path.approvals.conftest import TOWN, Town, held_as
from path.approvals.test_plans import ask, emptied, payload, stands
from path.conftest import Factory
from support.forked.ports import free_port

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def seen(stack_of_two: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A gateway that observes, before both databases."""
    folder = tmp_path_factory.mktemp("observed")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(TOWN, "utf-8")
    factory = Factory(stack_of_two, folder, free_port)
    over = {
        "policies": str(folder / "policies"),
        "state": {"prefix": "observed"},
        "listen": {"port": free_port()},
        "mode": "observe",
        "observing": {"mask": "strict"},
    }
    made = factory.make(over)
    made.start()
    yield Town(stack_of_two, made)
    factory.stop()


@pytest.fixture
def name(seen: Town) -> str:
    made = f"w-observed-{next(_NUMBERS)}"
    seen.points(made, 10)
    return made


def test_what_qdrants_rules_hold_or_do_not_know_passes_and_says_so(seen: Town, name: str) -> None:
    held = seen.qdrant(*payload(name, 1))
    assert (held.status, held.headers.get("vecgate-observed")) == (200, "hold.pending")
    unknown = seen.qdrant("PUT", f"/collections/{name}/index", {"field_name": "a", "field_schema": "integer"})
    assert (unknown.status, unknown.headers.get("vecgate-observed")) == (200, "policy.no_rule")
    plain = seen.qdrant("POST", f"/collections/{name}/points/count", {"exact": True})
    assert (plain.status, "vecgate-observed" in plain.headers) == (200, False)
    raw = seen.qdrant("POST", f"/collections/{name}/snapshots")
    assert held_as(raw), "raw storage is held as ever"
    assert seen.count(name) == 10


def test_nobody_waits_for_a_plan_and_one_that_is_agreed_to_runs_in_its_order(seen: Town, name: str) -> None:
    calls = payload(name, 1), emptied(name)
    id = str(ask(seen, *calls).json["id"])
    first = seen.qdrant(*calls[0])
    assert (first.status, first.headers.get("vecgate-observed")) == (200, "hold.pending")
    assert stands(seen, id) == ["next", "later"], "it ran beside the plan, as it would have without"
    seen.say("approve", id)
    agreed = seen.qdrant(*calls[0])
    assert (agreed.status, "vecgate-observed" in agreed.headers) == (200, False)
    assert stands(seen, id) == ["done", "next"]
    last = seen.qdrant(*calls[1])
    assert (last.status, "vecgate-observed" in last.headers) == (200, False)
    assert stands(seen, id) == ["done", "done"]
    assert seen.count(name) == 10, "its filter found nothing when the plan was counted, and the yes is for that"


def test_what_only_passes_because_it_is_observed_is_in_no_plan(seen: Town) -> None:
    made = f"n-observed-{next(_NUMBERS)}"
    seen.points(made, 1)
    refused = ask(seen, ("DELETE", f"/collections/{made}", None))
    assert refused.status == 403
    assert b"plan.not_held: Rule 'mode: observe' lets this call pass" in refused.body
    passed = seen.qdrant("DELETE", f"/collections/{made}")
    assert (passed.status, passed.headers.get("vecgate-observed")) == (200, "policy.no_rule")
