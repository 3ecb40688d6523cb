"""Is a list of numbers read at once as it would be number by number, and nothing else taken for one?"""

import pytest

from support.tools.every import every
from vecgate.dialects.weaviate.graphql import document, numbers
from vecgate.refusals.errors import CallRefused

LIST = "[" + ",".join(f"{i}.25" for i in range(40)) + "]"
VALUES = [i + 0.25 for i in range(40)]


@every(("list_", "values"), [
    (LIST, VALUES), (LIST.replace(",", " , \n"), VALUES), (LIST.replace("[0.25", "[-1e-7"), [-1e-7, *VALUES[1:]]), (LIST.replace("[0.25", "[7"), [7, *VALUES[1:]]),
    (LIST.replace("[0.25", "[12345678901234567890"), [12345678901234567890, *VALUES[1:]]), (LIST.replace(",", " "), VALUES),
    (LIST.replace("[0.25", "[0.12345678901234567"), [0.12345678901234567, *VALUES[1:]]),
])  # fmt: skip
def test_a_list_is_what_it_says(list_: str, values: list[float]) -> None:
    [asked] = document.read(f"{{Get{{P(nearVector:{{vector:{list_}}}limit:3){{a}}}}}}", {}, None)
    assert asked.arguments == {"nearVector": {"vector": values}, "limit": 3}
    assert [type(one) for one in asked.arguments["nearVector"]["vector"]] == [*map(type, values)]  # type: ignore[call-overload,index,union-attr]


@every("text", [
    f'{{Get{{P(bm25:{{query:"{LIST}"}}){{a}}}}}}', f'{{Get{{P(bm25:{{query:"\\"{LIST}"}}){{a}}}}}}', f'# {LIST}\n{{Get{{P{{a}}}}}}', f'# "\n{{Get{{P{{a}}}}}} # {LIST}',
    '{Get{P(nearVector:{vector:[0.5]}){a}}}', LIST.replace("0.25", "0,x"), LIST[:-1], LIST.replace("0.25", "00.25"), LIST.replace("1.25", "1.25]"),
    "[" + " " * 80 + "]", f'{{Get{{P(bm25:{{query:"vecgateNumbers0"}}){{a}}}}}} {LIST}',
])  # fmt: skip
def test_what_is_no_such_list_stays(text: str) -> None:
    assert numbers.lifted(text) == (text, {})


def test_nobody_names_a_list_that_is_not_theirs() -> None:
    with pytest.raises(CallRefused, match="does not declare"):
        document.read("{Get{P(nearVector:{vector:$vecgateNumbers0}){a}}}", {}, None)
    with pytest.raises(CallRefused, match="does not declare"):
        document.read(
            f"{{Get{{P(nearVector:{{vector:$vecgateNumbers0}}){{a}} b:P(nearVector:{{vector:{LIST}}}){{a}}}}}}",
            {},
            None,
        )


def test_a_document_that_is_known_is_read_with_its_own_numbers() -> None:
    for start in (1, 2):
        text = f"{{Get{{P(nearVector:{{vector:{LIST.replace('[0.25', f'[{start}')}}}){{a}}}}}}"
        [asked] = document.read(text, {}, None)
        assert asked.arguments["nearVector"] == {"vector": [start, *VALUES[1:]]}
        assert document.of(document.said([asked])) == (asked,)
        assert document.read(document.said([asked]), {}, None) == (asked,)


def test_a_whole_number_that_is_too_long_is_printed_as_it_is() -> None:
    assert numbers.printed([1, 2**70]) is None
