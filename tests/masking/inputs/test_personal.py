"""A refusal names types and places, not texts."""

from typing import Any

from vecgate.masking.inputs.personal import personal


def refused(found: dict[str, int], places: list[str]) -> Any:
    return personal(found, places, "imports").refusal


def test_types_and_places_are_told() -> None:
    refusal = refused({"PERSON": 1, "EMAIL": 2}, ["documents[0]", "metadatas[3].note"])
    assert refusal.code == "input.personal"
    assert "(2 EMAIL, 1 PERSON, at documents[0], metadatas[3].note); rule 'imports'" in str(refusal)


def test_of_many_places_a_few_are_told() -> None:
    assert "d[0], d[1], d[2], d[3], d[4] and 95 more)" in str(refused({"EMAIL": 100}, [f"d[{i}]" for i in range(100)]))
    assert "at where)" in str(refused({"EMAIL": 2}, ["where", "where"]))
