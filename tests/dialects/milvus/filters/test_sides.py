"""Which values and sides may stand together?"""

import pytest

from vecgate.dialects.milvus.filters.nodes import Length, Path, Sum, Value, Values
from vecgate.dialects.milvus.filters.sides import check, kind_of, put, same, scalar, signed
from vecgate.refusals.errors import CallRefused

A, B, ONE, TEXT = Path("a"), Path("b"), Value(1), Value("x")


def test_a_list_has_values_of_one_kind_and_numbers_are_one() -> None:
    assert same([ONE, Value(1.5)]) == Values((1, 1.5))
    assert [kind_of(one) for one in (ONE, Value(1.5), Value(True), TEXT)] == [float, float, bool, str]
    for odd in ([ONE, TEXT], [ONE, Value(True)]):
        with pytest.raises(CallRefused, match="several kinds"):
            same(odd)


def test_what_may_be_compared() -> None:
    for left, sign, right in ((A, "==", TEXT), (ONE, "<", A), (A, "<", B), (A, "!=", same([ONE])), (same([ONE]), "==", A), (A, "<", Value(True)), (Length(A), ">", ONE), (Sum(A, "+", ONE), "==", ONE)):  # fmt: skip
        check(left, sign, right)  # type: ignore[arg-type]
    for left, sign, right in (
        (ONE, "==", ONE), (A, "<", same([ONE])), (same([ONE]), "<", A), (same([ONE]), "==", Length(A)), (Path("a", ("x",)), "==", B), (Length(A), "==", TEXT),
        (Length(A), "==", A),
    ):  # fmt: skip
        with pytest.raises(CallRefused):
            check(left, sign, right)  # type: ignore[arg-type]


def test_a_template_stands_for_a_value_that_fits() -> None:
    assert scalar(2**63 - 1).value == 2**63 - 1
    for odd in (None, [], {}, 2**63):
        with pytest.raises(CallRefused):
            scalar(odd)  # type: ignore[arg-type]


def test_numbers_are_counted_as_servers_count_them() -> None:
    """M-59"""
    for one, sign, other, found in (
        (7, "/", 2, 3), (-7, "/", 2, -3), (7, "/", -2, -3), (-7, "%", 4, -3), (7, "%", -4, 3), (1, "/", 2.0, 0.5), (0.5, "+", 1, 1.5),
        (2**62, "-", 2**62, 0), (3, "*", -2, -6),
    ):  # fmt: skip
        assert put(Value(one), sign, Value(other)) == Value(found)
    assert put(ONE, "+", A) == Sum(A, "+", ONE)
    assert signed(ONE, minus=True) == Value(-1)
    assert signed(A, minus=False) == A
    for left, sign, right in (
        (ONE, "-", A), (A, "+", B), (A, "+", TEXT), (TEXT, "+", TEXT), (Value(True), "+", ONE), (A, "/", Value(0)), (ONE, "%", Value(0)),
        (ONE, "/", Value(0.0)), (Value(1.5), "%", ONE), (Value(2**62), "*", Value(2)), (Value(1e308), "*", Value(10)), (Length(A), "+", ONE),
        (Sum(A, "+", ONE), "+", ONE),
    ):  # fmt: skip
        with pytest.raises(CallRefused):
            put(left, sign, right)
