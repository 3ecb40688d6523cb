"""What of a refusal may be recorded, and what is told of it afterwards?"""

import re

import pytest

from vecgate.refusals.catalogue import CATALOGUE, refuse


@pytest.mark.parametrize(
    ("code", "values", "facts"),
    [
        (
            "limit.results",
            {"asked": 300, "things": "results", "rule": "a/b", "allowed": 50},
            {"asked", "things", "rule", "allowed"},
        ),
        (
            "policy.denied",
            {"rule": "a/b", "operation": "search", "target": "Anna", "who": "anna"},
            {"rule", "operation"},
        ),
        ("hold.denied", {"id": "r1", "by": "bob", "why": ": Anna asked"}, {"id"}),
        ("lease.user_name", {"upstream": "db", "user": "anna"}, {"upstream"}),
        ("input.personal", {"found": "1 EMAIL", "where": "documents[0]", "rule": "a/b"}, {"rule"}),
    ],
)
def test_of_its_words_only_numbers_and_the_operators_names_may_be_recorded(
    code: str, values: dict[str, object], facts: set[str]
) -> None:
    refusal = refuse(code, **values)
    assert refusal.facts == {name: values[name] for name in facts}
    told = CATALOGUE[code].told(refusal.facts)
    assert told.count("…") == len({*re.findall(r"\{([a-z]+)\}", CATALOGUE[code].what + CATALOGUE[code].todo)} - facts)
    assert (told == f"{refusal.what} {refusal.todo}".replace(" Nothing was sent.", "")) is (len(facts) == len(values))


def test_what_is_told_of_a_refusal_is_about_its_cause() -> None:
    refusal = refuse("limit.results", cause="all", asked="All of 80", things="results", rule="a/b", allowed=50)
    assert "page by page" in CATALOGUE["limit.results"].told(refusal.facts)
    assert "page by page" not in CATALOGUE["limit.results"].told({})
