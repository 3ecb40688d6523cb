"""Who answers in two stages, in a plain model; and how a model is held against what it models, by two workers of one server."""

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any, ClassVar, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from support.fakes.approvals import ALICE, BOB, CAROL, MALLORY, person, wide
from support.servers.valkey import Valkey, running_valkey
from vecgate.domain.approval import Approvers, Circle, Deputy, Stage
from vecgate.settings.state import State
from vecgate.state.store import Store

_ALL: Final = ("data-owners", "security")
#: erin stands in for carol, in both of her groups; frank did so for bob, long ago.
DEPUTIES: Final = (Deputy("carol", "erin", 0.0, 4e9, _ALL), Deputy("bob", "frank", 1.0, 2.0, _ALL))
#: Two stages: one owner of the data, then one of those who watch over security; carol is both.
STAGES: Final = Approvers((Stage(Circle(("data-owners",))), Stage(Circle(("security",)))), deputies=DEPUTIES)
DAVE: Final = person("dave", "security")
ERIN, FRANK = person("erin"), person("frank")
#: alice once more, under a name that differs in nothing one sees.
TWIN: Final = person(wide("ALICE"), "data-owners", "security")
PEOPLE: Final = {one.subject: one for one in (ALICE, BOB, CAROL, DAVE, ERIN, FRANK, MALLORY, TWIN)}
STAGE_OF: Final = {"bob": {0}, "carol": {0, 1}, "dave": {1}, "erin": {0, 1}}
#: Under which names alice asks; none of them answers.
REQUESTERS: Final = frozenset({ALICE.subject, TWIN.subject})
#: So many may be open at a time.
MOST: Final = 3


class Workers(RuleBasedStateMachine):
    """Two workers, of whom either may die at any time, and the server, which may be killed.

    A worker is its store, what is tried, and whatever it needs besides; `known` is what the model has, by id.
    """

    server: ClassVar[Valkey]
    prefixes = count()
    who = st.sampled_from(sorted(PEOPLE))
    worker = st.integers(0, 1)

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.prefix = f"m{next(self.prefixes)}"
        self.known: dict[str, Any] = {}
        self.deaths = self.kills = 0
        self.workers = [self.run(self.made()) for _ in range(2)]

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)

    def parts(self, store: Store) -> tuple[Any, ...]:
        """What a worker has besides its store; the first is closed with it."""
        raise NotImplementedError

    async def made(self) -> tuple[Any, ...]:
        store = Store(State(url=self.server.url, prefix=self.prefix, timeout=20))
        await store.open()
        return store, *self.parts(store)

    async def gone(self, worker: int) -> None:
        store, tried, *_ = self.workers[worker]
        await tried.close()
        await store.close()

    def teardown(self) -> None:
        for at in range(2):
            self.run(self.gone(at))
        self.loop.close()

    @precondition(lambda self: self.known and self.deaths < MOST)
    @rule(worker=worker)
    def a_worker_dies(self, worker: int) -> None:
        self.deaths += 1
        self.run(self.gone(worker))
        self.workers[worker] = self.run(self.made())

    @precondition(lambda self: self.known and not self.kills)
    @rule()
    def the_server_is_killed(self) -> None:
        self.kills += 1
        for at in range(2):
            self.run(self.gone(at))
        self.server.restart()
        self.workers = [self.run(self.made()) for _ in range(2)]


def objected(who: str, votes: list[str]) -> str:
    """Why somebody's yes is not taken after these; empty: it is."""
    stages = STAGE_OF.get(who, set())
    if who in REQUESTERS:
        return "self"
    if not stages:
        return "group"
    if who in votes or (who == "carol" and "erin" in votes):
        return "twice"
    if who == "erin" and "carol" in votes:
        return "filled"  # carol has said it herself
    if len(votes) in stages:
        return ""
    return "later" if max(stages) > len(votes) else "over"


def checked(machine: type[Workers], examples: int, steps: int) -> None:
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
        machine.server = server
        run_state_machine_as_test(machine, settings=told)
