import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from vecgate.viewer.recorded import free_port

XSRF = {"Cookie": "_mitmproxy_xsrf=deadbeef", "X-XSRFToken": "deadbeef", "Content-Type": "application/json"}
WRITES = [
    ("PUT", "/options", b'{"web_password":""}'),
    ("POST", "/options/save", b""),
    ("POST", "/commands/view.clear", b'{"arguments":[]}'),
    ("POST", "/clear", b""),
    ("GET", "/flows/dump", None),
    ("POST", "/flows/dump", b""),
    ("POST", "/flows/resume", b""),
    ("POST", "/flows/kill", b""),
    ("PUT", "/flows/ID", b'{"comment":"x"}'),
    ("DELETE", "/flows/ID", None),
    ("POST", "/flows/ID/resume", b""),
    ("POST", "/flows/ID/kill", b""),
    ("POST", "/flows/ID/duplicate", b""),
    ("POST", "/flows/ID/replay", b""),
    ("POST", "/flows/ID/revert", b""),
    ("POST", "/flows/ID/request/content.data", b"x"),
    ("GET", "/processes", None),
    ("GET", "/executable-icon", None),
]


class Viewer:
    def __init__(self, line: str) -> None:
        found = re.search(r"(http://127\.0\.0\.1:\d+)/\?token=([0-9a-f]{32})", line)
        assert found, line
        self.url, self.token = found.groups()

    def ask(self, method: str, path: str, body: bytes | None = None, *, token: str | None = None) -> tuple[int, bytes]:
        headers = {**XSRF, "Authorization": f"Bearer {self.token if token is None else token}"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers, data=body)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as e:
            with e:
                return e.code, e.read()

    def flows(self) -> list[dict]:
        status, body = self.ask("GET", "/flows")
        assert status == 200
        return json.loads(body)


@contextlib.contextmanager
def open_session(folder: Path, session: str, *more: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-m",
        "vecgate.cli",
        "sessions",
        "open",
        session,
        "--folder",
        str(folder),
        "--no-browser",
    ]
    env = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PATH": "/usr/bin:/bin", "HOME": str(home)}
    with subprocess.Popen(
        [*command, *more], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def viewer(folder: Path, session: str, home: Path) -> Iterator[Viewer]:
    with open_session(folder, session, home=home) as process:
        assert process.stdout is not None
        yield Viewer(process.stdout.readline())


def test_it_is_closed_without_the_password(viewer: Viewer) -> None:
    for path in ("/", "/flows", "/state", "/options", "/events", "/commands"):
        assert viewer.ask("GET", path, token="")[0] == 403
        assert viewer.ask("GET", path, token="0" * 32)[0] == 403


def test_the_page_and_its_data_load(viewer: Viewer) -> None:
    for path in ("/", "/flows", "/state", "/options", "/events", "/commands", "/filter-help"):
        status, body = viewer.ask("GET", path)
        assert status == 200, path
        assert viewer.token.encode() not in body
    assert [f["response"]["status_code"] for f in viewer.flows() if "response" in f] == [200, 403, 200]


def test_bodies_are_shown_masked_and_with_their_vectors_collapsed(viewer: Viewer) -> None:
    flow = viewer.flows()[0]["id"]
    status, body = viewer.ask("GET", f"/flows/{flow}/request/content/auto.json")
    assert status == 200
    shown = json.loads(body)
    assert shown["view_name"] == "vecgate"
    assert "<vector dim=384>" in shown["text"]
    assert "<PERSON>" in shown["text"]
    assert b"anna" not in viewer.ask("GET", f"/flows/{flow}/request/content.data")[1].lower()


def test_a_message_that_is_not_there_is_not_found(viewer: Viewer) -> None:
    flow = next(f["id"] for f in viewer.flows() if "response" not in f)
    for path in ("response/content.data", "response/content/auto", "messages/content.data", "messages/content/auto"):
        assert viewer.ask("GET", f"/flows/{flow}/{path}")[0] == 404


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_nothing_can_be_changed(viewer: Viewer, method: str, path: str, body: bytes | None) -> None:
    before = viewer.flows()
    status, _ = viewer.ask(method, path.replace("ID", before[0]["id"]), body)
    assert status in (404, 405)
    assert viewer.flows() == before


async def test_the_live_channel_needs_the_password_too(viewer: Viewer) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{viewer.url}/updates")
        async with session.ws_connect(f"{viewer.url}/updates?token={viewer.token}") as channel:
            await channel.send_json({"type": "flows/updateFilter", "payload": {"name": "search", "expr": "~m POST"}})
            assert len((await channel.receive_json())["payload"]["matching_flow_ids"]) == 4


def test_it_leaves_nothing_in_the_home_folder(viewer: Viewer, home: Path) -> None:
    assert list(home.iterdir()) == []


def test_it_ends_when_told_to(folder: Path, session: str, home: Path) -> None:
    with open_session(folder, session, home=home) as process:
        assert process.stdout is not None
        Viewer(process.stdout.readline())
        process.terminate()
        assert process.wait(60) == 0


def test_a_port_that_is_taken_is_said(viewer: Viewer, folder: Path, session: str, home: Path) -> None:
    with open_session(folder, session, "--port", viewer.url.rpartition(":")[2], home=home) as process:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (1, "")
        assert err.startswith("vecgate: viewer: ")


def test_a_free_port_is_free() -> None:
    assert 0 < free_port() < 65536
