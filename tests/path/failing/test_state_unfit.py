"""The state's server cannot keep an approval: nobody is asked, nothing is spent, and it heals when that is mended."""

import http.client
from contextlib import closing
from pathlib import Path

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.servers.valkey import Valkey, running_redis, running_valkey
from support.tools.askers import until
from support.tools.direct import Collection, collection

RULES = """
version: 1
rules:
  - {name: everyone-reads, who: anyone, where: anywhere, operations: [read], effect: allow, mask: unsafe-nothing}
  - name: ask-first
    who: anyone
    where: anywhere
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    wait: 1s
"""


def started(gateways: Factory, folder: Path, server: Valkey) -> tuple[Gateway, int]:
    """A gateway with its state on that server, and its telemetry's port."""
    folder.mkdir(exist_ok=True)
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    port = free_port()
    over = {"state": {"url": server.url}, "policies": str(folder), "telemetry": {"port": port}}
    gateway = gateways.make(over=over)
    gateway.start()
    return gateway, port


def ready(port: int) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/readyz")
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode()


def delete(stack: Stack, gateway: Gateway, tickets: Collection) -> Reply:
    body = {"where": {"status": "closed"}}
    return gateway.ask("POST", f"{tickets.path}/delete", token=stack.token("alice"), body=body, timeout=60)


def test_a_distributions_redis_is_a_clear_mistake(stack: Stack, gateways: Factory, tmp_path: Path) -> None:
    with running_redis("--appendonly", "no") as server, collection(stack, "unfit-redis", 5) as tickets:
        gateway, port = started(gateways, tmp_path, server)
        reply = delete(stack, gateway, tickets)
        assert (reply.status, reply.code) == (503, "state.unfit")
        assert "does not know WAITAOF" in reply.json["message"]
        assert "state.sync" in reply.json["message"], "what helps"
        assert tickets.count() == 5
        status, said = ready(port)
        assert (status, "state" in said) == (503, True)
        found = gateway.ask("POST", f"{tickets.path}/get", token=stack.token("alice"), body={"limit": 1})
        assert found.status == 200, "what needs no approval goes on"
        gateway.stop()


def test_it_heals_when_it_is_mended(stack: Stack, gateways: Factory, tmp_path: Path) -> None:
    with running_valkey("--appendonly", "no") as server, collection(stack, "unfit-valkey", 5) as tickets:
        gateway, port = started(gateways, tmp_path, server)
        assert delete(stack, gateway, tickets).code == "state.unfit"
        assert ready(port)[0] == 503
        server.say("CONFIG", "SET", "appendonly", "yes")
        held = delete(stack, gateway, tickets)
        assert held.code == "hold.pending"
        path = f"/.vecgate/v1/requests/{held.json['request_id']}"
        assert gateway.ask("POST", f"{path}/approve", token=stack.token("bob"), body={}).status == 200
        assert delete(stack, gateway, tickets).status == 200
        assert gateway.ask("GET", path, token=stack.token("bob")).json["state"] == "used"
        assert tickets.count() == 0
        until(lambda: ready(port)[0] == 200, "ready")
        gateway.stop()
