"""The words of a mask profile: what is accepted, what is refused, and that doubt never means "leave it"."""

import pickle

import pytest

from vecgate.profiles import (
    ENTITIES,
    KEEP,
    NUMBERS,
    OPERATORS,
    REPLACE,
    TEXTS,
    UNSAFE_NOTHING,
    MaskProfile,
    OperatorSpec,
)


def test_an_empty_profile_replaces_every_entity():
    profile = MaskProfile("empty")
    assert all(profile.operator(entity) == REPLACE for entity in ENTITIES)
    assert not profile.masks_nothing


def test_an_entity_nobody_listed_is_replaced_even_by_name():
    assert UNSAFE_NOTHING.operator("SOMETHING_NEW") == REPLACE


def test_only_the_unsafe_profile_masks_nothing():
    assert UNSAFE_NOTHING.masks_nothing
    assert not MaskProfile("x", {e: KEEP for e in ENTITIES[1:]}).masks_nothing
    assert not MaskProfile("x", {e: KEEP for e in ENTITIES}, {"*.email": REPLACE}).masks_nothing


BAD = [
    # unknown names
    ("mask", {}, "unknown operator 'mask'. Known: redact, replace, partial, hash, keep."),
    ("", {}, "unknown operator ''"),
    ("keep", {"last": 4}, "operator 'keep' has no parameter 'last'. It takes: none."),
    ("partial", {"keep": 4}, "operator 'partial' has no parameter 'keep'. It takes: char, keep_first, keep_last."),
    # numbers that would mean "mask nothing"
    ("partial", {"keep_last": -1}, "'keep_last' must be a whole number from 0 to 16"),
    ("partial", {"keep_first": 17}, "'keep_first' must be a whole number from 0 to 16"),
    ("partial", {"keep_last": True}, "'keep_last' must be a whole number"),
    ("partial", {"keep_last": "4"}, "'keep_last' must be a whole number"),
    ("hash", {"length": 4}, "'length' must be a whole number from 8 to 64"),
    # texts
    ("partial", {"char": ""}, "'char' must be one character"),
    ("partial", {"char": "**"}, "'char' must be one character"),
    ("replace", {"with": ""}, "'with' must be a text of 1 to 64 characters"),
    ("replace", {"with": 7}, "'with' must be a text"),
]


@pytest.mark.parametrize(("name", "params", "message"), BAD)
def test_a_bad_operator_is_refused_with_what_is_known(name, params, message):
    with pytest.raises(ValueError, match=r".") as caught:
        OperatorSpec(name, params)
    assert message in str(caught.value)


def test_every_parameter_has_a_bound():
    named = {p for params in OPERATORS.values() for p in params}
    assert named == set(NUMBERS) | set(TEXTS)


def test_an_unknown_entity_is_refused():
    with pytest.raises(ValueError, match="unknown entity 'PEOPLE'"):
        MaskProfile("x", {"PEOPLE": REPLACE})


def test_a_profile_cannot_be_changed_from_outside():
    params: dict[str, int | str] = {"keep_last": 4}
    spec = OperatorSpec("partial", params)
    params["keep_last"] = 16
    assert spec.params["keep_last"] == 4
    with pytest.raises(TypeError):
        spec.params["keep_last"] = 9  # type: ignore[index]


def test_a_profile_travels_to_another_process():
    profile = MaskProfile("p", {"EMAIL": OperatorSpec("hash", {"length": 8})}, {"*.ssn": OperatorSpec("redact")})
    assert pickle.loads(pickle.dumps(profile)) == profile
