"""What is not known is not told; all else is, by the names that conditions have for it."""

from dataclasses import replace

from support.fakes.policy_words import asks, caller
from vecgate.policy.language.whens import NAMES
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances

UNSURE = {"operation.limit", "time", "source.address", "fields", "impact.records"}


def test_of_unknown_circumstances_only_the_call_itself_is_known():
    assert Circumstances() == UNKNOWN
    assert set(UNKNOWN.about(caller(), asks("search", "t"), "db")) == set(NAMES) - UNSURE


def test_what_is_known_has_the_name_that_conditions_use():
    known = Circumstances(0.0, "10.0.0.1", ("a",), 3).about(caller(), replace(asks("search", "t"), limit=5), "db")
    assert set(known) == set(NAMES)


def test_what_a_call_names_itself_is_what_it_touches_unless_it_was_counted():
    named = replace(asks("delete_ids", "t"), records=4)
    assert UNKNOWN.about(caller(), named, "db")["impact.records"] == 4
    assert Circumstances(records=9).about(caller(), named, "db")["impact.records"] == 9
