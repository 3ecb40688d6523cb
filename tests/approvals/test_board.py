"""The board: which move is possible in which state, and that one yes is used once, whoever races for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count

import pytest

from support.fakes.approvals import ALICE, BINDING, BOB, CAROL, HELD, LONG, MALLORY, held, person, wide
from support.forked.ports import free_port
from support.servers.valkey import running_redis, running_valkey
from support.tools.soon import soon
from vecgate.approvals.board import Board
from vecgate.approvals.held import Held
from vecgate.approvals.refused import BoardRefused
from vecgate.approvals.standing import Standing
from vecgate.domain.approval import Approval, Impact
from vecgate.domain.principal import Principal
from vecgate.refusals.errors import CallRefused, Unavailable
from vecgate.settings.hold import Hold
from vecgate.settings.state import State
from vecgate.state.store import Store

type MakeBoard = Callable[..., Awaitable[Board]]

HERE = ALICE.issuer
#: Other spellings of "alice".
ALIKE = ("Alice", "ALICE", " alice ", wide("alice"), "al\u200bice", "\u00a0alice", "al\u00adice")
SHORT = Hold(pending=0.05, grant=0.05)


async def refused(work: Awaitable[object]) -> str:
    with pytest.raises(BoardRefused) as caught:
        await work
    return caught.value.why


async def state(board: Board, id: str) -> str:
    return (await board.show(id)).state


async def pending(board: Board) -> str:
    return (await board.ask(HELD)).id


async def approved(board: Board) -> str:
    id = await pending(board)
    await board.approve(id, BOB)
    return id


async def denied(board: Board) -> str:
    id = await pending(board)
    await board.deny(id, BOB, "not now")
    return id


async def withdrawn(board: Board) -> str:
    id = await pending(board)
    await board.withdraw(id, ALICE)
    return id


async def spent(board: Board) -> str:
    id = await approved(board)
    await board.use(id, BINDING, "exchange-0")
    return id


async def used(board: Board) -> str:
    id = await spent(board)
    await board.settle(id, "exchange-0", "used")
    return id


async def expired(board: Board) -> str:
    hasty = Board(board._store, Hold(pending=0.001, grant=1))
    id = await pending(hasty)
    await asyncio.sleep(0.01)
    return id


async def nothing(board: Board) -> str:
    return "0000000000"


STATES = {f.__name__: f for f in (nothing, pending, approved, denied, withdrawn, spent, used, expired)}
MOVES: dict[str, Callable[[Board, str], Awaitable[object]]] = {
    "approve": lambda board, id: board.approve(id, CAROL),
    "deny": lambda board, id: board.deny(id, CAROL),
    "withdraw": lambda board, id: board.withdraw(id, ALICE),
    "use": lambda board, id: board.use(id, BINDING, "exchange-1"),
    "show": lambda board, id: board.show(id),
}


# every move in every state


@pytest.mark.parametrize(
    ("before", "move", "after"),
    [
        # what does not exist
        ("nothing", "approve", "!none"),
        ("nothing", "deny", "!none"),
        ("nothing", "withdraw", "!none"),
        ("nothing", "use", "!none"),
        ("nothing", "show", "!none"),
        # pending: a person decides
        ("pending", "approve", "approved"),
        ("pending", "deny", "denied"),
        ("pending", "withdraw", "withdrawn"),
        ("pending", "use", "!pending"),
        ("pending", "show", "pending"),
        # approved: used once, or taken back
        ("approved", "approve", "!approved"),
        ("approved", "deny", "denied"),
        ("approved", "withdraw", "withdrawn"),
        ("approved", "use", "spent"),
        ("approved", "show", "approved"),
        # the ends
        ("denied", "approve", "!denied"),
        ("denied", "deny", "!denied"),
        ("denied", "withdraw", "!denied"),
        ("denied", "use", "!denied"),
        ("denied", "show", "denied"),
        ("withdrawn", "approve", "!withdrawn"),
        ("withdrawn", "deny", "!withdrawn"),
        ("withdrawn", "withdraw", "!withdrawn"),
        ("withdrawn", "use", "!withdrawn"),
        ("withdrawn", "show", "withdrawn"),
        ("spent", "approve", "!spent"),
        ("spent", "deny", "!spent"),
        ("spent", "withdraw", "!spent"),
        ("spent", "use", "!spent"),
        ("spent", "show", "spent"),
        ("used", "approve", "!used"),
        ("used", "deny", "!used"),
        ("used", "withdraw", "!used"),
        ("used", "use", "!used"),
        ("used", "show", "used"),
        ("expired", "approve", "!expired"),
        ("expired", "deny", "!expired"),
        ("expired", "withdraw", "!expired"),
        ("expired", "use", "!expired"),
        ("expired", "show", "expired"),
    ],
)
async def test_a_move_in_a_state(board: Board, before: str, move: str, after: str):
    """`!x`: refused with x, and the state stays."""
    id = await STATES[before](board)
    if after.startswith("!"):
        assert await refused(MOVES[move](board, id)) == after[1:]
        if before != "nothing":
            assert await state(board, id) == before
    else:
        await MOVES[move](board, id)
        assert await state(board, id) == after


# who


@pytest.mark.parametrize(
    ("who", "why"),
    [
        # nobody's group
        (person("nobody"), "group"),
        (MALLORY, "group"),
        # the requester: with an approver's group, and under another login of the same name
        (ALICE, "self"),
        (person("alice", "data-owners"), "self"),
        (person("alice-admin", "data-owners", issuer="https://other.example", user="alice"), "self"),
        *((person("a-2", "data-owners", issuer="https://other.example", user=name), "self") for name in ALIKE),
        (person("ALICE", "data-owners", user="somebody"), "self"),
    ],
)
async def test_only_another_person_in_the_group_decides(board: Board, who: Principal, why: str):
    id = await pending(board)
    assert await refused(board.approve(id, who)) == why
    assert await refused(board.deny(id, who)) == why
    assert await state(board, id) == "pending"


@pytest.mark.parametrize(("login", "name"), [(ALICE.key, "somebody"), ("i#other", ALICE.user)])
async def test_the_script_checks_by_itself(board: Board, login: str, name: str):
    """Also when what was checked before the step was wrong."""
    id = (await board.ask(HELD)).id
    assert await refused(board._move("approve", id, login, name, 0, "[]", "approved")) == "self"
    assert await refused(board._move("deny", id, login, name, name, "")) == "self"


async def test_a_yes_that_was_made_of_older_votes_is_made_anew(board: Board):
    id = (await board.ask(held(needed=3))).id
    people = [person(name, "data-owners") for name in ("bob", "carol", "dave")]
    await asyncio.gather(*(board.approve(id, one) for one in people))
    found = await board.show(id)
    assert (found.state, {vote.by for vote in found.votes}) == ("approved", {"bob", "carol", "dave"})


async def test_an_approver_logs_in_where_the_rule_says(board: Board):
    id = (await board.ask(held(issuers=(HERE,)))).id
    elsewhere = person("bob", "data-owners", issuer="https://other.example")
    with pytest.raises(BoardRefused) as caught:
        await board.approve(id, elsewhere)
    assert (caught.value.why, f"data-owners, logged in at {HERE}" in str(caught.value)) == ("group", True)
    assert not [one for one in await board.list(elsewhere) if one.id == id]
    assert (await board.approve(id, BOB)).state == "approved"


@pytest.mark.parametrize("name", ["Bob", "BOB ", wide("bob"), "b\u200bob"])
async def test_one_person_votes_once_under_whatever_login(board: Board, name: str):
    id = (await board.ask(held(needed=2))).id
    await board.approve(id, BOB)
    other = person("b-2", "data-owners", issuer="https://other.example", user=name)
    assert await refused(board.approve(id, other)) == "twice"
    assert await state(board, id) == "pending"


async def test_only_who_asked_withdraws(board: Board):
    id = await pending(board)
    assert await refused(board.withdraw(id, BOB)) == "requester"
    assert await state(board, id) == "pending"


async def test_two_of_several_must_be_two_people(board: Board):
    id = (await board.ask(held(needed=2))).id
    assert (await board.approve(id, BOB)).state == "pending"
    assert await refused(board.approve(id, BOB)) == "twice"
    assert await refused(board.approve(id, person("bob-2", "data-owners", user="bob"))) == "twice"
    assert await refused(board.approve(id, person("bob", "data-owners", user="robert"))) == "twice"
    found = await board.approve(id, CAROL)
    assert found.state == "approved"
    assert [vote.by for vote in found.votes] == ["bob", "carol"]
    assert found.approval.approved_by == ("bob", "carol")


async def test_one_no_outweighs_the_yes_of_others(board: Board):
    id = (await board.ask(held(needed=2))).id
    await board.approve(id, BOB)
    found = await board.deny(id, CAROL, "it is the wrong collection")
    assert (found.state, found.ended_by, found.reason) == ("denied", "carol", "it is the wrong collection")


# asking


async def test_what_was_asked_is_what_is_shown(board: Board):
    asked = await board.ask(HELD)
    found = await board.show(asked.id)
    assert (found.held, found.state, found.approval) == (HELD, "pending", asked)
    assert found.expires_at - found.created_at == LONG.pending
    assert 0 < found.seconds_left <= LONG.pending


@pytest.mark.parametrize(
    ("before", "attaches"),
    [
        ("pending", True),
        ("approved", True),
        # a no stands
        ("denied", True),
        # ended: ask anew
        ("withdrawn", False),
        ("spent", False),
        ("used", False),
        ("expired", False),
    ],
)
async def test_the_identical_call_attaches_while_it_is_open(board: Board, before: str, attaches: bool):
    id = await STATES[before](board)
    again = await board.ask(HELD)
    assert (again.id == id) is attaches
    assert again.state == (before if attaches else "pending")


@pytest.mark.parametrize(
    "changes",
    [{"binding": "other"}, {"requester": BOB.key}, {"groups": ("security",)}, {"needed": 2}],
)
async def test_another_call_does_not_attach(board: Board, changes: dict[str, object]):
    id = await approved(board)
    other = await board.ask(held(**changes))
    assert (other.id != id, other.state) == (True, "pending")


async def test_of_many_identical_calls_at_once_one_is_asked(board: Board, make_board: MakeBoard):
    other = await make_board()
    asked = await asyncio.gather(*[b.ask(HELD) for b in (board, other) for _ in range(20)])
    assert len({approval.id for approval in asked}) == 1


async def test_a_denial_stands_until_the_call_would_have_expired(make_board: MakeBoard):
    board = await make_board(Hold(pending=0.2, grant=0.2))
    id = await denied(board)
    while (again := await board.ask(HELD)).id == id:
        assert again.state == "denied"
        await asyncio.sleep(0.02)
    assert again.state == "pending"


async def test_a_yes_that_is_taken_back_is_a_no_for_as_long_as_the_question_was_open(make_board: MakeBoard):
    board = await make_board(Hold(pending=600, grant=30))
    found = await board.deny(await approved(board), CAROL)
    assert (found.state, found.expires_at - found.created_at) == ("denied", 600)


async def test_an_id_that_is_taken_is_not_given_twice(make_board: MakeBoard):
    numbers = count()
    board = await make_board(ids=lambda: f"id{next(numbers) // 2}")
    first = await board.ask(HELD)
    second = await board.ask(held(binding="other"))
    assert (first.id, second.id) == ("id0", "id1")


# how many


def nth(number: int, **changes: object) -> Held:
    """Another call of the same person."""
    return held(binding=f"{number:064d}", **changes)


async def test_one_person_has_so_many_open_calls_and_attaches_to_them_all_the_same(make_board: MakeBoard):
    board = await make_board(Hold(pending=600, grant=300, open_per_user=2))
    first = await board.ask(nth(1))
    await board.ask(nth(2))
    with pytest.raises(BoardRefused) as caught:
        await board.ask(nth(3))
    assert (caught.value.why, caught.value.refusal.code, caught.value.standing) == ("many", "limit.holds", None)
    assert (await board.ask(nth(1))).id == first.id
    assert (await board.ask(nth(3, requester=MALLORY.key, user=MALLORY.user))).state == "pending"
    assert len(await board.list()) == 3


@pytest.mark.parametrize("move", ["withdraw", "deny", "use", "supersede"])
async def test_a_call_that_has_ended_makes_room(make_board: MakeBoard, move: str):
    board = await make_board(Hold(pending=600, grant=300, open_per_user=1))
    id = (await board.ask(nth(1))).id
    match move:
        case "withdraw":
            await board.withdraw(id, ALICE)
        case "deny":
            await board.deny(id, BOB)
        case "use":
            await board.approve(id, BOB)
            with pytest.raises(BoardRefused):  # it is open until it is used
                await board.ask(nth(2))
            await board.use(id, nth(1).binding, "exchange-0")
        case "supersede":  # and is asked anew in the same step
            id = (await board.supersede(id, nth(1, impact=Impact(1, 1, "tickets")))).id
            await board.withdraw(id, ALICE)
    assert (await board.ask(nth(2))).state == "pending"


async def test_a_call_that_ran_out_makes_room(make_board: MakeBoard):
    board = await make_board(Hold(pending=0.05, grant=600, open_per_user=1))
    await board.ask(nth(1))
    await asyncio.sleep(0.06)
    assert (await board.ask(nth(2))).state == "pending"


# superseding


@pytest.mark.parametrize("before", ["pending", "approved"])
async def test_a_grown_count_is_asked_anew_and_the_old_yes_is_void(board: Board, before: str):
    id = await STATES[before](board)
    grown = await board.supersede(id, held(impact=Impact(480, 500, "tickets")))
    assert (grown.id != id, grown.state, grown.impact) == (True, "pending", Impact(480, 500, "tickets"))
    assert await refused(board.use(id, BINDING, "exchange-1")) == "withdrawn"
    assert (await board.show(id)).reason == "asked anew"
    assert (await board.ask(HELD)).id == grown.id, "the identical call attaches to the new one"


async def test_two_workers_that_ask_anew_ask_once(board: Board, make_board: MakeBoard):
    other = await make_board()
    id = await approved(board)
    asked = await asyncio.gather(*[b.supersede(id, HELD) for b in (board, other) for _ in range(10)])
    assert len({approval.id for approval in asked}) == 1


@pytest.mark.parametrize(("changes", "why"), [({"requester": BOB.key}, "requester"), ({"binding": "b"}, "binding")])
async def test_nobody_supersedes_what_is_not_theirs(board: Board, changes: dict[str, object], why: str):
    id = await approved(board)
    assert await refused(board.supersede(id, held(**changes))) == why
    assert await state(board, id) == "approved"


async def test_to_supersede_what_is_gone_is_to_ask(board: Board):
    assert (await board.supersede("0000000000", HELD)).state == "pending"


# using


async def test_of_a_hundred_uses_in_two_workers_exactly_one_succeeds(board: Board, make_board: MakeBoard):
    other = await make_board()
    id = await approved(board)
    uses = [b.use(id, BINDING, f"{name}-{n}") for name, b in (("a", board), ("b", other)) for n in range(50)]
    outcomes = await asyncio.gather(*uses, return_exceptions=True)
    won = [o for o in outcomes if isinstance(o, Approval)]
    lost = [o.why for o in outcomes if isinstance(o, BoardRefused)]
    assert (len(won), lost) == (1, ["spent"] * 99)
    assert won[0].ended_by == (await board.show(id)).ended_by


async def test_the_same_request_may_ask_for_its_use_again(board: Board):
    """Its first answer may have been lost."""
    id = await approved(board)
    first = await board.use(id, BINDING, "exchange-1")
    assert await board.use(id, BINDING, "exchange-1") == first
    assert (first.state, first.ended_by, first.approved_by) == ("spent", "exchange-1", ("bob",))


async def test_a_yes_is_good_for_its_own_call_only(board: Board):
    id = await approved(board)
    assert await refused(board.use(id, "another-binding", "exchange-1")) == "binding"
    assert await state(board, id) == "approved"


async def test_a_use_and_its_withdrawal_do_not_both_happen(board: Board):
    for _ in range(20):
        id = await approved(board)
        outcomes = await asyncio.gather(
            board.use(id, BINDING, "x"), board.withdraw(id, ALICE), board.deny(id, CAROL), return_exceptions=True
        )
        assert [isinstance(o, BoardRefused) for o in outcomes].count(False) == 1
        if await state(board, id) == "denied":
            await board.ask(held(binding="other"))
            return


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ("nothing", "requests.unknown"),
        ("pending", "requests.settled"),
        ("denied", "hold.denied"),
        ("withdrawn", "hold.withdrawn"),
        ("expired", "hold.expired"),
        ("spent", "requests.settled"),
        ("used", "requests.settled"),
    ],
)
async def test_a_use_that_fails_carries_its_refusal(board: Board, before: str, code: str):
    id = await STATES[before](board)
    with pytest.raises(CallRefused) as caught:
        await board.use(id, BINDING, "exchange-1")
    assert caught.value.refusal.code == code


# time


async def test_a_question_runs_out(make_board: MakeBoard):
    board = await make_board(SHORT)
    id = await pending(board)
    await asyncio.sleep(0.1)
    assert await refused(board.approve(id, BOB)) == "expired"
    assert await state(board, id) == "expired"


async def test_a_yes_runs_out(make_board: MakeBoard):
    board = await make_board(Hold(pending=600, grant=0.05))
    id = await approved(board)
    await asyncio.sleep(0.1)
    assert await refused(board.use(id, BINDING, "exchange-1")) == "expired"


async def test_the_yes_has_a_clock_of_its_own(make_board: MakeBoard):
    """It counts from the yes, not from the question."""
    board = await make_board(Hold(pending=600, grant=300))
    found = await board.approve(await pending(board), BOB)
    assert found.expires_at - found.read_at == 300


async def test_an_ended_call_is_kept_for_a_day_and_then_forgotten(board: Board):
    id = await denied(board)
    keys = board._keys
    life = await board._store._client.pttl(f"{keys[0]}{id}")
    assert 23 * 3600 * 1000 < life <= 24 * 3600 * 1000
    score = await board._store._client.zscore(keys[2], id)
    now = (await board.show(id)).read_at * 1000
    assert 23 * 3600 * 1000 < score - now <= 24 * 3600 * 1000
    assert [one.id for one in await board.list()] == [id]
    await board._store._client.zadd(keys[2], {id: now - 1})
    assert await board.list() == []


async def test_every_key_expires_but_the_stream_and_the_list(board: Board):
    await used(board)
    client, keys = board._store._client, board._keys
    prefix = keys[0].split("{")[0]
    for key in await client.keys(f"{prefix}*"):
        assert (await client.pttl(key) > 0) is (key not in keys[2:]), key


# waiting


@pytest.mark.parametrize(
    "move", [lambda b, id: b.approve(id, BOB), lambda b, id: b.deny(id, BOB), lambda b, id: b.withdraw(id, ALICE)]
)
async def test_a_waiter_in_another_worker_is_woken(make_board: MakeBoard, move: Callable[..., Awaitable[object]]):
    here, there = await make_board(look_again=3600), await make_board()
    id = await pending(here)
    waiting = asyncio.ensure_future(here.wait(id, 3600))
    await soon(lambda: here.waiting == 1)
    assert there.waiting == 0
    await move(there, id)
    assert (await asyncio.wait_for(waiting, 60)).state in ("approved", "denied", "withdrawn")
    assert here.waiting == 0


async def test_a_waiter_that_hears_nothing_looks_for_itself(make_board: MakeBoard):
    here, there = await make_board(look_again=0.05), await make_board()
    await here.close()  # no reader any more
    id = await pending(there)
    waiting = asyncio.ensure_future(here.wait(id, 3600))
    await there.approve(id, BOB)
    assert (await asyncio.wait_for(waiting, 60)).state == "approved"


async def test_a_message_alone_convinces_nobody(board: Board, monkeypatch: pytest.MonkeyPatch):
    looks: list[str] = []
    show = board.show
    monkeypatch.setattr(board, "show", lambda id: (looks.append(id), show(id))[1])
    id = await pending(board)
    waiting = asyncio.ensure_future(board.wait(id, 60))
    await soon(lambda: looks)
    await board._store._client.xadd(board._keys[3], {"id": id, "state": "approved"})
    await soon(lambda: len(looks) >= 2)
    await asyncio.sleep(0.05)
    assert not waiting.done()
    assert len(looks) < 10, "it looks once for each message, and then waits again"
    await board.withdraw(id, ALICE)
    assert (await waiting).state == "withdrawn"


async def test_a_waiter_goes_when_its_time_is_over(board: Board):
    id = await pending(board)
    assert (await board.wait(id, 0)).state == "pending"
    assert (await board.wait(id, 0.05)).state == "pending"
    assert await state(board, id) == "pending", "it stays open for the identical resend"


async def test_a_waiter_goes_when_nobody_waits_for_its_answer_any_more(board: Board):
    id, left = await pending(board), list[str]()
    waiting = asyncio.ensure_future(board.wait(id, 3600, lambda: bool(left)))
    await soon(lambda: board.waiting == 1)
    left.append("alice")
    assert (await asyncio.wait_for(waiting, 60)).state == "pending"
    assert board.waiting == 0


async def test_a_waiter_sees_the_question_run_out(make_board: MakeBoard):
    board = await make_board(SHORT, look_again=3600)
    assert (await asyncio.wait_for(board.wait(await pending(board), 3600), 60)).state == "expired"


async def test_what_is_settled_needs_no_waiting(board: Board):
    assert (await board.wait(await approved(board), 3600)).state == "approved"
    assert await refused(board.wait("0000000000", 3600)) == "none"


# listing


async def test_an_empty_board_lists_nothing(board: Board):
    assert await board.list() == []
    assert await board.list(ALICE) == []


async def test_people_list_what_they_asked_or_may_decide(board: Board):
    mine = await pending(board)
    theirs = (await board.ask(held(requester=BOB.key, user=BOB.user))).id
    secret = (await board.ask(held(requester=CAROL.key, user="carol", groups=("board",)))).id
    assert {one.id for one in await board.list()} == {mine, theirs, secret}
    assert {one.id for one in await board.list(ALICE)} == {mine}
    assert {one.id for one in await board.list(BOB)} == {mine, theirs}
    assert {one.id for one in await board.list(CAROL)} == {mine, theirs, secret}
    assert await board.list(MALLORY) == []


async def test_open_ones_come_first_and_run_out_ones_are_told_so(board: Board):
    gone = await expired(board)
    ended = await withdrawn(board)
    waiting = await pending(board)
    listed = await board.list()
    assert listed[0].id == waiting
    assert {one.id: one.state for one in listed} == {gone: "expired", ended: "withdrawn", waiting: "pending"}


async def test_a_long_list_is_read_page_by_page(board: Board, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vecgate.approvals.board.PAGE", 3)
    asked = {(await board.ask(held(binding=f"b{n}"))).id for n in range(8)}
    assert {one.id for one in await board.list()} == asked


# outages


async def test_while_the_server_is_away_nothing_is_approved_and_afterwards_all_is_there():
    with running_valkey() as server:
        store = Store(State(url=server.url, timeout=20))
        board = Board(store, LONG)
        await store.open()
        await board.open()
        try:
            id, other = await approved(board), (await board.ask(held(binding="other"))).id
            await asyncio.to_thread(server.kill)
            for work in (
                board.ask(HELD),
                board.show(id),
                board.wait(id, 1),
                board.use(id, BINDING, "exchange-1"),
                board.approve(other, BOB),
                board.list(),
            ):
                with pytest.raises(Unavailable, match="state"):
                    await work
            await asyncio.to_thread(server.start)
            assert (await board.show(other)).state == "pending"
            assert (await board.use(id, BINDING, "exchange-2")).state == "spent"
            await asyncio.to_thread(server.restart)
            assert await refused(board.use(id, BINDING, "exchange-3")) == "spent"
        finally:
            await board.close()
            await store.close()


async def test_who_waits_for_a_yes_outlasts_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vecgate.approvals.board.AWAY_PAUSE", 0.05)
    with running_valkey() as server:
        store = Store(State(url=server.url, timeout=20))
        board, seen = Board(store, LONG, look_again=0.05), []
        show = board.show

        async def shown(id: str) -> Standing:
            seen.append(await show(id))
            return seen[-1]

        monkeypatch.setattr(board, "show", shown)
        await store.open()
        await board.open()
        try:
            id, short = await pending(board), (await board.ask(held(binding="other"))).id
            waiting = [asyncio.ensure_future(one) for one in (board.wait(id, 3600), board.wait(short, 2))]
            await soon(lambda: len({one.id for one in seen}) == 2)
            await asyncio.to_thread(server.kill)
            assert (await waiting[1]).id == short, "it is told as it was last seen"
            assert not waiting[0].done()
            await asyncio.to_thread(server.start)
            await board.approve(id, BOB)
            assert (await asyncio.wait_for(waiting[0], 60)).state == "approved"
        finally:
            await board.close()
            await store.close()


# a server that cannot keep a yes


@asynccontextmanager
async def board_on(url: str, **settings: object) -> AsyncIterator[Board]:
    store = Store(State.model_validate({"url": url, "timeout": 20, **settings}))
    await store.open()
    try:
        yield Board(store, LONG)
    finally:
        await store.close()


async def code(work: Awaitable[object]) -> str:
    with pytest.raises(CallRefused) as caught:
        await work
    return caught.value.refusal.code


@pytest.mark.parametrize(
    ("options", "settings", "said", "mend"),
    [
        (("--appendonly", "no"), {}, "appendonly is off", ("appendonly", "yes")),
        (("--maxmemory-policy", "allkeys-lru"), {}, "allkeys-lru", ("maxmemory-policy", "noeviction")),
        (("--maxmemory-policy", "volatile-lru"), {"sync": False}, "volatile-lru", ("maxmemory-policy", "noeviction")),
    ],
)
async def test_on_a_server_that_cannot_keep_a_yes_nobody_is_asked_until_it_can(
    options: tuple[str, ...], settings: dict[str, object], said: str, mend: tuple[str, str]
):
    with running_valkey(*options) as server:
        async with board_on(server.url, **settings) as board:
            with pytest.raises(CallRefused) as caught:
                await board.ask(HELD)
            assert (caught.value.refusal.code, said in str(caught.value)) == ("state.unfit", True)
            with pytest.raises(Unavailable, match=said):
                await board._store.check()
            await board._store._client.config_set(*mend)
            assert (await board.use(await approved(board), BINDING, "x")).state == "spent"
            await board._store.check()


async def test_an_old_redis_is_told_so_and_does_where_its_disk_is_not_waited_for():
    with running_redis("--appendonly", "no") as server:
        async with board_on(server.url) as board:
            with pytest.raises(CallRefused, match=r"state\.unfit: .* version 7\.0\.\d+ does not know WAITAOF"):
                await board.ask(HELD)
        async with board_on(server.url, sync=False) as board:
            assert (await board.use(await approved(board), BINDING, "x")).state == "spent"


async def test_a_yes_is_not_spent_while_the_replica_is_away():
    with running_valkey() as server:
        async with board_on(server.url) as alone, board_on(server.url, replicas=1) as board:
            id = await approved(alone)
            assert await code(board.use(id, BINDING, "x")) == "state.unfit"
            assert await code(board.approve(id, CAROL)) == "state.unfit"
            assert (await alone.show(id)).state == "approved"
            await asyncio.to_thread(server.kill)
            with pytest.raises(Unavailable):
                await board.ask(HELD)


async def test_what_is_not_confirmed_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch):
    """The replica is there and hangs: the step is done at the primary, and nobody knows whether it will last."""
    port = free_port()
    with (
        running_valkey("--port", str(port), "--bind", "127.0.0.1") as server,
        running_valkey("--replicaof", "127.0.0.1", str(port)) as replica,
    ):
        async with board_on(server.url) as alone, board_on(server.url, replicas=1) as board:
            while await board._store.lacking() is not None:  # noqa: ASYNC110  # the server rings no bell
                await asyncio.sleep(0.05)
            used_up, other = await approved(alone), await alone.ask(held(binding="b2"))
            taken_back = await alone.ask(held(binding="b3"))
            replica.pause()
            monkeypatch.setattr("vecgate.state.store.DURABLE_SECONDS", 0.2)
            assert await code(board.use(used_up, BINDING, "x")) == "hold.spent"
            assert await code(board.approve(other.id, BOB)) == "requests.unconfirmed"
            assert await code(board.deny(taken_back.id, BOB)) == "requests.unconfirmed"
            assert await code(board.approve(other.id, CAROL)) == "requests.settled", "it stands, and says so at once"
            standing = {one.id: (one.state, one.reason) for one in await board.list()}
            assert standing[used_up] == ("spent", "not known to be executed")
            assert (standing[other.id][0], standing[taken_back.id][0]) == ("approved", "denied")


@pytest.mark.parametrize(
    ("executed", "words", "state"),
    [(True, "", "used"), (False, "nothing was executed", "spent"), (False, "it may have been executed", "spent")],
)
async def test_what_became_of_a_yes_is_written_beside_it(board: Board, executed: bool, words: str, state: str):
    id = await spent(board)
    await board.settle(id, "exchange-9", "used")
    assert (await board.show(id)).state == "spent", "another request says nothing about it"
    await board.settle(id, "exchange-0", "used" if executed else "spent", words)
    found = await board.show(id)
    assert (found.state, found.reason, found.ended_by) == (state, words, "exchange-0")


async def test_a_note_that_cannot_be_made_fails_nobody():
    async with board_on("unix:///nowhere") as board:
        await board.settle("x", "y", "used")
