"""What does a call mean in OpenSearch (REST, 2.x)? What it shares with Elasticsearch is base/lucene; here is what it has of its own."""

import re
from collections.abc import Mapping
from typing import ClassVar

from vecgate.dialects.base.lucene import surfaces
from vecgate.dialects.base.lucene.dialect import Lucene
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Route
from vecgate.dialects.opensearch.routes import QUERY_FORMS, ROUTES
from vecgate.domain.surface import Surface


class OpenSearch(Lucene):
    """OpenSearch 2.x over REST."""

    name: ClassVar[str] = "opensearch"
    routes: ClassVar[tuple[Route, ...]] = ROUTES
    query_forms: ClassVar[Mapping[str, re.Pattern[str]]] = QUERY_FORMS
    status: ClassVar[str] = (
        "Held against a real OpenSearch 2.19.6 with k-NN by the tests, where Java and Maven are; not against Amazon's services."
    )
    ports: ClassVar[tuple[Port, ...]] = (
        Port(9200, "HTTP API, without any login", "/", "https://docs.opensearch.org/latest/install-and-configure/configuring-opensearch/network-settings/"),
        Port(9300, "traffic between nodes, without any login", "/", "https://docs.opensearch.org/latest/install-and-configure/configuring-opensearch/network-settings/"),
        Port(9600, "performance analyzer, without any login", "/", "https://docs.opensearch.org/latest/monitoring-your-cluster/pa/index/"),
    )  # fmt: skip
    info: ClassVar[Surface] = surfaces.info("opensearch", "The OpenSearch Project: https://opensearch.org/")
