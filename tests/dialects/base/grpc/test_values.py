"""Is JSON said in protobuf with nothing lost, also where there are no whole numbers?"""

from typing import Any, Final

from vecgate.dialects.pinecone.grpc.messages import MESSAGES as OF_FRACTIONS
from vecgate.dialects.pinecone.grpc.messages import TREES as FRACTIONS
from vecgate.dialects.qdrant.grpc.messages import MESSAGES as OF_WHOLE
from vecgate.dialects.qdrant.grpc.messages import TREES as WHOLE

TREE: Final[dict[str, Any]] = {
    "text": "ä", "empty": "", "yes": True, "no": False, "nothing": None, "list": [[], {}, [1, "x", None]], "inner": {"": {"a": 0.5}},
    "whole": 2**53 - 1, "below": -7, "zero": 0,
}  # fmt: skip


def back(messages: Any, trees: Any, package: str, tree: Any) -> Any:
    message = messages.new(f"{package}.Value")
    trees.put(tree, message)
    return trees.said(message)


def test_a_tree_is_a_value_and_back() -> None:
    for messages, trees, package in ((OF_WHOLE, WHOLE, "qdrant"), (OF_FRACTIONS, FRACTIONS, "pinecone")):
        assert repr(sorted(back(messages, trees, package, TREE).items())) == repr(sorted(TREE.items()))


def test_whole_numbers_and_fractions_stay_apart_where_they_are() -> None:
    for one in (1, 1.0, -0.0, 2**63 - 1, -(2**63), 1e300):
        assert repr(back(OF_WHOLE, WHOLE, "qdrant", one)) == repr(one)
    assert back(OF_WHOLE, WHOLE, "qdrant", 2**64 - 1) == float(2**64 - 1)


def test_where_there_are_fractions_only_a_whole_one_is_said_as_one() -> None:
    told = {1.0: 1, 0.5: 0.5, -3.0: -3, 2.0**60: 2.0**60}
    for came, said in told.items():
        assert repr(back(OF_FRACTIONS, FRACTIONS, "pinecone", came)) == repr(said)
    assert repr(back(OF_FRACTIONS, FRACTIONS, "pinecone", -0.0)) == "-0.0"
