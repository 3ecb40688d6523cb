"""A gateway in each mode, before a database that keeps every byte; in modes other than reverse a sample is tried."""

import itertools
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from attacks.words import BODY, post, sized
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory, merged
from support.forked.ports import free_port
from support.servers import netns, three_hosts
from support.servers.besieged import POLICY, Besieged
from support.servers.three_hosts import PORT, PROXY, TICKETS, UP, transparent
from support.servers.witness import witness

LONGEST_BODY: Final = 20_000
LONGEST_HEAD: Final = 16_000
LONGEST_TOKEN: Final = 4_000
#: Where other modes are tried without --long, too, and in how many cases: each of them takes a gateway of its own.
SAMPLED, SAMPLE = "test_connections.py", 9
#: On mitmproxy's own layers, which the settings still have: with --long.
STOCK: Final = "stock layers"
#: `mitmweb -s gateway.py`, on our own layers: with --long, too.
WEB: Final = "mitmweb"
#: What clients of a regular proxy ask for.
TUNNEL: Final = "vdb.test:443"
#: Short, so that what is slow is too slow within a test; long enough for a slow machine.
LIMITS: Final = {
    "request_body": LONGEST_BODY,
    "header_bytes": LONGEST_HEAD,
    "token": LONGEST_TOKEN,
    "pipelined_bytes": LONGEST_HEAD,
    "answer_body": 2_000_000,
    "answers_at_once": 2_000_000,
    "head_seconds": 3,
    "body_seconds": 3,
}


def settings(folder: Path, **upstream: Any) -> dict[str, Any]:
    """What the gateways are told."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "rules.yaml").write_text(POLICY, "utf-8")
    return {
        "upstreams": {UPSTREAM: {"timeout": 3, "grpc": True, **upstream}},  # so that HTTP/2 is offered, too
        "limits": LIMITS,
        "telemetry": {"upstream_check": None},
        "policies": str(policies),
        "state": {"prefix": f"attacks-{folder.name}"},
        "recording": {"refused_per_minute": 100_000},  # every attack is looked for there
    }


#: Runs a database, where it is told the folder, the CA of its clients, how to listen and as which host it is known.
type Database = Callable[..., AbstractContextManager[Any]]


def _near() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


@contextmanager
def reverse(
    stack: Stack, gateways: Factory, folder: Path, started: Any = (), database_of: Database = witness, **over: Any
) -> Iterator[Besieged]:
    """Clients name the gateway. `over` is laid over its settings; `database_of` runs what stands behind it."""
    with database_of(folder / "database", client_ca=stack.pki_root, listen=_near, host="127.0.0.1") as database:
        gateway = gateways.make(over=merged(settings(folder, **database.settings), over), **dict(started))
        gateway.start()
        port = gateway.listen.port
        yield Besieged(stack, gateway, database, "localhost", lambda: socket.create_connection(("127.0.0.1", port)))


@contextmanager
def transparently(
    stack: Stack, gateways: Factory, folder: Path, database_of: Database = witness, **over: Any
) -> Iterator[Besieged]:
    """Clients name the database, and are redirected. The rest is as in `reverse`."""
    with ExitStack() as ends:
        hosts = ends.enter_context(netns.hosts())
        ends.enter_context(three_hosts.vault_line(hosts, stack, folder))
        address, free = TICKETS[4], itertools.count(PORT)

        def listen() -> socket.socket:
            return hosts.database.here(lambda: socket.create_server((address, next(free))))

        database = ends.enter_context(
            database_of(folder / "database", client_ca=stack.pki_root, listen=listen, host=address)
        )
        told = settings(folder, **database.settings, hosts=["vdb.test"], destinations=[f"{address}:{PORT}"])
        told["listen"] = {"host": "", "port": PROXY}
        gateway = gateways.make(over=merged(told, over), mode="transparent", command_prefix=hosts.gateway.inside)
        made = Besieged(stack, gateway, database, "vdb.test", lambda: hosts.client.connect(address, PORT))

        gateway.server.ready = lambda: _is_open(made)
        assert transparent(hosts, *UP).returncode == 0
        gateway.start()
        yield made


@contextmanager
def regularly(
    stack: Stack, gateways: Factory, folder: Path, database_of: Database = witness, **over: Any
) -> Iterator[Besieged]:
    """Clients know the gateway as their proxy, and ask it for the database. The rest is as in `reverse`."""
    with database_of(folder / "database", client_ca=stack.pki_root, listen=_near, host="127.0.0.1") as database:
        told = settings(folder, **database.settings, hosts=["vdb.test"], destinations=[TUNNEL])
        gateway = gateways.make(over=merged(told, over), mode="regular")

        def dial() -> socket.socket:
            line = socket.create_connection(("127.0.0.1", gateway.listen.port), 20)
            try:
                return tunnelled(line)
            except BaseException:
                line.close()
                raise

        def tunnelled(line: socket.socket) -> socket.socket:
            line.sendall(f"CONNECT {TUNNEL} HTTP/1.1\r\nHost: {TUNNEL}\r\n\r\n".encode())
            said = b""
            while not said.endswith(b"\r\n\r\n"):
                if not (piece := line.recv(1)):  # not a byte of what comes after it
                    raise ConnectionResetError(said)
                said += piece
            if not said.startswith(b"HTTP/1.1 200 "):
                raise ConnectionRefusedError(said)
            return line

        made = Besieged(stack, gateway, database, "vdb.test", dial, spent=1)
        gateway.server.ready = lambda: _is_open(made)
        gateway.start()
        yield made


def _is_open(town: Besieged) -> bool:
    try:
        replies = town.say("GET /api/v2/heartbeat HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n").replies
    except OSError:
        replies = []
    if replies and replies[0].code not in ("gate.starting", "gate.closed"):
        return True
    time.sleep(0.1)  # asking takes of the cores that it starts on
    return False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What floods may take up is measured of one worker: each has bounds of its own.
    items[:] = [item for item in items if item.path.name != "test_floods.py" or "[two workers" not in item.name]
    here = Path(__file__).parent.as_posix() + "/"
    for item in items:
        if item.path.as_posix().startswith(here):
            for mode in ("transparent", "regular", "two workers", STOCK, WEB):
                sampled = SAMPLE if item.path.name == SAMPLED and mode not in (STOCK, WEB) else 0
                item.add_marker(pytest.mark.sample(sampled, "file", town=mode))
                item.add_marker(pytest.mark.sample(0, narrow_town=mode))
                item.add_marker(pytest.mark.sample(0, spoken_town=mode))


type Way = Callable[..., AbstractContextManager[Besieged]]
WAYS: Final[dict[str, Way]] = {
    "reverse": reverse,
    "transparent": transparently,
    "regular": regularly,
    STOCK: partial(reverse, listen={"layers": "stock"}),
    WEB: partial(reverse, started={"how": "script"}),
}
TOWNS: Final[dict[str, Way]] = {**WAYS, "two workers": partial(reverse, started={"workers": 2})}


@contextmanager
def besieged_by(way: str, stack: Stack, folders: pytest.TempPathFactory, **over: Any) -> Iterator[Besieged]:
    """A running gateway in that mode, gone when the block ends."""
    why = netns.missing() if way == "transparent" else ""
    if why:
        pytest.skip(f"transparent mode is tried on three network namespaces, which {why}")
    gateways = Factory(stack, folders.mktemp("gateways"), free_port, readers=False)  # they count as memory
    try:
        with TOWNS[way](stack, gateways, folders.mktemp("town"), **over) as made:
            yield made
    finally:
        gateways.stop()


_ENDS: Final = ExitStack()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
        _ENDS.close()


@pytest.fixture(scope="session")
def towns(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Besieged]]:
    """One in each mode that is asked for, kept for the modules that come next, until all in this folder are through."""
    made: dict[str, Besieged] = {}

    def town(way: str) -> Besieged:
        if way not in made:
            _ENDS.callback(made.pop, way, None)
            made[way] = _ENDS.enter_context(besieged_by(way, stack, tmp_path_factory))
            _awake(made[way])
        return made[way]

    with _ENDS:  # before the stack ends
        yield town


@pytest.fixture(scope="session", params=TOWNS)
def town(request: pytest.FixtureRequest, towns: Callable[[str], Besieged]) -> Besieged:
    """A running gateway, in each mode after the other."""
    return towns(request.param)


def _awake(town: Besieged) -> None:
    """Have it read, search and refuse once: what that loads is nobody's flood."""
    town.say(post(BODY))
    town.say(sized(str(LONGEST_BODY * 2), "a" * LONGEST_BODY))


@pytest.fixture
def besieged(town: Besieged) -> Iterator[Besieged]:
    """It, with nothing in the database's memory; afterwards the rule is checked."""
    town.database.forget()
    yield town
    town.check_database()
