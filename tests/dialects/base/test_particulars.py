"""What a database brings besides, and that nothing of it is assumed."""

import pytest

from vecgate import dialects
from vecgate.dialects.base.particulars import Particulars


def test_by_itself_a_database_reads_no_header_and_opens_no_port() -> None:
    assert (Particulars.token_headers, Particulars.ports, Particulars.alive) == (frozenset(), (), None)
    assert not hasattr(Particulars, "status"), "each says itself how it was tried"


@pytest.mark.parametrize("name", dialects.names())
def test_every_database_says_how_it_was_tried_and_names_headers_in_one_case(name: str) -> None:
    kind = dialects.kind(name)
    assert kind.status.endswith(".")
    assert all(header == header.lower() for header in kind.token_headers)
    assert kind.alive is not None
    assert kind().match(kind.alive).route.danger <= 1, "at most a description is read"
