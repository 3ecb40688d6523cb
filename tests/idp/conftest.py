"""A login service with local people, one for a module; each test begins as if nobody had come yet."""

from collections.abc import Iterator

import pytest

from demo.stack import Stack
from support.logins.served import Served, running
from vecgate.domain.guards import Rate
from vecgate.idp import pages


@pytest.fixture(scope="module")
def shared(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(stack, tmp_path_factory.mktemp("idp")) as made:
        yield made


@pytest.fixture
def served(shared: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    for rate in ("HERE", "ANYWHERE", "BY_ADDRESS", "CODES"):  # tests/idp/test_pages.py tries these
        monkeypatch.setattr(pages, rate, Rate(100_000, 1))
    shared.clock.added = 0.0
    shared.service.app._logins.clear()  # type: ignore[attr-defined]
    return shared
