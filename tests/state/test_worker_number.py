"""A process that nobody told stands alone; the workers of one gateway have their key in common."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from vecgate.state import worker_number as place
from vecgate.state.worker_number import WorkerNumber


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    before = list(place._here)
    place._here.clear()
    yield
    place._here[:] = before


def test_alone_it_is_the_only_worker_and_has_a_key_of_its_own() -> None:
    found = place.here()
    assert (found.index, found.count, found.restarts, found.feed) == (0, 1, 0, None)
    assert place.here() is found
    assert len(found.hash_key) == 32
    assert found.hash_key != WorkerNumber().hash_key


def test_what_it_is_told_counts_and_its_key_is_not_shown() -> None:
    told = WorkerNumber(1, 4, 2, Path("/run/viewer"), b"k" * 32)
    place.take(told)
    assert place.here() is told
    assert "kkkk" not in repr(told)
