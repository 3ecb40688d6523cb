"""How does the whole stack come up, stay up and go down? OpenBao, Valkey, databases, fronts (stunnel or relay).

`with Stack(Path(".vecgate")) as stack:` and then `stack.token("alice")`, `stack.settings_path`, ...
"""

import fcntl
import http.client
import os
import shutil
import ssl
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from demo import certs, jail, older, ports, seed, seed_qdrant, settings
from demo.bao import Bao
from demo.chroma import Chroma
from demo.console import Console
from demo.front import Front, stunnel_binary
from demo.login import Login
from demo.processes import Server
from demo.qdrant import Qdrant
from demo.valkey import Valkey

REPOSITORY: Final = Path(__file__).resolve().parents[2]
_LONGEST_SOCKET: Final = 100


class Stack:
    """Real servers of one demo. All state is under `folder` (0700); a second start takes it up again.

    `isolation` and `front` choose among the ways of this host; 'auto' takes the best it has. `settings` is laid over
    the settings file. With `qdrant` there is a second database, "qdrant (edge shim)", behind a front of its own. With
    `login`, the gateway takes the logins of a login service with the demo's people.
    Not thread-safe; for synchronous code.
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
        qdrant: bool = False,
        login: bool = False,
    ) -> None:
        self.folder = folder.resolve()
        self.certificate_folder = certificate_folder
        self.policies = policies
        self._settings = settings or {}
        self._isolation = isolation
        self._front_kind = front
        self._seeded = seeded
        self.has_qdrant = qdrant
        self._wants_login = login
        #: Both, or neither. What serves the console, once it is started beside a gateway.
        self.console: Console | None = None
        self.login: Login | None = None
        #: Where what an earlier version set up lies; None: there was none.
        self.put_aside: Path | None = None
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
    def qdrant_front_url(self) -> str:
        return self.qdrant_front.url

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
            self.put_aside = older.put_aside(self.folder)
            self._place_servers()
            self.bao.spawn()
            self.valkey.spawn()
            self.chroma.spawn()
            if self.has_qdrant:
                self.qdrant.spawn()
            self.bao.finish()
            self.front.start()
            self.valkey.server.wait()
            if self.login:
                self.login.spawn()
            self.chroma.server.wait()
            if self.has_qdrant:
                self.qdrant.server.wait()
                self.qdrant_front.start()
            self._seed_once()
            settings.write(self, self._settings)
            if self.login:
                self.login.server.wait()
        except BaseException:
            self.stop_all()
            raise

    def stop_all(self) -> None:
        """Stop every server, the front first. Nothing is left behind but the folder."""
        for name in ("login", "qdrant_front", "front", "qdrant", "chroma", "valkey", "bao"):
            if getattr(self, name, None):
                self._server(name).stop()
        if self._short_folder is not None:
            shutil.rmtree(self._short_folder, ignore_errors=True)
            self._short_folder = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def start(self, name: str = "") -> None:
        """Start one server (bao, valkey, chroma, qdrant, or a front) again and wait for it; without a name, all."""
        if not name:
            self.start_all()
        elif name in ("front", "qdrant_front"):
            getattr(self, name).start()
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
        part: Bao | Valkey | Chroma | Qdrant | Front | Login = getattr(self, name)
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
            said = f"a stack is already running in {self.folder}: end it with Ctrl-C, or give another --folder"
            raise RuntimeError(said) from None
        self.ports = ports.keep(self.folder)

    def _socket_folder(self) -> Path:
        run = self.folder / "run"
        if len(str(run / "valkey.sock")) <= _LONGEST_SOCKET:
            return run
        self._short_folder = tempfile.mkdtemp(prefix="vecgate-")  # 0700; the kernel's limit is 107 characters
        return Path(self._short_folder)

    def _place_servers(self) -> None:
        sockets, port, logs = self._socket_folder(), self.ports, self.logs
        self.bao = Bao(self.folder / "bao", self.secrets, logs / "bao.log", port["bao"], port["bao_cluster"])
        self.valkey = Valkey(self.folder / "valkey", sockets / "valkey.sock", logs / "valkey.log")
        isolation = self._isolation
        if isolation == "auto":
            isolation = "namespace" if jail.is_possible() else "loopback"
        self.chroma = Chroma(
            self.folder / "chroma", sockets / "chroma.sock", port["chroma"], logs / "chroma.log", isolation
        )
        kind = self._front_kind
        if kind == "auto":
            kind = "stunnel" if stunnel_binary() else "relay"
        self.front = self._front("front", self.chroma.address, kind)
        if self._wants_login:
            places = f"http://localhost:{port['console']}", f"https://localhost:{port['gateway']}"
            ca = self.certificate_folder / "mitmproxy-ca-cert.pem"
            folder, log = self.folder / "login", logs / "idp.log"
            self.login = Login(folder, self.bao, self.valkey_url, port["idp"], log, *places, ca)
            self.console = Console(self.login, logs)
        if self.has_qdrant:
            self.qdrant = Qdrant(self.folder / "qdrant", sockets / "qdrant.sock", logs / "qdrant.log")
            self.qdrant_front = self._front("qdrant_front", self.qdrant.address, kind)

    def _front(self, name: str, target: str, kind: Literal["stunnel", "relay"]) -> Front:
        """A TLS front before one of the databases."""
        log = self.logs / f"{name}.log"
        return Front(self.folder / name, self.ports[name], target, self.pki_root, self.bao, log, kind)

    def _seed_once(self) -> None:
        if not self._seeded:
            return
        for name, plant in (("seeded", self.seed), ("seeded-qdrant", self.seed_qdrant)):
            mark = self.folder / name
            if not mark.exists() and (name == "seeded" or self.has_qdrant):
                plant()
                mark.touch()

    def seed(self) -> int:
        """Put every ticket back as it was, through the front. Returns how many records there are."""
        return self._planted("front", seed.plant)

    def seed_qdrant(self) -> int:
        """The same in the second database."""
        return self._planted("qdrant_front", seed_qdrant.plant)

    def _planted(self, front: str, plant: Callable[[http.client.HTTPConnection], int]) -> int:
        context = self.gateway_context()
        connection = http.client.HTTPSConnection("127.0.0.1", self.ports[front], timeout=30, context=context)
        try:
            return plant(connection)
        finally:
            connection.close()
