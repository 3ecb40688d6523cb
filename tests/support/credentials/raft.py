"""A cluster of three OpenBao nodes (raft) on this machine: each can be killed, hang, and come back."""

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from demo.bao import bao_binary
from demo.processes import Server
from support.consoles.served import free_place

PASSWORD: Final = "correct horse battery"
_EVERYTHING: Final = '{ capabilities = ["create", "read", "update", "delete", "list", "sudo"] }'
_NODE: Final = """
ui = false
api_addr = "{url}"
cluster_addr = "{cluster}"
log_level = "warn"
listener "tcp" {{
  address = "{place}"
  cluster_address = "{cluster_place}"
  tls_disable = true
}}
storage "raft" {{
  path = "{folder}"
  node_id = "{name}"
  performance_multiplier = 1
  {join}
}}
seal "static" {{
  current_key_id = "test-1"
  current_key = "file://{key}"
}}
{first}
"""
_FIRST: Final = """
initialize "setup" {{
  request "mount" {{
    operation = "update"
    path = "sys/auth/userpass"
    data = {{ type = "userpass" }}
  }}
  request "policy" {{
    operation = "update"
    path = "sys/policies/acl/all"
    data = {{ policy = {policy} }}
  }}
  request "user" {{
    operation = "update"
    path = "auth/userpass/users/admin"
    data = {{
      password = "{password}"
      token_policies = ["all"]
    }}
  }}
}}
"""


@dataclass
class Node:
    """One of them."""

    url: str
    server: Server

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/v1/{path}", data, {"X-Vault-Token": token}, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def is_(self, **so: bool) -> bool:
        """Whether it says so of itself: `sealed`, `standby`."""
        try:
            found = self.ask("GET", "sys/health?standbyok=true")
        except (OSError, ValueError):
            return False
        return all(found[name] is value for name, value in so.items())


@dataclass
class Cluster:
    """All of them."""

    nodes: list[Node]

    @property
    def urls(self) -> list[str]:
        return [node.url for node in self.nodes]

    def leader(self) -> Node:
        return self.until(lambda: next((one for one in self.nodes if one.is_(sealed=False, standby=False)), None))

    def whole(self) -> None:
        """Wait until each takes part, and follows one leader far enough to take its place."""
        self.until(lambda: all(one.is_(sealed=False) for one in self.nodes))
        leader = self.leader()
        token = self.token()
        self.until(lambda: _voters(leader, token) == len(self.nodes))

    def token(self) -> str:
        found = self.leader().ask("POST", "auth/userpass/login/admin", {"password": PASSWORD})
        return str(found["auth"]["client_token"])

    @staticmethod
    def until(so: Any) -> Any:
        end = time.monotonic() + 120
        while not (found := so()):
            assert time.monotonic() < end, "it does not come"
            time.sleep(0.1)
        return found


def _voters(leader: Node, token: str) -> int:
    try:
        servers = leader.ask("GET", "sys/storage/raft/autopilot/state", token=token)["data"]["servers"]
    except (urllib.error.URLError, OSError, KeyError, TypeError):
        return 0
    return sum(1 for one in servers.values() if one["healthy"] and one["status"] in ("leader", "voter"))


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """One, for as long as the block runs."""
    key, nodes = folder / "unseal.key", list[Node]()
    key.write_bytes(secrets.token_bytes(32))
    try:
        for number in range(3):
            nodes.append(_node(folder / f"n{number}", key, nodes))
            nodes[-1].server.start()
        made = Cluster(nodes)
        made.whole()
        yield made
    finally:
        for node in nodes:
            node.server.kill()


def _node(folder: Path, key: Path, others: list[Node]) -> Node:
    folder.mkdir()
    url, cluster = free_place(), free_place().replace("http:", "https:")
    join = f'retry_join {{\n    leader_api_addr = "{others[0].url}"\n  }}' if others else ""
    policy = json.dumps(f'path "*" {_EVERYTHING}')
    said = _NODE.format(
        url=url, cluster=cluster, place=url.partition("//")[2], cluster_place=cluster.partition("//")[2], key=key,
        folder=folder, name=folder.name, join=join, first="" if others else _FIRST.format(policy=policy, password=PASSWORD),
    )  # fmt: skip
    (folder / "bao.hcl").write_text(said)
    made = Node(
        url,
        Server(
            "bao",
            lambda: [bao_binary(), "server", f"-config={folder / 'bao.hcl'}"],
            lambda: made.is_(sealed=False),
            folder / "log",
        ),
    )
    return made
