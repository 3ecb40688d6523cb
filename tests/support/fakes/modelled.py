"""Who answers in two stages, in a plain model; and how a model is held against what it models."""

from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from support.fakes.approvals import ALICE, BOB, CAROL, MALLORY, person, wide
from support.servers.valkey import running_valkey
from vecgate.domain.approval import Approvers, Circle, Stage

#: Two stages: one owner of the data, then one of those who watch over security; carol is both.
STAGES: Final = Approvers((Stage(Circle(("data-owners",))), Stage(Circle(("security",)))))
DAVE: Final = person("dave", "security")
#: alice once more, under a name that differs in nothing one sees.
TWIN: Final = person(wide("ALICE"), "data-owners", "security")
PEOPLE: Final = {one.subject: one for one in (ALICE, BOB, CAROL, DAVE, MALLORY, TWIN)}
STAGE_OF: Final = {"bob": {0}, "carol": {0, 1}, "dave": {1}}
#: Under which names alice asks; none of them answers.
REQUESTERS: Final = frozenset({ALICE.subject, TWIN.subject})
#: So many may be open at a time.
MOST: Final = 3


def objected(who: str, votes: list[str]) -> str:
    """Why somebody's yes is not taken after these; empty: it is."""
    stages = STAGE_OF.get(who, set())
    if who in REQUESTERS:
        return "self"
    if not stages:
        return "group"
    if who in votes:
        return "twice"
    if len(votes) in stages:
        return ""
    return "later" if max(stages) > len(votes) else "over"


def checked(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    # Always the same ones: what is new is looked for with --long.
    told = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=examples < 50,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with running_valkey() as server:
        machine.server = server  # type: ignore[attr-defined]
        run_state_machine_as_test(machine, settings=told)
