"""What is masked for somebody is asked of Weaviate by every clause, in every place: no answer tells, and nothing is sent."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from attacks.test_oracles import ANA, BO, PEOPLE, POLICY, Town, V
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.tools.every import every
from support.weaviate.asked import described, prop
from support.weaviate.messages import new
from support.weaviate.messages import said as sent
from support.weaviate.over_grpc import Town as Both
from support.weaviate.over_grpc import weaviate_town

ID: Final = "abc40000-0000-4000-8000-00000000000{}"
PROPERTIES: Final = (
    prop("email", "text", "field"), prop("surname", "text", "word"), prop("salary", "int"), prop("born", "int"), prop("dept", "text", "field"), prop("text", "text", "word"),
    {"name": "person", "dataType": ["object"], "nestedProperties": [prop("name", "text"), prop("age", "int")]},
)  # fmt: skip


@pytest.fixture(scope="module")
def both(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    policy = POLICY.replace("people", "People, Notes")
    with weaviate_town(stack, factory, tmp_path_factory.mktemp("oracles"), policy) as made:
        made.rest.classes["People"] = described("People", *PROPERTIES)
        made.rest.classes["Notes"] = described("Notes", prop("text", "text", "word"))
        yield made


@pytest.fixture(scope="module")
def weaviate(both: Both) -> Town:
    town = Town(both.made, "/v1")
    for n, one in enumerate(PEOPLE):
        new = {"class": "People", "id": ID.format(n), "properties": one, "vector": V}
        assert town.ask("owners", "POST", "/objects", new).status == 200
    return town


def leaf(name: str, operator: str, **value: Any) -> dict[str, Any]:
    return {"path": [name], "operator": operator, **value}


SALARY: Final = leaf("salary", "GreaterThan", valueInt=5000)
W: Final = '{path:["salary"],operator:GreaterThan,valueInt:5000}'
HR: Final = '{path:["dept"],operator:Equal,valueText:"hr"}'
GROUP: Final = 'groupBy:{path:["email"],groups:2,objectsPerGroup:2}'


def got(arguments: str, fields: str = "{dept}") -> Any:
    return {"query": f"{{Get{{People({arguments}){fields}}}}}"}


def summed(arguments: str, fields: str) -> Any:
    return {"query": f"{{Aggregate{{People{f'({arguments})' if arguments else ''}{fields}}}}}"}


def filtered(clause: str) -> Any:
    return got(f"where:{{{clause}}}")


G: Final = "/graphql"
S: Final = "/search/People"
ASKED: list[tuple[str, Any, str]] = [
    (G, filtered(f'path:["email"],operator:Equal,valueText:"{ANA}"'), "email"),
    (G, filtered(f'path:["email"],operator:NotEqual,valueText:"{BO}"'), "email"),
    (G, filtered('path:["email"],operator:Like,valueText:"ana*"'), "email"),
    (G, filtered('path:["email"],operator:IsNull,valueBoolean:false'), "email"),
    (G, filtered(f'path:["email"],operator:ContainsAny,valueText:["{ANA}"]'), "email"),
    (G, filtered(f'path:["email"],operator:ContainsAll,valueText:["{ANA}"]'), "email"),
    (G, filtered('path:["email"],operator:ContainsNone,valueText:["x"]'), "email"),
    (G, filtered('path:["salary"],operator:Equal,valueInt:5200'), "salary"),
    (G, filtered('path:["salary"],operator:GreaterThanEqual,valueInt:5000'), "salary"),
    (G, filtered('path:["salary"],operator:LessThan,valueInt:5000'), "salary"),
    (G, got(f"where:{{operator:And,operands:[{HR},{W}]}}"), "salary"),
    (G, got(f"where:{{operator:Or,operands:[{HR},{{operator:And,operands:[{W}]}}]}}"), "salary"),
    (G, got(f"where:{{operator:Not,operands:[{W}]}}"), "salary"),
    (G, filtered(f'path:["dept"],operator:Equal,valueText:"{ANA}"'), "dept"),
    (G, filtered('path:["text"],operator:Like,valueText:"*@*"'), "text"),
    (G, got('sort:[{path:["salary"],order:desc}]'), "salary"),
    (G, got('sort:{path:["born"]}'), "born"),
    (G, got(f"nearVector:{{vector:[1,0.5]}},where:{W}"), "salary"),
    (G, got(f'nearObject:{{id:"{ID.format(0)}"}},where:{W}'), "salary"),
    (G, got(f'hybrid:{{query:"pump"}},where:{W}'), "salary"),
    (G, got('bm25:{query:"ana",properties:["email"]}'), "email"),
    (G, got('bm25:{query:"ana",properties:["dept","email^2"]}'), "email"),
    (G, got('bm25:{query:"ana"}'), "email"),
    (G, got('hybrid:{query:"ana",properties:["email"]}'), "email"),
    (G, got('hybrid:{query:"ana"}'), "email"),
    (G, got(GROUP, "{_additional{group{hits{dept}}}}"), "email"),
    (G, {"query": f"{{Get{{a:People{{dept}} b:People(where:{W}){{dept}}}}}}"}, "salary"),
    (G, {"query": "query($w:Int){Get{People(where:{path:[\"salary\"],operator:Equal,valueInt:$w}){dept}}}", "variables": {"w": 5200}}, "salary"),
    (G, summed(f"where:{W}", "{meta{count}}"), "salary"),
    (G, summed('groupBy:["email"]', "{groupedBy{value} meta{count}}"), "email"),
    (G, summed("", "{salary{mean maximum}}"), "salary"),
    (G, summed("", "{email{topOccurrences{value occurs}}}"), "email"),
    (G, summed('hybrid:{query:"ana",properties:["email"]}', "{meta{count}}"), "email"),
    # words that are looked for are judged as what a filter compares with is: W-79
    (G, got(f'bm25:{{query:"{ANA}",properties:["text"]}}'), "text"),
    (G, got(f'bm25:{{query:"pump {ANA}",properties:["dept^2","text"]}}'), "dept"),
    (G, got('bm25:{query:"@example",properties:["text"]}'), "text"),
    (G, got('bm25:{query:"5200",properties:["text"]}'), "text"),
    (G, got('bm25:{query:"an",properties:["text"]}'), "text"),
    (G, got(f'hybrid:{{query:"{ANA}",properties:["text"]}}'), "text"),
    (G, got(f'hybrid:{{query:"{ANA}",alpha:0.5,vector:[1,0.5],properties:["text"]}}'), "text"),
    (G, summed(f'hybrid:{{query:"{ANA}",properties:["text"]}}', "{meta{count}}"), "text"),
    (G, {"query": f'{{Get{{a:People(bm25:{{query:"pump",properties:["text"]}}){{dept}} b:People(bm25:{{query:"{ANA}",properties:["text"]}}){{dept}}}}}}'}, "text"),
    (G, {"query": 'query($q:String){Get{People(bm25:{query:$q,properties:["text"]}){dept}}}', "variables": {"q": ANA}}, "text"),
    (G, {"query": f'{{Get{{Notes(bm25:{{query:"{ANA}"}}){{text}}}}}}'}, "text"),
    (G, {"query": f'{{Get{{Notes(hybrid:{{query:"{ANA}"}}){{text}}}}}}'}, "text"),
    (f"{S}/bm25", {"query": ANA, "queryProperties": ["text"]}, "text"),
    (f"{S}/bm25", {"query": "ruiz@", "queryProperties": ["dept", "text"]}, "dept"),
    (f"{S}/hybrid", {"query": ANA, "queryProperties": ["text"], "alpha": 0.2}, "text"),
    ("/search/Notes/bm25", {"query": ANA}, "text"),
    ("/search/Notes/hybrid", {"query": ANA}, "text"),
    # a text is held against its words, but for tokenization `field`: W-65
    (G, filtered('path:["text"],operator:Equal,valueText:"4111"'), "text"),
    (G, filtered('path:["text"],operator:NotEqual,valueText:"4111 1111"'), "text"),
    (G, filtered('path:["text"],operator:ContainsAny,valueText:["pump","4111"]'), "text"),
    (G, filtered('path:["text"],operator:ContainsAll,valueText:["07","1984"]'), "text"),
    (G, filtered('path:["text"],operator:ContainsNone,valueText:["@example"]'), "text"),
    (G, filtered('path:["text"],operator:Like,valueText:"4111"'), "text"),
    (G, filtered('path:["surname"],operator:Equal,valueText:"pump"'), "surname"),
    (G, filtered('path:["dept"],operator:GreaterThan,valueText:"card 4"'), "dept"),
    (G, filtered('path:["dept"],operator:LessThanEqual,valueText:"m"'), "dept"),
    (G, {"query": '{Get{Notes(where:{path:["text"],operator:Equal,valueText:"4111"}){text}}}'}, "text"),
    (G, summed('where:{path:["text"],operator:Equal,valueText:"4111"}', "{meta{count}}"), "text"),
    (f"{S}/bm25", {"query": "pump", "queryProperties": ["text"], "where": leaf("text", "Equal", valueText="4111")}, "text"),
    (f"{S}/near-object", {"id": ID.format(0), "where": leaf("text", "ContainsAny", valueTextArray=["4111"])}, "text"),
    ("/aggregate/People", {"where": {"operator": "Not", "operands": [leaf("text", "Equal", valueText="4111")]}}, "text"),
    (f"{S}/bm25", {"query": "pump", "where": SALARY}, "salary"),
    (f"{S}/bm25", {"query": "ana", "queryProperties": ["email"]}, "email"),
    (f"{S}/bm25", {"query": "ana"}, "email"),
    (f"{S}/hybrid", {"query": "pump", "where": SALARY}, "salary"),
    (f"{S}/near-object", {"id": ID.format(0), "where": SALARY}, "salary"),
    ("/aggregate/People", {"where": SALARY}, "salary"),
    ("/aggregate/People", {"groupBy": "email"}, "email"),
    ("/aggregate/People", {"where": {"operator": "And", "operands": [SALARY, leaf("dept", "Equal", valueText="hr")]}}, "salary"),
]  # fmt: skip


@every(("verb", "body", "name"), ASKED)
def test_no_clause_tells_of_a_masked_field_in_weaviate(weaviate: Town, verb: str, body: Any, name: str) -> None:
    """W-48"""
    assert f"'{name}'" in weaviate.refused("readers", "POST", verb, body)


@every(("verb", "body", "name"), [one for one in ASKED if "groupBy" not in str(one[1]) and "mean" not in str(one[1])])
def test_who_sees_it_plain_may_ask(weaviate: Town, verb: str, body: Any, name: str) -> None:
    said = weaviate.ask("owners", "POST", verb, body)
    assert said.status == 200, (said.text, name)


def over_grpc(**search: Any) -> tuple[str, bytes]:
    return "Search", sent(
        new("SearchRequest", limit=5, uses_123_api=True, uses_125_api=True, uses_127_api=True, **search)
    )


def compared(operator: int, **value: Any) -> Any:
    return new("Filters", operator=operator, target=new("FilterTarget", property="text"), **value)


IN_TEXT: Final = {"collection": "People", "properties": new("PropertiesRequest", non_ref_properties=["dept"])}


@every(
    "search",
    [
        {**IN_TEXT, "bm25_search": new("BM25", query=ANA, properties=["text"])},
        {**IN_TEXT, "hybrid_search": new("Hybrid", query=ANA, properties=["text"], alpha=0.5)},
        {"collection": "Notes", "bm25_search": new("BM25", query=ANA)},
        {"collection": "Notes", "hybrid_search": new("Hybrid", query=f"pump {ANA}")},
        {**IN_TEXT, "filters": compared(1, value_text="4111")},
        {**IN_TEXT, "filters": compared(13, value_text_array=new("TextArray", values=["07", "1984"]))},
    ],
    ids=str,
)
def test_no_words_over_grpc_tell_of_a_masked_text(both: Both, search: dict[str, Any]) -> None:
    """W-79"""
    before = len(both.called("Search"))
    said = both.call(over_grpc(**search), "readers")
    assert said.grpc[1].startswith("oracle.field"), said.grpc
    assert "'text'" in said.grpc[1]
    assert len(both.called("Search")) == before


def test_words_that_tell_of_nobody_are_looked_for(both: Both, weaviate: Town) -> None:
    """W-65, W-79"""
    for body in (
        got('bm25:{query:"refund pump",properties:["text"]}'), got('hybrid:{query:"refund",properties:["text","dept"]}'),
        got('hybrid:{query:"",vector:[1,0.5],alpha:1}'), {"query": '{Get{Notes(bm25:{query:"refund"}){text}}}'}, filtered('path:["text"],operator:Equal,valueText:"refund"'),
        filtered('path:["text"],operator:ContainsAny,valueText:["it","refund"]'), filtered('path:["dept"],operator:Equal,valueText:"4111"'),
    ):  # fmt: skip
        said = weaviate.ask("readers", "POST", G, body)
        assert said.status == 200, said.text
    words = new("BM25", query="refund pump", properties=["text"])
    assert both.call(over_grpc(**IN_TEXT, bm25_search=words), "readers").grpc == (0, "")


CHANGES: Final = {"match": {"class": "People", "where": SALARY}}


@pytest.mark.parametrize("group", ["readers", "askers"])
@pytest.mark.parametrize("more", [{}, {"dryRun": True}, {"dryRun": True, "output": "verbose"}])
def test_no_delete_tells_and_nobody_is_asked_for_a_yes_to_it(weaviate: Town, group: str, more: Any) -> None:
    said = weaviate.ask(group, "DELETE", "/batch/objects", {**CHANGES, **more})
    assert said.status == 403, said.text
    assert "oracle.field" in said.text or (group == "askers" and more and "policy." in said.text), said.text
    assert len(weaviate.ask("owners", "POST", G, {"query": "{Get{People{dept}}}"}).tree["data"]["Get"]["People"]) == 2


def test_what_is_shown_is_asked_for_and_what_is_not_is_masked_in_weaviate(weaviate: Town) -> None:
    for body in (got(f"where:{HR}", "{dept email salary born text person{name age}}"),
                 got('bm25:{query:"refund",properties:["dept"]},where:' + HR, "{dept email salary}")):  # fmt: skip
        said = weaviate.ask("readers", "POST", G, body)
        assert said.status == 200, said.text
        assert len(said.tree["data"]["Get"]["People"]) == 1
        assert not any(plain in said.text for plain in (ANA, "Ana", "5200", "19840102"))


def test_what_a_rule_exempts_in_weaviate_is_asked_for_and_stays_masked(weaviate: Town) -> None:
    said = weaviate.ask("editors", "POST", G, got(f"where:{W}", "{salary dept}"))
    assert said.status == 200, said.text
    assert [one["salary"] for one in said.tree["data"]["Get"]["People"]] == ["[REDACTED]"]
    assert "'born'" in weaviate.refused("editors", "POST", G, got('sort:{path:["born"]}'))
    counted = weaviate.ask("editors", "POST", G, summed("", "{email{topOccurrences{value occurs}}}"))
    assert counted.status == 200
    assert ANA not in counted.text


def test_a_class_that_is_not_there_is_deleted_as_the_server_says(weaviate: Town) -> None:
    """W-16: clients do so before they make one; under another case it would be somebody's."""
    assert weaviate.ask("owners", "DELETE", "/schema/Gone", None).status == 200
    for name in ("PEOPLE", "pEOPLE"):
        said = weaviate.ask("owners", "DELETE", f"/schema/{name}", None)
        assert (said.status, "collection.unknown" in said.text) == (404, True)
    assert len(weaviate.ask("owners", "POST", G, {"query": "{Get{People{dept}}}"}).tree["data"]["Get"]["People"]) == 2
