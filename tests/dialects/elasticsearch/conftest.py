"""A real Elasticsearch, where Java and Maven are."""

from collections.abc import Iterator

import pytest

from support.lucene.asked import Before
from support.servers.elasticsearch import missing, running_elasticsearch


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    """It, started for the module."""
    if why := missing():
        pytest.skip(why)
    with running_elasticsearch(tmp_path_factory.mktemp("elasticsearch")) as url:
        yield Before(url, "elasticsearch")
