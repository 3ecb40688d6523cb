"""Fixtures that many parts share: the real servers of the demo, started once per test session."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from demo.bao import Bao
from demo.processes import StartFailed
from demo.stack import Stack

if TYPE_CHECKING:
    from support.consoles.people import Everybody


@contextmanager
def started(folders: pytest.TempPathFactory, name: str, **how: bool) -> Iterator[Stack]:
    """A stack that runs. Its ports were free when it chose them; where others took one since, it chooses anew."""
    for left in (2, 1, 0):
        made = Stack(folders.mktemp(name) / "state", **how)
        try:
            made.start_all()
            break
        except (OSError, StartFailed):
            if not left:
                raise
    try:
        yield made
    finally:
        made.stop_all()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """OpenBao, Valkey, seeded Chroma and its TLS front. A test that stops or seals one puts it back."""
    with started(tmp_path_factory, "stack") as running:
        yield running


@pytest.fixture(scope="session")
def stack_of_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with a second database: "qdrant (edge shim)", behind a front of its own, seeded."""
    with started(tmp_path_factory, "two", qdrant=True) as running:
        yield running


@pytest.fixture(scope="module")
def everybody() -> "Iterator[Everybody]":
    """People with a real browser each; skips where there is no chromium. No test of such a module is asynchronous."""
    from support.consoles.people import opened  # what drives it is loaded where it is wanted only
    from support.tools.browser import chromium

    if chromium() is None:
        pytest.skip("needs chromium")
    with opened() as people:
        yield people


@pytest.fixture
def bao(stack: Stack) -> Bao:
    """The stack's OpenBao."""
    return stack.bao
