"""A real Elasticsearch, where Java and Maven are; and yours, where the environment names it."""

from collections.abc import Iterator

import pytest

from support.lucene.asked import Before
from support.servers import own
from support.servers.elasticsearch import missing, running_elasticsearch


@pytest.fixture(scope="module", params=own.both("elasticsearch"))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    """It, started for the module; or one of yours."""
    if request.param == "tests" and (why := missing()):
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("elasticsearch")
    with own.serving("elasticsearch", request.param, folder, running_elasticsearch) as url:
        yield Before(url, "elasticsearch")
