"""The demo's stack, whole: one session-wide start, and shorter lives of its own where a test must end one."""

import http.client
import os
import signal
import ssl
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo import jail, seed
from demo.front import stunnel_binary
from demo.stack import Stack
from vecgate.settings import file as settings

HEARTBEAT = "/api/v2/heartbeat"
SERVERS = ("bao", "valkey", "chroma", "front")


def ask_front(stack: Stack, context: ssl.SSLContext) -> int:
    connection = http.client.HTTPSConnection("127.0.0.1", stack.ports["front"], timeout=10, context=context)
    try:
        connection.request("GET", HEARTBEAT)
        return connection.getresponse().status
    finally:
        connection.close()


def processes_naming(text: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if text in words and int(entry.parent.name) != os.getpid():
            found.append(words)
    return found


def until_none(text: str) -> list[str]:
    end = time.monotonic() + 20
    while (found := processes_naming(text)) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def host_listens_on(port: int) -> bool:
    wanted = f"{port:04X}"
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{wanted}") and row[3] == "0A" for row in rows)


# --- who gets in


def test_without_a_client_certificate_nobody_gets_in(stack: Stack) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
        ask_front(stack, ssl.create_default_context(cafile=str(stack.servers_root)))


def test_a_certificate_of_another_ca_does_not_get_in(stack: Stack) -> None:
    context = ssl.create_default_context(cafile=str(stack.servers_root))
    tls = stack.bao.folder / "tls"
    context.load_cert_chain(tls / "bao.pem", tls / "bao.key")
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
        ask_front(stack, context)


def test_the_fronts_own_certificate_is_not_good_for_a_client(stack: Stack) -> None:
    context = ssl.create_default_context(cafile=str(stack.servers_root))
    context.load_cert_chain(stack.front.folder / "front.pem", stack.front.folder / "front.key")
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
        ask_front(stack, context)


def test_a_certificate_of_the_pki_gets_in_under_strict_checks(stack: Stack) -> None:
    context = stack.gateway_context()
    assert context.verify_flags & ssl.VERIFY_X509_STRICT
    assert ask_front(stack, context) == 200


@pytest.mark.netns
@pytest.mark.skipif(not jail.is_possible(), reason="this host forbids network namespaces")
def test_the_hosts_loopback_has_no_port_of_chroma(stack: Stack) -> None:
    assert stack.chroma_isolation == "namespace"
    assert host_listens_on(stack.ports["front"])
    assert not host_listens_on(stack.ports["chroma"])
    assert not host_listens_on(8000)
    assert stat.S_IMODE(stack.chroma.socket.stat().st_mode) == 0o600


def test_valkey_has_no_port_and_a_private_socket(stack: Stack) -> None:
    path = Path(stack.valkey_url.removeprefix("unix://"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not host_listens_on(6379)


def test_the_folder_and_what_is_secret_in_it_are_private(stack: Stack) -> None:
    assert stat.S_IMODE(stack.folder.stat().st_mode) == 0o700
    secret = [p for p in stack.secrets.iterdir() if p.suffix != ".pem"] + list(stack.folder.rglob("*.key"))
    assert len(secret) >= 8
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}


# --- what is in it


def test_the_settings_load(stack: Stack) -> None:
    told = settings.load(stack.settings_path)
    assert told.issuers[0].issuer == stack.issuer
    assert told.issuers[0].types == ("none",)
    assert told.upstreams["tickets-db"].url == stack.chroma_front_url
    assert told.upstreams["tickets-db"].credential.kind == "vault_pki"
    assert told.state.url == stack.valkey_url
    assert told.vault.role_id_file.read_text()


def test_seeding_again_changes_nothing(stack: Stack) -> None:
    assert stack.seed() == seed.TICKETS


# --- one server at a time


def test_each_server_ends_and_comes_back(stack: Stack) -> None:
    for name in SERVERS:
        stack.kill(name)
    for name in SERVERS:
        stack.start(name)
    assert stack.seed() == seed.TICKETS


# --- a life of its own


def test_a_second_start_takes_up_the_state_and_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with Stack(folder, front="relay", isolation="loopback", settings={"hold": {"wait": 1}}) as first:
        ports, password = first.ports, first.bao.passwords["alice"]
        assert first.chroma_isolation == "loopback"
        assert first.front.kind == "relay"
        assert settings.load(first.settings_path).hold.wait == 1
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
            ask_front(first, ssl.create_default_context(cafile=str(first.servers_root)))
        with pytest.raises(RuntimeError, match="already running"):
            Stack(folder).start_all()
    assert until_none(str(folder)) == []
    with Stack(folder, seeded=False) as second:
        assert second.ports == ports
        assert second.bao.passwords["alice"] == password
        assert second.token("alice").count(".") == 2
        assert second.front.kind == ("stunnel" if stunnel_binary() else "relay")
        assert second.seed() == seed.TICKETS
    assert until_none(str(folder)) == []


_KILLED = """
import sys, time
from pathlib import Path
from demo.stack import Stack
with Stack(Path(sys.argv[1]), seeded=False):
    print("up", flush=True)
    time.sleep(600)
"""


def test_when_the_starter_is_killed_its_servers_go_too(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    places = [str(Path(__file__).parents[2] / name) for name in ("scripts", "addons")]
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(folder)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"up\n"
        assert len(processes_naming(str(folder))) >= 5
        starter.send_signal(signal.SIGKILL)
    assert until_none(str(folder)) == []


def test_under_a_long_path_sockets_are_in_a_short_private_folder_that_goes_too(tmp_path: Path) -> None:
    stack = Stack(tmp_path / ("deep" * 30))
    place = stack._socket_folder()
    assert len(str(place / "valkey.sock")) < 100
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    stack.stop()
    assert not place.exists()
