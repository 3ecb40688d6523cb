"""The requests API: who sees what, who may do what, and what it answers."""

import json
from collections.abc import Awaitable
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BINDING, BOB, CAROL, HELD, MALLORY, held
from support.servers.requests_server import Api
from vecgate.api import routes
from vecgate.api.asked import LONGEST_LINE
from vecgate.approvals.board import Board
from vecgate.domain.call import Answer, Json
from vecgate.domain.principal import Principal
from vecgate.refusals.errors import CallRefused, Unavailable
from vecgate.settings.hold import Hold
from vecgate.settings.state import State
from vecgate.state.store import Store

NEVER = "0000000000"


PREFIX = "/.vecgate/v1/requests"


@pytest.fixture
def api(board: Board) -> Api:
    return Api(board)


@pytest.fixture
async def asked(board: Board) -> str:
    return (await board.ask(HELD)).id


async def read(work: Awaitable[Answer]) -> Any:
    return json.loads((await work).body)


async def code(work: Awaitable[Answer]) -> str:
    with pytest.raises(CallRefused) as caught:
        await work
    return caught.value.refusal.code


# routes


@pytest.mark.parametrize(
    ("method", "path", "id"),
    [
        # not ours at all
        ("GET", "", None),
        ("GET", "/", None),
        ("GET", "/api/v2/heartbeat", None),
        ("GET", "/.vecgate/v1/requestsx", None),
        ("GET", "/x/.vecgate/v1/requests", None),
        # ours, but no such route
        ("GET", f"{PREFIX}/", None),
        ("GET", f"{PREFIX}/abc/", None),
        ("GET", f"{PREFIX}//approve", None),
        ("GET", f"{PREFIX}/../x", None),
        ("GET", f"{PREFIX}/ABC", None),
        ("GET", f"{PREFIX}/a%2fb", None),
        ("GET", f"{PREFIX}/a*", None),
        ("GET", f"{PREFIX}/abc/approve", None),
        ("GET", f"{PREFIX}/abc/approve/", None),
        ("POST", PREFIX, None),
        ("POST", f"{PREFIX}/abc", None),
        ("POST", f"{PREFIX}/abc/use", None),
        ("POST", f"{PREFIX}/abc/approve/x", None),
        ("DELETE", f"{PREFIX}/abc", None),
        ("PUT", f"{PREFIX}/abc/approve", None),
        # routes
        ("GET", PREFIX, ""),
        ("GET", f"{PREFIX}/abc", "abc"),
        ("POST", f"{PREFIX}/abc/approve", "abc"),
        ("POST", f"{PREFIX}/abc/deny", "abc"),
        ("POST", f"{PREFIX}/abc/withdraw", "abc"),
    ],
)
async def test_a_route_is_known_or_refused(api: Api, method: str, path: str, id: str | None):
    if id is None:
        assert await code(api.answer(BOB, method, path, None)) == "route.unknown"
    else:
        assert routes.find(method, path) == (
            next(r for r in routes.ROUTES if r.path == path.replace(id or "-", "{id}")),
            id,
        )


@pytest.mark.parametrize(
    ("verb", "tree", "ok"),
    [
        # no body, empty body
        ("approve", None, True),
        ("approve", {}, True),
        ("deny", None, True),
        ("deny", {}, True),
        ("deny", {"reason": ""}, True),
        ("deny", {"reason": "größer als gedacht"}, True),
        ("deny", {"reason": "x" * LONGEST_LINE}, True),
        # anything else
        ("approve", [], False),
        ("approve", "yes", False),
        ("approve", {"reason": "x"}, False),
        ("approve", {"narrow": []}, False),
        ("approve", {"narrow": ""}, False),
        ("approve", {"narrow": False}, False),
        ("deny", {"why": "x"}, False),
        ("deny", {"reason": None}, False),
        ("deny", {"reason": 1}, False),
        ("deny", {"reason": "x" * (LONGEST_LINE + 1)}, False),
        ("deny", {"reason": "two\nlines"}, False),
        ("deny", {"reason": "\x1b[2J"}, False),
    ],
)
async def test_a_body_is_what_the_route_says_or_refused(
    api: Api, board: Board, asked: str, verb: str, tree: Json, ok: bool
):
    work = api.answer(BOB, "POST", f"{PREFIX}/{asked}/{verb}", tree)
    if ok:
        await read(work)
    else:
        assert await code(work) == "body.unreadable"
        assert (await board.show(asked)).state == "pending"


# seeing


async def test_an_empty_list(api: Api):
    assert await read(api.answer(ALICE, "GET", PREFIX, None)) == {"requests": []}


async def test_a_request_as_its_approver_sees_it(api: Api, asked: str):
    shown = await read(api.answer(BOB, "GET", f"{PREFIX}/{asked}", None))
    assert 0 < shown.pop("seconds_left") <= 600
    assert shown.pop("expires_at") - shown.pop("created_at") == 600
    assert shown == {
        "id": asked,
        "state": "pending",
        "requester": "alice",
        "acting": [],
        "upstream": "chroma",
        "rule": "bulk deletes need a second person",
        "operation": "delete_filter",
        "target": "tickets",
        "method": "POST",
        "path": "/api/v2/tenants/t/databases/d/collections/c/delete",
        "effect": "deletes 412 of 500 in tickets",
        "touched": 412,
        "note": "",
        "snapshots": [],
        "steps": [],
        "share": 0.824,
        "collections": [],
        "aliases": [],
        "last_used": [],
        "would": "",
        "bound": None,
        "narrowed": None,
        "narrowable": {"results": None, "mask": "", "masks": [], "ids": []},
        "things": [],
        "total": 500,
        "approver_groups": ["data-owners"],
        "approver_issuers": [],
        "why": "",
        "body": None,
        "samples": [],
        "approvals_needed": 1,
        "approvals": [],
        "stages": [{"name": "", "asked": "1 of data-owners", "needed": 1, "state": "waiting"}],
        "ended_by": "",
        "reason": "",
        "yours": False,
        "may_decide": True,
    }


async def test_nothing_shown_carries_the_binding_or_the_key(api: Api, asked: str):
    shown = json.dumps(await read(api.answer(BOB, "GET", f"{PREFIX}/{asked}", None)))
    assert BINDING not in shown
    assert ALICE.key not in shown


async def test_a_count_nobody_knows_is_null(api: Api, board: Board):
    id = (await board.ask(held(impact=None))).id
    shown = await read(api.answer(ALICE, "GET", f"{PREFIX}/{id}", None))
    assert (shown["touched"], shown["total"], shown["yours"], shown["may_decide"]) == (None, None, True, False)


async def test_what_is_settled_is_nobodys_to_decide(api: Api, asked: str):
    settled = await read(api.answer(BOB, "POST", f"{PREFIX}/{asked}/deny", None))
    assert (settled["state"], settled["may_decide"]) == ("denied", False)


@pytest.mark.parametrize(("who", "sees"), [(MALLORY, False), (ALICE, True), (BOB, True), (CAROL, True)])
async def test_only_the_requester_and_approvers_see_it(api: Api, asked: str, who: Principal, sees: bool):
    listed = await read(api.answer(who, "GET", PREFIX, None))
    assert [one["id"] for one in listed["requests"]] == ([asked] if sees else [])
    work = api.answer(who, "GET", f"{PREFIX}/{asked}", None)
    if sees:
        assert (await read(work))["id"] == asked
    else:
        assert await code(work) == "requests.unknown"


@pytest.mark.parametrize(
    ("method", "end"), [("GET", ""), ("POST", "/approve"), ("POST", "/deny"), ("POST", "/withdraw")]
)
async def test_what_is_not_yours_to_see_looks_like_what_does_not_exist(api: Api, asked: str, method: str, end: str):
    refusals = []
    for id in (NEVER, asked):
        with pytest.raises(CallRefused) as caught:
            await api.answer(MALLORY, method, f"{PREFIX}/{id}{end}", None)
        refusals.append(caught.value.refusal)
    assert refusals[0] == refusals[1]
    assert refusals[0].code == "requests.unknown"


async def test_who_may_not_count_is_not_told_how_many_there_are(api: Api, board: Board):
    id = (await board.ask(held(told=False, bound=412, things=("an id",)))).id
    own, others = [await read(api.answer(who, "GET", f"{PREFIX}/{id}", None)) for who in (ALICE, BOB)]
    assert (own["touched"], own["total"], own["bound"]) == (None, None, None)
    assert "412" not in json.dumps(
        {name: value for name, value in own.items() if not isinstance(value, float)}
    )  # times
    assert (others["touched"], others["bound"], others["things"]) == (412, 412, ["an id"])


# deciding


async def test_an_approver_approves(api: Api, board: Board, asked: str):
    shown = await read(api.answer(BOB, "POST", f"{PREFIX}/{asked}/approve", None))
    assert (shown["state"], [vote["by"] for vote in shown["approvals"]]) == ("approved", ["bob"])
    assert (await board.use(asked, BINDING, "x")).state == "spent"


async def test_an_approver_denies_with_a_reason(api: Api, asked: str):
    shown = await read(api.answer(BOB, "POST", f"{PREFIX}/{asked}/deny", {"reason": "ask me tomorrow"}))
    assert (shown["state"], shown["ended_by"], shown["reason"]) == ("denied", "bob", "ask me tomorrow")


async def test_the_requester_withdraws(api: Api, asked: str):
    shown = await read(api.answer(ALICE, "POST", f"{PREFIX}/{asked}/withdraw", None))
    assert (shown["state"], shown["seconds_left"]) == ("withdrawn", 0.0)


@pytest.mark.parametrize(
    ("who", "verb", "expected"),
    [
        (ALICE, "approve", "requests.not_approver"),
        (ALICE, "deny", "requests.not_approver"),
        (BOB, "withdraw", "requests.not_yours"),
    ],
)
async def test_nobody_does_what_is_anothers_to_do(
    api: Api, board: Board, asked: str, who: Principal, verb: str, expected: str
):
    assert await code(api.answer(who, "POST", f"{PREFIX}/{asked}/{verb}", None)) == expected
    assert (await board.show(asked)).state == "pending"


async def test_the_groups_are_named_to_who_may_not_decide(api: Api, asked: str):
    with pytest.raises(CallRefused, match="data-owners"):
        await api.answer(ALICE, "POST", f"{PREFIX}/{asked}/approve", None)


async def test_what_is_settled_stays_so(api: Api, asked: str):
    await api.answer(BOB, "POST", f"{PREFIX}/{asked}/deny", None)
    with pytest.raises(CallRefused, match="already denied") as caught:
        await api.answer(CAROL, "POST", f"{PREFIX}/{asked}/approve", None)
    assert caught.value.refusal.code == "requests.settled"


async def test_a_second_yes_of_one_person_says_so(api: Api, board: Board):
    id = (await board.ask(held(needed=2))).id
    await api.answer(BOB, "POST", f"{PREFIX}/{id}/approve", None)
    with pytest.raises(CallRefused, match="already approved by you"):
        await api.answer(BOB, "POST", f"{PREFIX}/{id}/approve", None)


async def test_while_the_state_is_away_the_api_is_too(tmp_path):
    store = Store(State(url=f"unix://{tmp_path}/none"))
    await store.open()
    with pytest.raises(Unavailable, match="state"):
        await Api(Board(store, Hold())).answer(BOB, "GET", PREFIX, None)
    await store.close()
