"""The page "Access for two hours" is typed as it stands, against the real gateway and its rule."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.tools.documents import ROOT, blocks

PAGE = [block for block in blocks("sh", "yaml") if block.document == ROOT / ".github" / "access.md"]


@pytest.fixture(scope="module")
def environment(stack: Stack, gateways: Factory) -> dict[str, str]:
    folder = gateways.folder / "page-policies"
    shutil.copytree(ROOT / "policies", folder)
    (folder / "page.yaml").write_text(next(b.text for b in PAGE if b.language == "yaml"), "utf-8")
    gateway = gateways.make({"policies": str(folder), "state": {"prefix": "access-page"}})
    gateway.start()
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "addons"),
        "VECGATE_GATEWAY": gateway.url,
        "VECGATE_CA": str(gateway.ca),
        "CAROL": stack.token("carol"),
        "BOB": stack.token("bob"),
    }


def test_every_line_of_it_can_be_typed(environment: dict[str, str]) -> None:
    id, printed = "", []
    for line in [line for b in PAGE if b.words[1:] == ("run",) for line in b.text.splitlines() if line]:
        typed = ["bash", "-euo", "pipefail", "-c", re.sub(r"\bID\b", id, line)]
        done = subprocess.run(typed, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, line + done.stderr
        printed.append(done.stdout)
        id = id or done.stdout.split()[1]
    asked, listed, _, granted, extended, revoked, again, debrief, by_carol, by_bob = printed
    assert "mask         callback" in asked
    assert id in listed
    assert "asked for" in granted
    assert "for          1h" in granted
    assert f"carries on   {id}" in extended
    assert "ended (revoked)" in revoked
    assert f"copy of      {id}" in again
    assert "calls        0" in debrief
    assert "read by      carol" in by_carol
    assert "debrief      read" in by_bob
