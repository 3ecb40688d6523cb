"""What does a call mean in OpenSearch (REST, 2.x)? What it shares with Elasticsearch is base/lucene; here is what it has of its own."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.base.lucene import inward, results, surfaces
from vecgate.dialects.base.lucene.dialect import Lucene
from vecgate.dialects.base.lucene.meaning import body
from vecgate.dialects.base.lucene.names import Before, Index
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Route
from vecgate.dialects.opensearch.pipelines import Pipelines
from vecgate.dialects.opensearch.routes import QUERY_FORMS, ROUTES
from vecgate.domain.call import Answer, Call
from vecgate.domain.operation import Operation
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

    def __init__(self) -> None:
        super().__init__()
        self._pipelines = Pipelines(quiet=lambda: self.quiet())

    async def led(self, call: Call, name: str, indices: Sequence[Index], ask: Ask, before: Before) -> None:
        if name in inward.SEARCHES:
            await self._pipelines.check(ask, before, results.searches(name, body(call)), indices)

    def forget_names(self) -> None:
        super().forget_names()
        self._pipelines.forget()

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        super().forget(operation, answer)
        if operation.group == "admin":
            self._pipelines.forget()
