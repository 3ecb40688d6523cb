"""What a request is called."""

from vecgate.state.ids import new_id


def test_ids_are_short_and_different():
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(id) == 10 and id.isalnum() and id == id.lower() for id in ids)
