"""How does the whole stack come up, stay up and go down? OpenBao, Valkey, Chroma and its front, under one folder.

`with Stack(Path(".vecgate")) as stack:` and then `stack.token("alice")`, `stack.settings_path`, ...
"""

import fcntl
import http.client
import json
import os
import random
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from demo import certs, jail, seed, settings
from demo.bao import Bao
from demo.chroma import Chroma
from demo.front import Front, stunnel_binary
from demo.processes import Server
from demo.valkey import Valkey

REPOSITORY: Final = Path(__file__).resolve().parents[2]
_PORTS: Final = ("bao", "bao_cluster", "chroma", "front", "gateway", "web")
# Below the range from which outgoing connections take theirs (Linux: 32768): a stopped server's port stays free.
_PORT_RANGE: Final = range(20000, 32000)
_LONGEST_SOCKET: Final = 100


class Stack:
    """Real servers of one demo. All state is under `folder` (0700); a second start takes it up again.

    `isolation` and `front` choose among the ways of this host; 'auto' takes the best it has. `settings` is laid over
    the settings file. Not thread-safe; for synchronous code.
    """

    def __init__(
        self,
        folder: Path,
        *,
        certificate_folder: Path = REPOSITORY / "certs",
        policies: Path = REPOSITORY / "policies",
        settings: Mapping[str, Any] | None = None,
        isolation: Literal["auto", "namespace", "loopback"] = "auto",
        front: Literal["auto", "stunnel", "relay"] = "auto",
        seeded: bool = True,
    ) -> None:
        self.folder = folder.resolve()
        self.certificate_folder = certificate_folder
        self.policies = policies
        self._settings = settings or {}
        self._isolation = isolation
        self._front_kind = front
        self._seeded = seeded
        self._lock: int | None = None
        self._short_folder: str | None = None
        self.secrets = self.folder / "secrets"
        self.logs = self.folder / "logs"
        self.settings_path = self.folder / "settings.yaml"

    def __enter__(self) -> Self:
        self.start_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    # --- what others need to know

    @property
    def issuer(self) -> str:
        """The `iss` of every token here."""
        return self.bao.issuer

    @property
    def pki_root(self) -> Path:
        """PEM of the CA that signs every lease: the only one whose client certificates the front takes."""
        return self.secrets / "pki-root.pem"

    @property
    def servers_root(self) -> Path:
        """PEM of the CA that signs the front's own certificate."""
        return self.secrets / "servers-root.pem"

    @property
    def valkey_url(self) -> str:
        return self.valkey.url

    @property
    def chroma_front_url(self) -> str:
        return self.front.url

    @property
    def chroma_isolation(self) -> str:
        """'namespace', or 'loopback': then other users of this host could reach Chroma's port."""
        return self.chroma.isolation

    def token(self, user: str) -> str:
        """A fresh login token (JWT) for the gateway: alice, bob, carol or erin."""
        return self.bao.token(user)

    def gateway_context(self) -> ssl.SSLContext:
        """A TLS context with a client certificate of the gateway's own, for the front."""
        issued = self.bao.gateway_certificate()
        context = ssl.create_default_context(cafile=str(self.servers_root))
        path = self.secrets / "seed.pem"
        certs.write_private(path, f"{issued['private_key']}\n{issued['certificate']}\n".encode())
        try:
            context.load_cert_chain(path)
        finally:
            path.unlink()
        return context

    # --- up and down

    def start_all(self) -> None:
        """Start every server, set up and seed what is new, write the settings. Raises StartFailed."""
        self._open_folder()
        try:
            self._place_servers()
            self.bao.spawn()
            self.valkey.spawn()
            self.chroma.spawn()
            self.bao.finish()
            self.front.start()
            self.valkey.server.wait()
            self.chroma.server.wait()
            self._seed_once()
            settings.write(self, self._settings)
        except BaseException:
            self.stop_all()
            raise

    def stop_all(self) -> None:
        """Stop every server, the front first. Nothing is left behind but the folder."""
        for name in ("front", "chroma", "valkey", "bao"):
            if hasattr(self, name):
                self._server(name).stop()
        if self._short_folder is not None:
            shutil.rmtree(self._short_folder, ignore_errors=True)
            self._short_folder = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def start(self, name: str = "") -> None:
        """Start one server (bao, valkey, chroma, front) again and wait for it; without a name, all."""
        if not name:
            self.start_all()
        elif name == "front":
            self.front.start()
        else:
            self._server(name).start()

    def stop(self, name: str = "") -> None:
        """Stop one server in good order; without a name, all."""
        if name:
            self._server(name).stop()
        else:
            self.stop_all()

    def kill(self, name: str) -> None:
        """End one server at once, as a crash would."""
        self._server(name).kill()

    def pause(self, name: str) -> None:
        """Let one server hang: it accepts connections and answers nothing, until `resume`."""
        self._server(name).pause()

    def resume(self, name: str) -> None:
        """Let a hanging server go on."""
        self._server(name).resume()

    def seal_bao(self) -> None:
        """Seal OpenBao: it runs and refuses everything (503)."""
        self.bao.seal()

    def unseal_bao(self) -> None:
        """Restart OpenBao, which unseals itself with its static key."""
        self.stop("bao")
        self.start("bao")

    def _server(self, name: str) -> Server:
        part: Bao | Valkey | Chroma | Front = getattr(self, name)
        return part.server

    # --- the folder

    def _open_folder(self) -> None:
        for path in (self.folder, self.secrets, self.logs, self.folder / "run"):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.chmod(0o700)
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise RuntimeError(f"a stack is already running in {self.folder}") from None
        self.ports = self._keep_ports()
        for port in self.ports.values():
            _wait_until_free(port, self.folder)

    def _keep_ports(self) -> dict[str, int]:
        path = self.folder / "ports.json"
        if path.exists():
            ports: dict[str, int] = json.loads(path.read_text("utf-8"))
            return ports
        ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
        path.write_text(json.dumps(ports), "utf-8")
        return ports

    def _socket_folder(self) -> Path:
        run = self.folder / "run"
        if len(str(run / "valkey.sock")) <= _LONGEST_SOCKET:
            return run
        self._short_folder = tempfile.mkdtemp(prefix="vecgate-")  # 0700; the kernel's limit is 107 characters
        return Path(self._short_folder)

    def _place_servers(self) -> None:
        sockets, ports, logs = self._socket_folder(), self.ports, self.logs
        self.bao = Bao(self.folder / "bao", self.secrets, logs / "bao.log", ports["bao"], ports["bao_cluster"])
        self.valkey = Valkey(self.folder / "valkey", sockets / "valkey.sock", logs / "valkey.log")
        isolation = self._isolation
        if isolation == "auto":
            isolation = "namespace" if jail.is_possible() else "loopback"
        self.chroma = Chroma(
            self.folder / "chroma", sockets / "chroma.sock", ports["chroma"], logs / "chroma.log", isolation
        )
        kind = self._front_kind
        if kind == "auto":
            kind = "stunnel" if stunnel_binary() else "relay"
        self.front = Front(
            self.folder / "front",
            ports["front"],
            self.chroma.address,
            self.pki_root,
            self.bao,
            logs / "front.log",
            kind,
        )

    def _seed_once(self) -> None:
        mark = self.folder / "seeded"
        if self._seeded and not mark.exists():
            self.seed()
            mark.touch()

    def seed(self) -> int:
        """Put every ticket back as it was, through the front. Returns how many records there are."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.ports["front"], timeout=30, context=self.gateway_context()
        )
        try:
            return seed.plant(connection)
        finally:
            connection.close()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_ports(count: int) -> list[int]:
    chosen: list[int] = []
    for port in random.SystemRandom().sample(_PORT_RANGE, len(_PORT_RANGE)):
        if _is_free(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise RuntimeError("no free ports")


def _wait_until_free(port: int, folder: Path) -> None:
    end = time.monotonic() + 5  # a predecessor that was killed may still be dying
    while not _is_free(port):
        if time.monotonic() > end:
            raise RuntimeError(f"port {port} is taken by another program: end it, or remove {folder}")
        time.sleep(0.1)
