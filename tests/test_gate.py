"""The composition root: it opens while everything else is away, and nothing of it is left when it closes."""

import asyncio
import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import ALLOW, SETTINGS, UPSTREAM, Calls, FakePart, exchange
from vecgate.api.requests import PREFIX
from vecgate.domain.exchange import Raw
from vecgate.domain.profiles import KEEP, MaskProfile, OperatorSpec
from vecgate.gate import Gate
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.masking.apply.operators import build
from vecgate.masking.apply.unmask import Opener
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, SettingsError, Unavailable
from vecgate.settings.file import Settings
from vecgate.settings.telemetry import Telemetry


def settings(folder: Path, **upstream: Any) -> Settings:
    tree = SETTINGS.model_dump(mode="json")
    tree["upstreams"]["tickets-db"] |= upstream
    tree["policies"] = str(folder / "no-policies")
    tree["recording"]["folder"] = str(folder / "sessions")
    tree["masking"]["model"] = "no_such_model"
    return Settings.model_validate(tree)


@pytest.mark.parametrize(
    ("upstream", "named"),
    [
        ({"dialect": "sqlite"}, "sqlite"),
        ({"dialect": "_base"}, "_base"),
        ({"credential": {"kind": "password", "role": "r", "gateway_role": "g"}}, "password"),
    ],
)
def test_an_unknown_dialect_or_credential_stops_the_start(tmp_path: Path, upstream: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Gate(settings(tmp_path, **upstream))


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    tree = settings(tmp_path).model_dump(mode="json")
    tree["upstreams"]["other"] = {**tree["upstreams"]["tickets-db"], "dialect": "sqlite"}
    tree["upstreams"]["third"] = {**tree["upstreams"]["tickets-db"], "dialect": "graph"}
    with pytest.raises(SettingsError) as e:
        Gate(Settings.model_validate(tree))
    assert len(e.value.problems) == 2


async def test_it_opens_while_everything_is_away_and_leaves_nothing_behind(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    gate = Gate(settings(tmp_path))
    await gate.close()
    await gate.open()
    try:
        assert gate.is_open
        with pytest.raises(Unavailable, match="policy"):
            _ = gate.policies.current
        with pytest.raises(Unavailable, match="masker"):
            await gate.shown_text("Jane Doe")
    finally:
        await gate.close()
    assert not gate.is_open
    assert asyncio.all_tasks() == before


async def test_a_session_takes_its_leases_and_their_connections_with_it(tmp_path: Path) -> None:
    gate = Gate(settings(tmp_path))
    dropped: list[str] = []
    gate.leases = FakePart(drop=lambda key: {ALICE.key: ["l1", "l2"]}[key])
    gate.wire = FakePart(drop=dropped.append)
    await gate._session_ended(ALICE.key, "s1")
    assert dropped == ["l1", "l2"]


# the gateway's own requests


@pytest.mark.parametrize("target", ["/", "/api/v2/heartbeat", PREFIX + "x", "/x" + PREFIX, PREFIX.upper()])
def test_other_paths_are_the_databases(tmp_path: Path, target: str) -> None:
    assert Gate(settings(tmp_path)).own_request(ALICE, Raw("GET", target, ())) is None


@pytest.mark.parametrize("body", [b"{", b'{"a":1,"a":2}', b"\xff"])
def test_its_own_requests_are_read_as_strictly(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        Gate(settings(tmp_path)).own_request(ALICE, Raw("POST", PREFIX, (), body))


async def test_its_own_requests_are_answered_for_the_caller(tmp_path: Path) -> None:
    gate = Gate(settings(tmp_path))
    gate.requests = FakePart(answer=(answer := Calls("answered")))
    gate.masker = FakePart(mask_text=Calls("ask <EMAIL>"))
    own = gate.own_request(ALICE, Raw("POST", PREFIX + "/r1/deny", (), b'{"reason": "ask a@b.org"}'))
    assert own is not None
    assert own[0].body == b'{"reason":"ask a@b.org"}'
    assert await own[2]() == "answered"
    # Others get to read the reason, so it is masked before it is kept.
    assert answer.given == [(ALICE, "POST", PREFIX + "/r1/deny", {"reason": "ask <EMAIL>"})]


# tokens


@pytest.mark.parametrize(
    ("method", "target", "body", "code"),
    [
        ("GET", "/.vecgate/v1/unmask", b"", "route.unknown"),
        ("POST", "/.vecgate/v1/unmask", b"", "body.unreadable"),
        ("POST", "/.vecgate/v1/unmask", b'{"texts": [], "texts": []}', "body.unreadable"),
        ("POST", "/.vecgate/v1/unmask", b'{"texts": ["no token"]}', "unmask.nothing"),
    ],
)
def test_what_cannot_be_a_request_to_open_tokens_is_refused(
    tmp_path: Path, method: str, target: str, body: bytes, code: str
) -> None:
    with pytest.raises(CallRefused, match=code.replace(".", r"\.")):
        Gate(settings(tmp_path)).unmasking(exchange(raw=Raw(method, target, (), body)))


@pytest.mark.parametrize("target", ["/", "/.vecgate/v1/unmask/", "/.vecgate/v1/unmask?x", "/.vecgate/v1/requests"])
def test_other_paths_open_nothing(tmp_path: Path, target: str) -> None:
    assert Gate(settings(tmp_path)).unmasking(exchange(raw=Raw("POST", target, ()))) is None


async def test_tokens_are_opened_by_the_profile_of_the_rule_and_the_values_are_not_told(tmp_path: Path) -> None:
    gate, found = Gate(settings(tmp_path)), exchange(profile=MaskProfile("p", {"EMAIL": KEEP}), operation=None)
    keys = LocalKeys(b"k" * 32)
    gate.opener = Opener(keys)
    token = build(OperatorSpec("token"), await keys.of((UPSTREAM.name, "t")))("anna@example.com", "EMAIL")
    body = json.dumps({"tenant": "t", "texts": [f"To {token}"]}).encode()
    found.raw = Raw("POST", "/.vecgate/v1/unmask", (), body)
    own = gate.unmasking(found)
    assert own is not None
    _, found.operation, answer = own
    assert (found.operation.kind, found.operation.tenant, found.operation.limit) == ("unmask", "t", 1)
    assert found.about == "tokens (1 EMAIL) of tenant t"
    assert json.loads((await answer()).body)["texts"] == ["To anna@example.com"]
    assert found.told == {"opened": {"EMAIL": 1}, "masked": {}}


# what is shown


def test_a_rule_without_a_mask_masks_everything() -> None:
    profiles = FakePart(profile=lambda name: replace(RECORD_PROFILE, name=name))
    assert Gate.profile(profiles, ALLOW) is RECORD_PROFILE
    assert Gate.profile(profiles, replace(ALLOW, mask="standard")).name == "standard"


async def test_where_there_is_no_body_there_is_nothing_to_show(tmp_path: Path) -> None:
    gate = Gate(settings(tmp_path))
    for found in (exchange(call=None), exchange(upstream=None), exchange(call=replace(exchange().call, tree=None))):
        assert await gate.shown(found) is None


async def test_body_path_and_names_are_shown_masked(tmp_path: Path) -> None:
    gate, found = Gate(settings(tmp_path)), exchange(call=replace(exchange().call, path="/api/%C3%A9"))
    gate.masker = FakePart(mask_tree=(mask := Calls(({"where": "<EMAIL>"}, {}), (["/api/<EMAIL>", "<EMAIL>"], {}))))
    await gate.show(found)
    assert mask.given[1][0] == ["/api/\xe9", *found.operation.collections]
    assert (found.shown_call, found.shown_target, found.shown_names) == (
        {"where": "<EMAIL>"},
        "/api/<EMAIL>",
        ("<EMAIL>",),
    )


def test_a_refusal_speaks_the_databases_language_once_it_is_known(tmp_path: Path) -> None:
    gate, refusal = Gate(settings(tmp_path)), refuse("route.unknown")
    shapes = [
        json.loads(Gate.render(*who, refusal).body)
        for who in ((None, None), (gate, None), (gate, exchange(upstream=None)), (gate, exchange()))
    ]
    assert shapes[0] == shapes[1] == shapes[2]
    assert shapes[3]["error"] != shapes[0]["error"]
    assert {shape["code"] for shape in shapes} == {"route.unknown"}
    assert gate.dialect(UPSTREAM) is gate.dialect(UPSTREAM)


# who watches


async def test_it_can_be_watched_while_it_opens_and_no_longer_when_it_is_closed(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    gate = Gate(settings(tmp_path).model_copy(update={"telemetry": Telemetry(port=port - 1)}), worker=1)
    opening = asyncio.ensure_future(gate.open())
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    assert answer.status == 503
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
        await opening
        await gate.close()
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"http://127.0.0.1:{port}/readyz")


async def test_the_same_names_are_looked_at_once_and_not_for_ever_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(settings(tmp_path))
    gate.masker = FakePart(mask_tree=(mask := Calls((["/<EMAIL>"], {}), (["/a"], {}), (["/<EMAIL>"], {}))))
    first = await gate.shown_names(["/jane@example.org"])
    first.append("changed by its reader")
    assert await gate.shown_names(["/jane@example.org"]) == ["/<EMAIL>"]
    assert len(mask.given) == 1
    monkeypatch.setattr("vecgate.gate._NAMES_REMEMBERED", 1)
    await gate.shown_names(["/a"])
    await gate.shown_names(["/jane@example.org"])
    assert len(mask.given) == 3


async def test_names_that_could_not_be_looked_at_are_not_remembered(tmp_path: Path) -> None:
    gate = Gate(settings(tmp_path))
    gate.masker = FakePart(mask_tree=Calls(Unavailable("masker"), (["/a"], {})))
    with pytest.raises(Unavailable):
        await gate.shown_names(["/a"])
    assert await gate.shown_names(["/a"]) == ["/a"]
