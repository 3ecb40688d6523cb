"""The words of a mask profile: what is accepted, what is refused, and that doubt never means "leave it"."""

import pickle
from dataclasses import fields
from typing import Any, Final

import pytest

from support.tools.every import every
from vecgate.domain.profiles import (
    ENTITIES,
    KEEP,
    ON_REQUEST,
    REPLACE,
    UNSAFE_NOTHING,
    MaskProfile,
    OperatorSpec,
)


def test_an_empty_profile_replaces_every_entity_but_those_that_must_be_asked_for():
    profile = MaskProfile("empty")
    assert {entity for entity in ENTITIES if profile.operator(entity) == KEEP} == ON_REQUEST
    assert {entity for entity in ENTITIES if profile.operator(entity) == REPLACE} == set(ENTITIES) - ON_REQUEST
    assert not profile.masks_nothing


def test_what_must_be_asked_for_can_be():
    assert MaskProfile("p", {"ORG": REPLACE}).operator("ORG") == REPLACE


def test_an_entity_nobody_listed_is_replaced_even_by_name():
    assert UNSAFE_NOTHING.operator("SOMETHING_NEW") == REPLACE


def test_only_the_unsafe_profile_masks_nothing():
    assert UNSAFE_NOTHING.masks_nothing
    assert not MaskProfile("x", {e: KEEP for e in ENTITIES[1:]}).masks_nothing
    assert not MaskProfile("x", {e: KEEP for e in ENTITIES}, {"*.email": REPLACE}).masks_nothing


BAD = [
    # unknown names
    (
        "mask",
        {},
        "unknown operator 'mask'. Known: block, date_shift, drop, generalise, hash, keep, partial, pseudonym, redact,",
    ),
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
    # true or false
    ("replace", {"numbered": 1}, "'numbered' must be true or false"),
    ("replace", {"numbered": "yes"}, "'numbered' must be true or false"),
    ("replace", {"numbered": True, "with": "x"}, "takes one of numbered and with, not both"),
    # entities
    ("hash", {"as": "PEOPLE"}, "'as' must be an entity"),
    ("token", {"as": True}, "'as' must be an entity"),
    # bounds of what is left to see
    ("date_shift", {"days": 0}, "'days' must be a whole number from 7 to 3650"),
    ("generalise", {"step": 1}, "'step' must be a whole number from 2 to 1000000"),
    ("generalise", {"digits": 5}, "'digits' must be a whole number from 1 to 3"),
    ("generalise", {"ipv4_bits": 32}, "'ipv4_bits' must be a whole number from 8 to 24"),
    ("generalise", {"ipv6_bits": 128}, "'ipv6_bits' must be a whole number from 16 to 48"),
]


@every(("name", "params", "message"), BAD)
def test_a_bad_operator_is_refused_with_what_is_known(name, params, message):
    with pytest.raises(ValueError, match=r".") as caught:
        OperatorSpec(name, params)
    assert message in str(caught.value)


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
    entities, fields = {"EMAIL": OperatorSpec("hash", {"length": 8})}, {"*.ssn": OperatorSpec("redact")}
    profile = MaskProfile("p", entities, fields, "high", "refuse", ("Acme",), {"PERSON": ("Mr. X",)})
    assert pickle.loads(pickle.dumps(profile)) == profile


BAD_PROFILES = [
    ({"sensitivity": "extreme"}, "'sensitivity' must be one of low, normal, high"),
    ({"unserved": "ignore"}, "'unserved' must be one of model, redact, refuse"),
    ({"deny": {"PEOPLE": ("Anna",)}}, "unknown entity 'PEOPLE'"),
    # one letter is everywhere
    ({"allow": ("",)}, "a listed text has 2 to 200 characters"),
    ({"allow": (" a ",)}, "a listed text has 2 to 200 characters"),
    ({"deny": {"PERSON": ("x" * 201,)}}, "a listed text has 2 to 200 characters"),
]


@pytest.mark.parametrize(("values", "message"), BAD_PROFILES)
def test_a_bad_profile_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        MaskProfile("x", **values)


def test_listed_texts_are_kept_without_the_spaces_around_them():
    profile = MaskProfile("x", allow=(" Acme Anvil ",), deny={"PERSON": ("Bo ",)})
    assert (profile.allow, dict(profile.deny)) == (("Acme Anvil",), {"PERSON": ("Bo",)})


def test_every_word_of_a_profile_was_thought_of_where_it_could_show_more():
    """A new word belongs in `hides_by_default` and `hides_all_that` if it masks less."""
    known = {"name", "entities", "fields", "sensitivity", "unserved", "allow", "deny"}
    assert {field.name for field in fields(MaskProfile)} == known


@pytest.mark.parametrize(
    ("words", "hides"),
    [
        ({}, True),
        ({"entities": {"ORG": KEEP}, "fields": {"*.email": REPLACE}, "sensitivity": "high"}, True),
        ({"entities": {"EMAIL": KEEP}}, False),
        ({"fields": {"*.note": KEEP}}, False),
        ({"sensitivity": "low"}, False),
        ({"allow": ("Acme",)}, False),
    ],
)
def test_a_profile_hides_by_default_what_it_says_nothing_of(words: dict[str, Any], hides: bool) -> None:
    assert MaskProfile("x", **words).hides_by_default is hides


@pytest.mark.parametrize(
    ("mine", "others", "all_of_it"),
    [
        ({}, {}, True),
        ({"sensitivity": "high", "deny": {"PERSON": ("Bo", "Al")}}, {"deny": {"PERSON": ("Bo",)}}, True),
        ({"entities": {"EMAIL": KEEP}}, {"entities": {"EMAIL": KEEP}}, True),
        ({"entities": {"EMAIL": KEEP}}, {}, False),
        ({}, {"entities": {"ORG": REPLACE}}, False),
        ({}, {"sensitivity": "high"}, False),
        ({"allow": ("Acme",)}, {}, False),
        ({}, {"deny": {"PERSON": ("Bo",)}}, False),
    ],
)
def test_a_profile_hides_all_that_another_does_or_not(
    mine: dict[str, Any], others: dict[str, Any], all_of_it: bool
) -> None:
    assert MaskProfile("x", **mine).hides_all_that(MaskProfile("y", **others)) is all_of_it


PARTIAL: Final = OperatorSpec("partial")
TOKEN: Final = OperatorSpec("token")
LESS_SHOWN: Final[list[tuple[dict[str, Any], dict[str, Any], bool]]] = [
    ({}, {}, True),
    ({}, {"entities": {"EMAIL": KEEP}}, True),
    ({}, {"entities": {"EMAIL": PARTIAL}}, True),
    ({}, {"entities": {"EMAIL": TOKEN}}, True),
    ({"entities": {"EMAIL": KEEP}}, {}, False),
    ({"entities": {"EMAIL": PARTIAL}}, {}, False),  # shows a part
    ({"entities": {"EMAIL": TOKEN}}, {}, False),  # tells which are one, and can be opened
    ({"entities": {"EMAIL": OperatorSpec("replace", {"numbered": True})}}, {}, False),
    ({"entities": {"EMAIL": TOKEN}}, {"entities": {"EMAIL": TOKEN}}, True),
    ({"fields": {"*.a": PARTIAL}}, {"fields": {"*.a": PARTIAL}}, True),
    ({"fields": {"*.a": REPLACE}}, {"fields": {"*.a": PARTIAL}}, True),
    ({"fields": {"*.a": PARTIAL}}, {}, False),
    ({"fields": {"*.a": KEEP}}, {}, False),
    ({}, {"fields": {"*.a": REPLACE}}, False),
    ({}, {"fields": {"*.a": KEEP}}, True),
    ({"fields": {"*.b": KEEP, "*": REPLACE}}, {"fields": {"*": REPLACE, "*.b": KEEP}}, False),  # the first one counts
    ({"unserved": "model"}, {"unserved": "redact"}, False),
    ({"unserved": "refuse"}, {"unserved": "redact"}, True),
    ({"allow": ("Acme",)}, {}, False),
]


@every("mine, others, less", LESS_SHOWN)
def test_a_profile_shows_nothing_that_another_hides_or_it_may(
    mine: dict[str, Any], others: dict[str, Any], less: bool
) -> None:
    assert MaskProfile("x", **mine).hides_no_less(MaskProfile("y", **others)) is less
