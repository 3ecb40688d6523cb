"""Where the shared state is, and when a step counts."""

import pytest
from pydantic import ValidationError

from vecgate.settings.state import State


def test_a_step_counts_once_it_is_on_disk_unless_the_file_says_otherwise() -> None:
    told = State(url="redis://localhost")
    assert (told.sync, told.replicas, told.prefix) == (True, 0, "vecgate")


@pytest.mark.parametrize("url", ["localhost", "valkey://localhost", "redis+sentinel://a,b/n", "redis://a,b"])
def test_it_is_one_server_at_one_address(url: str) -> None:
    with pytest.raises(ValidationError, match="url"):
        State(url=url)


def test_where_another_may_take_over_it_must_have_what_counts() -> None:
    with pytest.raises(ValidationError, match="'replicas' must be 1 or more"):
        State(url="sentinel://a,b/n")
    told = State(url="sentinels://u:p@a:1,[::1]/n?db=2", replicas=1).sentinels
    assert told is not None
    assert (told.hosts, told.name, told.is_tls) == ((("a", 1), ("::1", 26379)), "n", True)
    assert "u:p" not in repr(told)
