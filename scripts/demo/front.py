"""Who may talk to a database? Only who shows a certificate of the gateway's PKI: the TLS front, by stunnel.

stunnel where it is installed, otherwise `relay.py`. It trusts the one PKI from which nothing but a vouched login
issues. Its own certificate comes from another, fresh at every start, through a login that can ask for nothing else.
"""

import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from demo import bao_setup, certs
from demo.bao import Bao
from demo.processes import Server

_STUNNEL: Final = """
foreground = yes
pid =
syslog = no
debug = warning
[database]
accept = 127.0.0.1:{port}
connect = {connect}
cert = {cert}
key = {key}
CAfile = {ca}
verifyChain = yes
requireCert = yes
sslVersionMin = TLSv1.2
sessionResume = no
options = NO_TICKET
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
TIMEOUTclose = 0
"""


@dataclass(slots=True)
class Front:
    """The TLS front on 127.0.0.1:`port`, before the database at `target`."""

    folder: Path
    port: int
    target: str
    ca: Path
    bao: Bao
    log: Path
    kind: Literal["stunnel", "relay"]
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server(self.folder.name, self._command, self._is_ready, self.log, self._environment)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Fetch its certificate, start it and wait for it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._fetch_certificate()
        self.server.start()

    def _fetch_certificate(self) -> None:
        body = {
            "common_name": bao_setup.FRONT_NAMES[-1],
            "alt_names": ",".join(bao_setup.FRONT_NAMES),
            "ip_sans": "127.0.0.1",
            "ttl": "720h",
        }
        token = self.bao.machine_login("front")
        issued = self.bao.call("POST", "pki-servers/issue/tickets-db", token=token, body=body)["data"]
        (self.folder / "front.pem").write_text(f"{issued['certificate']}\n", "utf-8")
        certs.write_private(self.folder / "front.key", f"{issued['private_key']}\n".encode())

    def _command(self) -> list[str]:
        cert, key = str(self.folder / "front.pem"), str(self.folder / "front.key")
        if self.kind == "stunnel":
            path = self.folder / "stunnel.conf"
            path.write_text(
                _STUNNEL.format(port=self.port, connect=self.target, cert=cert, key=key, ca=self.ca), "utf-8"
            )
            return [stunnel_binary(), str(path)]
        options = {
            "listen": f"127.0.0.1:{self.port}",
            "connect": self.target,
            "cert": cert,
            "key": key,
            "ca": str(self.ca),
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [sys.executable, "-P", "-m", "demo.relay", *words]

    def _environment(self) -> Mapping[str, str]:
        return {"PYTHONPATH": str(Path(__file__).parents[1])}

    def _is_ready(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


def stunnel_binary() -> str:
    """The path of stunnel, or the empty string."""
    return shutil.which("stunnel") or shutil.which("stunnel4") or ""
