"""A gateway that cannot serve does not start, says why and ends; one that is stopped ends in order."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.gateway import Gateway
from demo.stack import Stack
from support.tools.askers import asker, assert_served, until
from support.tools.workers import workers


def run(gateway: Gateway) -> subprocess.CompletedProcess[str]:
    """Start one that is not expected to last."""
    environment = {"PATH": os.defpath, "HOME": str(gateway.log.parent), **gateway._environment()}
    return subprocess.run(
        gateway._command(),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    "how", [{}, {"workers": 2}, {"how": "script"}], ids=["one worker", "two workers", "mitmweb -s"]
)
def test_a_mistake_in_a_policy_refuses_all_until_it_is_mended(
    stack: Stack, gateways: Any, tmp_path: Path, how: dict[str, Any]
) -> None:
    policies = Path(shutil.copytree(stack.policies, tmp_path / "policies"))
    (policies / "mine.yaml").write_text("version: 1\nrules: none\n", "utf-8")
    made: Gateway = gateways.make(over={"policies": str(policies)}, cold=True, **how)
    made.start()
    try:
        for path in ("/api/v2/heartbeat", "/api/v2/auth/identity"):
            assert made.ask("GET", path, token=stack.token("alice")).code == "policy.unavailable"
        assert "mine.yaml:2" in made.log.read_text("utf-8")
        (policies / "mine.yaml").unlink()
        token = stack.token("alice")
        until(  # each worker takes it up by itself, and any of them may be asked
            lambda: all(made.ask("GET", "/api/v2/heartbeat", token=token).status == 200 for _ in range(16)),
            "it is taken up",
        )
        assert_served(asker(stack, made, "alice").search())
    finally:
        made.stop()


def test_a_port_that_is_taken_keeps_it_from_starting(stack: Stack, gateways: Any) -> None:
    ended = run(gateways.make(over={"listen": {"port": stack.ports["front"]}}))
    assert ended.returncode != 0
    assert str(stack.ports["front"]) in ended.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers under /proc")
def test_one_that_is_stopped_ends_its_journals_and_leaves_no_process(stack: Stack, gateways: Any) -> None:
    made: Gateway = gateways.make(cold=True)
    made.start()
    assert_served(asker(stack, made, "alice").search())
    children = workers(made)
    assert children
    made.stop()
    until(lambda: not any((Path("/proc") / str(child)).exists() for child in children), "its workers are gone")
    journals = [j for j in (made.settings.parent / "recordings").glob("*.jsonl") if j.name != "heads.jsonl"]
    ends = [json.loads(journal.read_bytes().splitlines()[-1]) for journal in journals]
    assert len(ends) > 1
    assert [end["code"] for end in ends] == ["session.closed"] * len(ends)
