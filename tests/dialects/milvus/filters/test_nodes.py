"""Which fields does a filter name, and how are they named elsewhere?"""

from vecgate.dialects.milvus.filters import nodes
from vecgate.dialects.milvus.filters.grammar import parse


def test_every_field_is_named_in_order() -> None:
    node = parse(
        'not (a == 1) and (b["x"][0] in [1] or 1 < c < 2) and exists d and array_length(e) > 1 and f < g and h + 1 == 2'
    )
    assert [str(path) for one in nodes.each(node) for path in nodes.paths(one)] == [
        "a", 'b["x"][0]', "c", "d", "e", "f", "g", "h",
    ]  # fmt: skip


def test_a_dynamic_field_is_one_beside_the_others() -> None:
    """M-31"""
    (one,) = nodes.each(parse('$meta["email"][0] == "x"'))
    (path,) = nodes.paths(one)
    assert path.keys == ("email", None)
