"""Parameters are what they should be, or an error: a bad one must never mean 'mask nothing'."""

import pytest

from vecgate.masking.apply.operators._base import flag, number, words


def test_left_out_means_the_default() -> None:
    assert number({}, "n", 4) == 4
    assert words({}, "w", "x") == "x"
    assert flag({}, "f") is False


@pytest.mark.parametrize("value", [-1, True, "4", 1.5, None])
def test_a_bad_number_is_an_error(value: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        number({"n": value}, "n", 4)  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [1, None, b"x"])
def test_a_bad_text_is_an_error(value: object) -> None:
    with pytest.raises(ValueError, match="text"):
        words({"w": value}, "w", "x")  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [1, 0, None, "true"])
def test_a_bad_flag_is_an_error(value: object) -> None:
    with pytest.raises(ValueError, match="true or false"):
        flag({"f": value}, "f")  # type: ignore[dict-item]
