"""What workers send becomes flows; the newest stay, and what cannot be read is left out."""

import asyncio
import logging
import tempfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from mitmproxy import http

from support.fakes.gates import SETTINGS
from vecgate.telemetry.feed import HEAD, LONGEST, Feed
from vecgate.viewer import live
from vecgate.viewer.flows import STORY

BODY = {
    "who": {"user": "alice"},
    "client": "10.0.0.1",
    "upstream": "tickets-db",
    "call": {"method": "POST", "path": "/api/v2/x", "body": {"a": 1}},
    "operation": {"name": "collection_query", "collections": ["tickets"]},
    "decision": {"effect": "allow", "rule": "readers"},
    "status": 200,
    "answer": {"ids": [["1"]]},
    "records": 1,
}


def item(exchange: str = "x1", code: str = "answer.released", **body: Any) -> dict[str, Any]:
    return {
        "session": "s1",
        "exchange": exchange,
        "code": code,
        "began": 100.0,
        "ended": 101.5,
        "body": {**BODY, **body},
    }


class FakeMaster:
    """The list of flows."""

    def __init__(self) -> None:
        self.shown: list[http.HTTPFlow] = []
        self.updated: list[str] = []
        self.view = self

    async def load_flow(self, flow: http.HTTPFlow) -> None:
        self.shown.append(flow)

    def update(self, flows: list[http.HTTPFlow]) -> None:
        self.updated += [flow.id for flow in flows]

    def remove(self, flows: list[http.HTTPFlow]) -> None:
        for flow in flows:
            self.shown.remove(flow)


def test_an_exchange_is_a_flow_with_its_story() -> None:
    flow = live.flow_from(item())
    assert flow.request.pretty_url == "https://tickets-db/api/v2/x"
    assert flow.response is not None
    assert (flow.response.status_code, flow.response.json()) == (200, {"ids": [["1"]]})
    assert (flow.request.timestamp_start, flow.response.timestamp_end) == (100.0, 101.5)
    assert flow.metadata[STORY]["records"] == "1"
    assert live.flow_from(item()).id == flow.id


async def test_one_told_of_again_takes_its_own_place() -> None:
    master = FakeMaster()
    ring = live.Ring(master, 10)
    await ring.put(live.flow_from(item(code="request.held", status=None, answer=None)))
    assert master.shown[0].marked == ":hourglass:"
    await ring.put(live.flow_from(item()))
    assert [flow.marked for flow in master.shown] == [":white_check_mark:"]
    assert master.updated == [master.shown[0].id]


async def test_only_the_newest_stay() -> None:
    master = FakeMaster()
    ring = live.Ring(master, 2)
    for n in range(5):
        await ring.put(live.flow_from(item(f"x{n}")))
    assert [flow.id for flow in master.shown] == [live.flow_from(item(f"x{n}")).id for n in (3, 4)]


async def test_what_cannot_be_read_is_left_out_and_the_next_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    master, ready = FakeMaster(), asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="vg-") as folder:
        path = Path(folder) / "s"
        path.write_text("a predecessor's")
        incoming = live.Incoming(path, live.Ring(master, 10), ready.set)
        await incoming.running()
        assert ready.is_set()
        _, writer = await asyncio.open_unix_connection(path)
        for raw in (b"not json", b"[]", b"{}", orjson.dumps(item())):
            writer.write(len(raw).to_bytes(HEAD, "big") + raw)
        writer.write((LONGEST + 1).to_bytes(HEAD, "big"))  # and who sends more than agreed is hung up on
        async with asyncio.timeout(20):
            while not master.shown:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            writer.close()
        feed = Feed(path)
        feed.open()
        feed.put("s1", "x9", "answer.released", 1.0, 2.0, BODY)
        async with asyncio.timeout(20):
            while len(master.shown) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await feed.close()
        incoming.done()
    assert [r.levelno for r in caplog.records if r.name == live.__name__] == [logging.WARNING] * 3


def test_the_password_comes_from_its_file_or_is_random(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from-the-file\n")
    listen = SETTINGS.listen.model_copy(update={"web_password_file": file})
    assert live._password(listen) == "from-the-file"
    assert live._address(listen, "from-the-file") == f"http://127.0.0.1:8081/ (the password is in {file})"
    assert live._address(SETTINGS.listen, "made-up") == "http://127.0.0.1:8081/?token=made-up"
    first, second = live._password(SETTINGS.listen), live._password(SETTINGS.listen)
    assert first != second
    assert len(first) >= 16
