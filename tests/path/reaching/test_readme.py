"""The README's examples are typed as they stand, against the real gateway."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo import seed
from demo.gateway import Gateway
from demo.stack import Stack
from support.tools.documents import ROOT, Block, blocks

README = [b for b in blocks("sh", "python") if b.document == ROOT / "README.md"]


@pytest.fixture
def environment(stack: Stack, gateway: Gateway) -> dict[str, str]:
    """What the `export` lines of scripts/run set; alice has been here, so there is a session to look at."""
    alice = stack.token("alice")
    assert gateway.ask("GET", "/api/v2/heartbeat", token=alice).status == 200
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "addons"),
        "VECGATE_SETTINGS": str(gateway.settings),
        "VECGATE_GATEWAY": gateway.url,
        "VECGATE_CA": str(gateway.ca),
        "ALICE": alice,
        "BOB": stack.token("bob"),
    }


def typed(block: Block, environment: dict[str, str], folder: Path) -> str:
    """What the block prints; fails unless each of its commands did what it says."""
    shell = ["bash", "-euo", "pipefail", "-c"] if block.language == "sh" else [sys.executable, "-c"]
    done = subprocess.run(
        [*shell, block.text], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_sdk_example_prints_masked_tickets(environment: dict[str, str], tmp_path: Path) -> None:
    block = next(b for b in README if b.language == "python")
    read = typed(block, environment, tmp_path)
    assert read.count("', '") == 2
    assert not [value for value in (*seed.EMAILS, *seed.NAMES, *seed.CARDS, *seed.PHONES) if value in read]


@pytest.mark.sample(3)
@pytest.mark.parametrize("block", [b for b in README if b.words[1:] == ("run",)], ids=str)
def test_a_shell_example_can_be_typed(block: Block, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "policies").symlink_to(ROOT / "policies")
    assert typed(block, environment, tmp_path)


def test_there_are_examples() -> None:
    assert len([b for b in README if b.words[1:] == ("run",)]) >= 4
