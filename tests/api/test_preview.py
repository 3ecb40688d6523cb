"""What may be asked about texts that are to be written: read whole, bounded, and only for who writes them so."""

from dataclasses import replace

import pytest

from support.fakes.gates import ALLOW
from vecgate.api.preview import MOST_RECORDS, read
from vecgate.domain.call import Json
from vecgate.domain.decision import Decision, Inputs
from vecgate.refusals.errors import CallRefused

ONE: list[Json] = [{"text": "x"}]


@pytest.mark.parametrize(
    "tree",
    [
        None, [], {}, {"collection": "c"}, {"records": ONE}, {"collection": "", "records": ONE},
        {"collection": 7, "records": ONE}, {"collection": "c", "records": []}, {"collection": "c", "records": {}},
        {"collection": "c", "records": ONE * (MOST_RECORDS + 1)}, {"collection": "c", "records": ["x"]},
        {"collection": "c", "records": [{}]}, {"collection": "c", "records": [{"text": 1}]},
        {"collection": "c", "records": [{"text": "x", "metadata": []}]},
        {"collection": "c", "records": [{"text": "x", "id": "r"}]}, {"collection": "c", "records": ONE, "more": 1},
        {"collection": "c\n", "records": ONE}, {"collection": "c" * 513, "records": ONE},
        {"collection": "c", "records": ONE, "profile": ["p"]},
    ],
)  # fmt: skip
def test_what_cannot_be_read_whole_is_refused(tree: Json) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        read(tree)


def test_who_names_no_place_means_that_of_clients_which_name_none() -> None:
    asked = read({"collection": "c", "records": ONE}, ("t", "d"))
    assert (asked.tenant, asked.database) == ("t", "d")
    asked = read({"collection": "c", "records": ONE, "tenant": "x", "database": "y"}, ("t", "d"))
    assert (asked.tenant, asked.database) == ("x", "y")


def deciding(**inputs: str) -> Decision:
    return replace(ALLOW, rule="writes", inputs=Inputs(**inputs))  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", ["", "stored"])
def test_it_is_for_the_profile_of_their_own_writes(profile: str) -> None:
    read({"collection": "c", "records": ONE, "profile": profile}).check(deciding(payload="mask", profile="stored"))


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({}, "it goes in as it comes"),
        ({"payload": "refuse", "profile": "stored"}, "personal data is refused there"),
        ({"query": "mask", "filters": "translate", "profile": "stored"}, "it goes in as it comes"),
        ({"payload": "mask", "profile": "other"}, "it is masked with 'other'"),
    ],
)
def test_and_for_no_other(inputs: dict[str, str], why: str) -> None:
    with pytest.raises(CallRefused, match=rf"input\.profile: .*'stored'.*{why}"):
        read({"collection": "c", "records": ONE, "profile": "stored"}).check(deciding(**inputs))
