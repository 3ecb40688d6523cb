"""A gateway under attack: how its clients reach it, the database behind it, and the rule that holds for every attack.

The rule: the database received nothing that was not decided and recorded, and the client received nothing unmasked.
"""

import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from support.servers.witness import PERSONAL, Witness
from support.tools.people import People
from support.tools.raw_http import Sent
from vecgate.recording import chain, parts
from vecgate.recording.chain import Entry

#: Headers that the database may get: nothing of a client's own, and no credential.
SENT_ON: Final = frozenset({"host", "accept", "accept-encoding", "content-type", "content-length"})
#: Headers that a client may get: nothing of mitmproxy's own, nothing of the database's but these.
GIVEN: Final = frozenset(
    {
        "content-type",
        "content-length",
        "cache-control",
        "connection",
        "retry-after",
        "www-authenticate",
        "vecgate-missing",
        "vecgate-vectors",
    }
)
POLICY: Final = """
version: 1
mask_profiles:
  everything: {default: replace}
rules:
  - {name: reads, who: anyone, where: anywhere, operations: [read], effect: allow, mask: everything}
  - {name: writes, who: anyone, where: {collections: [tickets]}, operations: [upsert], effect: allow, mask: everything}
  - name: asks
    who: anyone
    where: {collections: [tickets]}
    operations: [delete_filter]
    effect: hold
    mask: everything
    approvers: {groups: [data-owners]}
    wait: 20s
"""


@dataclass
class Besieged(People):
    """One gateway in one mode. `name` is how clients call the database, `dial` a TCP connection to where it is.

    `spent`: requests that went by before a connection reached it.
    """

    stack: Stack
    gateway: Gateway
    database: Witness
    name: str
    dial: Callable[[], socket.socket]
    spent: int = 0
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    _read: dict[Path, int] = field(default_factory=dict, repr=False)
    _entries: list[Entry] = field(default_factory=list, repr=False)

    @cached_property
    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load(self.gateway.settings.read_text("utf-8"))
        return found

    @property
    def recordings(self) -> Path:
        return Path(self.settings["recording"]["folder"])

    @property
    def is_stock(self) -> bool:
        """Whether mitmproxy's own layers speak with its clients."""
        return bool(self.settings["listen"].get("layers") == "stock")

    # what an attacker does

    def raw(self, text: str | bytes, user: str = "alice") -> bytes:
        """Bytes to send: TOKEN and HOST are filled in, each character is one byte."""
        data = text if isinstance(text, bytes) else text.encode("latin-1")
        return data.replace(b"TOKEN", self.token(user).encode()).replace(b"HOST", self.name.encode())

    def connect(self, *, tls: bool = True, sni: str | None = "", alpn: tuple[str, ...] = ()) -> socket.socket:
        """A connection. `sni` empty: the database's name; None: none is sent."""
        plain = self.dial()
        plain.settimeout(20)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not tls:
            return plain
        context = ssl.create_default_context(cafile=str(self.gateway.ca))
        context.check_hostname = False  # the name is what is being tried
        if alpn:
            context.set_alpn_protocols([*alpn])
        try:
            return context.wrap_socket(plain, server_hostname=self.name if sni == "" else sni)
        except OSError:
            plain.close()  # which the wrapper has not always taken over when it fails
            raise

    def say(self, *pieces: str | bytes | float, leave: bool = False, **how: Any) -> Sent:
        """Send the pieces, a number being a pause in seconds, and read until the gateway closes.

        `leave`: the sending half is closed after the last piece. Raises TimeoutError when nothing comes.
        """
        with self.connect(**how) as line:
            try:
                for piece in pieces:
                    if isinstance(piece, float):
                        time.sleep(piece)
                    else:
                        line.sendall(self.raw(piece))
                if leave:
                    socket.socket.shutdown(line, socket.SHUT_WR)
            except (ConnectionError, ssl.SSLError):
                pass  # it has closed already, which is an answer too
            return self.hear(line)

    def hear(self, line: socket.socket) -> Sent:
        """Whatever still comes, to the end."""
        received = bytearray()
        try:
            while chunk := line.recv(65536):
                received += chunk
        except (ConnectionError, ssl.SSLError):
            pass
        sent = Sent(bytes(received))
        self.check_received(sent)
        return sent

    # the rule

    def check_received(self, sent: Sent) -> None:
        """The client received nothing unmasked, and nothing that says what stands in between."""
        text = sent.raw.decode("latin-1")
        assert [value for value in PERSONAL if value in text] == []
        assert "mitmproxy" not in text.lower()
        for reply in sent.replies:
            assert set(reply.headers) <= GIVEN, reply.headers

    def check_database(self) -> None:
        """The database received nothing that was not decided and recorded, and no credential of a client."""
        came = Counter((one.method, one.target.partition("?")[0]) for one in self.database.of_people)
        begun = [entry.body for entry in self.entries() if entry.code == "request.sent"]
        sent = [body for body in begun if not body["call"]["path"].startswith("/.vecgate/")]  # those never go out
        assert all(body["decision"]["effect"] in ("allow", "hold") and body["lease"] for body in sent)
        recorded = Counter(_as_sent(body["call"]) for body in sent)
        assert came - recorded == Counter()
        for one in self.database.of_people:
            assert {name for name, _ in one.headers} <= SENT_ON
        heard = b"".join(bytes(one) for one in self.database.raw)
        assert not any(token.encode() in heard for token in self.tokens.values())

    def entries(self) -> list[Entry]:
        """Everything that is recorded so far, about exchanges."""
        for path in parts.named(self.recordings):
            with path.open("rb") as lines:
                lines.seek(self._read.get(path, 0))
                for line in lines:
                    if not line.endswith(b"\n"):
                        break
                    self._read[path] = self._read.get(path, 0) + len(line)
                    self._entries.append(chain.parse(line))
        return [entry for entry in self._entries if entry.exchange]

    def ends(self) -> list[str]:
        """The codes of how exchanges ended, oldest first."""
        ends = {
            "request.refused",
            "request.local",
            "answer.released",
            "answer.withheld",
            "answer.failed",
            "client.left",
        }
        return [entry.code for entry in sorted(self.entries(), key=lambda one: one.at) if entry.code in ends]


def _as_sent(call: dict[str, Any]) -> tuple[str, str]:
    """What goes out for a call that is recorded."""
    return ("POST", call["grpc"]) if "grpc" in call else (call["method"], call["path"])
