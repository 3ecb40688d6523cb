"""Which values and sides may stand together?"""

import pytest

from vecgate.dialects.milvus.filters.nodes import Length, Path, Sum, Value, Values
from vecgate.dialects.milvus.filters.sides import check, kind_of, same, scalar
from vecgate.refusals.errors import CallRefused

A, B, ONE, TEXT = Path("a"), Path("b"), Value(1), Value("x")


def test_a_list_has_values_of_one_kind_and_numbers_are_one() -> None:
    assert same([ONE, Value(1.5)]) == Values((ONE, Value(1.5)))
    assert [kind_of(one) for one in (ONE, Value(1.5), Value(True), TEXT)] == [float, float, bool, str]
    for odd in ([ONE, TEXT], [ONE, Value(True)]):
        with pytest.raises(CallRefused, match="several kinds"):
            same(odd)


def test_what_may_be_compared() -> None:
    for left, sign, right in ((A, "==", TEXT), (ONE, "<", A), (A, "<", B), (A, "!=", same([ONE])), (Length(A), ">", ONE), (Sum(A, "+", ONE), "==", ONE)):  # fmt: skip
        check(left, sign, right)  # type: ignore[arg-type]
    for left, sign, right in (
        (ONE, "==", ONE), (A, "<", same([ONE])), (same([ONE]), "==", A), (Path("a", ("x",)), "==", B), (Length(A), "==", TEXT),
        (Length(A), "==", A), (A, "<", Value(True)),
    ):  # fmt: skip
        with pytest.raises(CallRefused):
            check(left, sign, right)  # type: ignore[arg-type]


def test_a_template_stands_for_a_value_that_fits() -> None:
    assert scalar(2**63 - 1).value == 2**63 - 1
    for odd in (None, [], {}, 2**63):
        with pytest.raises(CallRefused):
            scalar(odd)  # type: ignore[arg-type]
