"""Do the stores that frameworks have on OpenSearch and Elasticsearch do through the gateway what they do without it? And where they may not, do users read why?

Unmodified, in environments of their own, with real servers; whoever reads is kept to rows by what the framework calls its metadata.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from demo.stack import Stack
from support.lucene.gated import Gate, gated
from support.lucene.stores import Store, check_store
from support.servers import elasticsearch, opensearch

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
RESULTS, RULE, SCRIPT, WORDS, ROWS = (
    "limit.results",
    "policy.no_rule",
    "route.refused",
    "body.unreadable",
    "rows.unscopable",
)
#: Frameworks, and what their users are told.
ON_OPENSEARCH: Final = (
    Store("opensearch_langchain", {
        "asks_for_too_many": RESULTS, "ranks_for_diversity": "IndexError", "searches_by_words_too": ROWS, "adds_one": RULE, "deletes": RULE, "drops": RULE,
    }),
    Store("opensearch_llamaindex", {
        "asks_for_too_many": RESULTS, "adds_one": RULE, "deletes_a_document": RULE, "deletes_nodes": RULE, "clears": RULE,
    }),
    Store("opensearch_haystack", {
        "filters": RESULTS, "asks_for_too_many": RESULTS, "writes": RULE, "changes_by_filter": SCRIPT, "deletes": RULE,
        "deletes_by_filter": RULE, "deletes_all": RULE,
    }, {"searches_words": WORDS}, "flat-borrowers"),
)  # fmt: skip
ON_ELASTICSEARCH: Final = (
    Store("elasticsearch_langchain", {
        "asks_for_too_many": RESULTS, "ranks_for_diversity": "IndexError", "ranks_by_a_script": WORDS, "adds_one": RULE, "deletes": RULE,
    }),
    Store("elasticsearch_llamaindex", {
        "gets_nodes": RESULTS, "asks_for_too_many": RESULTS, "adds_one": RULE, "deletes_a_document": RULE, "deletes_nodes": RULE, "clears": RULE,
    }),
    Store("elasticsearch_haystack", {
        "writes": RULE, "changes_by_filter": SCRIPT, "deletes": RULE,
        "deletes_by_filter": RULE, "deletes_all": RULE,
    }, {"searches_words": WORDS}, "flat-borrowers"),
)  # fmt: skip
NO_COPIES: Final[Any] = {"settings": {"index": {"number_of_replicas": 0}}}


@pytest.fixture(scope="module")
def on_opensearch(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    if why := opensearch.missing():
        pytest.skip(why)
    with gated(stack, tmp_path_factory.mktemp("opensearch"), "opensearch", NO_COPIES) as made:
        yield made


@pytest.mark.parametrize("store", ON_OPENSEARCH, ids=str)
def test_a_store_on_opensearch_does_the_same_and_tells_why_not(on_opensearch: Gate, store: Store) -> None:
    """O-53, O-72"""
    check_store(on_opensearch, store)


@pytest.fixture(scope="module")
def on_elasticsearch(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    if why := elasticsearch.missing():
        pytest.skip(why)
    with gated(stack, tmp_path_factory.mktemp("elasticsearch"), "elasticsearch", NO_COPIES) as made:
        yield made


@pytest.mark.parametrize("store", ON_ELASTICSEARCH, ids=str)
def test_a_store_on_elasticsearch_does_the_same_and_tells_why_not(on_elasticsearch: Gate, store: Store) -> None:
    """E-64, E-72"""
    check_store(on_elasticsearch, store)
