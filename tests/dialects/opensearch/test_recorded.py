"""Is every call that real servers were recorded with read as they read it, or refused for a reason on the page?"""

import json
import re
from typing import Any, Final

import pytest

from support.lucene import recorded
from support.lucene.recorded import Row, Verdict
from vecgate import dialects

#: What is refused though the server takes it: the words of the refusal, and the fact on the page.
REVIEWED: Final = {
    r"duplicate key": "O-10",
    r"one action .* and nothing else": "O-11",
    r"not JSON": "O-12",
    r"not UTF-8|byte order mark": "O-13",
    r"its content type must be": "O-14",
    r"it is compressed": "O-15",
    r"this route knows these query keys|is not taken here: it|is 'open' here|plain 'key=value' pairs|a query key stands twice": "O-01",
    r"'q' is a search": "O-02",
    r"'sort' stands in its query and in its body": "O-03",
    r"whole number|must be one of": "O-19",
    r"'aggs' and 'aggregations'": "O-17",
    r"records within records|pieces of texts|ask for them with '_source'": "O-51",
    r"is a program|pipeline or a script|changes what is searched for": "O-52",
    r"would make data streams": "O-93",
    r"may move records or values": "O-94",
    r"has a value that it cannot have": "O-03",
    r" sets '(blocks|lifecycle|policy_id|synonyms_set)'": "O-58",
    r"line \d+ is empty": "O-11",
    r"tells words|tell words|how often words": "O-46",
    r"tells words and records": "O-43",
    r"goes on with what was opened|cursor\.unknown|does not say how long": "O-53",
    r"counts all records": "O-41",
    r"joined": "O-44",
    r"reads other documents|reads shapes|must be a list": "O-45",
    r"compares with all": "O-47",
    r"hides another query": "O-21",
    r"leads the record elsewhere|would show the record|leads to one part|counts changes of a record|changes what is written or found|no write shows a record|names are looked up here": "O-06",
    r"names no index": "O-30",
    r"must be the name of an index": "O-34",
    r"empty segment|escapes|must be escaped|dot segment|fragment|not start with|control character": "O-32",
    r"route\.refused": "O-52",
    r"route\.unknown": "O-32",
    r"this route takes none|there is none": "O-09",
    r"unknown member|not known here|must be|is missing|stand together|is no clause|is no aggregation|would come back": "O-16",
    r"has a type by which|makes an alias more|gives the index other names|would hold what": "O-33",
}


@pytest.fixture(scope="module")
def verdicts() -> list[tuple[Row, Verdict]]:
    return recorded.verdicts("opensearch")


def test_what_is_refused_beyond_the_server_is_on_the_page(verdicts: list[Any]) -> None:
    page = recorded.facts("opensearch")
    refused = [(row, said) for row, said in verdicts if isinstance(said, str) and 200 <= row.status < 300]
    assert len(refused) > 500
    assert [
        (row.number, row.raw.target, said) for row, said in refused if not any(re.search(one, said) for one in REVIEWED)
    ] == []
    assert all(f"| {fact} |" in page for fact in REVIEWED.values())


#: What clients of frameworks send that is served; of the rest it is known why not.
NOT_SERVED: Final = r"scroll|point_in_time|_cat/|_search/template|_scripts|_explain|_termvectors|_field_caps|_knn/stats|_update_by_query|[?&]q="


def test_what_official_clients_send_is_read_but_for_what_is_refused_by_name(verdicts: list[Any]) -> None:
    """opensearch-py, its asynchronous half, the JavaScript client, LangChain, LlamaIndex and Haystack."""
    clients = [(row, said) for row, said in verdicts if row.source.startswith("client:") and 200 <= row.status < 300]
    assert len(clients) > 90
    odd = [
        (row.source, row.raw.target, said)
        for row, said in clients
        if isinstance(said, str) and not re.search(NOT_SERVED, row.raw.target)
    ]
    assert [one for one in odd if "knn_score" not in one[2]] == [], "but for scripts of LlamaIndex's own"
    assert len(odd) < 3


def test_answers_hold_no_more_than_was_asked_for_and_no_vector_stays(verdicts: list[Any]) -> None:
    dialect, compared = dialects.load("opensearch"), 0
    for row, said in verdicts:
        if isinstance(said, str) or row.status != 200 or not isinstance(row.answer, dict):
            continue
        held, limit = dialect.records(said[1], row.answer), said[1].limit
        if held is not None and limit is not None:
            compared += 1
            assert held <= limit, (row.number, row.raw.target)
            assert '"vec": [0' not in json.dumps(dialect.strip_vectors(said[1], row.answer))
    assert compared > 80
