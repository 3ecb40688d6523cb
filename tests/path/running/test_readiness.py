"""When does a gateway say that it is ready? Only once it has had all it needs; and not any more by what is documented."""

import http.client
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from demo.gateway import Gateway
from demo.stack import REPOSITORY, Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.tools.askers import until
from vecgate.cli import main


class Looked:
    """A gateway, seen over its telemetry port."""

    def __init__(self, gateways: Factory, **over: Any) -> None:
        self.port = free_port()
        self.gateway: Gateway = gateways.make(over={"telemetry": {"port": self.port}, **over})

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
                connection.request("GET", path)
                answer = connection.getresponse()
                return answer.status, answer.read()
        except OSError:
            return 0, b"{}"

    def away(self) -> set[str] | None:
        """What it says is away; None: it says nothing."""
        status, body = self.get("/readyz")
        return set(json.loads(body)["away"]) if status else None

    def state(self, part: str) -> str:
        return str(json.loads(self.get("/readyz")[1]).get("parts", {}).get(part, {}).get("state", ""))

    def value(self, name: str, **labels: str) -> float:
        families = text_string_to_metric_families(self.get("/metrics")[1].decode())
        return next(s.value for f in families for s in f.samples if s.name == f"vecgate_{name}" and s.labels == labels)


def test_without_openbao_it_starts_and_is_not_ready_until_it_is_there(stack: Stack, gateways: Factory) -> None:
    looked = Looked(gateways, state={"prefix": "ready-bao"})
    stack.stop("bao")  # which is the login service here as well
    try:
        looked.gateway.start()
        needed = {"issuers", "vault", "masking_key", "journal"}
        until(lambda: looked.away() == needed, "all but OpenBao is there")
        assert looked.get("/healthz")[0] == 200
        assert looked.value("part_up", part="vault") == 0
    finally:
        stack.start("bao")
    until(lambda: looked.away() == set(), "it is ready")
    assert looked.gateway.ask("GET", "/api/v2/version", token=stack.token("alice")).status == 200


def test_when_openbao_goes_it_is_told_at_once_and_unready_when_no_lease_can_be_left(
    stack: Stack, gateways: Factory
) -> None:
    short = {"upstreams": {"tickets-db": {"credential": {"ttl": 15}}}, "state": {"prefix": "ready-lease"}}
    looked = Looked(gateways, **short)
    looked.gateway.start()
    until(lambda: looked.away() == set(), "it is ready")
    stack.seal_bao()
    try:
        until(lambda: looked.state("vault") == "away", "it is told")
        until(lambda: looked.away() == {"vault"}, "no lease is left")
        assert looked.state("masking_key") == "ok"  # what was had is kept
    finally:
        stack.unseal_bao()
    until(lambda: looked.away() == set(), "it is ready again")


def test_a_key_that_nobody_trusts_is_never_ready(stack: Stack, gateways: Factory, tmp_path: Path) -> None:
    stranger = tmp_path / "vouch.key"
    stranger.write_bytes((stack.folder / "bao" / "tls" / "ca.key").read_bytes())
    stranger.chmod(0o600)
    looked = Looked(gateways, vault={"vouch": {"key_file": str(stranger)}}, state={"prefix": "ready-key"})
    looked.gateway.start()
    until(lambda: looked.away() == {"vault"}, "all else is there")
    assert looked.gateway.ask("GET", "/api/v2/version", token=stack.token("alice")).code == "lease.not_vouched"


def test_policies_that_were_broken_since_are_told_as_stale(
    stack: Stack, gateways: Factory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    rules = (REPOSITORY / "policies" / "analysts-read-only.yaml").read_text("utf-8")
    (folder / "a.yaml").write_text(rules)
    looked = Looked(gateways, policies=str(folder), state={"prefix": "ready-stale"})
    looked.gateway.start()
    until(lambda: looked.away() == set(), "it is ready")
    began = time.time()
    (folder / "b.yaml").write_text("<<<<<<< HEAD")
    until(lambda: looked.state("policies") == "stale", "it is told")
    assert looked.away() == set()
    assert 0 < looked.value("policies_stale_seconds") < time.time() - began + 1
    until(lambda: told_by_status(looked, capsys).startswith("policies: stale since "), "status tells it")
    (folder / "b.yaml").unlink()
    until(lambda: looked.state("policies") == "ok", "it is well again")
    assert looked.value("policies_stale_seconds") == 0


def told_by_status(looked: Looked, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["status", "--settings", str(looked.gateway.settings)]) == 0
    return next((line for line in capsys.readouterr().out.splitlines() if line.startswith("policies: ")), "")


def test_an_issuer_that_was_never_there_keeps_a_new_gateway_from_being_ready(stack: Stack, gateways: Factory) -> None:
    gone = {"issuer": "https://login.test", "audience": "vecgate", "jwks_url": f"https://127.0.0.1:{free_port()}/k"}
    both = [*json_of(stack)["issuers"], gone]
    looked = Looked(gateways, issuers=both, state={"prefix": "ready-issuer"})
    looked.gateway.start()
    until(lambda: looked.away() == {"issuers"}, "all else is there")


def json_of(stack: Stack) -> dict[str, Any]:
    tree: dict[str, Any] = yaml.safe_load(stack.settings_path.read_text("utf-8"))
    return tree
