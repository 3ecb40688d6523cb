"""Where the shared state is, and when a step counts."""

import pytest
from pydantic import ValidationError

from vecgate.settings.state import State


def test_a_step_counts_once_it_is_on_disk_unless_the_file_says_otherwise() -> None:
    told = State(url="redis://localhost")
    assert (told.sync, told.replicas, told.prefix) == (True, 0, "vecgate")


@pytest.mark.parametrize("url", ["localhost", "valkey://localhost", "redis+sentinel://a,b", "redis://a,b"])
def test_it_is_one_server_at_one_address(url: str) -> None:
    with pytest.raises(ValidationError, match="url"):
        State(url=url)
