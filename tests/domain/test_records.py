"""A record shows nothing of itself where it is printed."""

from vecgate.domain.records import Record


def test_nothing_of_a_record_but_its_id_is_in_its_repr() -> None:
    assert repr(Record("r1", (("documents", "secret"),), {"mail": "a@b.example"})) == "Record(id='r1')"
