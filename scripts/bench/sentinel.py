"""What takes over when the Valkey that workers share is killed? A replica, which a Sentinel lets lead."""

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from redis import Redis
from redis.exceptions import RedisError

from bench.overhead import free_port
from demo.processes import Server
from demo.valkey import valkey_binary

NAME: Final = "vecgate"
PATIENCE: Final = 60.0
#: After so long without an answer a primary counts as down, in milliseconds. A Sentinel asks once a second: with less,
#: one that has only just begun to lead counts as down, and another is made to lead while nobody is away.
DOWN_AFTER: Final = 1500


class Pair:
    """Two servers of one data set, on loopback ports, of which one leads; data lie under `folder` (0700).

    `password`: of both servers and of the Sentinel. `down_after` in milliseconds. `tls`: certificate, key and CA, in
    files: all three then speak TLS only. `binary`: of a server that can.
    """

    def __init__(
        self,
        folder: Path,
        *,
        password: str = "",
        down_after: int = DOWN_AFTER,
        tls: Sequence[Path] = (),
        binary: str = "",
    ) -> None:
        self.folder, self.password, self._down_after = folder, password, down_after
        self._tls, self._binary = tls, binary or valkey_binary()
        self.ports = [free_port(), free_port()]
        self.port = free_port()
        self._follows: dict[int, int] = {self.ports[1]: self.ports[0]}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.servers = {port: self._server(port) for port in self.ports}
        self.sentinel = Server("sentinel", self._watch, lambda: self._pings(self.port), folder / "sentinel.log")

    @property
    def url(self) -> str:
        login = f":{self.password}@" if self.password else ""
        if self._tls:
            return f"sentinels://{login}127.0.0.1:{self.port}/{NAME}?ssl_ca_certs={self._tls[2]}"
        return f"sentinel://{login}127.0.0.1:{self.port}/{NAME}"

    def __enter__(self) -> Self:
        try:
            for server in self.servers.values():
                server.start()
            self.until(lambda: self._is_followed(self.ports[0]), "the replica follows")
            self.sentinel.start()
            self.until(self._is_known, "the Sentinel knows both")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End all of them."""
        for server in (self.sentinel, *self.servers.values()):
            server.resume()
            server.kill()

    @property
    def leader(self) -> int:
        """The port of the one that leads, as the Sentinel tells."""
        with self.client(self.port) as one:
            return int(one.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)[1])

    def fail_over(self, *, kill: bool = True) -> None:
        """Kill the one that leads (else let it hang) until the other one does."""
        old = self.leader
        if kill:
            self.servers[old].kill()
        else:
            self.servers[old].pause()
        self.until(lambda: self.leader != old and self._leads(self.leader), "the replica leads")

    def heal(self) -> None:
        """Start again what was killed, or go on with it, as a replica of the other one, until that is followed."""
        leader = self.leader
        (other,) = (port for port in self.ports if port != leader)
        self._follows = {other: leader}
        self.servers[other].resume()
        self.servers[other].start()
        self.until(lambda: self._is_followed(self.leader), "the one that was away follows")
        self.until(self._is_known, "the Sentinel knows both")

    def client(self, port: int) -> Any:
        """A client of one server."""
        ca = {"ssl": True, "ssl_ca_certs": str(self._tls[2]), "ssl_check_hostname": False} if self._tls else {}
        return Redis(port=port, password=self.password or None, decode_responses=True, socket_timeout=5, **ca)

    def until(self, so: Any, what: str) -> None:
        """Wait for it. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while not so():
            if time.monotonic() > end:
                raise TimeoutError(f"it never came true: {what}")
            time.sleep(0.05)

    def _server(self, port: int) -> Server:
        (self.folder / str(port)).mkdir(mode=0o700, exist_ok=True)
        log = self.folder / "valkey.log"
        return Server(f"valkey {port}", lambda: self._words(port), lambda: self._pings(port), log)

    def _words(self, port: int) -> list[str]:
        told = {
            **self._door(port),
            "dir": str(self.folder / str(port)),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            "repl-diskless-sync-delay": "0",
        }
        if self.password:
            told |= {"requirepass": self.password, "masterauth": self.password}
        words = [word for name, value in told.items() for word in (f"--{name}", value)]
        leader = self._follows.get(port)
        return [self._binary, *words, *(["--replicaof", f"127.0.0.1 {leader}"] if leader else [])]

    def _door(self, port: int) -> dict[str, str]:
        if not self._tls:
            return {"port": str(port), "bind": "127.0.0.1"}
        names = ("tls-cert-file", "tls-key-file", "tls-ca-cert-file")
        more = {"tls-auth-clients": "no", "tls-replication": "yes"} | dict(zip(names, map(str, self._tls), strict=True))
        return {"port": "0", "tls-port": str(port), "bind": "127.0.0.1"} | more

    def _watch(self) -> list[str]:
        leader = next(iter(self._follows.values()))
        lines = [
            *(f"{name} {value}" for name, value in self._door(self.port).items()),
            f"dir {self.folder}",
            f"sentinel monitor {NAME} 127.0.0.1 {leader} 1",
            f"sentinel down-after-milliseconds {NAME} {self._down_after}",
            f"sentinel failover-timeout {NAME} 3000",
        ]
        if self.password:
            lines += [f"sentinel auth-pass {NAME} {self.password}", f"requirepass {self.password}"]
        told = self.folder / "sentinel.conf"
        told.write_text("\n".join(lines) + "\n", "utf-8")
        return [self._binary, str(told), "--sentinel"]

    def _pings(self, port: int) -> bool:
        try:
            with self.client(port) as one:
                return bool(one.ping())
        except (RedisError, OSError):
            return False

    def _leads(self, port: int) -> bool:
        return self._role(port).get("role") == "master"

    def _is_followed(self, port: int) -> bool:
        said = self._role(port).get("slave0")
        return isinstance(said, dict) and said.get("state") == "online"

    def _role(self, port: int) -> dict[str, Any]:
        with contextlib.suppress(RedisError, OSError), self.client(port) as one:
            return dict(one.info("replication"))
        return {}

    def _is_known(self) -> bool:
        with contextlib.suppress(RedisError, OSError), self.client(self.port) as one:
            flags = [known["flags"] for known in one.sentinel_slaves(NAME)]  # none at first
            return (flags, one.sentinel_master(NAME)["flags"]) == (["slave"], "master")
        return False
