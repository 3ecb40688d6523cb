"""`mitmweb -s gateway.py` while its script is broken, emptied, deleted and put back: closed, and open again by itself."""

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.gateway import Gateway
from demo.stack import REPOSITORY, Stack
from support.servers.tap import Tap, running_tap
from support.tools.askers import Asker, asker, assert_refused, assert_served, comes_back, readable, until
from support.tools.workers import workers
from vecgate.refusals.catalogue import CATALOGUE

GATEWAY = REPOSITORY / "addons" / "gateway.py"
WHOLE = GATEWAY.read_text("utf-8")
#: Each begins a mitmweb of its own, which is dear.
SOME = pytest.mark.sample(2, "file")
PRIVATE = ("jane.doe@example.com", "4111 1111 1111 1111")
TOLD = f"mail {PRIVATE[0]} about {PRIVATE[1]}"
ONLY_THE_DOOR = """
from vecgate.gate import Gate
from vecgate.mitm.door import Door
addons = [Door(Gate.from_environment())]
"""
NO_LONGER_WHOLE = {
    "a syntax error": "addons = [",
    "an exception at import": f"{WHOLE}\nraise RuntimeError('half done')\n",
    "nothing at all": "",
}


@pytest.fixture(scope="module")
def tap(stack: Stack) -> Iterator[Tap]:
    with running_tap(stack) as running:
        yield running


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of addons/gateway.py that may be damaged."""
    return Path(shutil.copy(GATEWAY, tmp_path_factory.mktemp("script") / "gateway.py"))


@pytest.fixture(scope="module")
def desk(gateways: Any, tap: Tap, script: Path) -> Gateway:
    """mitmweb with that copy."""
    made: Gateway = gateways.make(over=tap.settings, how="script", script=script)
    made.start()
    return made


@pytest.fixture(scope="module")
def alice(stack: Stack, desk: Gateway) -> Asker:
    return asker(stack, desk, "alice")


@pytest.fixture
def whole(script: Path, alice: Asker) -> Iterator[Path]:
    """The script, whole and served before; whole again after."""
    assert_served(alice.search())
    yield script
    if not script.exists() or script.read_text("utf-8") != WHOLE:
        put(script, WHOLE)
        comes_back(alice.search)


def put(script: Path, text: str) -> None:
    """Replace the file in one step, as careful editors do."""
    new = script.with_suffix(".new")
    new.write_text(text, "utf-8")
    new.replace(script)


def closes(alice: Asker) -> None:
    """Wait until mitmproxy has seen the change; until then the old path answers."""
    until(lambda: bool(alice.search().code), "the path is closed")


def newest_shown(desk: Gateway) -> bytes:
    """All that mitmweb shows of its newest flows."""
    listen = desk.listen
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(path: str) -> bytes:
        url = f"http://{listen.web_host}:{listen.web_port}{path}"
        asked = urllib.request.Request(url, headers={"Authorization": "Bearer at-my-desk"})
        with opener.open(asked, timeout=20) as reply:
            return bytes(reply.read())

    listed = get("/flows")
    newest = json.loads(listed)[-3:]
    assert [flow["response"]["status_code"] for flow in newest] == [CATALOGUE["gate.closed"].status] * 3
    return listed + b"".join(get(f"/flows/{flow['id']}/request/content.data") for flow in newest)


def test_at_ones_desk_the_comments_are_shown(desk: Gateway) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"http://{desk.listen.web_host}:{desk.listen.web_port}/options"
    asked = urllib.request.Request(url, headers={"Authorization": "Bearer at-my-desk"})
    with opener.open(asked, timeout=20) as reply:
        assert "comment" in json.load(reply)["web_columns"]["value"]


@pytest.mark.sample(1)
@pytest.mark.parametrize("text", NO_LONGER_WHOLE.values(), ids=NO_LONGER_WHOLE.keys())
def test_a_script_that_is_not_whole_closes_the_gate(
    text: str, whole: Path, desk: Gateway, tap: Tap, alice: Asker
) -> None:
    put(whole, text)
    closes(alice)
    before = tap.calls
    for reply in (alice.search(), alice.delete_closed(), alice.upsert("x-1", TOLD)):
        assert_refused(reply, "gate.closed")
    assert tap.calls == before
    for raw in (newest_shown(desk), desk.log.read_bytes()):
        assert not readable(raw)
        assert not [private for private in (alice.token, *PRIVATE) if private.encode() in raw]
    put(whole, WHOLE)
    assert_served(comes_back(alice.search))


def test_a_deleted_script_closes_the_gate_and_opens_it_when_it_is_back(whole: Path, tap: Tap, alice: Asker) -> None:
    whole.unlink()
    closes(alice)
    before = tap.calls
    assert_refused(alice.search(), "gate.closed")
    assert tap.calls == before
    put(whole, "addons = [")
    for _ in range(3):
        assert_refused(alice.search(), "gate.closed")
    put(whole, WHOLE)
    assert_served(comes_back(alice.search))


@pytest.mark.long
def test_an_older_copy_put_back_in_its_place_opens_the_gate_too(whole: Path, alice: Asker) -> None:
    put(whole, "addons = [")
    closes(alice)
    copy = whole.with_suffix(".bak")
    copy.write_text(WHOLE, "utf-8")
    os.utime(copy, (1_000_000_000, 1_000_000_000))
    copy.replace(whole)
    assert_served(comes_back(alice.search))


@SOME
def test_a_script_that_was_fine_while_the_settings_were_not_is_tried_again(
    whole: Path, desk: Gateway, alice: Asker
) -> None:
    failures = desk.log.read_bytes().count(b"error in script")
    settings = desk.settings.read_bytes()
    try:
        desk.settings.write_bytes(b"upstreams: [")
        put(whole, WHOLE)
        until(lambda: desk.log.read_bytes().count(b"error in script") > failures, "it could not be loaded")
    finally:
        desk.settings.write_bytes(settings)
    assert_served(comes_back(alice.search))


@SOME
def test_a_path_without_its_steps_lets_nothing_through(whole: Path, tap: Tap, alice: Asker) -> None:
    put(whole, ONLY_THE_DOOR)
    until(lambda: {alice.search().code, alice.search().code} == {"answer.withheld"}, "the door stands alone")
    before = tap.calls
    assert_refused(alice.search(), "answer.withheld")
    assert tap.calls == before
    put(whole, WHOLE)
    assert_served(comes_back(alice.search))


@SOME
@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers under /proc")
def test_whatever_was_loaded_before_is_closed_again(whole: Path, desk: Gateway, alice: Asker) -> None:
    for text in (*(f"{WHOLE}# {number}\n" for number in range(3)), WHOLE):
        loaded = _loaded(desk)
        put(whole, text)
        # Not by its answers: a search that waits out the change may come back when the new path is open already.
        until(lambda before=loaded: _loaded(desk) > before, "it is loaded again")  # type: ignore[misc]
    assert_served(comes_back(alice.search))
    until(lambda: len(workers(desk)) == 1, "the workers of the earlier ones are gone")


def _loaded(desk: Gateway) -> int:
    """How often a path has read its policies: once for each load of a whole script."""
    return desk.log.read_text("utf-8", "replace").count("policy set ")


@SOME
def test_mitmweb_does_not_start_with_a_broken_script(stack: Stack, tmp_path: Path, gateways: Any) -> None:
    script = tmp_path / "gateway.py"
    script.write_text("addons = [", "utf-8")
    made: Gateway = gateways.make(how="script", script=script)
    ended = subprocess.run(
        made._command(),
        env={"PATH": os.defpath, "HOME": str(tmp_path), **made._environment()},
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    with socket.socket() as probe:
        assert probe.connect_ex((made.listen.host, made.listen.port)) != 0
