"""What is counted and summed up, of which type is it, and what where it was masked?"""

from typing import Any, Final

import pytest

from support.tools.every import every
from support.weaviate.messages import counted, new, reply_of
from vecgate.domain.call import Json
from vecgate.refusals.errors import CallRefused


def test_a_number_that_was_masked_has_no_place_among_numbers() -> None:
    one = new("AggregateRequest.Aggregation", property="age", int=new("AggregateRequest.Numbers", maximum=True))
    call = counted(aggregations=[one])
    reply = new("AggregateReply")
    given = reply.single_result.aggregations.aggregations.add(property="age")
    given.int.maximum = 62
    assert reply_of(call, reply).single_result == reply.single_result

    def masked(value: Json) -> Any:
        return lambda tree: tree["data"]["Aggregate"]["Person"][0]["age"].update({"maximum": value})

    with pytest.raises(ValueError, match="none"):
        reply_of(call, reply, masked("**"))
    assert not reply_of(call, reply, masked(None)).single_result.aggregations.aggregations[0].int.HasField("maximum")


GROUPS: Final[list[tuple[dict[str, Any], Json, dict[str, Any]]]] = [
    ({"text": "Berlin"}, "Berlin", {"text": "Berlin"}), ({"int": 34}, "34", {"int": 34}), ({"boolean": True}, "true", {"boolean": True}),
    ({"number": 1.5}, "1.5", {"number": 1.5}), ({"text": "Berlin"}, "[CITY]", {"text": "[CITY]"}), ({"int": 34}, "**", {"text": "**"}),
]  # fmt: skip


@every(("was", "now", "given"), GROUPS)
def test_what_was_grouped_by_is_told_as_a_text_and_given_in_its_type(
    was: dict[str, Any], now: Json, given: dict[str, Any]
) -> None:
    call = counted(group_by=new("AggregateRequest.GroupBy", property="city"), objects_count=True)
    reply = new("AggregateReply")
    reply.grouped_results.groups.add(objects_count=1, grouped_by=new("AggregateReply.GroupedBy", path=["city"], **was))

    def change(tree: Any) -> None:
        tree["data"]["Aggregate"]["Person"][0]["groupedBy"]["value"] = now

    (group,) = reply_of(call, reply, change).grouped_results.groups
    assert group.grouped_by == new("AggregateReply.GroupedBy", path=["city"], **given)
    assert group.objects_count == 1


def test_what_is_wanted_of_a_property_is_told_with_its_type() -> None:
    top = new("AggregateRequest.Text", top_occurences=True, top_occurences_limit=5)
    each = [
        new("AggregateRequest.Aggregation", property="city", text=top),
        new("AggregateRequest.Aggregation", property="age", int=new("AggregateRequest.Numbers", mean=True, count=True)),
    ]
    call = counted(aggregations=each, object_limit=3, limit=2, tenant="t1", near_vector=new("NearVector", vector=[0.5]))
    assert call.tree == {
        "query": '{Aggregate{Person(tenant:"t1",objectLimit:3,limit:2,nearVector:{vector:[0.5]})'
        "{city{__text topOccurrences(limit:5){value occurs}} age{__int count mean}}}}"
    }


def test_what_shows_other_records_is_refused_by_name() -> None:
    for fields in (
        {"aggregations": [new("AggregateRequest.Aggregation", property="knows", reference=b"")]},
        {"aggregations": [new("AggregateRequest.Aggregation", property="age")]},
        {"group_by": new("AggregateRequest.GroupBy", collection="Company", property="name")},
        {"near_image": b"a"},
    ):
        with pytest.raises(CallRefused, match=r"body\.unreadable"):
            counted(**fields)
