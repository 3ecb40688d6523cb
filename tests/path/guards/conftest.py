"""One gateway before each database in turn, with the same rules."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.servers.guarded import World, guarded

RULES: Final = (Path(__file__).parent / "rules.yaml").read_text("utf-8")


@pytest.fixture(scope="module", params=["chroma", "qdrant"])
def world(
    request: pytest.FixtureRequest, stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The same rules before each database."""
    with ExitStack() as made:
        yield guarded(request.param, RULES, stack, gateways, tmp_path_factory.mktemp("guards"), made)


@pytest.fixture(scope="module")
def chroma(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Before Chroma alone."""
    with ExitStack() as made:
        yield guarded("chroma", RULES, stack, gateways, tmp_path_factory.mktemp("guards"), made)


@pytest.fixture(scope="module")
def qdrant(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Before Qdrant alone."""
    with ExitStack() as made:
        yield guarded("qdrant", RULES, stack, gateways, tmp_path_factory.mktemp("guards"), made)
