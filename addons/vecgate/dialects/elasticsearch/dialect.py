"""What does a call mean in Elasticsearch (REST, 8.x)? What it shares with OpenSearch is base/lucene; here is what it has of its own."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final

from vecgate.dialects.base.lucene import surfaces
from vecgate.dialects.base.lucene.dialect import Lucene
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Route
from vecgate.dialects.elasticsearch import media
from vecgate.dialects.elasticsearch.routes import QUERY_FORMS, ROUTES
from vecgate.domain.call import Call
from vecgate.domain.exchange import Raw
from vecgate.domain.lease import BASIC, BEARER, Way
from vecgate.domain.surface import Surface
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.rendering import Rendered

#: Without it clients take an answer of success for another product's.
_PRODUCT: Final = (("x-elastic-product", "Elasticsearch"),)


class Elasticsearch(Lucene):
    """Elasticsearch 8.x over REST."""

    name: ClassVar[str] = "elasticsearch"
    routes: ClassVar[tuple[Route, ...]] = ROUTES
    query_forms: ClassVar[Mapping[str, re.Pattern[str]]] = QUERY_FORMS
    status: ClassVar[str] = (
        "Held against a real Elasticsearch 8.19.5 without its modules (no deletes by query, no security, no rrf) by the "
        "tests, where Java and Maven are, and against recordings of 8.19 and 9.2; not against Elastic's cloud."
    )
    ways: ClassVar[tuple[Way, ...]] = (BASIC, Way("api_key", scheme="ApiKey"), BEARER)
    ports: ClassVar[tuple[Port, ...]] = (
        Port(9200, "HTTP API", "/", "https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/networking-settings"),
        Port(9300, "traffic between nodes", "/", "https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/networking-settings"),
    )  # fmt: skip
    info: ClassVar[Surface] = surfaces.info("", "You Know, for Search")
    answer_headers: ClassVar[tuple[tuple[str, str], ...]] = _PRODUCT

    def read(self, raw: Raw) -> Call:
        return super().read(media.plain(raw))

    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        rendered = super().render(refusal, agent)
        return replace(rendered, headers=(*rendered.headers, *_PRODUCT))
