"""A login service whose people log in at a SAML identity provider, of which there are the words alone (saml_stub.py)."""

from collections.abc import Iterator

import pytest

from demo.stack import Stack
from support.logins.town import Town, opened
from vecgate.domain.guards import Rate
from vecgate.idp import pages


@pytest.fixture(scope="module")
def shared(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with opened(stack, tmp_path_factory.mktemp("saml")) as made:
        yield made


@pytest.fixture
def town(shared: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(pages, "CODES", Rate(100_000, 1))
    shared.served.clock.added = 0.0
    shared.served.service.app._logins.clear()  # type: ignore[attr-defined]
    return shared
