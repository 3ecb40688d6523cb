"""The whole path: a real gateway process in front of the real stack."""

import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from support.forked import gateways as forked
from support.forked.ports import free_port
from support.servers import netns, three_hosts
from support.servers.netns import Hosts
from support.tools.browser import Browser, chromium
from support.tools.browser import browser as opened

#: Short clocks, so that what comes back by itself does so within a test.
QUICK = {
    "hold": {"wait": 3, "pending": 60, "grant": 30},
    "masking": {"timeout": 5},
    "recording": {"idle": 600},
}


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` laid over `base`, section by section."""
    mixed = dict(base)
    for name, value in over.items():
        old = mixed.get(name)
        mixed[name] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return mixed


@dataclasses.dataclass(slots=True)
class Factory:
    """Makes gateways over one stack, each with its own port, folder and settings."""

    stack: Stack
    folder: Path
    free_port: Callable[[], int]
    readers: bool = True  # forked, too
    made: list[Gateway] = dataclasses.field(default_factory=list)

    def make(self, over: dict[str, Any] | None = None, *, cold: bool = False, **how: Any) -> Gateway:
        """A gateway that is not started yet; `over` is laid over the stack's settings. `cold`: started as people do."""
        folder = self.folder / str(len(self.made))
        folder.mkdir(mode=0o700)
        tree = yaml.safe_load(self.stack.settings_path.read_text("utf-8"))
        own = {
            "recording": {"folder": str(folder / "recordings")},
            "listen": {
                "port": self.free_port(),
                "web_port": self.free_port(),
                "certificate_folder": str(self.folder / "ca"),
            },
        }
        for part in (QUICK, own, over or {}):
            tree = merged(tree, part)
        settings = folder / "settings.yaml"
        settings.write_text(yaml.safe_dump(tree), "utf-8")
        gateway = Gateway(settings, folder / "gateway.log", **how)
        if not cold and how.keys() <= {"mode", "workers"}:
            forked.quicken(gateway, readers=self.readers)
        self.made.append(gateway)
        return gateway

    def stop(self) -> None:
        for gateway in self.made:
            gateway.stop()


@pytest.fixture(scope="module")
def gateways(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    """Gateways with settings of one's own; all are stopped at the end of the module."""
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    yield factory
    factory.stop()


@pytest.fixture(scope="module")
def gateway(gateways: Factory) -> Gateway:
    """One running gateway, as `vecgate run` starts it. A test that breaks something puts it back."""
    made = gateways.make()
    made.start()
    return made


@pytest.fixture(scope="module")
def hosts() -> Iterator[Hosts]:
    """A client's, the gateway's and a database's host, linked; skips where nobody may make them."""
    why = netns.missing()
    if why:
        pytest.skip(f"transparent mode is tried on three network namespaces, which {why}")
    with netns.hosts() as made:
        yield made


@pytest.fixture(scope="module")
def databases(hosts: Hosts, stack: Stack) -> Iterator[None]:
    """The database's TLS fronts, on the database's host."""
    with tempfile.TemporaryDirectory(prefix="vg-") as folder, three_hosts.databases(hosts, stack, Path(folder)):
        yield


@pytest.fixture(scope="module")
def vault_line(hosts: Hosts, stack: Stack) -> Iterator[None]:
    """The gateway's host reaches OpenBao."""
    with tempfile.TemporaryDirectory(prefix="vg-") as folder, three_hosts.vault_line(hosts, stack, Path(folder)):
        yield


@pytest.fixture
def browser() -> Browser:
    """Opens a page as a person would; skips where there is no chromium."""
    if chromium() is None:
        pytest.skip("needs chromium")
    return opened
