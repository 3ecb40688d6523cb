"""A real OpenSearch, where Java and Maven are."""

from collections.abc import Iterator

import pytest

from support.lucene.asked import Before
from support.servers.opensearch import missing, running_opensearch


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    """It, started for the module."""
    if why := missing():
        pytest.skip(why)
    with running_opensearch(tmp_path_factory.mktemp("opensearch")) as url:
        yield Before(url)
