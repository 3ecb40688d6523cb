"""Where in a body do filters, fields, ids and values stand, and what becomes of them?"""

from typing import Any

from support.tools.every import every
from vecgate.dialects.milvus import sites
from vecgate.domain.inlets import AnyOf, Condition, Site

HYBRID: Any = {
    "search": [{"data": [[1]], "annsField": "a", "filter": "id > 0"}, {"data": [[1]], "annsField": "b"}], "outputFields": ["name"],
}  # fmt: skip


def test_each_search_of_a_hybrid_one_has_a_filter_of_its_own() -> None:
    seen: list[Site] = []

    def each(site: Site) -> str:
        seen.append(site)
        return "T"

    new = sites.mapped("entities_hybrid_search", HYBRID, each)
    assert [(one.at, one.filter) for one in seen] == [("/search/0/filter", "id > 0"), ("/search/1/filter", None)]
    assert [one["filter"] for one in new["search"]] == ["T", "T"]  # type: ignore[index, call-overload, union-attr]
    assert sites.mapped("entities_hybrid_search", HYBRID, lambda site: site.filter) is HYBRID
    assert sites.mapped("entities_get", {"id": 1}, each) == {"id": 1}
    assert sites.mapped("v1_delete", {"id": 1}, each) == {"id": 1}


def test_every_field_is_named_with_what_is_done_to_it() -> None:
    """M-51"""
    tree: Any = {
        "filter": 'TENANT == "t1" and tenant != "t2" and age > 3 and name like "A%" and exists meta["k"] and json_contains(tags, "a")',
        "data": [[1]], "annsField": "vec", "groupingField": "city", "outputFields": ["name", "*"],
    }  # fmt: skip
    found = [(one.path, one.how, one.operator) for one in sites.fields("entities_search", tree)]
    assert found == [
        (("TENANT",), "filter", "match"), (("tenant",), "filter", "match"), (("age",), "filter", "range"), (("name",), "text", "text"),
        (("meta", "k"), "filter", "exists"), (("tags",), "filter", "match"), (("vec",), "show", ""), (("city",), "group", ""),
        (("name",), "show", ""),
    ]  # fmt: skip
    assert [one.path for one in sites.fields("entities_insert", {"data": [{"id": 1, "a": 2}]})] == [("id",), ("a",)]


def test_ids_are_found_wherever_they_stand() -> None:
    assert [*sites.ids("entities_get", {"id": [1, 2]}, "id")] == [("/id/0", 1), ("/id/1", 2)]
    assert [*sites.ids("v1_delete", {"id": 3}, "id")] == [("/id", 3)]
    assert [*sites.ids("entities_upsert", {"data": [{"k": 4}, {"a": 1}]}, "k")] == [("/data/0/k", 4)]
    text = "k in [1, 2] or 3 == k or a in [4]"
    assert [id for _, id in sites.ids("entities_query", {"filter": text}, "k")] == [1, 2, 3]
    assert sites.by_ids("entities_delete", {"filter": "k in [1, 2]"}, "k") == [1, 2]
    assert sites.by_ids("entities_delete", {"filter": "k in []"}, "k") == []
    for text in ("k in [1] and a == 1", "k not in [1]", "a in [1]", "k > 1", 'k["x"] in [1]', "not (k == 1)"):
        assert sites.by_ids("entities_delete", {"filter": text}, "k") is None


def conditions(text: str, answer: Any = None) -> tuple[list[tuple[Any, ...]], str]:
    seen: list[tuple[Any, ...]] = []

    def each(one: Condition) -> Any:
        seen.append((one.path, one.how, one.value))
        return one.value if answer is None else answer

    new = sites.rewritten("entities_query", {"filter": text}, each, "id")
    return seen, str(new["filter"])


def test_every_value_is_shown_with_how_it_is_compared() -> None:
    text = 'name == "A" and age < 3 and 1 < n < 2 and t in ["a", "b"] and u like "A%" and json_contains(m["k"], "x") and a < b'
    seen, new = conditions(text)
    assert seen == [
        (("name",), "equal", "A"), (("age",), "order", 3), (("n",), "order", 1), (("n",), "order", 2), (("t",), "equal", "a"),
        (("t",), "equal", "b"), (("u",), "expression", "A%"), (("m", "k"), "equal", "x"), (("a",), "field", "a"), (("b",), "field", "b"),
    ]  # fmt: skip
    assert new == text


def test_a_value_is_put_in_the_place_of_another_and_several_too() -> None:
    assert conditions('name == "A"', 'x"] or (')[1] == 'name == "x\\"] or ("'
    assert conditions('name == "A"', AnyOf(("x", "y")))[1] == 'name in ["x", "y"]'
    assert conditions('"A" != name', AnyOf(("x", "y")))[1] == 'name not in ["x", "y"]'
    assert conditions('not (name in ["A", "B"])', AnyOf(("x", "y")))[1] == 'not (name in ["x", "y", "x", "y"])'


def test_values_in_lists_of_lists_are_shown_and_put_one_by_one() -> None:
    """M-61"""
    text = 'json_contains_any(m["k"], ["a", [1, ["b"]]]) or json_contains(m, ["c"])'
    seen, new = conditions(text)
    assert [value for _, _, value in seen] == ["a", 1, "b", "c"]
    assert new == text
    assert conditions('json_contains(m, ["c", ["d"]])', "x")[1] == 'json_contains(m, ["x", ["x"]])'
    assert conditions('json_contains(m, ["c"])', AnyOf(("x", "y")))[1] == 'json_contains(m, ["c"])'


WORKED_OUT = [
    "salary % 10 in [1, 2]",
    "salary not in [1]",
    "salary + 1 == 2",
    "1 != salary * 2",
    "array_length(salary) == 2",
    "2 == array_length(salary)",
]


@every(("text", "operator"), [(text, "match" if text.startswith("salary not in") else "range") for text in WORKED_OUT])
def test_what_is_worked_out_of_a_field_is_no_value_of_it(text: str, operator: str) -> None:
    """A mark has no digits to count with, and no length."""
    (found,) = sites.fields("entities_query", {"filter": text})
    assert (found.path, found.how, found.operator) == (("salary",), "filter", operator)


def test_what_a_sum_is_compared_with_is_shown_as_near_a_value() -> None:
    text = "a + 1 == 5 and 6 > b - 2 and c % 10 in [7, 8]"
    seen, new = conditions(text)
    assert seen == [(("a",), "order", 5), (("b",), "order", 6), (("c",), "order", 7), (("c",), "order", 8)]
    assert (new, conditions(text, 3)[1]) == (text, text)


def test_words_that_are_looked_for_go_out_as_what_they_became() -> None:
    """They went out as they came, whatever they were masked as."""
    text = 'a == 1 and (text_match(t, "Eva Stein") or not (phrase_match(t, "Eva Stein", 2)))'
    assert conditions(text)[0] == [(("a",), "equal", 1), (("t",), "part", "Eva Stein"), (("t",), "part", "Eva Stein")]
    assert conditions(text)[1] == text
    assert conditions('text_match(t, "Eva Stein")', "<PERSON>")[1] == 'text_match(t, "<PERSON>")'
    both = '(phrase_match(t, "x", 2) or phrase_match(t, "y", 2)) and b == 1'
    assert sites.rewritten(
        "entities_query", {"filter": 'phrase_match(t, "Eva", 2) and b == 1'},
        lambda one: AnyOf(("x", "y")) if one.how == "part" else one.value, "id",
    ) == {"filter": both}  # fmt: skip
