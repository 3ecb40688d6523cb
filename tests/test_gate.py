"""The composition root: it opens while everything else is away, and nothing of it is left when it closes."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import SETTINGS, FakePart
from support.forked.ports import free_port
from vecgate.gate import Gate
from vecgate.refusals.errors import SettingsError, Unavailable
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
            await gate.masking.shown.text("Jane Doe")
    finally:
        await gate.close()
    assert not gate.is_open
    assert asyncio.all_tasks() == before


async def test_a_session_takes_its_leases_and_their_connections_with_it(tmp_path: Path) -> None:
    gate = Gate(settings(tmp_path))
    dropped: list[str] = []
    gate.leases = FakePart(drop=lambda key: {ALICE.key: ["l1", "l2"]}[key])
    gate.wire = FakePart(drop=lambda *ids: dropped.extend(ids))
    await gate._session_ended(ALICE.key, "s1")
    assert dropped == ["l1", "l2"]


# who watches


async def test_it_can_be_watched_while_it_opens_and_no_longer_when_it_is_closed(tmp_path: Path) -> None:
    port = free_port()
    gate = Gate(settings(tmp_path).model_copy(update={"telemetry": Telemetry(port=port)}), worker=1)
    opening = asyncio.ensure_future(gate.open())
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port + 1}/readyz") as answer:
                    assert answer.status == 503
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
        await opening
        await gate.close()
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"http://127.0.0.1:{port + 1}/readyz")
