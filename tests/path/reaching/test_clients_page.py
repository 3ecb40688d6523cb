"""What the page "your client" says is typed as it stands: by environment alone, against the real gateway."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from demo import seed
from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.tools.documents import ROOT, Block, blocks

PAGE: Final = [b for b in blocks("python", "js", "sh") if b.document == ROOT / ".github" / "clients.md"]
RUN: Final = [b for b in PAGE if b.words[1:]]


@pytest.fixture(scope="module")
def second(stack_of_two: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway before both databases: Qdrant's port is the one above Chroma's."""
    factory = Factory(stack_of_two, tmp_path_factory.mktemp("two"), free_port)
    made = factory.make({"listen": {"port": stack_of_two.ports["gateway"]}})
    made.start()
    yield made
    factory.stop()


def of_qdrant(block: Block) -> bool:
    return block.words[1].startswith("qdrant")


def made_for(stack: Stack, gateway: Gateway) -> dict[str, str]:
    """What the `export` lines of scripts/run set, and then those of the page."""
    made = {
        "PATH": os.environ["PATH"],
        "HOME": str(gateway.log.parent),
        "ANONYMIZED_TELEMETRY": "False",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "VECGATE_GATEWAY": gateway.url,
        "VECGATE_CA": str(gateway.ca),
        "VECGATE_QDRANT": f"https://localhost:{gateway.listen.port + 1}",
        "ALICE": stack.token("alice"),
    }
    for block in PAGE:
        for line in block.text.splitlines() if block.language == "sh" else ():
            name, _, value = line.removeprefix("export ").partition("=")
            made[name] = made[value[1:]] if value.startswith("$") else value
    return made


@pytest.fixture
def environment(stack: Stack, gateway: Gateway) -> dict[str, str]:
    return made_for(stack, gateway)


@pytest.fixture
def environment_of_two(stack_of_two: Stack, second: Gateway) -> dict[str, str]:
    return made_for(stack_of_two, second)


def command(block: Block, folder: Path) -> list[str]:
    """What runs it: Python with our own packages, or a family's environment where there is one."""
    family = "js" if block.language == "js" else block.words[1]
    if family == "recipe":
        return [sys.executable, "-c", block.text]
    try:
        interpreter = importlib.import_module("support.tools.families").environment(family)
    except ModuleNotFoundError:
        pytest.skip(f"{family}: there is no environment for it")
    if block.language == "js":  # beside its packages, where node looks for them
        file = next((ROOT / ".vecgate" / "clients").glob("js-*")) / "page.mjs"
    else:
        file = folder / "page.py"
    file.write_text(block.text, "utf-8")
    return [*interpreter, str(file)]


@pytest.mark.sample(1)
@pytest.mark.parametrize("block", RUN, ids=str)
def test_a_recipe_can_be_typed(block: Block, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    environment = request.getfixturevalue("environment_of_two" if of_qdrant(block) else "environment")
    done = subprocess.run(
        command(block, tmp_path), cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
    assert not [value for value in (*seed.EMAILS, *seed.NAMES, *seed.CARDS) if value in done.stdout]


def test_paging_reads_everything(environment: dict[str, str], tmp_path: Path) -> None:
    (block,) = (b for b in RUN if "offset" in b.text)
    done = subprocess.run(
        command(block, tmp_path), cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    read, _, total = done.stdout.split()
    assert read == total
    assert int(read) > 100


def test_the_page_has_a_recipe_for_each_client() -> None:
    assert {(b.language, b.words[1]) for b in RUN} == {
        *(
            ("python", family)
            for family in ("recipe", "langchain", "llamaindex", "haystack", "qdrant", "qdrant_langchain")
        ),
        ("js", "recipe"),
    }
