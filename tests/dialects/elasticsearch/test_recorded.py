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
    r"duplicate key|not JSON|not UTF-8|byte order mark": "E-20",
    r"one action .* and nothing else": "E-21",
    r"line \d+ is empty": "E-21",
    r" sets '(blocks|lifecycle|policy_id|synonyms_set)'": "E-69",
    r"its content type must be": "E-13",
    r"it is in the API of version|names of types": "E-11",
    r"it is compressed": "E-14",
    r"this route knows these query keys|is not taken here: it|is 'open' here|plain 'key=value' pairs|a query key stands twice|'q' is a search|'sort' stands in its query": "E-01",
    r"has a value that it cannot have": "E-03",
    r"records within records|pieces of texts|ask for them with '_source'|tells words|tell words|how often words|counts all records": "E-60",
    r"is a program|pipeline or a script": "E-61",
    r"goes on with what was opened|cursor\.unknown|does not say how long": "E-34",
    r"joined|reads other documents|reads shapes|must be a list|compares with all|hides another query": "E-60",
    r"gives the texts|gives its text|model elsewhere": "E-59",
    r"leads the record elsewhere|would show the record|leads to one part|counts changes of a record|changes what is written or found|no write shows a record|names are looked up here": "E-05",
    r"names no index|must be the name of an index": "E-30",
    r"empty segment|escapes|must be escaped|dot segment|fragment|not start with|control character": "E-31",
    r"route\.refused": "E-65",
    r"route\.unknown": "E-31",
    r"this route takes none|there is none": "E-07",
    r"unknown member|not known here|must be|is missing|stand together|is no clause|is no aggregation|would come back|lets the server make|has one place|beside the retriever|are the same; only one": "E-25",
    r"would make data streams": "E-91",
    r"has a type by which|makes an alias more|gives the index other names|would hold what": "E-33",
}
#: What clients of frameworks send that is served; of the rest it is known why not.
NOT_SERVED: Final = r"scroll|_pit|_cat/|_field_caps|_knn_search|ignore_unavailable"


@pytest.fixture(scope="module")
def verdicts() -> list[tuple[Row, Verdict]]:
    return recorded.verdicts("elasticsearch")


def test_what_is_refused_beyond_the_server_is_on_the_page(verdicts: list[Any]) -> None:
    page = recorded.facts("elasticsearch")
    refused = [(row, said) for row, said in verdicts if isinstance(said, str) and 200 <= row.status < 300]
    assert len(refused) > 500
    assert [
        (row.number, row.raw.target, said) for row, said in refused if not any(re.search(one, said) for one in REVIEWED)
    ] == []
    assert all(f"| {fact} |" in page for fact in REVIEWED.values())


def test_what_official_clients_send_is_read_but_for_what_is_refused_by_name(verdicts: list[Any]) -> None:
    """E-10: elasticsearch-py of two generations, its asynchronous half, the JavaScript client, LangChain, LlamaIndex, Haystack."""
    clients = [(row, said) for row, said in verdicts if row.source.startswith("client:") and 200 <= row.status < 300]
    assert len(clients) > 100
    odd = [
        (row.source, row.raw.target, said)
        for row, said in clients
        if isinstance(said, str) and not re.search(NOT_SERVED, row.raw.target)
    ]
    assert odd == []


def test_what_frameworks_send_to_a_server_with_all_modules_is_read(verdicts: list[Any]) -> None:
    """E-54: the server of the recordings had no rank fusion, and said so."""
    hybrid = [said for row, said in verdicts if row.source.startswith("client:") and b'"rrf"' in row.raw.body]
    assert hybrid
    assert [said for said in hybrid if isinstance(said, str)] == []


def test_answers_hold_no_more_than_was_asked_for_and_no_vector_stays(verdicts: list[Any]) -> None:
    dialect, compared = dialects.load("elasticsearch"), 0
    for row, said in verdicts:
        if isinstance(said, str) or row.status != 200 or not isinstance(row.answer, dict):
            continue
        held, limit = dialect.records(said[1], row.answer), said[1].limit
        if held is not None and limit is not None:
            compared += 1
            assert held <= limit, (row.number, row.raw.target)
            assert '"vec": [0' not in json.dumps(dialect.strip_vectors(said[1], row.answer))
    assert compared > 80
