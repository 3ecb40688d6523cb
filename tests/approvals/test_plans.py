"""One yes to several calls: whose it takes, and that each step is used once, in its turn, whoever races for it."""

import asyncio
from dataclasses import replace

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL, held
from support.servers.boards import MakeBoard
from vecgate.approvals.board import Board
from vecgate.approvals.held import Held
from vecgate.approvals.plans import Apart, good_for, plan_of, spends, strictest
from vecgate.approvals.refused import BoardRefused
from vecgate.approvals.standing import standing
from vecgate.domain.approval import Approvers, Circle, Deputy, Impact, Stage

OWNERS, SECURITY = Circle(("data-owners",)), Circle(("security",))
STEPS = tuple(held(binding=digit * 64, target=f"t{digit}", marks=f"m{digit}") for digit in "abc")
PLAN = plan_of(STEPS, STEPS[0].approvers, "INC-7", "v1")


def stages(*each: Stage) -> Approvers:
    return Approvers(each)


ONE, TWO = Stage(OWNERS, 1), Stage(OWNERS, 2, "two")
ALL = Stage(Circle(("data-owners", "security")), "all")


@pytest.mark.parametrize(
    ("each", "made"),
    [
        ([stages(ONE)], (ONE,)),
        ([stages(ONE), stages(ONE)], (ONE,)),
        ([stages(ONE), stages(TWO)], (TWO,)),
        ([stages(TWO), stages(ONE)], (TWO,)),
        ([stages(ONE), stages(Stage(SECURITY))], (ONE, Stage(SECURITY))),
        ([stages(ONE), stages(ONE, Stage(SECURITY))], (ONE, Stage(SECURITY))),
        ([stages(Stage(SECURITY), ONE), stages(ONE, Stage(SECURITY))], (Stage(SECURITY), ONE, ONE, Stage(SECURITY))),
        # two of either is not one of each
        ([stages(ALL), stages(replace(ALL, need=2))], (ALL,)),
        ([stages(replace(ALL, need=2)), stages(ALL)], (ALL,)),
        ([stages(ALL), stages(replace(ALL, need=3))], (ALL, replace(ALL, need=3))),
        # asked of others after a time, it is another stage
        ([stages(ONE), stages(replace(ONE, escalate=SECURITY, after=60))], (ONE, replace(ONE, escalate=SECURITY, after=60))),
    ],
)  # fmt: skip
def test_a_yes_to_all_is_a_yes_to_each(each: list[Approvers], made: tuple[Stage, ...]) -> None:
    assert strictest(each).stages == made


def test_who_logs_in_where_counts_for_each_and_every_reason_is_asked_for() -> None:
    first, second = replace(stages(ONE), issuers=("a", "b")), replace(stages(ONE), reasons=("denying",))
    assert strictest([first, second]).issuers == ("a", "b")
    assert strictest([second, replace(first, reasons=("asking",))]).reasons == ("denying", "asking")
    assert strictest([first, replace(first, issuers=("b", "c"))]).issuers == ("b",)
    ann, joe = Deputy("bob", "ann", 1, 2), Deputy("bob", "joe", 1, 2)
    both = strictest([replace(first, deputies=(ann,), above=5), replace(second, deputies=(ann, joe))])
    assert (both.deputies, both.above) == ((ann, joe), None)
    for waits, shortest in (((0, 0), 0), ((7200, 0), 3600), ((60, 0), 60), ((7200, 5400), 5400)):
        assert (
            strictest([replace(first, expires=waits[0]), replace(second, expires=waits[1])], 3600).expires == shortest
        )
    with pytest.raises(Apart):
        strictest([first, replace(first, issuers=("c",))])


def test_a_plan_is_kept_whole_and_told_as_its_steps_are() -> None:
    read = Held.of(PLAN.fields())
    assert read == PLAN
    assert [step.marks for step in read.steps] == ["", "", ""], "they lie beside it"
    assert PLAN.effect == "of 3 calls: " + "; ".join(f"{n}. deletes 412 of 500 in tickets" for n in (1, 2, 3))
    assert PLAN.target == "ta, tb, tc"
    facts = PLAN.facts("p1", {"stage": 0, "at": 7})
    assert facts["vecgate"] == "yes to a plan"
    assert [step["binding"] for step in facts["steps"]] == [digit * 64 for digit in "abc"]  # type: ignore[union-attr,index,call-overload]


def test_its_names_are_those_of_all_its_steps() -> None:
    assert PLAN.called == ("ta, tb, tc", "ta", "tickets", "tb", "tc")
    shown = PLAN.renamed({name: f"<{name}>" for name in PLAN.called})
    assert [step.target for step in shown.steps] == ["<ta>", "<tb>", "<tc>"]
    assert shown.effect.count("<tickets>") == 3


@pytest.mark.parametrize(
    "other",
    [
        plan_of(STEPS[::-1], PLAN.approvers, "", ""),
        plan_of(STEPS[:2], PLAN.approvers, "", ""),
        plan_of((*STEPS, STEPS[0]), PLAN.approvers, "", ""),
        plan_of((replace(STEPS[0], approvers=stages(TWO)), *STEPS[1:]), PLAN.approvers, "", ""),
        plan_of(tuple(replace(one, requester="x#bob") for one in STEPS), PLAN.approvers, "", ""),
    ],
)
def test_another_order_number_person_or_rule_is_another_plan(other: Held) -> None:
    assert other.binding != PLAN.binding


async def taken(board: Board) -> str:
    id = (await board.ask(PLAN)).id
    await board.approve(id, BOB)
    return id


async def ran(board: Board, id: str, step: int, by: str) -> None:
    await board.use(id, STEPS[step - 1].binding, by, step)
    await board.settle(id, by, "used")


async def test_a_call_finds_the_plan_when_it_is_its_turn_and_no_other_does(board: Board) -> None:
    id = await taken(board)
    for step, one in enumerate(STEPS, 1):
        found = await board.planned(ALICE.key, one.index)
        assert found is not None
        assert (found.id, found.turn) == (id, step)
        asked = await board.ask(one)
        assert (asked.id, asked.binding, asked.state) == (id, one.binding, "approved")
        assert asked.turn is not None
        assert (asked.turn.step, asked.turn.steps, asked.turn.plan) == (step, 3, PLAN.binding)
        assert asked.turn.then == (STEPS[step].binding if step < 3 else "")
        for other in (*STEPS[: step - 1], *STEPS[step:]):
            assert await board.planned(ALICE.key, other.index) is None
        assert await board.planned(CAROL.key, one.index) is None
        await ran(board, id, step, f"x{step}")
    assert (await board.show(id)).state == "used"
    alone = await board.ask(STEPS[2])
    assert (alone.id != id, alone.turn) == (True, None)


@pytest.mark.parametrize(
    ("binding", "by", "step", "why"),
    [
        (STEPS[0].binding, "x", 2, "turn"),
        (STEPS[1].binding, "x", 2, "turn"),
        (STEPS[1].binding, "x", 1, "binding"),
        (PLAN.binding, "x", 0, "turn"),
        (STEPS[0].binding, "x", 0, "turn"),
        (STEPS[0].binding, "x", 4, "turn"),
    ],
)
async def test_what_is_not_its_turn_is_not_used(board: Board, binding: str, by: str, step: int, why: str) -> None:
    id = await taken(board)
    if step == 0 and binding != PLAN.binding:
        why = "turn"
    with pytest.raises(BoardRefused) as e:
        await board.use(id, binding, by, step)
    assert e.value.why == why
    assert (await board.show(id)).turn == 1


async def test_of_many_that_race_for_a_step_one_has_it_over_all_workers(make_board: MakeBoard) -> None:
    boards = [await make_board() for _ in range(4)]
    id = await taken(boards[0])
    work = [board.use(id, STEPS[0].binding, f"x{n}", 1) for n, board in enumerate(boards * 5)]
    said = await asyncio.gather(*work, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in said) == 1
    assert {one.why for one in said if isinstance(one, BoardRefused)} == {"turn"}


@pytest.mark.parametrize("became", ["used", "spent", "back"])
async def test_the_next_steps_turn_comes_only_when_the_one_before_was_executed(board: Board, became: str) -> None:
    id = await taken(board)
    await board.use(id, STEPS[0].binding, "x1", 1)
    await board.settle(id, "x2", "used")
    assert await board.planned(ALICE.key, STEPS[1].index) is None, "nobody else says what became of it"
    await board.settle(id, "x1", became, "it failed")  # type: ignore[arg-type]
    found = await board.show(id)
    assert (found.state, found.turn, found.running, found.reason) == {
        "used": ("approved", 2, "", ""),
        "back": ("approved", 1, "", ""),
        "spent": ("spent", 1, "x1", "step 1: it failed"),
    }[became]


@pytest.mark.parametrize("end", ["denied", "withdrawn"])
async def test_what_has_ended_releases_nothing_more(board: Board, end: str) -> None:
    id = await taken(board)
    await ran(board, id, 1, "x1")
    await (board.deny(id, BOB) if end == "denied" else board.withdraw(id, ALICE))
    assert await board.planned(ALICE.key, STEPS[1].index) is None
    with pytest.raises(BoardRefused) as e:
        await board.use(id, STEPS[1].binding, "x2", 2)
    assert e.value.why == end


async def test_a_step_that_is_another_now_ends_the_plan_but_none_that_another_request_is_at(board: Board) -> None:
    id, more = await taken(board), replace(STEPS[0], impact=Impact(499, 500, "t"))
    await board.use(id, STEPS[0].binding, "x1", 1)
    assert (await board.supersede(id, more, step=1)).id != id
    assert (await board.show(id)).state == "approved"
    await board.settle(id, "x1", "used")
    assert (await board.supersede(id, STEPS[0], step=1)).id != id
    assert (await board.show(id)).state == "approved"
    await board.supersede(id, STEPS[1], step=2)
    found = await board.show(id)
    assert (found.state, found.reason) == ("withdrawn", "step 2 is no longer what was shown")


async def test_each_step_has_its_marks_and_its_snapshots(board: Board) -> None:
    id = await taken(board)
    assert [await board.records(id, step) for step in (0, 1, 2, 3)] == ["", "ma", "mb", "mc"]
    await board.kept(id, [("a", "a.snapshot")], 1)
    await board.kept(id, [("b", "b.snapshot")], 2)
    assert (await board.show(id)).snapshots == (("a", "a.snapshot", 1, ()), ("b", "b.snapshot", 2, ()))


async def test_a_plan_that_waits_is_waited_for_by_its_first_call(board: Board) -> None:
    id = (await board.ask(PLAN)).id
    asked = await board.ask(STEPS[0])
    assert (asked.id, asked.state) == (id, "pending")
    waiting = asyncio.ensure_future(board.wait(id, 30, step=1))
    await board.approve(id, BOB)
    found = await waiting
    assert (found.state, found.binding, found.turn is not None) == ("approved", STEPS[0].binding, True)


async def test_a_nonce_is_for_one_place_of_one_plan(board: Board) -> None:
    fields = {**PLAN.fields(), "id": "p", "state": "approved", "created": "1", "expires": "2"}
    yes = standing(fields, 1).approval_at(2)
    assert spends(yes, "b") == good_for(PLAN.binding, 2, "b")
    assert (
        len(
            {
                good_for(*one)
                for one in ((PLAN.binding, 1, "b"), (PLAN.binding, 2, "b"), ("p", 1, "b"), (PLAN.binding, 1, "c"))
            }
        )
        == 4
    )
    assert spends(replace(yes, turn=None), "b") == "b"


def test_the_seal_is_of_all_of_it_but_its_reason(board: Board) -> None:
    seal = board.nonces.sealed
    assert seal(PLAN) == seal(replace(PLAN, why="another")) == seal(Held.of(PLAN.fields()))
    weaker = replace(PLAN, approvers=Approvers.of("analysts"))
    other = replace(PLAN, steps=(replace(STEPS[0], impact=Impact(1, 500, "tickets")), *STEPS[1:]))
    assert len({seal(one) for one in (PLAN, weaker, other, replace(PLAN, nonce="n"), replace(PLAN, user="x"))}) == 5
