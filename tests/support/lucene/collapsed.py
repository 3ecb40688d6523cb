"""The best record for each value of a field, at a real server and through a dialect."""

from typing import Any, Final

from support.lucene.asked import OWN, Before

BEST: Final[dict[str, Any]] = {"collapse": {"field": "city"}, "sort": [{"age": "desc"}], "_source": ["city"], "size": 8}


def the_best_of_each_value_is_found(people: Before) -> None:
    """Under rows of one's own records alone; what it is collapsed by is shown beside each, and told of as that field."""
    _, here = people.direct("POST", "/people/_search", BEST)
    whole = people.do("POST", "/people/_search", BEST)
    assert whole.tree["hits"]["hits"] == here["hits"]["hits"]
    assert len(here["hits"]["hits"]) == 4
    own = people.do("POST", "/people/_search", BEST, OWN).tree["hits"]["hits"]
    assert [(one["_id"], one["fields"]) for one in own] == [("p4", {"city": ["city0"]}), ("p3", {"city": ["city1"]})]
    several = people.do("POST", "/_msearch", [{"index": "people"}, BEST], OWN).tree["responses"][0]["hits"]["hits"]
    assert several == own
    named = [*people.dialect.fields(whole.sent, whole.operation)]
    assert ("/collapse", ("city",), "facet") in [(one.at, one.path, one.how) for one in named]
    beside = [one.path for one in people.dialect.beside(whole.sent, whole.operation)]
    assert beside == [("age",), ("city",)]
