"""What is answered without a person: a table of what is asked and of conditions, and that nothing unknown is a yes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from vecgate.policy.language.automatic_words import Automatic
from vecgate.policy.rules.automatic import Asked, answered, counts

#: A Thursday, 10:00 in Vienna.
AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC).timestamp()
DAY = {"days": "mon-fri", "from": "09:00", "to": "17:00", "zone": "Europe/Vienna"}
NIGHT = {"from": "17:00", "to": "09:00", "zone": "Europe/Vienna"}
ASKED = Asked(
    frozenset({"search", "count", "collection_read"}), "careful", (AT, AT + 3600), 3600.0, 50, None,
    {"principal.user": "ann", "impact.records": 50},
)  # fmt: skip


def condition(answer: str = "approve", **said: Any) -> Automatic:
    return Automatic.model_validate({"name": "one", "answer": answer} | said)


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"operations": ("read",)}, True),
        ({"operations": ("search", "count")}, True),  # what clients ask at their start goes along
        ({"operations": ("search",)}, False),  # all of it must be among them
        ({"masks": ("careful", "lax")}, True),
        ({"masks": ("lax",)}, False),
        ({"up_to": {"for": "1h"}}, True),
        ({"up_to": {"for": "59min"}}, False),
        ({"up_to": {"records": 50}}, True),
        ({"up_to": {"records": 49}}, False),
        ({"up_to": {"for": "1h", "records": 49}}, False),
        ({"up_to": {"opened": 100}}, False),  # without a number it is unlimited
        ({"hours": (DAY,)}, True),
        ({"hours": (NIGHT,)}, False),
        ({"when": "principal.user == 'ann'"}, True),
        ({"when": "principal.user == 'bob'"}, False),
        ({"when": "impact.records < 51"}, True),
        ({"when": "principal.groups == ['x']"}, False),  # nobody can tell
        (
            {"operations": ("read",), "masks": ("careful",), "up_to": {"for": "2h", "records": 60}, "hours": (DAY,)},
            True,
        ),
    ],
)
def test_a_yes_is_given_where_all_that_is_said_holds(said: dict[str, Any], fits: bool) -> None:
    assert answered([condition(**said)], ASKED).answer == ("approve" if fits else "")


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"operations": ("search",)}, True),  # any of it
        ({"operations": ("delete",)}, False),
        ({"masks": ("careful",)}, True),
        ({"over": {"for": "59min"}}, True),
        ({"over": {"for": "1h"}}, False),
        ({"over": {"records": 49}}, True),
        ({"over": {"records": 50}}, False),
        ({"over": {"for": "8h", "records": 10}}, True),  # more than any of these
        ({"over": {"opened": 5}}, True),  # without a number it is unlimited
        ({"hours": (NIGHT,)}, False),
        ({"hours": (DAY,)}, True),
        ({"when": "principal.user == 'ann'"}, True),
    ],
)
def test_a_no_is_given_where_any_of_it_is_too_much(said: dict[str, Any], fits: bool) -> None:
    assert answered([condition("deny", **said)], ASKED).answer == ("deny" if fits else "")


@pytest.mark.parametrize(
    ("begins", "hours", "yes", "no"),
    [
        (0.0, 1.0, True, True),
        (6.0, 1.0, True, True),  # 16:00 to 17:00 sharp
        (6.0, 1.02, False, True),  # and a minute
        (12.0, 1.0, False, False),  # it is asked for by day, and begins at night
        (-1.5, 2.0, False, True),
        (0.0, 25.0, False, True),  # over the night
        (48.0, 24.0, False, False),  # a Saturday
        (48.0, 72.0, False, True),  # to the Tuesday
        (0.0, 0.0, True, True),  # a call: this moment
    ],
)
def test_hours_are_those_of_what_is_asked_for(begins: float, hours: float, yes: bool, no: bool) -> None:
    first = AT + begins * 3600
    what = replace(ASKED, span=(first, first + hours * 3600))
    assert answered([condition(hours=(DAY,))], what).answer == ("approve" if yes else "")
    assert answered([condition("deny", hours=(DAY,))], what).answer == ("deny" if no else "")


def test_what_begins_with_its_first_use_is_in_no_hours_and_people_are_asked() -> None:
    unknown, plain = replace(ASKED, span=None), condition(masks=("careful",))
    assert answered([condition(hours=(DAY,))], unknown).answer == ""
    assert answered([condition(hours=(DAY,)), plain], unknown).answer == "approve"
    assert answered([condition("deny", hours=(DAY,)), plain], unknown).answer == ""  # it may be denied


def test_the_first_that_fits_counts_and_a_shadow_only_says_so() -> None:
    no, yes = condition("deny", masks=("careful",)), condition(masks=("careful",))
    shadow = condition("deny", masks=("careful",), shadow=True, name="tried")
    assert answered([no, yes], ASKED).answer == "deny"
    assert answered([yes, no], ASKED).answer == "approve"
    found = answered([shadow, yes], ASKED)
    assert (found.answer, found.by, found.would) == ("approve", "one", "'tried' would deny it")
    assert answered([shadow], ASKED).answer == ""
    assert answered([], ASKED).would == ""
    untold = condition("deny", when="principal.groups == ['x']", shadow=True)
    assert answered([untold, yes], ASKED).answer == "approve"  # what is tried out holds nothing up


def test_an_amount_that_nobody_knows_is_too_much() -> None:
    what = replace(ASKED, records=None)
    assert answered([condition(up_to={"records": 10_000})], what).answer == ""
    assert answered([condition("deny", over={"records": 10_000})], what).answer == "deny"


@pytest.mark.parametrize(
    ("said", "sized"),
    [
        ({"masks": ("a",)}, False),
        ({"up_to": {"for": "1h"}}, False),
        ({"up_to": {"records": 1}}, True),
        ({"when": "impact.records < 2"}, True),
        ({"when": "principal.user == 'a'"}, False),
    ],
)
def test_which_conditions_turn_on_how_many_records_there_are(said: dict[str, Any], sized: bool) -> None:
    assert counts([condition(**said)]) is sized
