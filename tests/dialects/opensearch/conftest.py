"""A real OpenSearch, where Java and Maven are; and yours, where the environment names it."""

from collections.abc import Iterator

import pytest

from support.lucene.asked import Before
from support.servers import own
from support.servers.opensearch import missing, running_opensearch


@pytest.fixture(scope="module", params=own.both("opensearch"))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    """It, started for the module; or one of yours."""
    if request.param == "tests" and (why := missing()):
        pytest.skip(why)
    with own.serving("opensearch", request.param, tmp_path_factory.mktemp("opensearch"), running_opensearch) as url:
        yield Before(url)
